-- Users with values that their schema does not have, as clusters send them.

local fake = require "spec.support.fake"
local received = require "thoughtspot.received"
local sync = require "thoughtspot.sync"
local thoughtspot = require "thoughtspot"

local null = thoughtspot.null

describe("a user as received", function()
  it("loses what does not fit the schema, and nothing else", function()
    assert.same({
      id = "7", name = "ada", user_groups = { { id = "g" }, { name = "Sales" },
        { id = "h" } }, orgs = { { name = "Acme" }, {} },
      privileges = { "A", "5" },
      creation_time_in_millis = 1764000000123.5, deleted = false,
      extended_properties = { a = { 1 } }, current_org = { id = 0 },
      of_a_newer_release = { 7 },
    }, received.user {
      id = 7, name = "ada", display_name = { "Ada" }, email = null,
      user_groups = { null, { id = "g", name = null }, "Sales", 5, {
        id = "h", name = true } },
      orgs = { { id = "0", name = "Acme" }, { id = 1.5 }, false },
      privileges = { "A", 5 },
      creation_time_in_millis = 1764000000123.5,
      first_login_time_in_millis = "never", modification_time_in_millis = 1e30,
      expiration_time_in_millis = math.huge, deleted = false, hidden = "no",
      extended_properties = { a = { 1 } }, current_org = { id = 0 },
      home_liveboard = "start", tags = "x", of_a_newer_release = { 7 },
    })
  end)
end)

describe("a plan", function()
  it("survives groups and orgs with odd values", function()
    local read = false
    local client = fake.client {
      ["auth/session/user"] = function()
        return 200, '{"id":"me","name":"me","current_org":{"id":"0"}}'
      end,
      ["groups/search"] = function()
        return 200, '[{"id":"s","name":7,"orgs":[null]},{"id":null},{}]'
      end,
      ["orgs/search"] = function()
        return 200, '[{"id":0,"name":5},{"id":"x"},{},'
          .. '{"id":1.5,"name":"half"}]'
      end,
      ["users/search"] = function()
        local first = not read
        read = true
        return 200, first and '[{"id":"me","name":"me"},{"id":"a",'
          .. '"name":"ada","display_name":7,"orgs":[null,{"id":0,"name":5}],'
          .. '"user_groups":[null,"x",{"id":"s","name":5},7]}]' or "[]"
      end,
    }
    local plan = assert(sync.plan(client, {
      { user_identifier = "ada", display_name = "Ada",
        group_identifiers = {} },
    }))
    assert.equal("7", plan.actions[1].change.display_name.from)
    assert.equal("Ada", plan.actions[1].change.display_name.to)
  end)
end)
