-- The most common mistakes, and messages that say what to do.

local command = require "spec.support.command"
local thoughtspot = require "thoughtspot"

local HOST = "https://acme.thoughtspot.cloud"

local function merge(...)
  local merged = {}
  for _, source in ipairs { ... } do
    for name, value in pairs(source) do
      merged[name] = value
    end
  end
  return merged
end


local base = {
  host = HOST, username = "tsadmin", password = "secret",
  sleep = command.pause, max_retries = 1,
}

local function new(options, sandbox_options)
  local sandbox = thoughtspot.sandbox(merge({
    users = { { name = "ada", email = "ada@acme.test" } },
  }, sandbox_options or {}))
  local client = assert(thoughtspot.new(merge(base, {
    transport = sandbox,
  }, options or {})))
  return client, sandbox
end

-- The error of options.
local function refused(options)
  return select(2, thoughtspot.new(merge(base, options)))
end

-- A client that gets the same reply to every request.
local function answered(status, body, headers)
  return assert(thoughtspot.new {
    host = HOST, token = "a-token", max_retries = 0,
    transport = function()
      return { status = status, body = body, headers = headers }
    end,
  })
end

local function error_of(_, err)
  return err
end

local person = { name = "bob", display_name = "Bob", email = "b@acme.test" }

-- A mistake, a function that makes it and returns the error or its message,
-- and the expected text.
local mistakes = {
  { "no https:// before the host", function()
    return refused { host = "acme.thoughtspot.cloud" }
  end, "put https:// before the name" },
  { "a line's end after the host", function()
    return refused { host = HOST .. "\n" }
  end, "host: must not contain control characters, such as a line end" },
  { "a secret that is not in the environment", function()
    return error_of(thoughtspot.new { host = HOST, username = "tsadmin" })
  end, "username: secret_key or password is missing" },
  { "from_env with a colon", function()
    return select(2, pcall(function()
      return (thoughtspot:from_env())
    end))
  end, "call it with a dot: thoughtspot.from_env" },
  { "new with a colon", function()
    return select(2, pcall(function()
      return (thoughtspot:new {})
    end))
  end, "call it with a dot: thoughtspot.new" },
  { "http for a host elsewhere", function()
    return refused { host = "http://acme.thoughtspot.cloud" }
  end, "use https://" },
  { "an address copied from the browser", function()
    return refused { host = HOST .. "/#/home" }
  end, "give only the address of the cluster" },
  { "the path of the API in the host", function()
    return refused { host = HOST .. "/api/rest/2.0" }
  end, "give only the address of the cluster" },
  { "a host that does not answer", function()
    local client = thoughtspot.new {
      host = "http://127.0.0.1:1", token = "t", max_retries = 0,
    }
    return error_of(client:search_users())
  end, "check host, the network and proxy" },
  { "a host that is another site", function()
    return error_of(answered(200, "<html>Welcome</html>"):search_users())
  end, "check host; if it is right, the cluster may be in maintenance" },
  { "a host that has no such path", function()
    local client = assert(thoughtspot.new(merge(base, {
      transport = function()
        return { status = 404, body = "" }
      end,
    })))
    return error_of(client:search_users())
  end, "check host: there seems to be no ThoughtSpot cluster" },
  { "a host that has moved", function()
    return error_of(answered(301, "", {
      Location = "https://new.thoughtspot.cloud/",
    }):search_users())
  end, "https://new.thoughtspot.cloud/.*use its address as host" },
  { "no credentials", function()
    return error_of(thoughtspot.new { host = HOST })
  end, "give one way to authenticate: username with password" },
  { "no credentials in the environment", function()
    return error_of(thoughtspot.from_env {
      host = HOST, token = false, username = "tsadmin",
    })
  end, "set THOUGHTSPOT_USERNAME and THOUGHTSPOT_SECRET_KEY" },
  { "a misspelled option", function()
    return refused { time_out = 5 }
  end, "did you mean timeout%?.*see thoughtspot.describe \"Options\"" },
  { "the name of an org for its number", function()
    return refused { org_id = "Acme" }
  end, "number of the org to act in, not its name" },
  { "a key of another name for the org", function()
    return refused { org_identifier = "Acme" }
  end, "did you mean org_id%?" },
  { "an org that the user is not in", function()
    return error_of(new { org_id = 4711 }:search_users())
  end, "give the org_id of an org that the user belongs to" },
  { "a wrong password", function()
    return error_of(new { password = "wrong" }:search_users())
  end, "check username and password" },
  { "a password where MFA is on", function()
    return error_of(new({}, { quirks = { mfa = true } }):search_users())
  end, "multi%-factor authentication is on, use secret_key" },
  { "a wrong secret key", function()
    return error_of(assert(thoughtspot.new {
      host = HOST, username = "tsadmin", secret_key = "wrong",
      transport = thoughtspot.sandbox(),
    }):search_users())
  end, "check username and secret_key; trusted authentication" },
  { "a token that has expired", function()
    return error_of(assert(thoughtspot.new {
      host = HOST, token = "expired", transport = thoughtspot.sandbox(),
    }):search_users())
  end, "has expired or was revoked: get a new one, or give username" },
  { "a token provider whose tokens are not good", function()
    return error_of(assert(thoughtspot.new {
      host = HOST, transport = thoughtspot.sandbox(),
      token_provider = function()
        return "stale"
      end,
    }):search_users())
  end, "check what the token_provider or token_store returns" },
  { "a user without the privilege", function()
    local client = new({ username = "carl", password = "p" }, {
      users = { { name = "carl", password = "p" } },
    })
    return error_of(client:create_user(person))
  end, "needs the privilege ADMINISTRATION, or USER_ADMINISTRATION" },
  { "a dot for the colon", function()
    return select(2, pcall(new().create_user, person))
  end, "call it with a colon: client:create_user" },
  { "a string for the request", function()
    local client = new()
    return select(2, pcall(client.search_users, client, "ada"))
  end, "expected a table as its request, got string" },
  { "a misspelled call option", function()
    return error_of(new():search_users({}, { time_out = 5 }))
  end, "did you mean timeout%?.*see thoughtspot.describe \"CallOptions\"" },
  { "a proxy that wants another password", function()
    return error_of(answered(407, "<html>Proxy</html>"):search_users())
  end, "the proxy rejected the credentials.*password of the proxy" },
  { "an import that is too large for a proxy", function()
    return error_of(answered(413, "<html>Too large</html>"):import_users {
      users = { { user_identifier = "bob", display_name = "Bob" } },
    })
  end, "in place of the cluster.*smaller batch_size" },
  { "a token provider that counts in milliseconds", function()
    return error_of(assert(thoughtspot.new {
      host = HOST, transport = thoughtspot.sandbox(),
      token_provider = function()
        return "token", (os.time() + 300) * 1000
      end,
    }):search_users())
  end, "in milliseconds: expected epoch seconds" },
  { "a field left out", function()
    return error_of(new():create_user { name = "bob", display_name = "Bob" })
  end, "email: is required: e%-mail address" },
  { "a misspelled field", function()
    return error_of(new():search_users { user_identifer = "ada" })
  end, "did you mean user_identifier%?" },
  { "a field of another call", function()
    return error_of(new():update_user("ada", { password = "p" }))
  end, "is not a field here.*see thoughtspot.describe \"update_user\"" },
  { "a value that the enum has not", function()
    return error_of(new():create_user(merge(person, {
      account_type = "LOCAL",
    })))
  end, "did you mean LOCAL_USER%?" },
  { "a name for a list of names", function()
    return error_of(new():create_user(merge(person, {
      group_identifiers = "Analysts",
    })))
  end, "expected a list" },
  { "a user who is there already", function()
    return error_of(new():create_user(merge(person, { name = "ada" })))
  end, "use another name, or change the existing one" },
  { "a user who is not there", function()
    return error_of(new():delete_user "nobody")
  end, "not found: nobody.*client:find_user looks one up" },
  { "a user in a request who is not there", function()
    return error_of(new():reset_user_password {
      user_identifier = "nobody", new_password = "Secret-1",
    })
  end, "not found: nobody.*client:find_user looks one up" },
  { "a group that is not there", function()
    return error_of(new():update_user("ada", {
      group_identifiers = { "Analyst" },
    }))
  end, "not found: Analyst.*groups are looked up in the org of the token" },
  { "a group in an import that is not there", function()
    return error_of(new():import_users { users = { {
      user_identifier = "ada", display_name = "Ada",
      group_identifiers = { "Analyst" },
    } } })
  end, "not found: Analyst.*groups are looked up in the org of the token" },
  { "another case of a name", function()
    return error_of(new():find_user "Ada")
  end, 'no user has the name or GUID "Ada"; there is "ada"' },
  { "an e-mail address for a name", function()
    return error_of(new():find_user "ada@acme.test")
  end, 'search_users { email = "ada@acme.test" } finds users by address' },
  { "a misspelled endpoint of a batch", function()
    return error_of(new():batch("deactivate", {}))
  end, "did you mean deactivate_user%?" },
  { "a function that is no endpoint", function()
    return error_of(thoughtspot.describe "find_user")
  end, "doc/reference.md" },
  { "an import that changed nothing", function()
    return new():import_users {
      users = { { user_identifier = "bob", display_name = "Bob" } },
    }
  end, "nothing was changed.*give dry_run = false" },
  { "an import in batches that does not say whether it is one", function()
    return error_of(new():import_in_batches({}))
  end, "dry_run: give true or false" },
  { "logging out users[1].id, of no user", function()
    local nobody = {}
    return error_of(new():force_logout_users {
      user_identifiers = { nobody.id },
    })
  end, "is an empty list.*see thoughtspot.describe \"force_logout_users\"" },
  { "deleting who one is", function()
    return error_of(new():delete_user "tsadmin")
  end, "protect_self = false" },
  { "record_size for all users", function()
    return error_of(new():user_pages({ record_size = 5000 }):next())
  end, "give page_size, or limit, in the options" },
  { "a page with a row that the cluster cannot return", function()
    local client = new({}, { quirks = { dangling_user = "ada" } })
    return error_of(client:search_users { record_size = 100 })
  end, "client:each_user with on_skipped" },
  { "a reply larger than memory should be", function()
    local body = "[" .. ('{"name":"ada"},'):rep(10) .. "{}]"
    local client = assert(thoughtspot.new {
      host = HOST, token = "a-token", max_response_bytes = 100,
      transport = function()
        return { status = 200, body = body }
      end,
    })
    return error_of(client:search_users { record_size = -1 })
  end, "read it with client:each_user" },
  { "more requests than the cluster takes", function()
    local client, sandbox = new()
    sandbox:fail { fault = "too_many", times = 9 }
    return error_of(client:search_users())
  end, "send fewer requests at a time" },
  { "a write whose answer was lost", function()
    local client, sandbox = new()
    sandbox:fail { endpoint = "create_user", fault = "reset" }
    return error_of(client:create_user(person))
  end, "may have been applied.*check whether it was done before" },
  { "a write that the cluster fails on", function()
    local client, sandbox = new()
    sandbox:fail { endpoint = "create_user", fault = "server_error" }
    return error_of(client:create_user(person))
  end, "check the values in the request, and whether it was done" },
  { "something misspelled to be described", function()
    return error_of(thoughtspot.describe "crate_user")
  end, "did you mean create_user%? thoughtspot.describe%(%) lists" },
}

describe("what is said of", function()
  for _, mistake in ipairs(mistakes) do
    local name, make, says = mistake[1], mistake[2], mistake[3]
    it(name .. " says what to do", function()
      local said = tostring(make())
      assert.truthy(said:find(says), said)
      assert.falsy(said:find "\n", said)
    end)
  end
end)

it("a slash after the host is accepted", function()
  local client = new { host = HOST .. "/" }
  assert.truthy(client:find_user "ada")
end)

it("a finished import says what it did", function()
  local result = new():import_users {
    users = { { user_identifier = "bob", display_name = "Bob" } },
    dry_run = false,
  }
  assert.equal("added 1 user, updated 0, deleted 0", tostring(result))
end)

it("a hint is a field of its own, and stands last in the text", function()
  local _, err = new():create_user {}
  assert.equal("see thoughtspot.describe \"create_user\"", err.hint)
  assert.falsy(err.message:find(err.hint, 1, true))
  assert.equal(err.hint, tostring(err):sub(-#err.hint))
end)

it("an error that needs no hint has none", function()
  local client = new()
  client:close()
  local _, err = client:search_users()
  assert.is_nil(err.hint)
  assert.equal("search_users: the client is closed (closed)", tostring(err))
end)
