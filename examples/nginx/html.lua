--- The pages, as HTML. All values are escaped.

local html = {}

local escapes = {
  ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;",
  ["'"] = "&#39;",
}

local function escape(value)
  return (tostring(value or ""):gsub("[&<>\"']", escapes))
end

-- Fills in a template: {name} is escaped, {{name}} is already HTML.
local function fill(template, values)
  return (template:gsub("{({?)([%w_]+)}?}", function(raw, name)
    local value = assert(values[name], name)
    return raw == "{" and value or escape(value)
  end))
end

local PAGE = [[
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<main>
{{content}}
</main>
<footer>{{footer}}</footer>
</body>
</html>
]]

local LIST = [[
<header>
<h1>Users</h1>
<form class="search" action="/" method="get" role="search">
<label class="hidden" for="search">Name, display name or e-mail</label>
<input id="search" name="search" type="search" value="{search}"
 maxlength="100" placeholder="Name, display name or e-mail">
<label class="hidden" for="status">Status</label>
<select id="status" name="status">{{options}}</select>
<button class="primary">Search</button>
</form>
</header>
{{message}}
{{table}}]]

local TABLE = [[
<p class="count">{{count}}</p>
<table>
<thead>
<tr>
<th scope="col">Name</th><th scope="col">E-mail</th>
<th scope="col">Status</th>
<th scope="col"><span class="hidden">Action</span></th>
</tr>
</thead>
<tbody>
{{rows}}
</tbody>
</table>
<nav aria-label="Pages">{{previous}}<span>Page {page} of {pages}</span>
{{next}}</nav>]]

local ROW = [[
<tr>
<td class="who"><b>{name}</b><span>{display_name}</span></td>
<td class="email">{{email}}</td>
<td class="state"><span class="status {class}">{status}</span></td>
<td class="action">{{action}}</td>
</tr>]]

-- Asks for confirmation.
local DEACTIVATE = [[
<form action="/deactivate" method="get">{{hidden_fields}}
<input type="hidden" name="user" value="{id}">
<button aria-label="Deactivate {name}">Deactivate</button>
</form>]]

-- Takes effect at once: activates, deactivates after the question, or undoes.
local SET_STATUS = [[
<form action="{action}" method="post">
<input type="hidden" name="csrf_token" value="{csrf_token}">
<input type="hidden" name="user" value="{id}">
<button class="{class}" name="status" value="{status}"
 aria-label="{label} {name}">{label}</button>
</form>]]

local QUESTION = [[
<section class="question">
<h1>Deactivate {name}?</h1>
<dl>
<div><dt>Display name</dt><dd>{display_name}</dd></div>
<div><dt>E-mail</dt><dd>{email}</dd></div>
<div><dt>Status</dt><dd>{status}</dd></div>
</dl>
<p>{name} is logged out everywhere at once, and cannot log in until somebody
activates the account again. Nothing is deleted.</p>
<div class="choice">{{confirm}}<a class="button" href="{back}">Cancel</a></div>
</section>]]

local EMPTY = '<tr><td class="empty" colspan="4">No user matches.</td></tr>'

local OPEN = "<b>This page has no login.</b> Anybody who can reach it can "
  .. "change every user: put a login in front of it."

local done_texts = { ACTIVE = "activated", INACTIVE = "deactivated" }

--- Returns the address of a list.
-- @param query its search, status and page
-- @param page another page, or nil
-- @param path "/" if absent
function html.address(query, page, path)
  page = page or query.page
  local text = ngx.encode_args {
    search = query.search ~= "" and query.search or nil,
    status = query.status,
    page = page > 1 and page or nil,
  }
  return (path or "/") .. (text ~= "" and "?" .. text or "")
end

-- Returns the query as hidden fields, because a form drops the query of its
-- address.
local function hidden_fields(query)
  local fields = {
    { "search", query.search ~= "" and query.search },
    { "status", query.status }, { "page", query.page > 1 and query.page },
  }
  local list = {}
  for _, field in ipairs(fields) do
    if field[2] then
      list[#list + 1] = fill('<input type="hidden" name="{name}" '
        .. 'value="{value}">', { name = field[1], value = field[2] })
    end
  end
  return table.concat(list)
end

local function set_status(page, user, status, label, class)
  return fill(SET_STATUS, {
    action = html.address(page.query, nil, "/status"), id = user.id,
    csrf_token = page.csrf_token, name = user.name, status = status,
    label = label, class = class or "",
  })
end

-- Returns a status as shown: Active for ACTIVE.
local function shown_status(user)
  local text = user.account_status or "unknown"
  return text:sub(1, 1):upper() .. text:sub(2):lower():gsub("_", " ")
end

local function action(page, user)
  if user.id == page.list.own_id then
    return '<span class="own">Acts for this page</span>'
  elseif user.account_status == "ACTIVE" then
    return fill(DEACTIVATE, {
      id = user.id, name = user.name,
      hidden_fields = hidden_fields(page.query),
    })
  end
  return set_status(page, user, "ACTIVE", "Activate")
end

-- Returns an e-mail address that may break after its "@".
local function address_of(user)
  return (escape(user.email):gsub("@", "@<wbr>"))
end

local function rows(page)
  local list = {}
  for index, user in ipairs(page.list.users) do
    list[index] = fill(ROW, {
      name = user.name, display_name = user.display_name or "",
      email = address_of(user), status = shown_status(user),
      class = user.account_status == "ACTIVE" and "on" or "off",
      action = action(page, user),
    })
  end
  return #list > 0 and table.concat(list, "\n") or EMPTY
end

-- Formats 1234567 as 1,234,567.
local function grouped(number)
  local text = tostring(number):reverse():gsub("%d%d%d", "%0,"):reverse()
  return (text:gsub("^,", ""))
end

local function count(list)
  local noun = list.total == 1 and "user" or "users"
  if list.found == list.total then
    return ("<b>%s</b> %s"):format(grouped(list.total), noun)
  end
  return ("<b>%s</b> of %s %s"):format(grouped(list.found),
    grouped(list.total), noun)
end

local function options(chosen)
  local list = {}
  for _, option in ipairs {
    { "", "All" }, { "ACTIVE", "Active" }, { "INACTIVE", "Not active" },
  } do
    list[#list + 1] = fill('<option value="{value}"{{mark}}>{text}</option>', {
      value = option[1], text = option[2],
      mark = option[1] == (chosen or "") and " selected" or "",
    })
  end
  return table.concat(list)
end

local function link(query, page, text, shown)
  if not shown then
    return fill('<span class="nowhere">{text}</span>', { text = text })
  end
  return fill('<a href="{address}">{text}</a>', {
    address = html.address(query, page), text = text,
  })
end

local function list_table(page)
  local query, list = page.query, page.list
  return fill(TABLE, {
    count = count(list), rows = rows(page), page = query.page,
    pages = list.pages,
    previous = link(query, query.page - 1, "← Previous", query.page > 1),
    next = link(query, query.page + 1, "Next →", query.page < list.pages),
  })
end

-- Returns a button that restores the previous status. There is none for a
-- status such as LOCKED, which cannot be set.
local function undo(page, message)
  if not done_texts[message.before] or message.before == message.status then
    return ""
  end
  return set_status(page, message, message.before, "Undo")
end

local function message_box(page)
  local box, message = "", page.message
  if message and done_texts[message.status] then
    box = fill('<div class="message{class}" role="status"><p>{name} was {what}'
      .. '{warning}.</p>{{undo}}</div>\n', {
      class = message.warning and " problem" or "", name = message.name,
      what = done_texts[message.status], undo = undo(page, message),
      warning = message.warning and ", but " .. message.warning or "",
    })
  end
  if page.problem then
    box = box .. fill('<div class="message problem" role="alert">'
      .. "<p>{text}</p></div>", { text = page.problem })
  end
  return box
end

local function whole(page, title, content)
  local signed_in = page.signed_in or ""
  return fill(PAGE, {
    title = title, content = content,
    footer = signed_in == "" and OPEN
      or fill("Signed in as {name}", { name = signed_in }),
  })
end

--- Returns the list.
-- @param page table: query; list, as admin.lua finds it, or nil; message, what
--   was done, or nil; problem, a text, or nil; csrf_token; signed_in, a name,
--   "" or nil
function html.list(page)
  return whole(page, "Users", fill(LIST, {
    search = page.query.search, options = options(page.query.status),
    message = message_box(page),
    table = page.list and list_table(page) or "",
  }))
end

--- Returns the page that asks before a user is deactivated.
-- @param page table: query, user, csrf_token, signed_in
function html.question(page)
  local user = page.user
  return whole(page, "Deactivate " .. user.name .. "?", fill(QUESTION, {
    name = user.name, display_name = user.display_name or "",
    email = user.email or "", status = shown_status(user),
    back = html.address(page.query),
    confirm = set_status(page, user, "INACTIVE", "Deactivate", "danger"),
  }))
end

return html
