local command = require "spec.support.command"
local fake = require "spec.support.fake"
local thoughtspot = require "thoughtspot"

local function found(list)
  return { ["users/search"] = function()
    return 200, fake.list(list)
  end }
end

describe("a new name", function()
  it("is refused if it looks like another", function()
    local client, calls = fake.client {}
    for name, what in pairs {
      ["ada "] = "white space", ["\tada"] = "white space",
      [" "] = "white space", ["ada\194\160"] = "white space",
      ["a\226\128\139da"] = "U+200B", ["ada\227\133\164x"] = "U+3164",
      ["a\226\128\174da"] = "U+202E", ["a\nda"] = "U+000A",
    } do
      for _, answer in ipairs {
        { client:create_user { name = name, display_name = "Ada",
          email = "a@acme.test" } },
        { client:update_user("bob", { name = name }) },
        { client:import_users { users = { {
          user_identifier = name, display_name = "Ada" } } } },
      } do
        local err = answer[2]
        assert.equal("argument", err.kind)
        assert.matches("name$", (err.field:gsub("user_identifier", "name")))
        assert.truthy(err.message:find(what, 1, true), err.message)
        assert.falsy(err.message:find "[%c]")
      end
    end
    assert.equal(0, #calls)
  end)

  it("may have letters of any script, and spaces inside", function()
    local client = fake.client { ["*"] = function()
      return 200, '{"id":"g","name":"x"}'
    end }
    for _, name in ipairs { "Ada Lovelace", "Žofie", "山田", "u\204\136nal",
      "علي" } do
      assert(client:create_user { name = name, display_name = "Ada",
        email = "a@acme.test" })
      assert(client:update_user("bob", { name = name }))
    end
  end)
end)

describe("find_user", function()
  it("finds the user with that name or GUID", function()
    local list = {
      { id = "id-1", name = "ada" }, { id = "id-2", name = "ada2" },
    }
    local client, calls = fake.client(found(list))
    assert.equal("id-1", client:find_user("ada").id)
    assert.equal("ada2", client:find_user("id-2").name)
    assert.equal("ada", calls[1].body.user_identifier)
  end)

  -- A serializer may write what tostring says, and lose the fields.
  it("returns a plain table", function()
    local client = fake.client(found { { id = "id-1", name = "ada" } })
    assert.is_nil(getmetatable(client:find_user("ada")))
    assert.is_nil(getmetatable(client:search_users()))
  end)

  it("does not return a user with a similar name", function()
    local client = fake.client(found { { id = "id-1", name = "Ada" } })
    local user, err = client:find_user "ada"
    assert.is_nil(user)
    assert.equal("not_found", err.kind)
    assert.truthy(tostring(err):find('"ada"', 1, true))
  end)

  it("does not choose between several users", function()
    local client = fake.client(found {
      { id = "id-1", name = "ada" }, { id = "ada", name = "bob" },
    })
    local user, err = client:find_user "ada"
    assert.is_nil(user)
    assert.equal("conflict", err.kind)
  end)

  it("passes errors on", function()
    local client = fake.client {
      ["users/search"] = function()
        return 403, fake.failure(10023, "not yours")
      end,
    }
    local user, err = client:find_user "ada"
    assert.is_nil(user)
    assert.equal("forbidden", err.kind)
  end)

  it("refuses an identifier that cannot be one, before it sends "
    .. "anything", function()
    local client, calls = fake.client {}
    for _, identifier in ipairs { "", 5, {} } do
      local user, err = client:find_user(identifier)
      assert.is_nil(user)
      assert.equal("argument", err.kind)
    end
    local user, err = client:find_user(nil)
    assert.is_nil(user)
    assert.equal("user_identifier", err.field)
    assert.equal(0, #calls)
  end)
end)

describe("a name with a slash", function()
  it("is replaced by the GUID", function()
    local client, calls = fake.client {
      ["users/search"] = function()
        return 200, '[{"id":"id-7","name":"a/b"}]'
      end,
      ["users/id-7/update"] = function()
        return 204
      end,
    }
    assert.is_true(client:update_user("a/b", { email = "a@acme.test" }))
    assert.equal("a/b", calls[1].body.user_identifier)
    assert.same({ email = "a@acme.test" }, calls[2].body)
  end)

  it("fails when no user has it, and changes nothing", function()
    local client, calls = fake.client(found {})
    local ok, err = client:update_user("a/b", { email = "a@acme.test" })
    assert.is_nil(ok)
    assert.equal("not_found", err.kind)
    assert.equal(1, #calls)
  end)
end)

describe("a client", function()
  it("does not expose streams", function()
    local client, calls = fake.client {}
    local users, err = client:search_users({}, { stream = true })
    assert.is_nil(users)
    assert.equal("stream", err.field)
    assert.equal(0, #calls)
  end)

  it("passes call options on", function()
    local client, calls = fake.client(found {})
    client:search_users({}, { headers = { ["X-Request-Id"] = "7" } })
    assert.equal("7", calls[1].request.headers["X-Request-Id"])
  end)

  it("returns true when the reply has no body", function()
    local client = fake.client { ["*"] = function() return 204 end }
    assert.is_true(client:update_user("ada", { email = "a@acme.test" }))
  end)

  it("must be called with a colon", function()
    local client, calls = fake.client {}
    for _, name in ipairs {
      "search_users", "create_user", "find_user", "each_user", "user_pages",
      "batch", "import_in_batches",
    } do
      assert.error_matches(function()
        client[name]({}, {})
      end, "client:" .. name .. "%(")
    end
    assert.equal(0, #calls)
  end)

  it("raises at the line of the wrong call", function()
    local client, calls = fake.client {}
    local wrong = {
      ["create_user: expected a table as its request, got string"] = function()
        client:create_user "ada"
      end,
      ["update_user: expected a table as its call options, got number"] =
        function()
          client:update_user("ada", {}, 5)
        end,
      ["search_users: too many arguments"] = function()
        client:search_users({}, {}, {})
      end,
      ["batch: expected a list or a function, got nil"] = function()
        client:batch "create_user"
      end,
      ["thoughtspot.new: expected a table of options, got string"] = function()
        thoughtspot.new "https://acme.test"
      end,
    }
    for message, call in pairs(wrong) do
      local raised, err = pcall(call)
      assert.is_false(raised)
      assert.equal(message, err:match "client_spec.lua:%d+: (.*)")
    end
    assert.equal(0, #calls)
  end)

  it("fails every call after it was closed", function()
    local client, calls = fake.client(found {})
    client:close()
    client:close()
    local users, err = client:search_users()
    assert.is_nil(users)
    assert.equal("closed", err.kind)
    assert.equal(0, #calls)
  end)

  it("shows host and user, and no secret", function()
    local client = fake.client({}, { username = "admin", password = "geheim" })
    assert.truthy(tostring(client):find("admin at https://cluster.test", 1,
      true))
    assert.is_nil(tostring(client):find "geheim")
  end)
end)

it("a refused password login has a hint with the likely reason",
  function()
    for _, status in ipairs { 400, 401 } do
      local client = fake.client({
        ["auth/token/full"] = function()
          return status, fake.failure(10002, "no")
        end,
      }, { username = "ada", password = "pass" })
      local _, err = client:search_users()
      assert.matches("multi%-factor authentication", err.hint)
    end
  end)

-- Lua cannot change its environment, so this starts another interpreter.
describe("list", function()
  it("refuses a table whose content is in a metatable, which it would lose",
    function()
      local read_only = setmetatable({}, { __index = { "readers" } })
      local marked, message = pcall(function()
        thoughtspot.list(read_only)
      end)
      assert.is_false(marked)
      assert.matches("^spec/client_spec.lua:%d+: thoughtspot.list: expected a "
        .. "plain table", message)
      assert.equal("readers", read_only[1])
    end)
end)

describe("from_env", function()
  it("refuses options that are in a metatable", function()
    local client, err = thoughtspot.from_env(setmetatable({},
      { __index = { org_id = 3 } }))
    assert.is_nil(client)
    assert.equal("argument", err.kind)
    assert.matches("expected a plain table", err.message, 1, true)
  end)

  local variables = {
    "HOST", "USERNAME", "PASSWORD", "SECRET_KEY", "TOKEN", "ORG_ID", "CA_FILE",
  }

  -- The first request of a client in such an environment, or its error.
  local function first_request(given, overrides)
    local environment = {}
    for _, name in ipairs(variables) do
      environment["THOUGHTSPOT_" .. name] = given[name] or false
    end
    local script = ([[
      local overrides = %s
      function overrides.transport(request)
        print(request.url, request.body, request.headers.Authorization)
        os.exit(0)
      end
      local client, err = require "thoughtspot".from_env(overrides)
      print(client and client:search_users() or err)
    ]]):format(overrides or "{}")
    local _, output = command.run(command.lua() .. " -e "
      .. command.quote(script), { environment = environment })
    return output
  end

  it("logs in with a password or a secret key", function()
    local output = first_request {
      HOST = "https://acme.test", USERNAME = "ada", PASSWORD = "pass",
    }
    assert.truthy(output:find("https://acme.test/api/rest/2.0/auth/token/full",
      1, true))
    assert.truthy(output:find('"username":"ada","password":"pass"', 1, true))
    output = first_request {
      HOST = "https://acme.test", USERNAME = "ada", SECRET_KEY = "key",
      ORG_ID = "7",
    }
    assert.truthy(output:find('"secret_key":"key"', 1, true))
    assert.truthy(output:find('"org_id":7', 1, true))
  end)

  it("takes a token", function()
    local output = first_request { HOST = "https://acme.test", TOKEN = "t1" }
    assert.truthy(output:find "users/search")
    assert.truthy(output:find "Bearer t1")
  end)

  it("ignores the user name when a token is given", function()
    local output = first_request({
      HOST = "https://acme.test", USERNAME = "ada", PASSWORD = "pass",
    }, '{ token = "mine" }')
    assert.truthy(output:find "users/search")
    assert.truthy(output:find "Bearer mine")
  end)

  it("ignores empty variables", function()
    local output = first_request {
      HOST = "https://acme.test", TOKEN = "", USERNAME = "ada",
      PASSWORD = "pass", SECRET_KEY = "",
    }
    assert.truthy(output:find "auth/token/full")
  end)

  it("prefers the credentials of the options to those of the "
    .. "environment", function()
    local environment = {
      HOST = "https://acme.test", USERNAME = "ada", PASSWORD = "pass",
    }
    assert.truthy(first_request(environment, '{ token = "t2" }')
      :find "Bearer t2")
    local output = first_request(environment, '{ secret_key = "key" }')
    assert.truthy(output:find('"username":"ada","secret_key":"key"', 1, true))
    assert.is_nil(output:find "pass")
    output = first_request(environment,
      '{ username = "bob", password = "other" }')
    assert.truthy(output:find('"username":"bob","password":"other"', 1, true))
  end)

  it("prefers other options, too", function()
    assert.truthy(first_request({ HOST = "https://acme.test", TOKEN = "t" },
      '{ host = "https://other.test" }'):find "^https://other.test/")
  end)

  it("names the missing variable", function()
    assert.truthy(first_request {}:find "THOUGHTSPOT_HOST")
    assert.truthy(first_request { HOST = "https://acme.test" }
      :find "THOUGHTSPOT_USERNAME")
  end)

  it("refuses an org that is not a number", function()
    assert.truthy(first_request {
      HOST = "https://acme.test", TOKEN = "t", ORG_ID = "Sales",
    }:find 'org_id: THOUGHTSPOT_ORG_ID .*"Sales"')
  end)

  it("refuses two kinds of credentials", function()
    for _, kinds in ipairs { { "TOKEN", "PASSWORD" },
      { "TOKEN", "SECRET_KEY" }, { "PASSWORD", "SECRET_KEY" } } do
      local settings = { HOST = "https://acme.test", USERNAME = "ada" }
      for _, kind in ipairs(kinds) do
        settings[kind] = "t"
      end
      assert.truthy(first_request(settings):find(("THOUGHTSPOT_%s and "
        .. "THOUGHTSPOT_%s are both set; unset one of them"):format(kinds[1],
        kinds[2]), 1, true))
    end
  end)

  it("raises at the caller's line when options is not a table", function()
    local raised, message = pcall(function()
      thoughtspot.from_env "x"
    end)
    assert.is_false(raised)
    assert.matches("^spec/client_spec.lua:%d+: thoughtspot.from_env: expected "
      .. "a table of options, got string", message)
  end)
end)
