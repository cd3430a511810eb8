local fake = require "spec.support.fake"

local function person(name)
  return { name = name, display_name = name, email = name .. "@acme.test" }
end

local function people(...)
  local list = {}
  for index, name in ipairs { ... } do
    list[index] = person(name)
  end
  return list
end

-- Creates users, except one called "taken".
local creating = {
  ["users/create"] = function(body)
    if body.name == "taken" then
      return 409, fake.failure(10002, "the name is taken")
    end
    return 200, ('{"id":"id-%s","name":"%s"}'):format(body.name, body.name)
  end,
}

local function created(calls)
  local names = {}
  for index, call in ipairs(calls) do
    names[index] = call.body.name
  end
  return table.concat(names, " ")
end

-- "1=ada 3=cem" of the results, "2:conflict" of the failures.
local function summary(report, count)
  local results, failures = {}, {}
  for index = 1, count do
    if report.results[index] then
      results[#results + 1] = index .. "=" .. report.results[index].name
    end
  end
  for _, failure in ipairs(report.failures) do
    failures[#failures + 1] = failure.index .. ":" .. failure.err.kind
  end
  return table.concat(results, " "), table.concat(failures, " ")
end

describe("batch", function()
  it("returns what each call returned, by index", function()
    local client, calls = fake.client(creating)
    local report = client:batch("create_user", people("ada", "bob", "cem"))
    assert.equal("1=ada 2=bob 3=cem", (summary(report, 3)))
    assert.same({}, report.failures)
    assert.equal(3, report.succeeded)
    assert.equal(0, report.failed)
    assert.equal("ada bob cem", created(calls))
  end)

  it("has a report that prints well", function()
    local client = fake.client(creating)
    local report = client:batch("create_user", people("ada", "taken"))
    assert.equal("1 succeeded, 1 failed\n  2: "
      .. tostring(report.failures[1].err), tostring(report))
    report = client:batch("create_user", { 1, 2, 3, 4, 5 })
    assert.truthy(tostring(report):find "\n  3: [^\n]*\n  and 2 more$")
  end)

  it("does nothing without items", function()
    local client, calls = fake.client(creating)
    assert.same({ results = {}, failures = {}, succeeded = 0, failed = 0 },
      client:batch("create_user", {}))
    assert.equal(0, #calls)
  end)

  it("goes on after an error reply", function()
    local client = fake.client(creating)
    local items = people("ada", "taken", "cem")
    local report = client:batch("create_user", items)
    local results, failures = summary(report, 3)
    assert.equal("1=ada 3=cem", results)
    assert.equal("2:conflict", failures)
    assert.equal(items[2], report.failures[1].item)
    assert.equal("no", report.failures[1].err.applied)
    assert.equal(2, report.succeeded)
    assert.equal(1, report.failed)
  end)

  -- The reply in the middle, and its outcome.
  local middles = {
    argument = { item = { name = "bob" } },
    auth = { status = 401 },
    forbidden = { status = 403 },
    not_found = { status = 404 },
    conflict = { status = 409 },
    rate_limit = { status = 429 },
    api = { status = 400 },
    server = { status = 500 },
    gateway = { status = 502, body = "<html>", applied = "maybe" },
    decode = { status = 200, body = '{"id":', applied = "maybe" },
    network = { applied = "maybe" },
  }
  for kind, middle in pairs(middles) do
    it("goes on after a failure of kind " .. kind, function()
      local client = fake.client({
        ["users/create"] = function(body)
          if body.name == "bob" then
            return middle.status, middle.body or fake.failure(1, "no")
          end
          return creating["users/create"](body)
        end,
      }, { max_retries = 0 })
      local items = people("ada", "bob", "cem")
      items[2] = middle.item or items[2]
      local report = client:batch("create_user", items)
      local results, failures = summary(report, 3)
      assert.equal("1=ada 3=cem", results)
      assert.equal("2:" .. kind, failures)
      assert.equal(kind == "server" and "maybe" or middle.applied or "no",
        report.failures[1].err.applied)
    end)
  end

  it("lists failures in the order of the items", function()
    local client = fake.client(creating)
    local items = people("taken", "bob", "taken", "dan")
    items[2], items[4] = { name = 5 }, { name = 5 }
    local report = client:batch("create_user", items)
    local _, failures = summary(report, 4)
    assert.equal("1:conflict 2:argument 3:conflict 4:argument", failures)
  end)

  it("reports items that are not tables as failures", function()
    local client, calls = fake.client(creating)
    local report = client:batch("create_user", { "ada", false, person "cem" })
    local results, failures = summary(report, 3)
    assert.equal("3=cem", results)
    assert.equal("1:argument 2:argument", failures)
    assert.equal(1, #calls)
  end)

  it("passes identifiers to endpoints that have one in the path", function()
    local client, calls = fake.client({
      ["*"] = function()
        return 204
      end,
    }, { protect_self = false })
    local report = client:batch("delete_user", { "ada", 5, "b b" })
    assert.is_true(report.results[1])
    assert.is_true(report.results[3])
    assert.equal("argument", report.failures[1].err.kind)
    assert.equal(2, report.failures[1].index)
    assert.equal("users/ada/delete", calls[1].path)
    assert.equal("users/b%20b/delete", calls[2].path)
  end)

  it("passes identifier and request to endpoints that take both", function()
    local client, calls = fake.client {
      ["*"] = function()
        return 204
      end,
    }
    local report = client:batch("update_user", {
      { "ada", { email = "ada@acme.test" } },
      { "bob" },
      { { email = "cem@acme.test" }, "cem" },
      { "dan", { emial = "dan@acme.test" } },
      { "eve", { email = "eve@acme.test" } },
      { "fay", { email = "fay@acme.test" }, { timeout = 5 } },
      { "gus", { email = "gus@acme.test" }, operation = "ADD" },
    })
    assert.equal(2, report.succeeded)
    local _, failures = summary(report, 0)
    assert.equal("2:argument 3:argument 4:argument 6:argument 7:argument",
      failures)
    assert.equal("item[3]", report.failures[4].err.field)
    assert.equal("item.operation", report.failures[5].err.field)
    assert.equal(2, #calls)
    assert.equal("users/ada/update", calls[1].path)
    assert.same({ email = "ada@acme.test" }, calls[1].body)
    assert.equal("users/eve/update", calls[2].path)
  end)

  it("looks up names with a slash", function()
    local client, calls = fake.client {
      ["users/search"] = function()
        return 200, '[{"id":"id-7","name":"a/b"}]'
      end,
      ["users/id-7/update"] = function()
        return 204
      end,
    }
    local report = client:batch("update_user", {
      { "a/b", { email = "a@acme.test" } },
    })
    assert.equal(1, report.succeeded)
    assert.equal(2, #calls)
  end)

  it("protects the client's own user, as single calls do", function()
    local client, calls = fake.client {
      ["auth/session/user"] = function()
        return 200, '{"id":"id-me","name":"me"}'
      end,
      ["users/ada/delete"] = function()
        return 204
      end,
    }
    local report = client:batch("delete_user", { "ME", "ada", "id-me" })
    local _, failures = summary(report, 0)
    assert.equal("1:argument 3:argument", failures)
    assert.is_true(report.results[2])
    assert.equal(2, #calls)
  end)

  it("refuses delete_unspecified_users", function()
    local client, calls = fake.client({}, { protect_self = false })
    local report = client:batch("import_users", {
      { users = {}, delete_unspecified_users = true, dry_run = false },
      {
        users = { { user_identifier = "ada", display_name = "Ada" } },
        delete_unspecified_users = true, dry_run = false,
      },
    })
    assert.equal(2, report.failed)
    assert.equal("delete_unspecified_users", report.failures[2].err.field)
    assert.equal(0, #calls)
  end)

  it("stops after max_failures", function()
    local client, calls = fake.client(creating)
    local report = client:batch("create_user",
      people("ada", "taken", "cem", "taken", "eve", "fay"),
      { stop_after = 2, concurrency = 1 })
    local results, failures = summary(report, 6)
    assert.equal("1=ada 3=cem", results)
    assert.equal("2:conflict 4:conflict 5:cancelled 6:cancelled", failures)
    assert.equal("no", report.failures[4].err.applied)
    assert.equal("ada taken cem taken", created(calls))
    assert.equal(2, report.unsent)
    assert.matches("^2 succeeded, 4 failed, 2 of them never sent\n",
      tostring(report))
  end)

  it("waits for the calls in flight when it stops", function()
    local client, calls = fake.client(creating)
    local report = client:batch("create_user",
      people("taken", "bob", "cem", "dan"),
      { stop_after = 1, concurrency = 3 })
    local results, failures = summary(report, 4)
    assert.equal("2=bob 3=cem", results)
    assert.equal("1:conflict 4:cancelled", failures)
    assert.equal(1, report.unsent)
    assert.equal("taken bob cem", created(calls))
  end)

  describe("whose login is refused", function()
    local names = { "ada", "bob", "cem", "dan" }
    local login = { username = "me", password = "wrong" }

    -- The report when the password is refused in this way, and the number of
    -- logins.
    local function try(status, options)
      options = options or { protect_self = false }
      options.username, options.password = login.username, login.password
      options.max_retries = 0
      local client, calls = fake.client({
        ["auth/token/full"] = function()
          return status, fake.failure(1, "no")
        end,
      }, options)
      return client:batch("delete_user", names, { concurrency = 2 }), #calls
    end

    for status, kind in pairs {
      [400] = "api", [401] = "auth", [403] = "forbidden", [404] = "not_found",
    } do
      it("tries no other with the same password: " .. kind, function()
        local report, logins = try(status)
        local _, failures = summary(report, 0)
        assert.equal(("1:%s 2:%s 3:cancelled 4:cancelled"):format(kind, kind),
          failures)
        assert.is_true(report.failures[1].err.login_failed)
        assert.truthy(report.failures[3].err.message:find("login", 1, true))
        assert.equal(1, logins)
      end)
    end

    it("does so when it is the guard that needs to log in", function()
      local report, logins = try(401, {})
      local _, failures = summary(report, 0)
      assert.equal("1:auth 2:cancelled 3:cancelled 4:cancelled", failures)
      assert.equal(1, logins)
    end)

    it("tries again where a retry can help", function()
      local report, logins = try(503)
      local _, failures = summary(report, 0)
      assert.equal("1:server 2:server 3:server 4:server", failures)
      assert.equal(2, logins)
    end)
  end)

  it("goes on when a call is forbidden", function()
    local client = fake.client({
      ["auth/token/full"] = function()
        return fake.mint()
      end,
      ["users/change-password"] = function(body)
        return body.current_password == "right" and 204 or 401
      end,
    }, { username = "me", password = "secret" })
    local items = {}
    for index, password in ipairs { "wrong", "right", "wrong", "right" } do
      items[index] = { user_identifier = "ada", current_password = password,
        new_password = "new" }
    end
    local report = client:batch("change_user_password", items)
    local _, failures = summary(report, 0)
    assert.equal("1:auth 3:auth", failures)
    assert.is_nil(report.failures[1].err.login_failed)
  end)

  it("reports progress after each item", function()
    local client = fake.client(creating)
    local seen = {}
    client:batch("create_user", people("ada", "taken", "cem"), {
      on_progress = function(done, total)
        seen[#seen + 1] = done .. "/" .. total
      end,
    })
    assert.equal("1/3 2/3 3/3", table.concat(seen, " "))
  end)

  it("takes an iterator, and reads no further ahead than "
    .. "concurrency", function()
    local given, most, done = 0, 0, 0
    local client = fake.client(creating)
    local report = client:batch("create_user", function()
      given = given + 1
      most = math.max(most, given - done)
      return given <= 20 and person("user" .. given) or nil
    end, {
      concurrency = 4,
      on_result = function(index, value, err, item)
        assert.equal("user" .. index, value.name)
        assert.equal(value.name, item.name)
        assert.is_nil(err)
        done = done + 1
      end,
    })
    assert.equal(20, done)
    assert.equal(4, most)
    assert.same({ results = {}, failures = {}, succeeded = 20, failed = 0 },
      report)
  end)

  it("has eight calls in flight by default", function()
    local given, first = 0, nil
    local client = fake.client(creating)
    client:batch("create_user", function()
      given = given + 1
      return given <= 20 and person("user" .. given) or nil
    end, {
      on_result = function()
        first = first or given
      end,
    })
    assert.equal(8, first)
  end)

  it("does not know the total of an iterator before its end", function()
    local client = fake.client(creating)
    local seen, left = {}, people("ada", "bob")
    client:batch("create_user", function()
      return table.remove(left)
    end, {
      on_progress = function(done, total)
        seen[#seen + 1] = done .. "/" .. tostring(total)
      end,
    })
    assert.equal("1/nil 2/nil 2/2", table.concat(seen, " "))
  end)

  it("marks the remaining items of an iterator as cancelled", function()
    local client, calls = fake.client(creating)
    local left = people("dan", "cem", "taken")
    local report = client:batch("create_user", function()
      return table.remove(left)
    end, { stop_after = 1, concurrency = 1 })
    local _, failures = summary(report, 3)
    assert.equal("1:conflict 2:cancelled 3:cancelled", failures)
    assert.equal(1, #calls)
  end)

  it("keeps all results when the iterator raises", function()
    local client = fake.client(creating)
    local left = people("bob", "ada")
    local report, err, partial = client:batch("create_user", function()
      return table.remove(left) or error({ kind = "broken" })
    end)
    assert.is_nil(report)
    assert.equal("broken", err.kind)
    assert.equal("1=ada 2=bob", (summary(partial, 2)))
  end)

  it("keeps all results when the iterator returns an error", function()
    local client = fake.client(creating)
    local left = people("ada")
    local report, err, partial = client:batch("create_user", function()
      local item = table.remove(left)
      if item then
        return item
      end
      return nil, "no more"
    end)
    assert.is_nil(report)
    assert.equal("no more", err)
    assert.equal(1, partial.succeeded)
  end)

  it("does not mistake an error without a message for the end", function()
    local client = fake.client(creating)
    local left = people("ada")
    local report, err, partial = client:batch("create_user", function()
      return table.remove(left) or error()
    end)
    assert.is_nil(report)
    assert.truthy(err)
    assert.equal(1, partial.succeeded)
  end)

  it("is not complete when the iterator fails", function()
    local client = fake.client(creating)
    local left, seen = people("bob", "ada"), {}
    client:batch("create_user", function()
      return table.remove(left) or error "broken"
    end, {
      on_progress = function(done, total)
        seen[#seen + 1] = done .. "/" .. tostring(total)
      end,
    })
    assert.equal("1/nil 2/nil", table.concat(seen, " "))
  end)

  it("keeps all results when on_progress raises, and sends no more", function()
    local client, calls = fake.client(creating)
    local told = 0
    local report, err, partial = client:batch("create_user",
      people("ada", "taken", "cem", "dan", "eve"), {
        concurrency = 3,
        on_progress = function()
          told = told + 1
          error({ kind = "broken" })
        end,
      })
    assert.is_nil(report)
    assert.equal("broken", err.kind)
    assert.equal(1, told)
    assert.equal("ada taken cem", created(calls))
    local results, failures = summary(partial, 5)
    assert.equal("1=ada 3=cem", results)
    assert.equal("2:conflict", failures)
    assert.equal(2, partial.succeeded)
    assert.equal(1, partial.failed)
  end)

  it("keeps the results that a failing on_result did not take", function()
    local client, calls = fake.client(creating)
    local report, err, partial = client:batch("create_user",
      people("ada", "bob", "taken", "dan", "eve"), {
        concurrency = 2,
        on_result = function(index)
          if index == 2 then
            error "the disk is full"
          end
        end,
      })
    assert.is_nil(report)
    assert.truthy(err:find "the disk is full")
    assert.equal("ada bob taken", created(calls))
    local results, failures = summary(partial, 5)
    assert.equal("2=bob", results)
    assert.equal("3:conflict", failures)
    assert.equal(2, partial.succeeded)
  end)

  it("returns the first of several errors", function()
    local client = fake.client(creating)
    local report, err = client:batch("create_user", people("ada"), {
      on_result = function() error "first" end,
      on_progress = function() error "second" end,
    })
    assert.is_nil(report)
    assert.truthy(err:find "first")
  end)

  it("refuses invalid arguments before it sends anything", function()
    local client, calls = fake.client(creating)
    local function refused(field, ...)
      local report, err = client:batch(...)
      assert.is_nil(report)
      assert.equal("argument", err.kind)
      assert.equal(field, err.field)
    end
    refused("endpoint", "create_usr", {})
    local _, err = client:batch("Options", {}) -- is described, too
    assert.matches('no endpoint called "Options"', err.message, 1, true)
    refused("endpoint", "get_current_user_info", {})
    refused("items", "create_user", { person "ada", nil, person "cem" })
    refused("items", "create_user", { ada = person "ada" })
    refused("concurrency", "create_user", {}, { concurrency = 0 })
    refused("stop_after", "create_user", {}, { stop_after = "1" })
    refused("on_result", "create_user", {}, { on_result = {} })
    refused("parallel", "create_user", {}, { parallel = 2 })
    assert.equal(0, #calls)
  end)

  it("raises on wrong use", function()
    local client = fake.client(creating)
    for _, arguments in ipairs {
      { nil, {} }, { "create_user" }, { "create_user", "ada" },
      { "create_user", {}, 5 },
    } do
      assert.has_error(function()
        client:batch(arguments[1], arguments[2], arguments[3])
      end)
    end
    assert.error_matches(function()
      client.batch("create_user", {})
    end, "client:batch")
  end)
end)
