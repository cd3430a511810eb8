--- The handlers of the page and of its JSON API.
--
--   GET  /            the list; ?search=, ?status=, ?page=
--   GET  /deactivate  asks whether to; ?user=, and those of the list
--   POST /status      a form: user, status, csrf_token
--   GET  /style.css
--   GET  /api/users   the same list; { users, page, pages, more, found,
--                     total }
--   POST /api/status  JSON: { user, status }, with the header X-CSRF-Token
--
-- Users are identified by GUID. Deactivated users are logged out as well.

local cjson = require "cjson.safe"
local directory = require "directory"
local html = require "html"
local session = require "session"
local thoughtspot = require "resty.thoughtspot"

local PAGE_SIZE = 15

-- Longest search text that is used, in bytes.
local MAX_SEARCH = 200

local OUT_OF_DATE = "This form is out of date. Reload the page and try again."

local admin = {}

local cluster, style

-- The statuses that can be requested = the action, for the log.
local statuses = { ACTIVE = "activated", INACTIVE = "deactivated" }

--- Prepares the cluster, before workers are started. Reads the style sheet
-- here because a worker may not be allowed to.
function admin.init()
  session.init()
  local file = assert(io.open(ngx.config.prefix() .. "style.css"))
  style = file:read "*a"
  file:close()
  cluster = assert(thoughtspot.new {
    shared_dict = "thoughtspot",
    host = os.getenv "THOUGHTSPOT_HOST",
    username = os.getenv "THOUGHTSPOT_USERNAME",
    password = os.getenv "THOUGHTSPOT_PASSWORD",
    secret_key = os.getenv "THOUGHTSPOT_SECRET_KEY",
    ca_file = os.getenv "THOUGHTSPOT_CA_FILE",
    -- Nobody waits longer than this for a page.
    deadline = 20,
  })
end

-- Cuts a text, but not within a character.
local function cut(text, length)
  if #text <= length then
    return text
  end
  return (text:sub(1, length):gsub("[\192-\255]?[\128-\191]*$", ""))
end

-- Returns the search, status, page and user of the query, each only if it is
-- valid.
local function read_query()
  local arguments = ngx.req.get_uri_args(20)
  local function text(name)
    return type(arguments[name]) == "string" and arguments[name] or ""
  end
  local page = tonumber(text "page")
  return {
    search = cut(text "search", MAX_SEARCH),
    status = statuses[text "status"] and text "status" or nil,
    page = page and page >= 1 and page <= 1e6 and math.floor(page) or 1,
    user = text "user",
  }
end

-- Returns the users of a page of the list, or nil and an error. A page beyond
-- the last becomes the last, and is set in query.page.
local function find(query)
  local all, err = directory.get(cluster:client())
  if not all then
    return nil, err
  end
  local found = directory.search(all.users, query.search, query.status)
  local pages = math.max(1, math.ceil(#found / PAGE_SIZE))
  query.page = math.min(query.page, pages)
  local users = {}
  local first = (query.page - 1) * PAGE_SIZE
  for index = first + 1, math.min(first + PAGE_SIZE, #found) do
    users[#users + 1] = found[index]
  end
  return {
    users = users, own_id = all.own_id, pages = pages, found = #found,
    total = #all.users,
  }
end

-- Returns the user with a GUID, and whether it is the client's own; or nil and
-- an error.
local function find_user(id)
  local client = cluster:client()
  local user, err = client:find_user(id)
  if not user then
    return nil, err
  end
  local own
  own, err = client:get_current_user_info()
  if not own then
    return nil, err
  end
  return user, own.id == user.id
end

-- Logs who did what to whom.
local function log(user, done)
  local line = ("%s %s %s (%s)"):format(ngx.var.signed_in or "", done,
    user.name, user.id)
  ngx.log(ngx.NOTICE, (line:gsub("%c", "?")))
end

-- Activates or deactivates a user, and reads the account again. Returns the
-- user as it was before, and nil or a text about a further step that failed;
-- or nil and an error.
local function change(id, status)
  local client = cluster:client()
  local user, err = client:find_user(id)
  if not user then
    return nil, err
  end
  local changed
  changed, err = client:update_user(user.id, { account_status = status })
  directory.changed()
  if not changed then
    return nil, err
  end
  log(user, statuses[status])
  local warning
  if status == "INACTIVE" then
    changed, err = client:force_logout_users { user_identifiers = { user.id } }
    warning = not changed and "could not be logged out: " .. err.message or nil
  end
  local now = client:find_user(user.id)
  if now and (now.account_status == "ACTIVE") ~= (status == "ACTIVE") then
    return nil, {
      kind = "conflict", message = ("ThoughtSpot accepted the change, but "
        .. "%s is still %s"):format(user.name, now.account_status),
    }
  end
  return user, warning
end

local http_statuses = { argument = 400, not_found = 404, conflict = 409 }

-- Returns the HTTP status of an error response.
local function status_for(err)
  return http_statuses[err.kind] or 502
end

local function send_html(text)
  ngx.header.content_type = "text/html; charset=utf-8"
  ngx.print(text)
end

-- Sends the list, with a problem if there is one.
local function send_list(query, problem)
  local list, err = find(query)
  if not list then
    ngx.log(ngx.ERR, "cannot list users: ", tostring(err))
    ngx.status = status_for(err)
    problem = problem or err.message
  end
  send_html(html.list {
    query = query, list = list, problem = problem,
    message = ngx.req.get_method() == "GET" and session.take() or nil,
    csrf_token = session.token(), signed_in = ngx.var.signed_in,
  })
end

local function send_json(value)
  ngx.header.content_type = "application/json"
  ngx.print(cjson.encode(value))
end

-- Ends a request whose method is not allowed.
local function expect_method(...)
  local method = ngx.req.get_method()
  for _, allowed in ipairs { ... } do
    if method == allowed then
      return
    end
  end
  ngx.header.allow = table.concat({ ... }, ", ")
  return ngx.exit(405)
end

--- Sends the list of users.
function admin.list()
  expect_method("GET", "HEAD")
  send_list(read_query())
end

--- Asks for confirmation before a user is deactivated.
function admin.ask()
  expect_method("GET", "HEAD")
  local query = read_query()
  local user, is_own = find_user(query.user)
  if not user then
    ngx.status = status_for(is_own)
    return send_list(query, is_own.message)
  elseif is_own then
    ngx.status = 409
    return send_list(query, "This page acts as " .. user.name
      .. " and does not deactivate its own account.")
  end
  send_html(html.question {
    query = query, user = user, csrf_token = session.token(),
    signed_in = ngx.var.signed_in,
  })
end

--- Handles a button of the list, of the question, or Undo.
function admin.set_status()
  expect_method "POST"
  ngx.req.read_body()
  local form = ngx.req.get_post_args(20) or {}
  local query = read_query()
  if not session.is_valid(form.csrf_token) then
    ngx.status = 403
    return send_list(query, OUT_OF_DATE)
  end
  local id, status = form.user, form.status
  if type(id) ~= "string" or not statuses[status] then
    return ngx.exit(400)
  end
  local user, warning = change(id, status)
  if not user then
    ngx.log(ngx.ERR, "cannot set a status: ", tostring(warning.message))
    ngx.status = status_for(warning)
    return send_list(query, warning.message)
  end
  session.leave {
    id = user.id, name = user.name, status = status, warning = warning,
    before = user.account_status,
  }
  -- Reloading the next page must not send the form again.
  return ngx.redirect(html.address(query), 303)
end

--- Sends the style sheet.
function admin.style()
  expect_method("GET", "HEAD")
  ngx.header.content_type = "text/css"
  ngx.print(style)
end

local function json_of(user)
  return cjson.encode {
    id = user.id, name = user.name, display_name = user.display_name,
    email = user.email, account_status = user.account_status,
  }
end

--- Sends the list of users, for programs.
function admin.api_list()
  expect_method("GET", "HEAD")
  local query = read_query()
  local list, err = find(query)
  if not list then
    ngx.status = status_for(err)
    return send_json { error = err.message, kind = err.kind }
  end
  ngx.header["X-CSRF-Token"] = session.token()
  ngx.header.content_type = "application/json"
  -- Not every version of cjson distinguishes an empty list from an empty
  -- object.
  local texts = {}
  for index, user in ipairs(list.users) do
    texts[index] = json_of(user)
  end
  ngx.print('{"users":[', table.concat(texts, ","), '],"page":', query.page,
    ',"pages":', list.pages,
    ',"more":', query.page < list.pages, ',"found":', list.found,
    ',"total":', list.total, "}")
end

-- Returns the body, if it is small enough to be in memory; else nil.
local function read_body()
  ngx.req.read_body()
  return ngx.req.get_body_data()
end

--- Activates or deactivates a user, for programs.
function admin.api_set_status()
  expect_method "POST"
  if not session.is_valid(ngx.var.http_x_csrf_token) then
    ngx.status = 403
    return send_json { error = "the header X-CSRF-Token is missing or wrong" }
  end
  local request = cjson.decode(read_body() or "")
  if type(request) ~= "table" or type(request.user) ~= "string"
    or not statuses[request.status] then
    ngx.status = 400
    return send_json { error = "expected { user, status }" }
  end
  local user, warning = change(request.user, request.status)
  if not user then
    ngx.status = status_for(warning)
    return send_json { error = warning.message, kind = warning.kind }
  end
  send_json { user = request.user, status = request.status, warning = warning }
end

return admin
