--- The handlers of the page, and of the JSON API beside it.
--
--   GET  /            the list; ?search=, ?status=, ?page=
--   POST /status      a form: user, status, csrf_token
--   GET  /api/users   the same list; { users, page, more }
--   POST /api/status  JSON: { user, status }, with the header X-CSRF-Token

local cjson = require "cjson.safe"
local csrf = require "csrf"
local html = require "html"
local thoughtspot = require "resty.thoughtspot"

local PAGE_SIZE = 15

local admin = {}

local cluster

-- What may be asked of a user's status = what the page calls it.
local statuses = { ACTIVE = "activated", INACTIVE = "deactivated" }

--- Prepares the cluster, before the workers are there.
function admin.init()
  csrf.init()
  cluster = assert(thoughtspot.new {
    shared_dict = "thoughtspot",
    host = os.getenv "THOUGHTSPOT_HOST",
    username = os.getenv "THOUGHTSPOT_USERNAME",
    password = os.getenv "THOUGHTSPOT_PASSWORD",
    secret_key = os.getenv "THOUGHTSPOT_SECRET_KEY",
    ca_file = os.getenv "THOUGHTSPOT_CA_FILE",
    -- Nobody waits longer for a page.
    deadline = 20,
  })
end

-- The query's search, status and page, as far as they make sense.
local function read_query()
  local arguments = ngx.req.get_uri_args(20)
  local function text(name)
    return type(arguments[name]) == "string" and arguments[name] or ""
  end
  local page = tonumber(text "page")
  return {
    search = text "search":sub(1, 100),
    status = statuses[text "status"] and text "status" or nil,
    page = page and page >= 1 and page <= 1e6 and math.floor(page) or 1,
    done = text "done",
    name = text "name",
  }
end

-- The users of a page, and whether there are others behind it.
local function find(query)
  local client, users, err
  client, err = cluster:client()
  if not client then
    return nil, err
  end
  users, err = client:search_users({
    name_pattern = "%" .. query.search .. "%",
    account_status = query.status,
    sort_options = { field_name = "NAME", order = "ASC" },
    record_offset = (query.page - 1) * PAGE_SIZE,
    record_size = PAGE_SIZE + 1,
  }, {
    fields = { "id", "name", "display_name", "email", "account_status" },
  })
  if not users then
    return nil, err
  end
  local more = #users > PAGE_SIZE
  users[PAGE_SIZE + 1] = nil
  return users, more
end

-- Activates or deactivates a user: true, or nil and an error.
local function change(user, status)
  local client, err = cluster:client()
  if not client then
    return nil, err
  end
  return client:update_user(user, { account_status = status })
end

-- The status of the answer when the cluster's was an error.
local function status_for(err)
  if err.kind == "argument" then
    return 400
  elseif err.kind == "not_found" then
    return 404
  end
  return 502
end

local function send_page(query, users, more, problem)
  ngx.header.content_type = "text/html; charset=utf-8"
  ngx.print(html.page {
    query = query, users = users, more = more, problem = problem,
    csrf_token = csrf.token(),
  })
end

local function send_json(value)
  ngx.header.content_type = "application/json"
  ngx.print(cjson.encode(value))
end

-- Only GET, or only POST.
local function expect_method(name)
  if ngx.req.get_method() ~= name then
    ngx.header.allow = name
    return ngx.exit(405)
  end
end

--- The list of users.
function admin.list()
  expect_method "GET"
  local query = read_query()
  local users, more = find(query)
  if not users then
    ngx.log(ngx.ERR, "cannot list users: ", tostring(more))
    ngx.status = status_for(more)
    return send_page(query, {}, false, more.message)
  end
  send_page(query, users, more)
end

-- The body, when it is small enough to be held in memory; else nil.
local function read_body()
  ngx.req.read_body()
  return ngx.req.get_body_data()
end

--- A button of the list.
function admin.set_status()
  expect_method "POST"
  ngx.req.read_body()
  local form = ngx.req.get_post_args(20) or {}
  local query = read_query()
  if not csrf.is_valid(form.csrf_token) then
    ngx.status = 403
    return send_page(query, {}, false, "This form is out of date. Load the "
      .. "page again, and repeat what you did.")
  end
  local user, status = form.user, form.status
  if type(user) ~= "string" or not statuses[status] then
    return ngx.exit(400)
  end
  local changed, err = change(user, status)
  if not changed then
    ngx.log(ngx.ERR, "cannot set a status: ", tostring(err))
    ngx.status = status_for(err)
    local users, more = find(query)
    return send_page(query, users or {}, users and more, err.message)
  end
  -- Reloading what comes next must not send the form again.
  return ngx.redirect(html.address(query, {
    done = status, name = type(form.name) == "string" and form.name or user,
  }), 303)
end

--- The list of users, for programs.
function admin.api_list()
  expect_method "GET"
  local query = read_query()
  local users, more = find(query)
  if not users then
    ngx.status = status_for(more)
    return send_json { error = more.message, kind = more.kind }
  end
  ngx.header["X-CSRF-Token"] = csrf.token()
  ngx.header.content_type = "application/json"
  -- Not every cjson can tell an empty list from an empty object.
  local texts = {}
  for index, user in ipairs(users) do
    texts[index] = cjson.encode(user)
  end
  ngx.print('{"users":[', table.concat(texts, ","), '],"page":', query.page,
    ',"more":', more, "}")
end

--- Activates or deactivates a user, for programs.
function admin.api_set_status()
  expect_method "POST"
  if not csrf.is_valid(ngx.var.http_x_csrf_token) then
    ngx.status = 403
    return send_json { error = "the header X-CSRF-Token is missing or wrong" }
  end
  local order = cjson.decode(read_body() or "")
  if type(order) ~= "table" or type(order.user) ~= "string"
    or not statuses[order.status] then
    ngx.status = 400
    return send_json { error = "expected { user, status }" }
  end
  local changed, err = change(order.user, order.status)
  if not changed then
    ngx.status = status_for(err)
    return send_json { error = err.message, kind = err.kind }
  end
  send_json { user = order.user, status = order.status }
end

return admin
