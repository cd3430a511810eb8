-- No secret is shown, or sent to the wrong place.

local cjson = require "cjson"
local core = require "thoughtspot.core"
local thoughtspot = require "thoughtspot"
local command = require "spec.support.command"
local fault = require "spec.support.fault_server"
local support = require "spec.support.exchange"

-- With characters that JSON, HTML and URLs escape.
local SECRET = "p\"w\\d/\195\169<&>'%41+ 9%"
local BEARER = "tok/en+<&>'\"%41=="

local function map(text, pattern, format)
  return (text:gsub(pattern, function(c)
    return format:format(c:byte())
  end))
end

local function quoted(text)
  return cjson.encode { text }:sub(2, -2)
end

-- The notations in which a server may repeat a secret.
local writings = {
  ["as it is"] = function(text)
    return text
  end,
  ["in JSON"] = function(text)
    return ([[{"error":{"message":{"debug":%s}}}]]):format(quoted(text))
  end,
  ["in JSON in JSON"] = function(text)
    return ([[{"debug":%s}]]):format(quoted(([[{"a":%s}]])
      :format(quoted(text))))
  end,
  ["in JSON, with every letter escaped"] = function(text)
    return ([[{"message":"%s"}]]):format(map(text:gsub("\195\169",
      "\233"), ".", "\\u%04x"))
  end,
  ["in HTML"] = function(text)
    return "<p>" .. text:gsub("&", "&amp;"):gsub("<", "&lt;")
      :gsub(">", "&gt;"):gsub('"', "&quot;"):gsub("'", "&#39;") .. "</p>"
  end,
  ["in a URL"] = function(text)
    return "?password=" .. map(text, "[^%w]", "%%%02X")
  end,
  ["with digits behind"] = function(text)
    return text .. "41 and so on"
  end,
  ["at the end, cut"] = function(text)
    return "wrong: " .. text:sub(1, -3)
  end,
  ["very often"] = function(text)
    return (text .. " "):rep(10000)
  end,
}

-- Fails when the value contains one of the texts, as it is or after decoding.
local function expect_hidden(value, secrets, seen)
  seen = seen or {}
  if type(value) == "table" and not seen[value] then
    seen[value] = true
    for key, member in pairs(value) do
      expect_hidden(key, secrets, seen)
      expect_hidden(member, secrets, seen)
    end
  elseif type(value) == "string" then
    for _, secret in ipairs(secrets) do
      for how, write in pairs(writings) do
        if how ~= "very often" and how ~= "with digits behind" then
          local written = how == "at the end, cut" and secret:sub(1, 6)
            or write(secret):match "^<p>(.*)</p>$" or how == "in a URL"
            and write(secret):sub(11) or secret
          if value:find(written, 1, true) then
            error("a secret is shown " .. how .. ": " .. value, 0)
          end
        end
      end
    end
    local ok, decoded = pcall(cjson.decode, value)
    if ok and type(decoded) == "table" then
      expect_hidden(decoded, secrets, seen)
    end
  end
end

-- A request of the endpoint with the secret in every secret field.
local function with_secrets(schema)
  local request, found = support.minimal(schema), false
  for _, field in ipairs(schema.fields) do
    if field.secret and not field.unsent then
      request[field.name] = SECRET
      found = true
    elseif field.schema then
      local inner, inside = with_secrets(field.schema)
      if inside then
        request[field.name] = field.list and { inner } or inner
        found = true
      end
    end
  end
  return request, found
end

local function all_of(err)
  local all = { tostring(err), "" .. err }
  for name, value in pairs(err) do
    all[name] = value
  end
  return all
end

describe("secrets", function()
  describe("are not shown", function()
    for _, name in ipairs(core.describe()) do
      local endpoint = core.describe(name)
      local request, found
      if endpoint.request then
        request, found = with_secrets(endpoint.request)
      end
      if found then
        for how, write in pairs(writings) do
          it("by an error of " .. name .. ", " .. how, function()
            for _, answer in ipairs {
              { 400, SECRET }, { 302, SECRET }, { 500, SECRET },
              { 400, BEARER }, { 302, BEARER },
            } do
              local written = write(answer[2])
              local client = support.client { token = BEARER }
              local exchange = assert(support.prepare(client, name, request,
                { max_retries = 0 }))
              local value, err = support.outcome(exchange, answer[1],
                written, { Location = "http://x/" .. written })
              assert.is_nil(value)
              expect_hidden(all_of(err), { SECRET, BEARER })
            end
          end)
        end
      end
    end

    for how, write in pairs(writings) do
      it("by the error of a login, " .. how, function()
        for _, option in ipairs { "password", "secret_key" } do
          local client = support.client {
            username = "me", [option] = SECRET, max_retries = 0,
          }
          local exchange = client:prepare("search_users", {})
          local _, err = support.outcome(exchange, 400, write(SECRET))
          expect_hidden(all_of(err), { SECRET })
        end
      end)

      it("by an error that repeats a token that was refused, " .. how,
        function()
          local client = support.login_client {}
          local exchange = client:prepare("search_users", {})
          support.mint(exchange, { token = BEARER })
          support.answer(exchange, 401, write(BEARER))
          support.mint(exchange, { token = "another-token" })
          local _, err = support.outcome(exchange, 400,
            "another-token" .. write(BEARER))
          expect_hidden(all_of(err), { BEARER, "another-token" })
        end)
    end

    it("by an error that repeats a token that another exchange renewed",
      function()
        local client = support.login_client {}
        local first = client:prepare("search_users", {})
        support.mint(first, { token = BEARER })
        support.send(first)
        local later = support.now
        for _, token in ipairs { "second-token", "third-token" } do
          later = later + 1000
          support.mint(client:prepare("search_users", {}), { token = token },
            later)
        end
        first:respond(400, nil, BEARER, support.now)
        assert.equal("done", (first:step(support.now)))
        expect_hidden(all_of(select(2, first:result())), { BEARER })
      end)

    it("by an error that repeats a form-encoded password", function()
      local client = support.client { username = "me", max_retries = 0,
        password = "p@ss word+/1" }
      local _, err = support.outcome(client:prepare("search_users", {}), 400,
        "p=p%40ss+word%2B%2F1&p=p@ss+word%2b/1")
      assert.equal("p=[secret]&p=[secret]", err.body)
    end)

    it("by an error that repeats the user's headers", function()
      local client = support.client { max_retries = 0, headers = {
        ["X-Api-Key"] = "gateway-key-1", ["X-Auth"] = "Basic QWxhZGRpbjpv",
        ["Accept-Language"] = "en-US,english", ["X-Org"] = "0",
        ["X-Request-Id"] = "request-17" } }
      local exchange = client:prepare("search_users", {}, { headers = {
        ["X-Api-Key"] = "another-key", ["Cookie"] = "sid=ABCDEFGH; a=b" } })
      local _, err = support.outcome(exchange, 400, "gateway-key-1 "
        .. "another-key Basic QWxhZGRpbjpv english 0 request-17 "
        .. "application/json sid=ABCDEFGH; a=b")
      assert.equal("[secret] [secret] Basic [secret] english 0 request-17 "
        .. "application/json [secret]; a=b", err.body)
    end)

    it("by an error that repeats the password of a proxy", function()
      local client = support.client { max_retries = 0,
        proxy = "socks5h://joe:hunter%402secret@127.0.0.1:99" }
      local _, err = support.outcome(client:prepare("search_users", {}), nil,
        "cannot use joe:hunter%402secret@127.0.0.1, joe:hunter@2secret")
      assert.equal("cannot use joe:[secret]@127.0.0.1, joe:[secret]",
        err.message)
    end)

    it("by the error of a transport", function()
      local client = support.client { token = BEARER, max_retries = 0 }
      local exchange = client:prepare("search_users", {})
      local _, err = support.outcome(exchange, nil,
        "cannot send Authorization: Bearer " .. BEARER)
      expect_hidden(all_of(err), { BEARER })
    end)

    it("by a client", function()
      for _, way in ipairs {
        { username = "me", password = SECRET },
        { username = "me", secret_key = SECRET },
        { token = "t0ken-t0ken" },
      } do
        way.host = "https://acme.test"
        local client = assert(core.new(way))
        local module_client = assert(thoughtspot.new(way))
        for _, text in ipairs { tostring(client), tostring(module_client) } do
          expect_hidden(text, { SECRET, "t0ken-t0ken" })
          assert.truthy(text:find("acme.test", 1, true))
        end
      end
    end)

    it("by a refusal of options or of requests", function()
      local refused = {
        { username = "me", password = SECRET, secret_key = SECRET },
        { username = "me", password = SECRET, token = SECRET },
        { password = SECRET },
        { token = SECRET .. "\n" },
        { token = SECRET, pasword = SECRET },
        { username = "me", password = { SECRET } },
        { username = "me", password = SECRET .. "\0" },
        { username = "me", password = SECRET .. "\255" },
        { token = "t", headers = { ["X-Key"] = SECRET .. "\n" } },
        { token = "t", headers = { Authorization = SECRET } },
        { token = "t", proxy = "http://u:" .. SECRET .. "@p:1\n" },
        { token = "t", proxy = "http://u:" .. SECRET .. "@127.0.0.1:99999" },
      }
      for _, options in ipairs(refused) do
        options.host = "https://acme.test"
        local client, err = core.new(options)
        assert.is_nil(client)
        expect_hidden(all_of(err), { SECRET })
      end
      local client = support.client {}
      for _, request in ipairs {
        { user_identifier = "a", new_password = SECRET .. "\255" },
        { user_identifier = "a", new_password = { SECRET } },
        { user_identifier = "a", new_pasword = SECRET },
        { user_identifier = 1, new_password = SECRET },
      } do
        expect_hidden(all_of(support.refusal(client, "reset_user_password",
          request)), { SECRET })
      end
    end)

    it("by events", function()
      local server = fault.start()
      local case = server:case {
        ["auth/token/full"] = { fault.token "minted-token" },
        fault.reply("429 No", quoted(SECRET), { "Retry-After: 0" }),
        fault.ok [[{"id":"1","name":"a"}]],
      }
      local events = {}
      local client = assert(thoughtspot.new {
        host = case.host, username = "me", password = SECRET,
        on_event = function(event)
          events[#events + 1] = event
        end,
      })
      assert(client:create_user {
        name = "ada", display_name = "Ada", email = "ada@acme.test",
        password = "other-password",
      })
      server:stop()
      assert.is_true(#events > 4)
      local allowed = {
        type = true, endpoint = true, attempt = true, status = true,
        seconds = true, bytes = true,
      }
      for _, event in ipairs(events) do
        for name in pairs(event) do
          assert.is_true(allowed[name], name)
        end
        expect_hidden(event, { SECRET, "minted-token", "other-password",
          "ada", "me" })
      end
    end)
  end)

  describe("injection", function()
    local bad = { "\r", "\n", "\0", "\r\nX-Evil: 1", "\127" }

    it("is refused in every option that goes on the wire", function()
      for _, part in ipairs(bad) do
        for name, value in pairs {
          host = "https://acme.test" .. part,
          token = "t" .. part,
          user_agent = "a" .. part,
          proxy = "http://127.0.0.1:1" .. part,
          ca_file = "LICENSE" .. part,
          client_cert = "LICENSE" .. part,
          client_key = "LICENSE" .. part,
        } do
          local options = { host = "https://acme.test", token = "t",
            client_cert = "LICENSE" }
          options[name] = value
          local client, err = core.new(options)
          assert.is_nil(client, name)
          assert.equal("argument", err.kind)
          assert.equal(name, err.field)
        end
      end
    end)

    it("is refused in headers, of clients and of calls", function()
      for _, part in ipairs(bad) do
        for _, headers in ipairs { { ["X-A"] = "b" .. part },
                                   { ["X-A" .. part] = "b" } } do
          local client, err = core.new { host = "https://acme.test",
            token = "t", headers = headers }
          assert.is_nil(client)
          assert.equal("argument", err.kind)
          err = support.refusal(support.client {}, "search_users", {},
            { headers = headers })
          assert.equal("argument", err.kind)
        end
      end
      for _, name in ipairs { "Host", "authorization", "Content-Length",
                              "Transfer-Encoding", "", "a b", "a:b" } do
        local _, err = core.new { host = "https://acme.test", token = "t",
          headers = { [name] = "x" } }
        assert.equal("argument", err.kind)
      end
    end)

    it("is refused or encoded in identifiers", function()
      local client = support.client {}
      for _, name in ipairs { "update_user", "delete_user" } do
        local err = support.refusal(client, name, "a\0b")
        assert.equal("argument", err.kind)
        for text, path in pairs {
          ["a\r\nX-Evil: 1"] = "a%0D%0AX-Evil%3A%201",
          ["a/../../x?y#z"] = "a%2F..%2F..%2Fx%3Fy%23z",
        } do
          local request = support.send(assert(client:prepare(name, text)))
          assert.truthy(request.url:find("/users/" .. path .. "/", 1, true))
        end
        for _, text in ipairs { "", ".", ".." } do
          assert.equal("argument",
            support.refusal(client, name, text).kind)
        end
      end
    end)

    it("by a token is refused where it is supplied", function()
      for _, part in ipairs(bad) do
        local client = support.provider_client {}
        local exchange = client:prepare("search_users", {})
        assert.equal("token", exchange:step(1000))
        exchange:supply("t" .. part)
        assert.equal("done", exchange:step(1000))
        local _, err = exchange:result()
        assert.equal("auth", err.kind)
      end
    end)
  end)

  describe("over plain http", function()
    local function new(host, options)
      local all = { host = host, token = "t" }
      for name, value in pairs(options or {}) do
        all[name] = value
      end
      return core.new(all)
    end

    it("go to this machine only", function()
      for _, host in ipairs { "http://127.0.0.1:80", "http://localhost",
                              "http://[::1]:8080/x", "http://127.1.2.3" } do
        assert(new(host))
      end
      for _, host in ipairs {
        "http://acme.test", "http://127.0.0.1.acme.test",
        "http://localhost.acme.test", "http://10.0.0.1", "http://[::2]",
        "http://127.0.0.1@acme.test", "http://0.0.0.0", "http://1270.0.1",
        "HTTP://acme.test", "ftp://127.0.0.1", "file:///etc/passwd",
        "http://2130706433", "http://127.0.0.1#@acme.test",
        "http://127.0.0.1\\@acme.test", "//acme.test", "acme.test",
      } do
        local client, err = new(host)
        assert.is_nil(client, host)
        assert.equal("host", err.field)
      end
    end)

    it("go elsewhere if the options allow it", function()
      assert(new("http://acme.test", { allow_http = true }))
      assert.is_nil(new("http://acme.test", { allow_http = false }))
      assert.is_nil(new("http://acme.test", { allow_http = "yes" }))
    end)

    it("do not go to a proxy", function()
      local client, err =
        new("http://127.0.0.1", { proxy = "http://proxy.acme.test:3128" })
      assert.is_nil(client)
      assert.equal("proxy", err.field)
      assert(new("https://acme.test", { proxy = "http://p.acme.test:3128" }))
    end)

    it("of a proxy in the environment are not shown", function()
      for _, address in ipairs { "http://joe:hunter2-h@proxy:99999",
        "ftp://joe:hunter2-h@proxy:21", "joe:hunter2-h@proxy:8x",
        "http://joe:" .. ("hunter2-h"):rep(40) .. "@proxy:99999" } do
        for _, name in ipairs { "https_proxy", "all_proxy" } do
          local script = [[
            local host = "https://acme.test"
            local client = require "thoughtspot.core".new { host = host,
              token = "a-token-0001", max_retries = 0 }
            local _, err = client:search_users {}
            local seen = { tostring(err) }
            for name, value in pairs(err) do
              seen[#seen + 1] = name .. "=" .. tostring(value)
            end
            print(table.concat(seen, " "))]]
          local _, said = command.run(command.lua() .. " -e "
            .. command.quote(script), { environment = {
              [name] = address, no_proxy = "",
            } })
          assert.matches("proxy", said)
          assert.is_nil(said:find("hunter2", 1, true), said)
        end
      end
    end)

    it("do not go to a proxy of the environment", function()
      local server = fault.start()
      local proxy = server:case { fault.ok "[]" }
      local case = server:case { fault.ok "[]" }
      -- It would be asked for the name of the case, and see its host.
      local script = ([[
        local client = require "thoughtspot.core".new {
          host = "http://localhost:%s/%s", token = "t", max_retries = 0,
        }
        print(client:search_users {} and "found")]]):format(server.port,
        case.name)
      local _, found = command.run(command.lua() .. " -e "
        .. command.quote(script), { environment = {
          http_proxy = "http://127.0.0.1:1",
          all_proxy = "http://127.0.0.1:1", no_proxy = "",
        } })
      assert.equal("found\n", found)
      assert.equal(1, #case:requests())
      assert.same({}, proxy:requests())
      server:stop()
    end)
  end)

  it("go to the given host only", function()
    local server = fault.start()
    local other = server:case { fault.ok "[]" }
    local case = server:case {
      fault.reply("308 Moved", "", { "Location: " .. other.host,
        "Refresh: 0; url=" .. other.host, "Alt-Svc: h2=\"" .. server.address
        .. "\"", "Set-Cookie: a=b" }) }
    local client = assert(core.new { host = case.host, token = "t",
      max_retries = 0 })
    for _ = 1, 2 do
      assert.is_nil(client:search_users {})
    end
    assert.same({}, other:requests())
    assert.is_nil(case:requests()[2].headers.cookie)
    server:stop()
  end)

  it("are marked as such in all schemas", function()
    local function check(schema)
      for _, field in ipairs(schema.fields) do
        local name = field.name
        local looks_secret = field.type == "string"
          and (name:find "password" or name:find "token$"
            or name:find "secret" or name:find "_link$")
        assert.equal(looks_secret and true or nil, field.secret, name)
        if field.schema then
          check(field.schema)
        end
      end
    end
    for _, name in ipairs(core.describe()) do
      local endpoint = core.describe(name)
      for _, schema in ipairs { endpoint.request or false,
                                endpoint.returns or false } do
        if schema then
          check(schema)
        end
      end
    end
    check(core.describe "Options")
  end)
end)

describe("a secret of one letter", function()
  -- Errors of a client whose token is a letter, by what goes wrong.
  local function error_of(letter, transport, options)
    local all = { host = "https://acme.test", token = letter, max_retries = 0,
      transport = transport }
    for name, value in pairs(options or {}) do
      all[name] = value
    end
    local client = assert(thoughtspot.new(all))
    return select(2, client:create_user {
      name = "ada", display_name = "Ada", email = "ada@acme.test",
    })
  end

  local function answering(status, body)
    return function()
      return { status = status, body = body }
    end
  end

  it("removes no letters from the library's own texts", function()
    local ways = {
      ["expected an object"] = answering(200, "[1]"),
      ["has none of the expected fields"] = answering(200, '{"a":1}'),
      ["an HTML page instead of a reply"] = answering(200, "<html>"),
      ["the reply is empty"] = answering(200, ""),
      ["the cluster rejected the credentials"] = answering(401, "{}"),
      ["the cluster denied permission"] = answering(403, "{}"),
      ["the proxy rejected the credentials"] = answering(407, "e"),
      ["the host redirects elsewhere"] = answering(302, ""),
      ["the transport returned no response: expected a table"] = function()
        return "response"
      end,
      ["the transport's response has no HTTP status"] = function()
        return {}
      end,
      ["the transport failed"] = function() end,
    }
    for letter in ("aehnorst"):gmatch "." do
      for sentence, transport in pairs(ways) do
        local err = error_of(letter, transport)
        assert.truthy(err.message:find(sentence, 1, true), err.message)
      end
      local err = error_of(letter, nil, { host = "http://127.0.0.1:1" })
      assert.equal("connect", err.kind)
      assert.falsy(err.message:find("[secret]", 1, true), err.message)
    end
  end)

  it("is removed from texts of others", function()
    for _, transport in ipairs {
      answering(400, '{"debug":"token x is bad"}'),
      function() return nil, "token x is bad" end,
      function() error("token x is bad", 0) end,
    } do
      assert.equal("token [secret] is bad", error_of("x", transport).message)
    end
  end)
end)
