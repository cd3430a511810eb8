--- The page, as HTML. Whatever is not written here is escaped.

local html = {}

local escapes = {
  ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;",
  ["'"] = "&#39;",
}

local function escape(value)
  return (tostring(value or ""):gsub("[&<>\"']", escapes))
end

-- Fills a template in: {name} is escaped, {{name}} is HTML already.
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
<title>Users</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<main>
<header>
<h1>Users</h1>
<form class="search" action="/" method="get" role="search">
<label class="hidden" for="search">Name</label>
<input id="search" name="search" type="search" value="{search}"
 maxlength="100" placeholder="Search by name">
<label class="hidden" for="status">Status</label>
<select id="status" name="status">{{options}}</select>
<button>Search</button>
</form>
</header>
{{message}}
<table>
<thead>
<tr>
<th scope="col">Name</th><th scope="col">Display name</th>
<th scope="col">E-mail</th><th scope="col">Status</th>
<th scope="col"><span class="hidden">Action</span></th>
</tr>
</thead>
<tbody>
{{rows}}
</tbody>
</table>
<nav aria-label="Pages">{{previous}}<span>Page {page}</span>{{next}}</nav>
</main>
</body>
</html>
]]

local ROW = [[
<tr>
<td class="name">{name}</td><td>{display_name}</td><td>{email}</td>
<td><span class="status {class}">{status}</span></td>
<td class="action"><form action="{action}" method="post">
<input type="hidden" name="csrf_token" value="{csrf_token}">
<input type="hidden" name="user" value="{id}">
<input type="hidden" name="name" value="{name}">
<button name="status" value="{target}"
 aria-label="{label} {name}">{label}</button>
</form></td>
</tr>]]

local EMPTY = '<tr><td class="empty" colspan="5">No user matches.</td></tr>'

local done_texts = { ACTIVE = "activated", INACTIVE = "deactivated" }

-- What the page shows in place of ACTIVE, and of anything else.
local active = {
  status = "Active", class = "on", label = "Deactivate", target = "INACTIVE",
}
local inactive = {
  status = "Inactive", class = "off", label = "Activate", target = "ACTIVE",
}

--- The address of a list.
-- @param query its search, status and page
-- @param changes what is different or added
-- @param path "/" when absent
function html.address(query, changes, path)
  local arguments = {
    search = query.search ~= "" and query.search or nil,
    status = query.status,
    page = query.page > 1 and query.page or nil,
  }
  for name, value in pairs(changes or {}) do
    arguments[name] = value
  end
  local text = ngx.encode_args(arguments)
  return (path or "/") .. (text ~= "" and "?" .. text or "")
end

local function row(user, page)
  local look = user.account_status == "ACTIVE" and active or inactive
  return fill(ROW, {
    id = user.id, name = user.name, display_name = user.display_name or "",
    email = user.email or "", status = look.status, class = look.class,
    label = look.label, target = look.target, csrf_token = page.csrf_token,
    action = html.address(page.query, nil, "/status"),
  })
end

local function rows(page)
  local list = {}
  for index, user in ipairs(page.users) do
    list[index] = row(user, page)
  end
  if #list == 0 and not page.problem then
    return EMPTY
  end
  return table.concat(list, "\n")
end

local function options(chosen)
  local list = {}
  for _, option in ipairs {
    { "", "All" }, { "ACTIVE", "Active" }, { "INACTIVE", "Inactive" },
  } do
    list[#list + 1] = fill('<option value="{value}"{{mark}}>{text}</option>', {
      value = option[1], text = option[2],
      mark = option[1] == (chosen or "") and " selected" or "",
    })
  end
  return table.concat(list)
end

local function message(page)
  if page.problem then
    return fill('<p class="message problem" role="alert">{text}</p>', {
      text = page.problem,
    })
  elseif done_texts[page.query.done] then
    return fill('<p class="message" role="status">{name} was {what}.</p>', {
      name = page.query.name, what = done_texts[page.query.done],
    })
  end
  return ""
end

local function link(query, page, text, shown)
  if not shown then
    return fill('<span class="nowhere">{text}</span>', { text = text })
  end
  return fill('<a href="{address}">{text}</a>', {
    address = html.address(query, { page = page }), text = text,
  })
end

--- The page.
-- @param page table: query, users, more, problem (a text, or nil), csrf_token
function html.page(page)
  local query = page.query
  return fill(PAGE, {
    search = query.search,
    options = options(query.status),
    message = message(page),
    rows = rows(page),
    page = query.page,
    previous = link(query, query.page - 1, "← Previous", query.page > 1),
    next = link(query, query.page + 1, "Next →", page.more),
  })
end

return html
