-- The text of a plan, and its limits.

local limits = require "thoughtspot.sync.limits"
local support = require "spec.support.sync"
local sync = require "thoughtspot.sync"

local NOW = os.time()

describe("the limits of a plan", function()
  -- So many actions of each kind.
  local function actions(counts)
    local list = {}
    for kind, count in pairs(counts) do
      for _ = 1, count do
        list[#list + 1] = kind == "removal"
          and { action = "update", remove = { groups = {} } }
          or { action = kind }
      end
    end
    return list
  end

  local function allowed(given, sizes)
    local found = {}
    for _, limit in ipairs(limits.count({}, given, sizes)) do
      found[limit.limit] = limit.allowed
    end
    return found
  end

  it("are percentages of the scope and of the people, rounded down", function()
    for size, expected in pairs {
      [0] = { leavers = 1, deletes = 1, removals = 5, updates = 20 },
      [9] = { leavers = 1, deletes = 1, removals = 5, updates = 20 },
      [19] = { leavers = 1, deletes = 1, removals = 5, updates = 20 },
      [20] = { leavers = 2, deletes = 1, removals = 5, updates = 20 },
      [39] = { leavers = 3, deletes = 1, removals = 9, updates = 20 },
      [40] = { leavers = 4, deletes = 2, removals = 10, updates = 20 },
      [41] = { leavers = 4, deletes = 2, removals = 10, updates = 20 },
      [42] = { leavers = 4, deletes = 2, removals = 10, updates = 21 },
      [999] = { leavers = 99, deletes = 49, removals = 249, updates = 499 },
      [2713] = { leavers = 200, deletes = 50, removals = 678,
        updates = 1356 },
      [100000] = { leavers = 200, deletes = 50, removals = 25000,
        updates = 50000 },
    } do
      assert.same(expected, allowed({}, { scope = size, people = size }),
        size)
    end
  end)

  it("may be numbers and percentages", function()
    local sizes = { scope = 30, people = 70 }
    for given, expected in pairs {
      ["10%"] = { 3, 7 }, ["0%"] = { 0, 0 }, ["100 %"] = { 30, 70 },
      ["2.5%"] = { 0, 1 }, ["33.3%"] = { 9, 23 }, ["7%"] = { 2, 4 },
      [0] = { 0, 0 }, [1000] = { 1000, 1000 },
    } do
      local found = allowed({ max_leavers = given, max_deletes = given,
        max_removals = given, max_updates = given }, sizes)
      assert.same({ leavers = expected[1], deletes = expected[1],
        removals = expected[2], updates = expected[2] }, found, given)
    end
    -- 10 % of ten is one, although 0.1 is inexact.
    for tens = 1, 300 do
      assert.equal(tens, allowed({ max_leavers = "10%" },
        { scope = tens * 10, people = 0 }).leavers)
      assert.equal(tens * 3, allowed({ max_leavers = "30%" },
        { scope = tens * 10, people = 0 }).leavers)
    end
  end)

  it("are refused otherwise", function()
    local client = support.cluster {}
    for _, wrong in ipairs { "ten", "10", "101%", "-1%", -1, 1.5, math.huge,
      "%", "1e2%", true } do
      local plan, err = sync.plan(client, { {} }, { max_leavers = wrong })
      assert.is_nil(plan)
      assert.equal("max_leavers", err.field, tostring(wrong))
    end
  end)

  it("count each kind separately", function()
    local list = actions { create = 7, update = 3, removal = 2, strip = 1,
      deactivate = 4, delete = 6 }
    local counts = {}
    for _, limit in ipairs(limits.count(list, {}, { scope = 0,
      people = 0 })) do
      counts[limit.limit] = limit.count
    end
    assert.same({ leavers = 5, deletes = 6, removals = 2, updates = 5 },
      counts)
  end)

  it("allow that number, and withhold all of a kind above it", function()
    for count = 0, 4 do
      local list = actions { deactivate = count, delete = 1, create = 1 }
      local counted = limits.count(list, { max_leavers = 2 },
        { scope = 9, people = 9 })
      local withheld = limits.withheld(list, counted)
      assert.equal(count > 2 and count or 0, #withheld)
      for _, entry in ipairs(withheld) do
        assert.same({ "leavers", count, 2, 9, "deactivate" }, { entry.limit,
          entry.count, entry.allowed, entry.of, entry.action.action })
      end
    end
  end)

  it("withhold an action once", function()
    local list = actions { removal = 3, update = 1 }
    local counted = limits.count(list, { max_removals = 0, max_updates = 0 },
      { scope = 9, people = 9 })
    assert.equal(4, #limits.withheld(list, counted))
  end)
end)

support.describe("the text of a plan", function()
  it("is readable", function()
    local time = NOW - 41 * support.DAY
    local client = support.cluster {
      clock = function() return time end,
      admin = { name = "svc-sync" },
      groups = { "Staff", "Analysts", "Sales", "Interns" },
      users = {
        { name = "ada", email = "ada@old.test",
          groups = { "Staff", "Interns" } },
        { name = "alan", groups = { "Staff" } },
        { name = "bob", email = "bob@old.test", account_type = "SAML_USER",
          groups = { "Staff" } },
        { name = "boss", groups = { "Staff" },
          privileges = { "ADMINISTRATION" } },
        { name = "zoe", groups = { "Staff" }, account_status = "INACTIVE" },
      },
    }
    time = NOW
    local people = {
      { user_identifier = "ada", email = "ada@acme.test",
        group_identifiers = { "Sales" } },
      { user_identifier = "bob", email = "bob@acme.test" },
      { user_identifier = "grace.hopper", display_name = "Grace Hopper",
        email = "grace@acme.test",
        group_identifiers = { "Sales", "Analysts" } },
    }
    local plan = assert(sync.plan(client, people, {
      scope = { group_identifiers = { "Staff" } }, leavers = "delete",
      groups = { "Sales", "Interns" } }))
    -- luacheck: push no max line length
    assert.equal(([[
Plan for %s, org 0, as svc-sync
3 people; in scope 5 users (group_identifiers Staff)

  + create      grace.hopper  Grace Hopper, grace@acme.test; groups Analysts, Sales
  ~ update      ada           email: ada@old.test -> ada@acme.test
                              groups: + Sales, - Interns
  - deactivate  alan          not in the source
  x delete      zoe           not in the source; inactive and unchanged for 41 days

Left as they are:
    bob           email: bob@old.test, not bob@acme.test: SAML_USER, left to the identity provider
Kept, though not in the source:
    boss          an administrator

1 to create, 1 to update, 1 to deactivate, 1 to delete; 1 unchanged.
Limits: leavers 1 of 1, deletes 1 of 1, removals 1 of 5, updates 1 of 20.]]):format(support.host()), tostring(plan))
    -- luacheck: pop
    plan = assert(sync.plan(client, people, {
      scope = { group_identifiers = { "Staff" } }, leavers = "delete",
      max_leavers = 0 }))
    assert.matches("\nOver a limit: 1 leavers, 0 allowed: nothing would be "
      .. "done. Is the source complete%?$", tostring(plan))
  end)

  it("shows fifty of a kind, and the number of the others", function()
    local people = {}
    for index = 1, 1234 do
      people[index] = { user_identifier = ("u%04d"):format(index),
        display_name = "U", email = "u@acme.test" }
    end
    local client = support.cluster {}
    local plan = assert(sync.plan(client, people))
    local text = tostring(plan)
    assert.equal(50, select(2, text:gsub("  %+ create      u", "")))
    assert.truthy(text:find("\n  + create      and 1,184 more\n", 1, true))
    assert.truthy(text:find("\n1,234 people\n", 1, true))
    assert.truthy(text:find("\n1,234 to create; 0 unchanged.\n", 1, true))
    assert.equal(text, plan:text())
    local all = plan:text { all = true }
    assert.equal(1234, select(2, all:gsub("  %+ create      u", "")))
    assert.is_nil(all:find("more", 1, true))
  end)

  it("explains a limit, with numbers", function()
    local users, people = {}, {}
    for index = 1, 999 do
      users[index] = { name = ("u%04d"):format(index) }
    end
    people[1] = { user_identifier = "u0001" }
    local client = support.cluster { users = users }
    local plan = assert(sync.plan(client, people, { scope = {},
      leavers = "deactivate" }))
    assert.matches("\nOver a limit: 998 leavers, 100 allowed %(10 %% of "
      .. "1,000, 200 at most%): nothing would be done%. Is the source "
      .. "complete%?$", tostring(plan))
    assert.matches("in scope 1,000 users %(everybody%)", tostring(plan))
    assert.equal(998, #plan.withheld)
  end)

  it("has no control characters", function()
    local evil = "\27[2Jx\r\n\194\155y\226\128\174z\7"
    local client = support.cluster {
      groups = { "G" .. evil },
      users = { { name = "ada", email = evil, display_name = evil,
        groups = { "G" .. evil } }, { name = "eve" .. evil } },
    }
    local plan = assert(sync.plan(client, {
      { user_identifier = "ada", email = "ada@acme.test",
        group_identifiers = {} },
      { user_identifier = "bob", group_identifiers = { "G" .. evil },
        display_name = evil, email = "b@acme.test" },
    }, { scope = {}, leavers = "deactivate" }))
    local text = plan:text { all = true }
    assert.is_nil(text:find "[%z\1-\9\11-\31\127]")
    assert.is_nil(text:find("\194\155", 1, true))
    assert.is_nil(text:find("\226\128\174", 1, true))
    assert.equal(#tostring(plan), #text)
  end)
end)
