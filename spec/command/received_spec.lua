-- Users with values that their schema does not have, as clusters send them.

local fault = require "spec.support.fault_server"
local received = require "thoughtspot_users.received"
local thoughtspot = require "thoughtspot"
local users_command = require "spec.support.users_command"

local null = thoughtspot.null

describe("a user as received", function()
  it("loses what does not fit the schema, and nothing else", function()
    assert.same({
      id = "7", name = "ada", user_groups = { { id = "g" }, { name = "Sales" },
        { id = "h" } }, orgs = { { name = "Acme" } },
      privileges = { "A", "5" },
      creation_time_in_millis = 1764000000123.5, deleted = false,
      extended_properties = { a = { 1 } }, current_org = { id = 0 },
      of_a_newer_release = { 7 },
    }, received.user {
      id = 7, name = "ada", display_name = { "Ada" }, email = null,
      user_groups = { null, { id = "g", name = null }, "Sales", 5, {
        id = "h", name = true } },
      orgs = { { id = "0", name = "Acme" }, false }, privileges = { "A", 5 },
      creation_time_in_millis = 1764000000123.5,
      first_login_time_in_millis = "never", modification_time_in_millis = 1e30,
      expiration_time_in_millis = math.huge, deleted = false, hidden = "no",
      extended_properties = { a = { 1 } }, current_org = { id = 0 },
      home_liveboard = "start", tags = "x", of_a_newer_release = { 7 },
    })
  end)
end)

describe("thoughtspot-users", function()
  local faults
  setup(function()
    faults = fault.start()
  end)

  teardown(function()
    faults:stop()
  end)

  -- A user of a cluster that sends these members.
  local function command_with(members)
    local list = fault.ok('[{"id":"g1","name":"ada",' .. members .. "}]")
    local case = faults:case {
      ["auth/token/full"] = { fault.token "t0ken-of-the-run" },
      ["auth/session/user"] = { fault.ok '{"id":"me","name":"me"}' },
      ["groups/search"] = { fault.ok "[]" },
      ["users/search"] = { list, fault.ok "[]" },
    }
    return users_command.new {
      https = case.host, username = "tsadmin", password = "a-long-secret",
    }
  end

  it("survives users with odd values", function()
    for _, members in ipairs {
      '"user_groups":[null,{"id":"a","name":null},"x",7],"orgs":[null,{}]',
      '"user_groups":{},"orgs":"Acme","email":5,"privileges":[null]',
      '"creation_time_in_millis":"x","first_login_time_in_millis":1e300',
      '"display_name":[1],"account_status":{},"home_liveboard":"x"',
      '"name":null', '"name":7', '"name":["ada"]', '"id":5',
    } do
      for _, line in ipairs { "list", "list --format csv --fields id,name,"
        .. "user_groups,orgs,creation_time_in_millis", "export -", "show ada",
        "audit", "audit --by group", "audit --by org", "audit --by domain" } do
        local code, output, errors = command_with(members).run(line, {
          environment = { THOUGHTSPOT_CA_FILE = false },
        })
        assert.truthy(code == 0 or line == "show ada" and code == 2, errors)
        assert.falsy((output .. errors):find "traceback", errors)
        assert.falsy((output .. errors):find "table: 0x", output)
        assert.falsy((output .. errors):find "userdata", output)
      end
    end
  end)
end)
