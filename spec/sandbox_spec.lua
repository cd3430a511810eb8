local command = require "spec.support.command"
local Caller = require "spec.support.sandbox_caller"
local json = require "thoughtspot.sandbox.json"
local contract = require "thoughtspot.sandbox.contract"
local thoughtspot = require "thoughtspot"

local SESSION = "auth/session/user"

describe("a sandbox", function()
  local admin, sandbox

  before_each(function()
    admin = Caller.with { users = { { name = "ada", password = "a" } } }
    sandbox = admin.sandbox
  end)

  local function ask(path, headers, body, method)
    local response = sandbox {
      method = method or "POST", headers = headers, body = body,
      url = "https://sandbox.test/api/rest/2.0/" .. path,
    }
    local answer = json.decode(response.body)
    return response.status, answer and answer.error
      and answer.error.message.code, response
  end

  describe("requires a token", function()
    it("that is valid", function()
      for _, header in ipairs {
        "", "Basic abc", "Bearer nonsense", "bearer " .. admin.token,
        admin.token,
      } do
        local status, code = ask(SESSION, { Authorization = header }, nil,
          "GET")
        assert.same({ 401, 10097 }, { status, code })
      end
      assert.equal(401, (ask("users/search", nil, "{}")))
      assert.equal(401, (ask("users/search", {}, "not JSON")))
    end)

    it("in a header with a name in any case", function()
      assert.equal(200, (ask(SESSION,
        { AUTHORIZATION = "Bearer " .. admin.token }, nil, "GET")))
    end)

    it("and answers 500 to an empty one", function()
      for _, header in ipairs { "Bearer", "Bearer ", "Bearer   " } do
        local status, code = ask("users/search", { authorization = header },
          "{}")
        assert.same({ 500, 10038 }, { status, code })
      end
    end)

    it("of an active user", function()
      local ada = Caller.new(sandbox, { username = "ada", password = "a" })
      assert.equal(200, (ada:get(SESSION)))
      admin:post("users/ada/update", { account_status = "SUSPENDED" })
      assert.equal(401, (ada:get(SESSION)))
    end)

    it("of an administrator for changes to users", function()
      local ada = Caller.new(sandbox, { username = "ada", password = "a" })
      for _, route in ipairs(contract.routes) do
        if route.admin then
          local path = route.path:gsub("{.*}", "ada")
          local status, code = ada:refusal(path, "{}")
          assert.same({ 403, 10023 }, { status, code }, route.name)
        end
      end
      assert.equal(200, (ada:get(SESSION)))
    end)

    it("of a user with a privilege to administer users, at least", function()
      local other = Caller.with {
        users = { { name = "eve", password = "e",
          privileges = { "AUTHORING", "USER_ADMINISTRATION" } } },
      }
      local eve = Caller.new(other.sandbox,
        { username = "eve", password = "e" })
      assert.equal(200, (eve:post("users/create",
        { name = "n", display_name = "n", email = "n" })))
    end)
  end)

  it("never fails, whatever the body", function()
    local texts = {
      "", "null", "[]", "[null]", "5", '"x"', "true", "{", "\0", "NaN",
      '{"":null}', '{"a":{"b":[[[]]]}}', ("["):rep(2000),
      '{"a":' .. ("["):rep(900) .. ("]"):rep(900) .. "}",
    }
    local values = { "null", "5", "1.5", "-1", "1e300", "true", '""', '"x"',
      '"\\u0000%"', '"ada"', "[]", "{}", "[null]", "[[]]", "[5]", '["x"]',
      "[{}]", '{"a":1}', '[{"identifier":null}]', '[{"user_identifier":5}]',
      '[{"user_identifier":"ada","display_name":"x","email":[]}]' }
    for _, route in ipairs(contract.routes) do
      if route.request then
        local fields = contract.schemas[route.request]
        local path = route.path:gsub("{.*}", "ada")
        local function send(text)
          local status = admin:post(path, text)
          assert.is_true(status == 200 or status == 204 or status == 400
            or status == 409 or status == 401, text)
          -- What the request may have taken away.
          admin = Caller.new(sandbox, {
            username = "tsadmin", secret_key = "sandbox-secret-key",
          })
          return status
        end
        for _, text in ipairs(texts) do
          send(text)
        end
        local required = ""
        for _, field in ipairs(fields) do
          if field.required or field.filled then
            required = required .. (',"%s":%s'):format(field.name,
              field.list and "[]" or '"ada"')
          end
        end
        for _, field in ipairs(fields) do
          for _, value in ipairs(values) do
            send(('{"%s":%s}'):format(field.name, value))
            -- Of two members of the same name, the last one counts.
            send(('{"":0%s,"%s":%s}'):format(required, field.name, value))
          end
        end
      end
    end
  end)

  it("answers 404 where there is no endpoint", function()
    assert.same({ 404, 10002, "no such endpoint" },
      { admin:refusal("users/nothing", "{}") })
    assert.equal(404, (admin:send("GET", "users/search")))
    assert.equal(404, (sandbox { method = "GET", headers = {},
      url = "https://sandbox.test/" }).status)
  end)

  it("ignores the query and the prefix of a path", function()
    local response = sandbox {
      method = "GET", headers = { authorization = "Bearer " .. admin.token },
      url = "https://sandbox.test/proxy/api/rest/2.0/auth/session/user?a=b",
    }
    assert.equal(200, response.status)
  end)

  it("keeps the requests that it received", function()
    admin:post("users/ada%2Fx/update", { email = "x" })
    admin:post("users/nothing", "{}")
    local requests = sandbox.requests
    assert.equal("get_full_access_token", requests[1].endpoint)
    assert.same({
      endpoint = "update_user", method = "POST",
      path = "/api/rest/2.0/users/ada%2Fx/update",
      headers = { Authorization = "Bearer " .. admin.token },
      body = '{"email":"x"}',
    }, requests[2])
    assert.is_nil(requests[3].endpoint)
    assert.equal(3, #requests)
  end)

  describe("has a quirk:", function()
    it("a slash in a path fails, even encoded", function()
      admin:post("users/create",
        { name = "a/b", display_name = "x", email = "x" })
      for _, what in ipairs { "update", "delete" } do
        assert.same({ 400, 10002, "the identifier contains a slash" },
          { admin:refusal("users/a%2Fb/" .. what, "{}") })
      end
      local id = sandbox:user("a/b").id
      assert.equal(204, (admin:post("users/" .. id .. "/update",
        { email = "y" })))
      sandbox.quirks.slash_in_path_fails = false
      assert.equal(204, (admin:post "users/a%2Fb/delete"))
    end)

    it("200 where the contract says 204", function()
      sandbox.quirks.ok_for_no_content = true
      local status, _, response = admin:post("users/ada/update", "{}")
      assert.equal(200, status)
      assert.equal("", response.body)
    end)

    it("unknown fields are ignored", function()
      assert.equal(204, (admin:post("users/ada/update", '{"emial":"x"}')))
      sandbox.quirks.ignore_unknown_keys = false
      assert.same({ 400, 10002, "emial is not known" },
        { admin:refusal("users/ada/update", '{"emial":"x"}') })
    end)

    it("every page is the first", function()
      sandbox.quirks.ignore_offset = true
      local _, users = admin:post("users/search",
        { record_offset = 1, record_size = 1 })
      assert.equal("ada", users[1].name)
    end)

    it("errors in other forms", function()
      sandbox.quirks.error_shape = "short"
      local _, answer = admin:post("users/search", { record_size = -2 })
      assert.same({ error = {
        code = 10002, message = "record_size is less than -1",
      } }, answer)
    end)

    it("and refuses invalid values", function()
      for name, wrong in pairs {
        error_shape = "nope", mfa = "yes", dangling_user = true,
        ignore_offset = 1,
      } do
        for _, set in ipairs {
          function()
            sandbox.quirks[name] = wrong
          end,
          function()
            thoughtspot.sandbox { quirks = { [name] = wrong } }
          end,
        } do
          local _, raised = pcall(set)
          assert.matches("^spec/sandbox_spec.lua:%d+: sandbox: quirk " .. name
            .. ": expected ", raised)
        end
      end
      sandbox.quirks.dangling_user = "ada"
      sandbox.quirks.dangling_user = false
    end)

    it("and refuses misspelled names", function()
      local _, raised = pcall(function()
        sandbox.quirks.mfaa = true
      end)
      assert.matches("^spec/sandbox_spec.lua:%d+: sandbox: there is no quirk "
        .. "mfaa; the quirks are dangling_user, .*, mfa, .*$", raised)
      assert.has_error(function()
        thoughtspot.sandbox { quirks = { dangling = "x" } }
      end)
      assert.is_true(Caller.with {
        quirks = { slash_in_path_fails = false, ok_for_no_content = true },
      }.sandbox.quirks.ok_for_no_content)
    end)
  end)

  describe("has failures", function()
    it("by name", function()
      for fault, expected in pairs {
        too_many = { 429, "" }, too_many_retry_after = { 429, "", "1" },
        unavailable = { 503, "<!DOCTYPE html>" },
        bad_gateway = { 502, "<!DOCTYPE html>" },
        maintenance = { 200, "<!DOCTYPE html>" },
        server_error = { 500, '{"error":' },
      } do
        sandbox:fail { fault = fault }
        local status, _, response = admin:get(SESSION)
        assert.equal(expected[1], status, fault)
        assert.equal(expected[2], response.body:sub(1, #expected[2]), fault)
        assert.equal(expected[3], response.headers["Retry-After"], fault)
        assert.equal(200, (admin:get(SESSION)))
      end
      sandbox:fail { fault = "reset" }
      assert.same({ nil, "connection reset" }, { admin:get(SESSION) })
    end)

    it("that happen at least once", function()
      for _, times in ipairs { 0, -1, 1.5, "2" } do
        assert.has_error(function()
          sandbox:fail { fault = "reset", times = times }
        end, "sandbox: times: expected a whole number above zero, got "
          .. times)
      end
    end)

    it("in detail", function()
      sandbox:fail { status = 418, headers = { A = "b" }, body = "tea" }
      local _, _, response = admin:get(SESSION)
      assert.same({ status = 418, headers = { A = "b" }, body = "tea" },
        response)
      sandbox:fail { status = 504 }
      _, _, response = admin:get(SESSION)
      assert.same({ status = 504, headers = {}, body = "" }, response)
      sandbox:fail { error = "timed out" }
      assert.same({ nil, "timed out" }, { admin:get(SESSION) })
    end)

    it("for a number of requests, in order, for one endpoint or all",
      function()
        sandbox:fail { endpoint = "search_users", status = 502, times = 2 }
        sandbox:fail { status = 503 }
        assert.equal(503, (admin:get(SESSION)))
        assert.equal(200, (admin:get(SESSION)))
        assert.equal(502, (admin:post("users/search", "{}")))
        assert.equal(502, (admin:post("users/search", "{}")))
        assert.equal(200, (admin:post("users/search", "{}")))
      end)

    it("before or after the request is carried out", function()
      local function create(name)
        return admin:post("users/create",
          { name = name, display_name = "x", email = "x" })
      end
      sandbox:fail { fault = "bad_gateway" }
      assert.equal(502, (create "eve"))
      assert.is_nil(sandbox:user "eve")
      sandbox:fail { fault = "bad_gateway", applied = true }
      assert.equal(502, (create "eve"))
      assert.is_table(sandbox:user "eve")
      sandbox:fail { fault = "reset", applied = true }
      assert.same({ nil, "connection reset" }, { create "fay" })
      assert.is_table(sandbox:user "fay")
    end)

    it("but refuses failures that make no sense", function()
      assert.has_error(function()
        sandbox:fail { fault = "flood" }
      end, "sandbox: there is no fault flood; the faults are bad_gateway, "
        .. "maintenance, reset, server_error, too_many, "
        .. "too_many_retry_after, unavailable")
      assert.has_error(function()
        sandbox:fail "reset"
      end, "sandbox: expected a table as a fault, got string")
      assert.has_error(function()
        sandbox:fail { endpoint = "search_users" }
      end, "sandbox: a fault needs a name, a status or an error")
      local _, raised = pcall(sandbox.fail, sandbox,
        { endpoint = "creat_user", status = 500 })
      assert.matches("sandbox: there is no endpoint creat_user; the "
        .. "endpoints are .*, create_user, ", raised)
      assert.has_error(function()
        sandbox:fail { satus = 500 }
      end, "sandbox: there is no field of a fault called satus; the fields "
        .. "are applied, body, endpoint, error, fault, headers, status, times")
      assert.equal(200, (admin:get(SESSION)))
    end)
  end)

  describe("is made", function()
    it("with an administrator in all orgs", function()
      local root = Caller.with {
        admin = { name = "root", password = "r" }, orgs = { "A", "B" },
      }
      local user = root.sandbox:user "root"
      assert.equal(3, #user.orgs)
      assert.same({ "ADMINISTRATION" }, user.privileges)
      assert.is_nil(root.sandbox:user "tsadmin")
    end)

    it("with users, groups and orgs", function()
      local made = thoughtspot.sandbox {
        orgs = { "A" }, groups = { "g", { name = "h", org = "A" } },
        users = { { name = "u", groups = { "g", "h" }, orgs = { "A" },
          favorites = { x = "ANSWER" }, roles = { "r" },
          first_login_time_in_millis = 5 } },
      }
      local user = made:user "u"
      assert.equal("u", user.display_name)
      assert.equal(2, #user.user_groups)
      assert.equal("A", user.orgs[1].name)
      assert.equal("x", user.favorite_metadata[1].id)
      assert.equal(5, user.first_login_time_in_millis)
      assert.equal("Primary", made:user("tsadmin").orgs[1].name)
    end)

    it("not with references to unknown objects", function()
      for message, options in pairs {
        ["expected a table of options, got string"] = "x",
        ["there is no option user"] = { user = {} },
        ["option users: expected a table, got string"] = { users = "ada" },
        ["option clock: expected a function, got number"] = { clock = 1 },
        ["expected a table as a user, got string"] = { users = { "ada" } },
        ["a user needs a name"] = { users = { { email = "a@acme.test" } } },
        ["there is no quirk x"] = { quirks = { x = 1 } },
        ["there is no field of a user called nmae"] =
          { users = { { nmae = "x" } } },
        ["nothing in groups is called g"] =
          { users = { { name = "x", groups = { "g" } } } },
        ["nothing in orgs is called o"] =
          { users = { { name = "x", orgs = { "o" } } } },
      } do
        local done, raised = pcall(thoughtspot.sandbox, options)
        assert.is_false(done)
        assert.is_truthy(raised:find("sandbox: " .. message, 1, true), raised)
        assert.is_nil(raised:find("lua/thoughtspot", 1, true), raised)
      end
    end)

    it("independent of every other", function()
      local other = thoughtspot.sandbox()
      admin:post("users/ada/delete")
      other.quirks.mfa = true
      assert.is_false(sandbox.quirks.mfa)
      assert.is_nil(other:user "ada")
      assert.is_table(thoughtspot.sandbox {
        users = { { name = "ada" } },
      }:user "ada")
    end)
  end)

  describe("is a transport", function()
    local now, client

    before_each(function()
      now = 1700000000
      sandbox = thoughtspot.sandbox {
        groups = { "readers" }, clock = function()
          return now
        end,
        users = { { name = "ada", email = "a@x", groups = { "readers" } },
          { name = "a/b" } },
      }
      client = assert(thoughtspot.new {
        host = "https://sandbox.test", transport = sandbox,
        username = "tsadmin", password = "secret", rate_limit = false,
        sleep = command.pause,
      })
    end)

    local function endpoints()
      local names = {}
      for index, request in ipairs(sandbox.requests) do
        names[index] = request.endpoint
      end
      return table.concat(names, " ")
    end

    it("for all calls", function()
      local user = assert(client:create_user {
        name = "eve", display_name = "Eve", email = "e@x", password = "pw",
      })
      assert.equal(user.id, client:find_user("eve").id)
      assert.is_true(client:update_user("eve", { email = "new" }))
      assert.equal("new", sandbox:user("eve").email)
      assert.is_true(client:change_user_password {
        user_identifier = "eve", current_password = "pw",
        new_password = "two",
      })
      assert.is_true(client:reset_user_password {
        user_identifier = "eve", new_password = "three",
      })
      assert.is_string(client:get_full_access_token {
        username = "eve", password = "three" }.token)
      local link = client:deactivate_user {
        user_identifier = "eve",
      }.activation_link
      assert.equal("ACTIVE", client:activate_user {
        activation_link = link, password = "four",
      }.account_status)
      assert.is_true(client:delete_user "eve")
      local _, err = client:find_user "eve"
      assert.equal("not_found", err.kind)
      assert.equal(1, select(2, endpoints()
        :gsub("get_full_access_token", "", 1)))
    end)

    it("whose errors the client understands", function()
      local _, err = client:create_user {
        name = "ADA", display_name = "x", email = "x",
      }
      assert.equal("conflict", err.kind)
      assert.equal(10002, err.code)
      assert.is_string(err.incident_id)
      _, err = client:create_user { name = "n", display_name = "x",
        email = "x", group_identifiers = { "nobody" } }
      assert.equal(13003, err.code)
      assert.is_truthy(tostring(err):find("nobody", 1, true))
      sandbox.quirks.error_shape = "short"
      _, err = client:search_users { record_size = -2 }
      assert.equal("record_size is less than -1", err.debug)
      sandbox.quirks.error_shape = "flat"
      _, err = client:search_users { record_size = -2 }
      assert.equal("record_size is less than -1", err.debug)
      assert.is_string(err.incident_id)
    end)

    it("whose tokens expire", function()
      assert(client:search_users())
      sandbox.store:log_out()
      assert(client:search_users())
      assert.equal("get_full_access_token search_users search_users "
        .. "get_full_access_token search_users", endpoints())
    end)

    it("with quirks that the client handles", function()
      assert.is_true(client:update_user("a/b", { email = "x" }))
      assert.is_true(client:delete_user "a/b")
      sandbox.quirks.ok_for_no_content = true
      assert.is_true(client:update_user("ada", { email = "y" }))
      sandbox:fail { status = 429, headers = { ["Retry-After"] = "0" } }
      assert.equal("y", client:find_user("ada").email)
      sandbox:fail { fault = "maintenance" }
      local _, err = client:search_users()
      assert.equal("gateway", err.kind)
      sandbox.quirks.dangling_user = "ada"
      local skipped, names = 0, {}
      for user in client:each_user({}, {
        on_skipped = function() skipped = skipped + 1 end,
      }) do
        names[#names + 1] = user.name
      end
      assert.same({ "tsadmin" }, names)
      assert.equal(1, skipped)
    end)

    it("for imports", function()
      local users = {}
      for index = 1, 25 do
        users[index] = { user_identifier = "u" .. index,
          display_name = "U", group_identifiers = { "readers" } }
      end
      local report = assert(client:import_in_batches(users,
        { dry_run = false, batch_size = 10 }))
      assert.equal(25, #report.users_added)
      assert.equal(26, #client:search_users {
        group_identifiers = { "readers" }, record_size = -1 })
    end)
  end)
end)
