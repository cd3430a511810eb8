local cjson = require("cjson").new()
local sandbox_server = require "spec.support.sandbox_server"
local server = require "spec.nginx.server"
local thoughtspot = require "thoughtspot"

-- The example as it is, but for its folder and its port.
local function adapt()
  local name = os.tmpname()
  local file = assert(io.open "examples/nginx/nginx.conf")
  local text = file:read "*a"
  file:close()
  text = text:gsub("127%.0%.0%.1:8080", "127.0.0.1:@PORT1@")
    :gsub("%$prefix/", "@ROOT@/examples/nginx/")
    :gsub("alias ", "alias @ROOT@/examples/nginx/")
    :gsub("temp/", ""):gsub("error_log stderr", "error_log error.log")
  file = assert(io.open(name, "w"))
  file:write("@USER@\n", text)
  file:close()
  return name
end

describe("the page that administers users", function()
  local sandbox, page, client, cookies

  setup(function()
    sandbox = sandbox_server.start()
    client = assert(thoughtspot.new {
      host = sandbox.https, ca_file = sandbox.ca_file,
      username = sandbox.username, password = sandbox.password,
    })
    for index = 1, 17 do
      assert(client:create_user {
        name = ("user%02d"):format(index), email = "user@acme.test",
        display_name = [[<b>"Tables" & 'Sons'</b>]],
      })
    end
    local template = adapt()
    page = server.start(template, nil, {
      THOUGHTSPOT_HOST = sandbox.https,
      THOUGHTSPOT_CA_FILE = sandbox.ca_file,
      THOUGHTSPOT_USERNAME = sandbox.username,
      THOUGHTSPOT_PASSWORD = sandbox.password,
      LUA_PATH = server.root .. "/lua/?.lua;" .. server.root
        .. "/lua/?/init.lua;;",
      LUA_CPATH = server.root .. "/build/luajit/?.so;;",
    })
    os.remove(template)
    cookies = "-b " .. page.folder .. "/cookies -c " .. page.folder
      .. "/cookies "
  end)

  teardown(function()
    client:close()
    page:stop()
    sandbox:stop()
  end)

  local function status(path, options)
    return tonumber(page:get(path, cookies .. "-o /dev/null -w '%{http_code}' "
      .. (options or "")))
  end

  -- The token of the forms, and the user of the first of them.
  local function read_form(html)
    return html:match 'name="csrf_token" value="([^"]+)"',
      html:match 'name="user" value="([^"]+)"'
  end

  local function form(token, user, to)
    return ("--data-urlencode 'csrf_token=%s' -d user=%s -d name=x "
      .. "-d status=%s"):format(token, user, to)
  end

  local function status_of(user)
    return client:find_user(user).account_status
  end

  it("lists users, page by page", function()
    local first = page:get("/?search=user", cookies)
    assert.matches("user01", first, 1, true)
    assert.matches("user15", first, 1, true)
    assert.is_nil(first:find("user16", 1, true))
    local address = first:match '<a href="([^"]+)">Next':gsub("&amp;", "&")
    local second = page:get(address, cookies)
    assert.matches("user17", second, 1, true)
    assert.is_nil(second:find("user15", 1, true))
  end)

  it("says when there is nobody", function()
    assert.matches("No user matches", page:get "/?search=nobody", 1, true)
  end)

  it("escapes what it prints", function()
    local script = "%3Cscript%3E%22%27"
    local html = page:get("/?search=user01&done=ACTIVE&name=" .. script)
    assert.matches("&lt;b&gt;&quot;Tables&quot; &amp; &#39;Sons&#39;&lt;/b",
      html, 1, true)
    assert.is_nil(html:find("<b>", 1, true))
    assert.matches("&lt;script&gt;&quot;&#39; was activated", html, 1, true)
    html = page:get("/?search=" .. script)
    assert.matches('value="&lt;script&gt;&quot;&#39;"', html, 1, true)
  end)

  it("deactivates and activates", function()
    local html = page:get("/?search=user03", cookies)
    local token, user = read_form(html)
    assert.equal(303, status("/status", form(token, user, "INACTIVE")))
    assert.equal("INACTIVE", status_of(user))
    assert.equal(303, status("/status", form(token, user, "ACTIVE")))
    assert.equal("ACTIVE", status_of(user))
  end)

  it("shows why the cluster refuses", function()
    local token, user = read_form(page:get("/?search=tsadmin", cookies))
    local html = page:get("/status", cookies .. form(token, user, "INACTIVE"))
    assert.matches("is the user that the client acts as", html, 1, true)
  end)

  it("wants a form token that it has given to the same browser", function()
    local token, user = read_form(page:get("/?search=user04", cookies))
    local order = form(token, user, "INACTIVE")
    assert.equal(403, status("/status", form("wrong", user, "INACTIVE")))
    assert.equal(403, tonumber(page:get("/status", order
      .. " -o /dev/null -w '%{http_code}'")))
    assert.equal("ACTIVE", status_of(user))
  end)

  it("changes nothing by GET", function()
    assert.equal(405, status "/status?status=INACTIVE")
    assert.equal(405, status "/api/status")
  end)

  it("speaks JSON", function()
    local answer = cjson.decode(page:get("/api/users?search=user05",
      cookies .. "-D " .. page.folder .. "/headers"))
    assert.equal("user05", answer.users[1].name)
    assert.is_false(answer.more)
    assert.matches('"users":[]', page:get "/api/users?search=nobody", 1, true)
    local file = io.open(page.folder .. "/headers")
    local token = file:read "*a":match "X%-CSRF%-Token: (%S+)"
    file:close()
    local order = "-d '" .. cjson.encode {
      user = answer.users[1].id, status = "INACTIVE",
    } .. "'"
    assert.equal(403, status("/api/status", order))
    assert.equal(200, status("/api/status", order .. " -H 'X-CSRF-Token: "
      .. token .. "'"))
    assert.equal("INACTIVE", status_of "user05")
    assert.equal(400, status("/api/status", "-d nonsense -H 'X-CSRF-Token: "
      .. token .. "'"))
  end)
end)
