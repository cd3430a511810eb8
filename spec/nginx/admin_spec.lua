-- Takes long.

local cjson = require("cjson").new()
local command = require "spec.support.command"
local core = require "thoughtspot.core"
local http = require "spec.support.http"
local nginx = require "spec.support.nginx"
local sandbox_server = require "spec.support.sandbox_server"
local server = require "spec.nginx.server"
local thoughtspot = require "thoughtspot"

local EXAMPLE = "examples/nginx/"
local FILES = {
  EXAMPLE .. "admin.lua", EXAMPLE .. "directory.lua", EXAMPLE .. "html.lua",
  EXAMPLE .. "session.lua", EXAMPLE .. "style.css",
}

-- The example's configuration, with another port and log.
local function adapt()
  local folder = command.new_folder()
  local text = command.read(EXAMPLE .. "nginx.conf")
    :gsub("listen 127%.0%.0%.1:8080", "listen 127.0.0.1:@PORT1@")
    :gsub("error_log stderr", "error_log error.log")
  command.write(folder .. "/nginx.conf", "@USER@\n" .. text)
  return folder
end

-- The environment variables of the example.
local function environment_of(sandbox)
  return {
    THOUGHTSPOT_HOST = sandbox.https,
    THOUGHTSPOT_CA_FILE = sandbox.ca_file,
    THOUGHTSPOT_USERNAME = sandbox.username,
    THOUGHTSPOT_PASSWORD = sandbox.password,
    LUA_PATH = server.root .. "/lua/?.lua;" .. server.root
      .. "/lua/?/init.lua;;",
    LUA_CPATH = server.root .. "/build/luajit/?.so;;",
  }
end

local function new_client(sandbox)
  return assert(thoughtspot.new {
    host = sandbox.https, ca_file = sandbox.ca_file,
    username = sandbox.username, password = sandbox.password,
  })
end

describe("the administration page", function()
  local sandbox, page, client

  setup(function()
    sandbox = sandbox_server.start()
    client = new_client(sandbox)
    for index = 1, 17 do
      assert(client:create_user {
        name = ("user%02d"):format(index),
        email = ("m%02d@mail.test"):format(index),
        display_name = [[<b>"Tables" & 'Sons'</b>]],
      })
    end
    assert(client:create_user {
      name = "zoe", email = "z.oezil@other.test", display_name = "Zoé Özil",
    })
    local template = adapt()
    page = server.start(template .. "/nginx.conf", nil,
      environment_of(sandbox), FILES)
    command.remove(template)
  end)

  teardown(function()
    client:close()
    page:stop()
    sandbox:stop()
  end)

  -- The cookie of the session, as a browser keeps it.
  local cookie

  -- Sends a request as a browser does.
  -- @param request table, or nil: method, headers, body
  -- @return as http.send
  local function send(path, request)
    request = request or {}
    local headers = {
      Cookie = cookie,
      ["Content-Type"] = request.body and "application/x-www-form-urlencoded",
    }
    for name, value in pairs(request.headers or {}) do
      headers[name] = value
    end
    local body, code, head = http.send(page.port, {
      method = request.method or request.body and "POST" or "GET",
      path = path, headers = headers, body = request.body,
    })
    cookie = head:match "\r\nSet%-Cookie: (session=[^;]+); Path=/;" or cookie
    return body, code, head
  end

  local function get(path, request)
    return (send(path, request))
  end

  local function status(path, request)
    return (select(2, send(path, request)))
  end

  local function head_of(path, request)
    return (select(3, send(path, request)))
  end

  -- The token of a page's forms, and the user of the first of them.
  local function read_form(html)
    return html:match 'name="csrf_token" value="([^"]+)"',
      html:match 'name="user" value="([^"]+)"'
  end

  local function form(token, user, to)
    return {
      body = ("csrf_token=%s&user=%s&status=%s"):format(token:gsub("[^%w]",
        function(character)
          return ("%%%02X"):format(character:byte())
        end), user, to),
    }
  end

  -- The form of the question about the only user that a search finds.
  local function ask(name)
    local _, user = read_form(get("/?search=" .. name):match "<table>.*")
    local question = get("/deactivate?search=" .. name .. "&user=" .. user)
    return read_form(question), user, question
  end

  local function user_named(name)
    return assert(client:find_user(name))
  end

  local function count_logouts()
    local bodies = {}
    for _, request in ipairs(sandbox:control "requests") do
      if request.endpoint == "force_logout_users" then
        bodies[#bodies + 1] = request.body
      end
    end
    return bodies
  end

  it("lists users, page by page, and says how many there are", function()
    local first = get "/?search=user"
    assert.matches("user01", first, 1, true)
    assert.matches("user15", first, 1, true)
    assert.is_nil(first:find("user16", 1, true))
    assert.matches("<b>17</b> of %d+ users", first)
    assert.matches("Page 1 of 2", first, 1, true)
    local address = first:match '<a href="([^"]+)">Next':gsub("&amp;", "&")
    local second = get(address)
    assert.matches("user17", second, 1, true)
    assert.is_nil(second:find("user15", 1, true))
    assert.matches("Page 2 of 2", get "/?search=user&page=99", 1, true)
    assert.matches('"count"><b>%d+</b> users<', get "/")
  end)

  it("says when there are no users", function()
    local html = page:get "/?search=nobody"
    assert.matches("No user matches", html, 1, true)
    assert.matches("<b>0</b> of", html, 1, true)
  end)

  it("searches names, display names and addresses", function()
    for _, search in ipairs {
      "ZOE", "zo%C3%A9", "%C3%B6zil", "%C3%96ZIL", "z.oezil@other", "m03@mail",
      "OTHER+zoe",
    } do
      local html = get("/?search=" .. search)
      assert.matches("<b>1</b> of", html, 1, true)
      assert.matches(search:find "m03" and "user03" or "Zoé Özil", html, 1,
        true)
    end
    -- Not a pattern of Lua or SQL: literal.
    assert.matches("No user matches", get "/?search=user%25", 1, true)
    assert.matches("No user matches", get "/?search=use.0", 1, true)
    -- A word is not matched across two fields.
    assert.matches("No user matches", get "/?search=zoezo%C3%A9", 1, true)
  end)

  it("does not cut a long search inside a character", function()
    local html = get("/?search=" .. ("%C3%B6"):rep(150))
    local search = html:match 'type="search" value="([^"]*)"'
    assert.equal(("ö"):rep(99), search)
    search = get("/?search=a" .. ("%C3%B6"):rep(150))
      :match 'type="search" value="([^"]*)"'
    assert.equal("a" .. ("ö"):rep(99), search)
  end)

  it("escapes what it prints", function()
    local script = "%3Cscript%3E%22%27"
    local html = page:get "/?search=user01"
    local shown = "&lt;b&gt;&quot;Tables&quot; &amp; &#39;Sons&#39;&lt;/b"
    assert.matches(shown, html, 1, true)
    assert.is_nil(html:find("<b>\"", 1, true))
    html = page:get("/?search=" .. script)
    assert.matches('value="&lt;script&gt;&quot;&#39;"', html, 1, true)
    local _, _, question = ask "user01"
    assert.matches("<dd>" .. shown, question, 1, true)
  end)

  it("asks before it deactivates", function()
    local token, user, question = ask "user02"
    assert.matches("Deactivate user02?", question, 1, true)
    assert.matches('href="/?search=user02"', question, 1, true)
    assert.equal("ACTIVE", user_named("user02").account_status)
    assert.equal(303, status("/status?search=user02", form(token, user,
      "INACTIVE")))
    assert.equal("INACTIVE", user_named("user02").account_status)
  end)

  it("logs out whom it deactivates, and nobody else", function()
    local token, user = ask "user03"
    local before = #count_logouts()
    assert.equal(303, status("/status", form(token, user, "INACTIVE")))
    local bodies = count_logouts()
    assert.equal(before + 1, #bodies)
    assert.same({ user_identifiers = { user } }, cjson.decode(bodies[#bodies]))
    assert.equal(303, status("/status", form(token, user, "ACTIVE")))
    assert.equal("ACTIVE", user_named("user03").account_status)
    assert.equal(before + 1, #count_logouts())
  end)

  it("reports a change once, not in the URL, and undoes it", function()
    local token, user = ask "user04"
    local headers = head_of("/status?search=user04", form(token, user,
      "INACTIVE"))
    assert.matches("\nLocation: [^\n]*/%?search=user04\r", headers)
    -- HEAD shows nothing, so it keeps the message for later.
    get("/?search=user04", { method = "HEAD" })
    local html = get "/?search=user04"
    assert.matches("user04 was deactivated.", html, 1, true)
    assert.is_nil(page:get("/?search=user04"):find("deactivated", 1, true))
    local undo = html:match 'role="status">.-<form.-</form>'
    assert.matches('value="ACTIVE"[^>]*>Undo<', undo)
    local undo_token, undo_user = read_form(undo)
    assert.equal(user, undo_user)
    assert.is_nil(get("/?search=user04"):find("was deactivated", 1, true))
    assert.equal(303, status("/status", form(undo_token, undo_user, "ACTIVE")))
    assert.equal("ACTIVE", user_named("user04").account_status)
    html = get "/?search=user04"
    assert.matches("user04 was activated.", html, 1, true)
    assert.matches('value="INACTIVE"[^>]*>Undo<', html)
  end)

  it("shows a change at once, in all workers", function()
    local token, user = ask "user05"
    for _, to in ipairs { "INACTIVE", "ACTIVE", "INACTIVE", "ACTIVE" } do
      status("/status", form(token, user, to))
      for _ = 1, 8 do
        local began = core.now()
        local html = get "/?search=user05"
        -- A page must not wait for the time limit of a call, 10 seconds.
        assert.is_true(core.now() - began < 8)
        assert.matches(to == "ACTIVE" and ">Active<" or ">Inactive<", html, 1,
          true)
      end
    end
  end)

  it("says that a user who is deactivated was not logged out", function()
    local token, user = ask "user06"
    sandbox:control("fail", { endpoint = "force_logout_users", status = 500 })
    assert.equal(303, status("/status", form(token, user, "INACTIVE")))
    assert.matches("user06 was deactivated, but could not be logged out: ",
      get "/", 1, true)
  end)

  it("verifies that a change has taken effect", function()
    local token, user = ask "user12"
    sandbox:control("fail", { endpoint = "update_user", status = 204 })
    local html = get("/status?search=user12", form(token, user, "INACTIVE"))
    assert.matches("accepted the change, but user12 is still ACTIVE", html, 1,
      true)
    assert.is_nil(html:find("was deactivated", 1, true))
  end)

  it("has no button for its own user", function()
    local html = get "/?search=tsadmin"
    assert.matches("<b>tsadmin</b>", html, 1, true)
    assert.is_nil(html:find("<form action=\"/deactivate\"", 1, true))
    assert.matches("Acts for this page", html, 1, true)
    local own = user_named("tsadmin").id
    assert.equal(409, status("/deactivate?user=" .. own))
  end)

  it("shows why the cluster refuses", function()
    local token = ask "user07"
    local own = user_named("tsadmin").id
    local html = get("/status", form(token, own, "INACTIVE"))
    assert.matches("is the user that the client acts as", html, 1, true)
    assert.equal("ACTIVE", user_named("tsadmin").account_status)
    assert.equal(404, status("/deactivate?user=nobody"))
    assert.equal(404, status("/status", form(token, "nobody", "INACTIVE")))
  end)

  it("requires the form token that it gave to the same browser", function()
    local token, user = ask "user08"
    assert.equal(403, status("/status", form("wrong", user, "INACTIVE")))
    cookie = nil
    assert.equal(403, status("/status", form(token, user, "INACTIVE")))
    assert.equal("ACTIVE", user_named("user08").account_status)
  end)

  it("changes nothing by GET, and answers HEAD without a body", function()
    assert.equal(405, status "/status?status=INACTIVE")
    assert.equal(405, status "/api/status")
    assert.equal(405, status("/", { method = "DELETE" }))
    local question = "/deactivate?user=" .. user_named("user09").id
    for _, path in ipairs { "/", "/api/users", "/style.css", question } do
      local body, _, head = send(path, { method = "HEAD" })
      assert.equal("", body)
      assert.matches("^HTTP/1.1 200 ", head)
      assert.matches("\nContent%-Type: ", head)
    end
    assert.equal("ACTIVE", user_named("user09").account_status)
  end)

  it("has a dark mode", function()
    assert.matches("prefers-color-scheme: dark", get "/style.css", 1, true)
    assert.matches('<meta name="color-scheme" content="light dark">', get "/",
      1, true)
    assert.matches("text/css", head_of "/style.css", 1, true)
  end)

  it("says that it needs a login in front, or who is logged in", function()
    assert.matches("put a login in front of it", get "/", 1, true)
    local _, _, question = ask "user10"
    assert.matches("put a login in front of it", question, 1, true)
  end)

  it("answers only to its own host name", function()
    assert.equal(421, status("/", { headers = { Host = "evil.test" } }))
    assert.equal(200, status("/", { headers = { Host = "localhost" } }))
  end)

  it("speaks JSON", function()
    local json, _, head = send "/api/users?search=user11"
    local answer = cjson.decode(json)
    assert.equal("user11", answer.users[1].name)
    assert.is_nil(answer.users[1].searchable)
    assert.is_false(answer.more)
    assert.equal(1, answer.found)
    assert.is_true(answer.total >= 18)
    assert.is_true(cjson.decode(get "/api/users?search=user").more)
    assert.matches('"users":[]', page:get "/api/users?search=nobody", 1, true)
    local order = cjson.encode {
      user = answer.users[1].id, status = "INACTIVE",
    }
    local headers = { ["X-CSRF-Token"] = head:match "X%-CSRF%-Token: (%S+)" }
    assert.equal(403, status("/api/status", { body = order }))
    local before = #count_logouts()
    assert.equal(200, status("/api/status", {
      headers = headers, body = order,
    }))
    assert.equal("INACTIVE", user_named("user11").account_status)
    assert.equal(before + 1, #count_logouts())
    assert.equal(400, status("/api/status", {
      headers = headers, body = "nonsense",
    }))
  end)
end)

describe("the page's nginx.conf", function()
  local sandbox, folder

  setup(function()
    sandbox = sandbox_server.start()
    folder = command.new_folder()
  end)

  teardown(function()
    command.remove(folder)
    sandbox:stop()
  end)

  -- The project as a reader has it, except for the port.
  local function check_out(change)
    command.check(("mkdir -p %s/%s && cp %s/%s* %s/%s"):format(folder, EXAMPLE,
      server.root, EXAMPLE, folder, EXAMPLE))
    local text = command.read(EXAMPLE .. "nginx.conf")
    command.write(folder .. "/template.conf", (change(text):gsub(
      "listen 127%.0%.0%.1:8080", "listen 127.0.0.1:@PORT1@")))
    return text
  end

  -- Runs a command in the folder, with a socket for nginx. Returns its port.
  local function start(line)
    local variables = ""
    for name, value in pairs(environment_of(sandbox)) do
      variables = variables .. name .. "=" .. command.quote(value) .. " "
    end
    local output = command.check(("cd %s && PATH=$PATH:/usr/sbin %s "
      .. "%s/build/listen 1 template.conf %snginx.conf sh -c %s"):format(
      folder, variables, command.quote(server.root), EXAMPLE,
      command.quote("exec " .. line)))
    return output:match "^%d+%s+(%d+)"
  end

  local function stop(line)
    command.check("cd " .. folder .. " && PATH=$PATH:/usr/sbin " .. line
      .. " -s quit")
    nginx.wait(folder .. "/" .. EXAMPLE)
  end

  it("starts and ends as its comment says", function()
    local text = check_out(function(text)
      return text
    end)
    local line = text:match "#   (nginx [^\n]+)"
    local port = start(line)
    local style = command.check("curl -sS http://127.0.0.1:" .. port
      .. "/style.css")
    stop(line)
    assert.equal(command.read(EXAMPLE .. "style.css"), style)
  end)

  it("takes the name of the user from auth_basic", function()
    check_out(function(text)
      return "@USER@\n" .. text:gsub("server_name [^\n]+",
        "%0\n    auth_basic users;\n    auth_basic_user_file users;")
    end)
    local is_root = command.check "id -u":match "%d+" == "0"
    command.write(folder .. "/template.conf", (command.read(folder
      .. "/template.conf"):gsub("@USER@", is_root and "user root;" or "")))
    command.write(folder .. "/" .. EXAMPLE .. "users", "grace:{PLAIN}pass\n")
    local line = "nginx -p " .. folder .. "/" .. EXAMPLE
      .. " -c nginx.conf -e error.log"
    local port = start(line)
    local url = "http://127.0.0.1:" .. port .. "/"
    local refused = command.check("curl -sS -o /dev/null -w '%{http_code}' "
      .. url)
    local html = command.check("curl -sS -u grace:pass " .. url)
    stop(line)
    assert.equal("401", refused)
    assert.matches("Signed in as grace", html, 1, true)
    assert.is_nil(html:find("put a login in front", 1, true))
    assert.matches("<b>tsadmin</b>", html, 1, true)
  end)
end)
