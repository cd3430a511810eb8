local fake = require "spec.support.fake"

local function person(name)
  return { user_identifier = name, display_name = name:upper() }
end

local function people(count)
  local list = {}
  for number = 1, count do
    list[number] = person("user" .. number)
  end
  return list
end

-- Adds users, and updates one called "old"; refuses a call with "bad".
local importing = {
  ["users/import"] = function(body)
    local added, updated = {}, {}
    for _, user in ipairs(body.users) do
      local name = user.user_identifier
      if name == "bad" then
        return 400, fake.failure(10002, "bad user")
      end
      local list = name == "old" and updated or added
      list[#list + 1] = { id = "id-" .. name, name = name }
    end
    return 200, ('{"users_added":%s,"users_updated":%s,"users_deleted":null}')
      :format(fake.list(added), fake.list(updated))
  end,
}

local function names(list)
  local found = {}
  for index, user in ipairs(list) do
    found[index] = user.name
  end
  return table.concat(found, " ")
end

describe("import_in_batches", function()
  it("sends batch_size users per call", function()
    local client, calls = fake.client(importing)
    local report = client:import_in_batches(people(5), {
      dry_run = false, batch_size = 2, default_password = "Secret-1",
    })
    assert.equal("user1 user2 user3 user4 user5", names(report.users_added))
    assert.same({}, report.users_updated)
    assert.same({}, report.failures)
    assert.equal(3, #calls)
    assert.equal(2, #calls[1].body.users)
    assert.equal(1, #calls[3].body.users)
    for _, call in ipairs(calls) do
      assert.is_false(call.body.dry_run)
      assert.equal("Secret-1", call.body.default_password)
    end
  end)

  it("sends a hundred users per call by default", function()
    local client, calls = fake.client(importing)
    assert.same({}, client:import_in_batches(people(250),
      { dry_run = false }).failures)
    local sizes = {}
    for index, call in ipairs(calls) do
      sizes[index] = #call.body.users
    end
    assert.same({ 100, 100, 50 }, sizes)
  end)

  it("reports failures in the order of the users", function()
    local client = fake.client(importing)
    local report = client:import_in_batches(
      { person "bad", { user_identifier = "no display_name" }, person "ada" },
      { dry_run = false, batch_size = 2 })
    local indexes = {}
    for place, failure in ipairs(report.failures) do
      indexes[place] = failure.index
    end
    assert.same({ 1, 2, 3 }, indexes)
  end)

  it("distinguishes added and updated users", function()
    local client = fake.client(importing)
    local report = client:import_in_batches({ person "ada", person "old" },
      { dry_run = true })
    assert.equal("ada", names(report.users_added))
    assert.equal("old", names(report.users_updated))
  end)

  it("reads lists that are null with keep_null", function()
    local client = fake.client({
      ["users/import"] = function()
        return 200, '{"users_added":null,"users_updated":null,'
          .. '"users_deleted":null}'
      end,
    }, { keep_null = true })
    local report = client:import_in_batches(people(1), { dry_run = true })
    assert.same({
      users_added = {}, users_updated = {}, unaccounted = 1, failures = {},
    }, report)
  end)

  it("leaves out invalid users", function()
    local client, calls = fake.client(importing)
    local users = people(3)
    users[2].account_type = "LOCAL"
    local report = client:import_in_batches(users, { dry_run = false })
    assert.equal("user1 user3", names(report.users_added))
    assert.equal(1, #report.failures)
    assert.equal(2, report.failures[1].index)
    assert.equal(users[2], report.failures[1].item)
    local err = report.failures[1].err
    assert.equal("argument", err.kind)
    assert.equal("users[2].account_type", err.field)
    assert.truthy(err.message:find("users[2].account_type: ", 1, true))
    assert.equal(1, #calls)
  end)

  it("takes a user only once, ignoring case", function()
    local client, calls = fake.client(importing)
    local users = { person "ada", person "bob", person "Ada", person "bad",
      person "eve", person "ada" }
    users[4].account_type = "LOCAL"
    local report = client:import_in_batches(users,
      { dry_run = false, batch_size = 2 })
    assert.equal("ada bob eve", names(report.users_added))
    local err = report.failures[1].err
    assert.equal(3, report.failures[1].index)
    assert.equal("argument", err.kind)
    assert.equal("users[3].user_identifier", err.field)
    assert.truthy(err.message:find("users[1]", 1, true))
    assert.equal(4, report.failures[2].index)
    assert.equal(6, report.failures[3].index)
    assert.equal(2, #calls)
  end)

  it("accepts a valid user after an invalid one of that name", function()
    local client = fake.client(importing)
    local users = { person "ada", person "ada" }
    users[1].account_type = "LOCAL"
    local report = client:import_in_batches(users, { dry_run = false })
    assert.equal("ada", names(report.users_added))
    assert.equal(1, report.failures[1].index)
    assert.is_nil(report.failures[2])
  end)

  it("has a report that prints well", function()
    local client = fake.client(importing)
    local users = { person "ada", person "old", {} }
    local function text(dry_run)
      return tostring(client:import_in_batches(users, { dry_run = dry_run }))
    end
    assert.truthy(text(true):find("^dry run, nothing was changed: "
      .. "would add 1 user, update 1; 1 failed\n  3: [^\n]*$"))
    assert.truthy(text(false):find("^added 1 user, updated 1; 1 failed\n"))
  end)

  it("counts users that the reply does not mention", function()
    local client = fake.client {
      ["users/import"] = function(body)
        return 200, ('{"users_added":[{"name":"%s"}]}'):format(
          body.users[1].user_identifier)
      end,
    }
    local report = client:import_in_batches(people(5),
      { dry_run = false, batch_size = 2 })
    assert.equal(2, report.unaccounted)
    assert.equal("added 3 users, updated 0; 0 failed; 2 not named by the "
      .. "cluster", tostring(report))
    assert.same({}, report.failures)
  end)

  it("reports refused batches as failures, and goes on", function()
    local client = fake.client(importing)
    local users = { person "ada", person "bob", person "bad", person "dan",
      person "eve" }
    local seen = {}
    local report = client:import_in_batches(users, {
      dry_run = false, batch_size = 2,
      on_progress = function(done, total)
        seen[#seen + 1] = done .. "/" .. total
      end,
    })
    assert.equal("ada bob eve", names(report.users_added))
    assert.equal(2, #report.failures)
    assert.equal(3, report.failures[1].index)
    assert.equal(4, report.failures[2].index)
    assert.equal(users[4], report.failures[2].item)
    assert.equal("2/5 4/5 5/5", table.concat(seen, " "))
  end)

  for _, last in ipairs { "bad", "dan bad", "bad dan" } do
    it("loses nothing when a short last call is refused: " .. last, function()
      local client = fake.client(importing)
      local users = people(3)
      for name in last:gmatch "%a+" do
        users[#users + 1] = person(name)
      end
      local report = client:import_in_batches(users,
        { dry_run = false, batch_size = 3 })
      assert.equal("user1 user2 user3", names(report.users_added))
      assert.equal(#users - 3, #report.failures)
      for place, failure in ipairs(report.failures) do
        assert.equal(3 + place, failure.index)
        assert.equal(users[3 + place], failure.item)
      end
    end)
  end

  it("takes an iterator", function()
    local client, calls = fake.client(importing)
    local left, seen = people(5), {}
    local report = client:import_in_batches(function()
      return table.remove(left)
    end, {
      dry_run = false, batch_size = 2, concurrency = 1,
      on_progress = function(done, total)
        seen[#seen + 1] = done .. "/" .. tostring(total)
      end,
    })
    assert.equal(5, #report.users_added)
    assert.equal(3, #calls)
    assert.equal("2/nil 4/nil 5/nil 5/5", table.concat(seen, " "))
  end)

  it("imports the users before an error of the iterator", function()
    local client = fake.client(importing)
    local left = people(3)
    local report, err, partial = client:import_in_batches(function()
      return table.remove(left) or error "line 4 is no user"
    end, { dry_run = false, batch_size = 2 })
    assert.is_nil(report)
    assert.truthy(err:find "line 4")
    assert.equal(3, #partial.users_added)
  end)

  it("keeps all results when on_progress raises, and sends no more", function()
    local client, calls = fake.client(importing)
    local report, err, partial = client:import_in_batches(people(9), {
      dry_run = false, batch_size = 2, concurrency = 2,
      on_progress = function() error "closed" end,
    })
    assert.is_nil(report)
    assert.truthy(err:find "closed")
    assert.equal("user1 user2 user3 user4", names(partial.users_added))
    assert.same({}, partial.failures)
    assert.equal(2, #calls)
  end)

  it("stops after max_failures", function()
    local client, calls = fake.client(importing)
    local users = { person "ada", { display_name = "?" }, person "cem",
      person "bad", person "eve", person "fay", person "gus" }
    local report = client:import_in_batches(users, {
      dry_run = false, batch_size = 2, concurrency = 1, stop_after = 3,
    })
    assert.equal("ada cem", names(report.users_added))
    local failures = {}
    for place, failure in ipairs(report.failures) do
      failures[place] = failure.index .. ":" .. failure.err.kind
    end
    assert.equal("2:argument 4:api 5:api 6:cancelled 7:cancelled",
      table.concat(failures, " "))
    assert.equal(2, report.unsent)
    assert.matches("5 failed, 2 of them never sent", tostring(report))
    assert.equal(2, #calls)
  end)

  it("does not send the users before the failure that stops it", function()
    local client, calls = fake.client(importing)
    local report = client:import_in_batches(
      { person "ada", { display_name = "?" }, person "cem" },
      { dry_run = false, stop_after = 1 })
    assert.equal(3, #report.failures)
    assert.equal("cancelled", report.failures[1].err.kind)
    assert.equal("argument", report.failures[2].err.kind)
    assert.equal(0, #calls)
  end)

  it("logs in once with a password that is refused", function()
    local client, calls = fake.client({
      ["auth/token/full"] = function()
        return 401, fake.failure(10097, "no")
      end,
    }, { username = "me", password = "wrong" })
    local users = people(6)
    users[1].account_status = "INACTIVE" -- so that the guard has to ask
    local report = client:import_in_batches(users,
      { dry_run = false, batch_size = 2 })
    assert.equal(6, #report.failures)
    assert.equal("auth", report.failures[1].err.kind)
    assert.equal("cancelled", report.failures[2].err.kind)
    assert.equal(1, #calls)
    report = client:import_in_batches(people(6),
      { dry_run = false, batch_size = 2, concurrency = 2 })
    assert.equal("auth", report.failures[4].err.kind)
    assert.equal("cancelled", report.failures[5].err.kind)
    assert.equal(2, #calls)
  end)

  it("does not deactivate the client's own user", function()
    local client, calls = fake.client {
      ["auth/session/user"] = function()
        return 200, '{"id":"id-me","name":"me"}'
      end,
      ["users/import"] = importing["users/import"],
    }
    local users = { person "me", person "ada" }
    users[1].account_status = "INACTIVE"
    local report = client:import_in_batches(users, { dry_run = false })
    assert.equal("ada", names(report.users_added))
    assert.equal(1, report.failures[1].index)
    assert.equal(2, #calls)
  end)

  it("refuses forbidden options before it sends anything", function()
    local client, calls = fake.client(importing)
    local function refused(field, users, options)
      local report, err = client:import_in_batches(users, options)
      assert.is_nil(report)
      assert.equal("argument", err.kind)
      assert.equal(field, err.field)
    end
    refused("dry_run", people(1))
    refused("dry_run", people(1), { dry_run = "no" })
    refused("delete_unspecified_users", people(1),
      { dry_run = true, delete_unspecified_users = true })
    refused("batch_size", people(1), { dry_run = true, batch_size = 0 })
    refused("users", { person "ada", nil, person "cem" }, { dry_run = true })
    assert.equal(0, #calls)
    assert.has_error(function()
      client:import_in_batches("users.csv", { dry_run = true })
    end)
    assert.has_error(function()
      client.import_in_batches(people(1), { dry_run = true })
    end)
  end)
end)

describe("a name that looks like another user's", function()
  local function refused(users, field, text)
    local client, calls = fake.client(importing)
    local list = {}
    for index, name in ipairs(users) do
      list[index] = person(name)
    end
    local result, err = client:import_users { users = list, dry_run = false }
    assert.is_nil(result)
    assert.equal("argument", err.kind)
    assert.equal(field, err.field)
    assert.matches(text, err.message, 1, true)
    assert.equal(0, #calls)
  end

  it("is refused with white space at its ends", function()
    refused({ "ada", "bob " }, "users[2].user_identifier",
      "begins or ends with white space")
    refused({ "\tada" }, "users[1].user_identifier", "white space")
    refused({ "ada\194\160" }, "users[1].user_identifier", "white space")
  end)

  it("is refused with invisible characters", function()
    refused({ "a\226\128\139da" }, "users[1].user_identifier",
      "contains the invisible character U+200B")
    refused({ "ada\194\160king" }, "users[1].user_identifier", "U+00A0")
  end)

  it("is refused with accents that are characters of their own", function()
    refused({ "ana", "rene\204\129" }, "users[2].user_identifier",
      "has an accent that is a character of its own (U+0301, Unicode NFD), so "
        .. "a second user who looks the same might be created")
    refused({ "か\227\130\153" }, "users[1].user_identifier", "U+3099")
  end)

  it("is imported with marks that no character contains", function()
    for _, name in ipairs { "x\204\130", "\204\129a", "\224\164\149"
      .. "\224\164\188", "ren\195\169" } do
      local result = assert(fake.client(importing):import_users {
        users = { person(name) }, dry_run = false,
      })
      assert.equal(name, names(result.users_added))
    end
  end)

  it("is refused beside the other name", function()
    refused({ "ada", "bob", "ADA" }, "users[3].user_identifier",
      "is already in users[1]")
    refused({ "zo\195\171", "zoe\204\136" }, "users[2].user_identifier",
      "is already in users[1]")
  end)

  it("fails alone in batches", function()
    local client = fake.client(importing)
    local report = client:import_in_batches({
      person "ada", person "bob ", person "cem\226\128\139", person "dan",
    }, { dry_run = false })
    assert.equal("ada dan", names(report.users_added))
    assert.equal(2, #report.failures)
    assert.equal("users[2].user_identifier", report.failures[1].err.field)
    assert.equal("users[3].user_identifier", report.failures[2].err.field)
  end)

  it("is imported with spaces inside", function()
    local client = fake.client(importing)
    local result = assert(client:import_users {
      users = { person "ada king", person "zo\195\171" }, dry_run = false,
    })
    assert.equal("ada king zo\195\171", names(result.users_added))
  end)

  it("is mentioned in the error when no user has it", function()
    local client = fake.client {
      ["users/search"] = function() return 200, "[]" end,
    }
    for name, text in pairs {
      ["ada "] = "; it begins or ends with white space",
      ["a\226\128\139da"] = "; it contains the invisible character U+200B",
      ["zoe\204\136"] = "; it has an accent that is a character of its own "
        .. "(U+0308, Unicode NFD)",
    } do
      local user, err = client:find_user(name)
      assert.is_nil(user)
      assert.equal("not_found", err.kind)
      assert.matches(text, err.message, 1, true)
    end
  end)
end)
