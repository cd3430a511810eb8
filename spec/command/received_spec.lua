-- What the command shows of users whose values do not fit the schema.

local fault = require "spec.support.fault_server"
local users_command = require "spec.support.users_command"

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
