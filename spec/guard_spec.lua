-- A call affects only the users that it names, and never takes access away
-- from the client's own user.

local core = require "thoughtspot.core"
local fake = require "spec.support.fake"
local thoughtspot = require "thoughtspot"

local HOST = "https://cluster.test"

-- Answers every call, as the user "Me" with the GUID "ID-me".
local answering = {
  ["auth/session/user"] = function()
    return 200, '{"id":"ID-me","name":"Me"}'
  end,
  ["*"] = function(_, request)
    if request.url:find "import" then
      return 200, '{"users_added":[],"users_updated":[],"users_deleted":[]}'
    end
    return request.url:find "deactivate" and 200 or 204,
      request.url:find "deactivate"
      and '{"activation_link":"https://cluster.test/"}' or nil
  end,
}

local function imported(name, status)
  return {
    user_identifier = name, display_name = name, account_status = status,
  }
end

-- Makes the call; returns the number of requests, without those for the own
-- user.
local function call(client, calls, name, ...)
  local before = #calls
  local value, err = client[name](client, ...)
  local sent = 0
  for index = before + 1, #calls do
    sent = sent + (calls[index].path == "auth/session/user" and 0 or 1)
  end
  return value, err, sent
end

local function assert_refused(field, options, name, ...)
  local client, calls = fake.client(answering, options)
  local value, err, sent = call(client, calls, name, ...)
  assert.is_nil(value)
  assert.equal("argument", err.kind)
  assert.equal(field, err.field)
  assert.equal("no", err.applied)
  assert.equal(0, sent)
  return err, #calls
end

local function assert_sent(options, name, ...)
  local client, calls = fake.client(answering, options)
  local value, err, sent = call(client, calls, name, ...)
  assert.is_nil(err)
  assert.truthy(value)
  assert.equal(1, sent)
  return #calls
end

describe("the own user", function()
  -- Field that is refused, endpoint, arguments; by name or GUID, in any case.
  local function acts(me)
    return {
      { "user_identifier", "delete_user", me },
      { "user_identifier", "deactivate_user",
        { user_identifier = me, base_url = HOST } },
      { "user_identifiers", "force_logout_users",
        { user_identifiers = { "ada", me } } },
      { "account_status", "update_user", me, { account_status = "INACTIVE" } },
      { "account_status", "update_user", me, { account_status = "LOCKED" } },
      { "users", "import_users",
        { users = { imported "ada", imported(me, "INACTIVE") } } },
    }
  end

  for _, me in ipairs { "Me", "me", "ID-me", "id-ME" } do
    for _, act in ipairs(acts(me)) do
      it("is not touched by " .. act[2] .. " of " .. me, function()
        local err = assert_refused(act[1], nil, act[2], act[3], act[4])
        assert.truthy(err.message:find("protect_self", 1, true))
      end)
    end
  end

  -- Calls that change something, but take access from nobody. An endpoint that
  -- is in neither list needs a decision: which fields name the users whose
  -- access it takes away, or that there are none.
  local harmless = {
    create_user = true, change_user_password = true,
    reset_user_password = true, activate_user = true, revoke_token = true,
    get_full_access_token = true,
    -- Everybody, on purpose: it requires the host.
    force_logout_all_users = true,
  }

  -- The smallest request that names one user wherever possible, and makes the
  -- user inactive.
  local function hostile_request(schema, me)
    local request = {}
    for _, field in ipairs(schema and schema.fields or {}) do
      local value
      if field.name:find "identifier" and field.name:find "user" then
        value = me
      elseif field.name == "account_status" then
        value = "SUSPENDED"
      elseif field.schema and field.required then
        value = hostile_request(field.schema, me)
      elseif field.required then
        value = "x"
      end
      request[field.name] = field.list and value ~= nil and { value } or value
    end
    return request
  end

  for _, name in ipairs(core.describe()) do
    local endpoint = core.describe(name)
    if endpoint.effect ~= "safe" and not harmless[name] then
      it("is asked for by " .. name, function()
        local request = hostile_request(endpoint.request, "Me")
        if endpoint.path_parameter then
          assert_refused(endpoint.request and "account_status"
            or endpoint.path_parameter.name, nil, name, "Me",
            endpoint.request and request)
        else
          local client, calls = fake.client(answering)
          local value, err, sent = call(client, calls, name, request)
          assert.is_nil(value)
          assert.truthy(err.message:find("protect_self", 1, true), err.message)
          assert.equal(0, sent)
        end
      end)
    end
  end

  -- Returns a client of the user 'own' whose cluster answers a search of users
  -- as the function does, and its calls. Others raise, unless it accepts them.
  local function client_of(own, search, accepts)
    return fake.client {
      ["auth/session/user"] = function()
        return 200, ('{"id":"ID-me","name":"%s"}'):format(own)
      end,
      ["users/search"] = search,
      ["*"] = function()
        assert(accepts, "was sent")
        return 204
      end,
    }
  end

  it("is identified by the cluster when the name is not ASCII",
    function()
      -- Own name = identifiers that the cluster accepts for it.
      for own, identifiers in pairs {
        ["Ådmin"] = { "ådmin", "A\204\138dmin", "Ådmin\226\128\139" },
        ["admin"] = { "adm\196\177n", "ADM\196\176N" }, -- Turkish i
        ["ŞİRİN"] = { "sirin", "şirin" },
      } do
        for _, identifier in ipairs(identifiers) do
          local client, calls = client_of(own, function(_, request)
            assert.truthy(request.body:find("user_identifier", 1, true))
            return 200, ('[{"id":"ID-me","name":"%s"}]'):format(own)
          end)
          local _, err = client:delete_user(identifier)
          assert.equal("user_identifier", err.field, identifier)
          assert.truthy(err.message:find("protect_self", 1, true))
          assert.is_true(#calls <= 2)
        end
      end
    end)

  it("is not confused with a user whose name has the same letters", function()
    local asked = 0
    local client = client_of("admin", function()
      asked = asked + 1
      return 200, '[{"id":"ID-other","name":"Ådmin"}]'
    end, true)
    assert.is_true(client:delete_user "Ådmin")
    assert.is_true(client:delete_user "bob")
    assert.equal(1, asked)
  end)

  it("is still protected when the cluster does not say who it is", function()
    local client = client_of("admin", function()
      return 500, "{}"
    end)
    local ok, err = client:delete_user "Ådmin"
    assert.is_nil(ok)
    assert.equal("server", err.kind)
  end)

  -- A 404 of a search may be about a group or org of the user, or come from
  -- a gateway.
  it("is still protected when a search says that something is missing",
    function()
      for reply, kind in pairs {
        ['{"error":{"message":{"debug":{"code":13003,'
          .. '"debug":"[\\"3f0c2a5e-group\\"]"}}}}'] = "api",
        ['{"debug":"no such group"}'] = "api",
        ['{"message":"no Route matched with those values"}'] = "gateway",
        ["{}"] = "api",
        ["<html>Not Found</html>"] = "gateway",
        [""] = "gateway",
      } do
        local client = client_of("Ådmin", function()
          return 404, reply
        end)
        local ok, err = client:delete_user "sirin"
        assert.is_nil(ok)
        assert.equal(kind, err.kind, reply)
      end
    end)

  it("is not another user whom the cluster does not find", function()
    local client = client_of("Ådmin", function()
      return 404, '{"debug":"User grace does not exist"}'
    end, true)
    assert.is_true(client:delete_user "grace")
  end)

  it("is recognized among several users that the cluster finds", function()
    local client = client_of("Ådmin", function(_, request)
      return 200, request.body:find('"record_size":1[,}]') and "[{}]"
        or '[{"id":"ID-other","name":"admin"},{"id":"ID-me","name":"Ådmin"}]'
    end)
    local _, err = client:delete_user "admin"
    assert.equal("user_identifier", err.field)
  end)

  it("is protected in every locale", function()
    local before = os.setlocale(nil, "ctype")
    for _, locale in ipairs { "C", "tr_TR.UTF-8", "tr_TR", "C.UTF-8" } do
      if os.setlocale(locale, "ctype") then
        assert_refused("user_identifier", nil, "delete_user", "ID-ME")
      end
    end
    os.setlocale(before, "ctype")
  end)

  it("is not protected with protect_self = false", function()
    for _, act in ipairs(acts "Me") do
      assert.equal(1, assert_sent({ protect_self = false }, act[2], act[3],
        act[4]))
    end
  end)

  it("may be changed in other ways", function()
    assert.equal(1, assert_sent(nil, "update_user", "Me",
      { account_status = "ACTIVE", email = "me@acme.test" }))
    assert.equal(1, assert_sent(nil, "import_users",
      { users = { imported "Me" } }))
  end)

  it("is not looked up where it does not matter", function()
    assert.equal(1, assert_sent(nil, "reset_user_password",
      { user_identifier = "Me", new_password = "Secret-1" }))
    assert.equal(2, assert_sent(nil, "delete_user", "ada"))
  end)

  it("is looked up once", function()
    local client, calls = fake.client(answering)
    for _ = 1, 3 do
      assert.is_true(client:delete_user "ada")
    end
    assert.equal(4, #calls)
  end)

  it("is known from the login", function()
    local client, calls = fake.client({
      ["auth/token/full"] = function()
        return fake.mint()
      end,
      ["auth/session/user"] = function()
        return 200, '{"id":"id-admin","name":"admin"}'
      end,
      ["*"] = function()
        return 204
      end,
    }, { username = "admin", password = "secret" })
    assert.is_true(client:update_user("ada", { email = "a@acme.test" }))
    local ok, err = client:delete_user "admin"
    assert.is_nil(ok)
    assert.equal("argument", err.kind)
    assert.equal(2, #calls)
  end)

  it("is known by its new name after a rename", function()
    local sandbox = thoughtspot.sandbox()
    local client = assert(thoughtspot.new {
      host = HOST, transport = sandbox, username = "tsadmin",
      password = "secret",
    })
    assert(client:update_user("tsadmin", {
      name = "Root", account_status = "ACTIVE",
    }))
    local ok, err = client:delete_user "root"
    assert.is_nil(ok)
    assert.equal("argument", err.kind)
    assert.truthy(sandbox:user "root")
  end)

  it("is looked up again for another token", function()
    local token, expires = "first", os.time() + 300
    local client = fake.client({
      ["auth/session/user"] = function(_, request)
        local name = request.headers.Authorization:match "%S+$"
        return 200, ('{"id":"id-%s","name":"%s"}'):format(name, name)
      end,
      ["users/search"] = function(_, request)
        if request.headers.Authorization == "Bearer first" then
          return 401, fake.failure(10097, "revoked")
        end
        return 200, "[]"
      end,
      ["*"] = function()
        return 204
      end,
    }, {
      token_provider = function()
        return token, expires
      end,
    })
    assert.is_true(client:delete_user "ada")
    token = "second"
    assert.same({}, client:search_users())
    local ok, err = client:delete_user "second"
    assert.is_nil(ok)
    assert.equal("argument", err.kind)
    assert.is_true(client:delete_user "first")
  end)

  it("must be known: a reply without it is an error", function()
    for _, reply in ipairs { "{}", '{"id":7,"name":"me"}', '{"id":"me"}' } do
      local client, calls = fake.client {
        ["auth/session/user"] = function()
          return 200, reply
        end,
      }
      local ok, err = client:delete_user "ada"
      assert.is_nil(ok)
      assert.equal("decode", err.kind)
      assert.equal(1, #calls)
    end
  end)

  it("must be known: otherwise nothing is sent", function()
    local client, calls = fake.client {
      ["auth/session/user"] = function()
        return 403, fake.failure(10023, "not yours")
      end,
    }
    local ok, err = client:delete_user "ada"
    assert.is_nil(ok)
    assert.equal("forbidden", err.kind)
    assert.equal(1, #calls)
  end)

  it("is protected by a name with a slash, too", function()
    local client, calls = fake.client {
      ["auth/session/user"] = function()
        return 200, '{"id":"ID-me","name":"tenant/me"}'
      end,
    }
    local ok, err = client:delete_user "tenant/me"
    assert.is_nil(ok)
    assert.equal("argument", err.kind)
    assert.equal(1, #calls)
  end)
end)

describe("update_user", function()
  it("refuses to remove all groups or orgs with an empty list", function()
    for _, name in ipairs { "group_identifiers", "org_identifiers" } do
      local missing = {}
      local err, count = assert_refused(name, { protect_self = false },
        "update_user", "ada", { [name] = { missing.id } })
      assert.matches('operation = "REPLACE"', err.message, 1, true)
      assert.equal(0, count)
    end
  end)

  it("does so with an explicit operation", function()
    for _, operation in ipairs { "REPLACE", "ADD", "REMOVE" } do
      assert_sent(nil, "update_user", "ada", {
        group_identifiers = {}, org_identifiers = {}, operation = operation,
      })
    end
    assert_sent(nil, "update_user", "ada", { group_identifiers = { "a" } })
  end)
end)

describe("revoke_token", function()
  it("is refused without a token or a user", function()
    local missing = {}
    local _, count = assert_refused("token", nil, "revoke_token",
      { user_identifier = missing.id })
    assert.equal(0, count)
    assert_sent(nil, "revoke_token", { token = "t" })
    assert_sent(nil, "revoke_token", { user_identifier = "ada" })
  end)
end)

describe("force_logout_users", function()
  it("is refused without a list, which would mean everybody", function()
    for _, request in ipairs {
      {}, { user_identifiers = {} }, { user_identifiers = { nil, "ada" } },
      { user_identifiers = thoughtspot.null }, { user_identifiers = "ada" },
      { user_identifiers = { "ada", nil, "bob" } },
    } do
      local client, calls = fake.client(answering)
      local ok, err = client:force_logout_users(request)
      assert.is_nil(ok)
      assert.equal("argument", err.kind)
      assert.equal(0, #calls)
    end
  end)

  it("logs out the listed users", function()
    assert_sent(nil, "force_logout_users", { user_identifiers = { "ada" } })
  end)
end)

describe("force_logout_all_users", function()
  it("has to be confirmed with the host", function()
    for _, confirm in ipairs { false, "", "https://other.test", true } do
      local client, calls = fake.client(answering)
      local ok, err = client:force_logout_all_users { confirm = confirm }
      assert.is_nil(ok)
      assert.equal("confirm", err.field)
      assert.equal(0, #calls)
    end
    local client, calls = fake.client(answering)
    assert.is_nil((client:force_logout_all_users()))
    assert.equal(0, #calls)
    assert_sent(nil, "force_logout_all_users", { confirm = HOST })
  end)
end)

describe("delete_unspecified_users", function()
  local function request(fields)
    local all = {
      users = { imported "me", imported "ada" },
      delete_unspecified_users = true, dry_run = false,
    }
    for name, value in pairs(fields or {}) do
      all[name] = value
    end
    return all
  end

  it("is refused with nobody listed", function()
    local _, count = assert_refused("users", nil, "import_users",
      request { users = {} })
    assert.equal(0, count)
  end)

  it("is refused without dry_run", function()
    local absent = request()
    absent.dry_run = nil
    local _, count = assert_refused("dry_run", nil, "import_users", absent)
    assert.equal(0, count)
  end)

  it("is refused when the client's own user is not listed", function()
    assert_refused("users", nil, "import_users",
      request { users = { imported "ada" } })
    assert_sent({ protect_self = false }, "import_users",
      request { users = { imported "ada" } })
  end)

  -- The cluster may compare names in another way: it may create a user.
  it("is refused when the cluster does not find the own user by the spelling "
    .. "in the list", function()
    for spelling, own in pairs {
      ["J\195\156RGEN"] = "J\195\188rgen", ["\208\152\208\146\208\144"]
        = "\208\184\208\178\208\176",
      ["adm\196\177n"] = "admin", ["\195\165da"] = "\195\133da",
    } do
      for _, found in ipairs { "ID-me", "ID-other" } do
        local imports, searches = 0, 0
        local client = fake.client {
          ["auth/session/user"] = function()
            return 200, ('{"id":"ID-me","name":"%s"}'):format(own)
          end,
          ["users/search"] = function()
            searches = searches + 1
            return 200, ('[{"id":"%s","name":"n"}]'):format(found)
          end,
          ["users/import"] = function()
            imports = imports + 1
            return 200, '{"users_added":[]}'
          end,
        }
        local result, err = client:import_users(request {
          users = { imported "zo\195\171", imported(spelling) } })
        local is_spared = found == "ID-me"
        assert.equal(is_spared and 1 or 0, imports, spelling)
        assert.equal(is_spared, result ~= nil)
        assert.equal(not is_spared and "users" or nil, err and err.field)
        assert.equal(1, searches)
      end
    end
  end)

  it("spares the own user by the exact name or the GUID", function()
    for _, listed in ipairs { "J\195\188rgen", "ID-me", "id-ME" } do
      local client = fake.client {
        ["auth/session/user"] = function()
          return 200, '{"id":"ID-me","name":"J\195\188rgen"}'
        end,
        ["users/import"] = function()
          return 200, '{"users_added":[]}'
        end,
      }
      assert(client:import_users(request {
        users = { imported "zo\195\171", imported(listed) } }))
    end
  end)

  it("only returns whom it would delete in a dry run", function()
    assert.equal(1, assert_sent(nil, "import_users",
      request { users = { imported "ada" }, dry_run = true }))
  end)

  it("deletes the others", function()
    assert_sent(nil, "import_users", request())
  end)
end)
