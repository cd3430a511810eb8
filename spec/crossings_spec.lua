-- How often the Lua side calls the core: each call of a function of
-- thoughtspot.core, or of a method of its clients and exchanges, is one.

local core = require "thoughtspot.core"
local server = require "spec.nginx.server"
local thoughtspot = require "thoughtspot"

local counts

-- Replaces the functions of a table by ones that count calls, and returns a
-- function that restores them.
local function count_calls(functions)
  local originals = {}
  for name, action in pairs(functions) do
    if type(action) == "function" and not name:find "^__" then
      originals[name] = action
    end
  end
  for name, action in pairs(originals) do
    functions[name] = function(...)
      counts[name] = (counts[name] or 0) + 1
      return action(...)
    end
  end
  return function()
    for name, action in pairs(originals) do
      functions[name] = action
    end
  end
end

-- The calls by name and in total, while a function runs.
local function count(client, action)
  counts = {}
  local exchange = client.core:prepare "search_users"
  local restore = {
    count_calls(core), count_calls(getmetatable(client.core)),
    count_calls(getmetatable(exchange)),
  }
  exchange = nil -- luacheck: ignore 311
  counts = {}
  local ran, err = pcall(action)
  for _, put_back in ipairs(restore) do
    put_back()
  end
  assert(ran, err)
  local total = 0
  for _, number in pairs(counts) do
    total = total + number
  end
  return total, counts
end

describe("between Lua and C,", function()
  local upstream, client

  setup(function()
    upstream = server.start "spec/nginx/upstream.conf"
    client = assert(thoughtspot.new {
      host = upstream.url, username = "tsadmin", password = "secret",
      rate_limit = false,
    })
    assert(client:search_users { record_size = 1 })
  end)

  teardown(function()
    client:close()
    upstream:stop()
  end)

  it("one search crosses three times", function()
    assert.equal(3, (count(client, function()
      assert(#assert(client:search_users { record_size = 5 }) == 5)
    end)))
  end)

  it("2,500 users, iterated over, cross less than 350 times", function()
    local total = count(client, function()
      local found = 0
      for _ in client:each_user({ name_pattern = "all" }, { limit = 2500 }) do
        found = found + 1
      end
      assert(found == 2500)
    end)
    assert.is_true(total < 350, total)
  end)

  it("a call of a batch crosses less than six times", function()
    local requests = {}
    for index = 1, 200 do
      requests[index] = { record_size = index % 5 + 1 }
    end
    local total = count(client, function()
      assert(assert(client:batch("search_users", requests)).succeeded == 200)
    end)
    assert.is_true(total < 6 * 200, total)
  end)

  it("an import prepares one call per batch", function()
    local users = {}
    for index = 1, 1000 do
      users[index] = {
        user_identifier = "user" .. index, display_name = "User " .. index,
      }
    end
    local importer = assert(thoughtspot.new {
      host = "https://acme.test", username = "tsadmin", password = "secret",
      rate_limit = false, transport = thoughtspot.sandbox(),
    })
    local _, by_name = count(importer, function()
      local report = assert(importer:import_in_batches(users, {
        dry_run = false,
      }))
      assert(#report.users_added == 1000)
    end)
    assert.equal(10, by_name.prepare)
  end)
end)

describe("a script that makes a call", function()
  it("loads only the modules that it uses", function()
    local loaded = require("spec.support.exchange").run [[
      local thoughtspot = require "thoughtspot"
      local client = assert(thoughtspot.new {
        host = "https://acme.test", token = "t",
        transport = function() return { status = 200, body = "[]" } end,
      })
      assert(client:search_users())
      for _, name in ipairs { "describe", "sandbox", "bulk.import", "sync",
        "progress", "scheduler.nginx", "scheduler.sleeping" } do
        if package.loaded["thoughtspot." .. name] then
          print(name)
        end
      end
    ]]
    assert.equal("0", loaded:match "^%s*(.-)%s*$")
  end)

  it("loads the others on first use", function()
    assert.equal("function", type(thoughtspot.describe))
    assert.is_nil(thoughtspot.whatever)
  end)
end)
