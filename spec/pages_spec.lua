local unpack = table.unpack or unpack -- luacheck: ignore 113 143
local cjson = require("cjson").new()
local fake = require "spec.support.fake"
local fault = require "spec.support.fault_server"
local thoughtspot = require "thoughtspot"

local loadstring = loadstring -- luacheck: ignore 113

local function user(number)
  return { id = "id-" .. number, name = "user" .. number }
end

local function users(count)
  local list = {}
  for number = 1, count do
    list[number] = user(number)
  end
  return list
end

local function page_of(list, body)
  local first = (body.record_offset or 0) + 1
  local last = body.record_size == -1 and #list
    or math.min(first + body.record_size - 1, #list)
  local order = type(body.sort_options) == "table" and body.sort_options.order
  local page = {}
  for place = first, last do
    page[#page + 1] = list[order == "DESC" and #list + 1 - place or place]
  end
  return 200, fake.list(page)
end

-- Answers searches from a list; 'before' may change it, or return a reply.
local function serve(list, before)
  return {
    ["users/search"] = function(body)
      if before then
        local status, text = before(body, list)
        if status ~= nil then
          return status or nil, text
        end
      end
      return page_of(list, body)
    end,
  }
end

-- A page with one of these rows fails with 404.
local function dangling(rows)
  return function(body, list)
    for _, row in ipairs(rows) do
      local size = body.record_size == -1 and #list or body.record_size
      if row >= body.record_offset and row < body.record_offset + size then
        return 404, fake.failure(10002, "group is gone")
      end
    end
  end
end

local function names(client, filter, options)
  local found = {}
  for one in client:each_user(filter, options) do
    found[#found + 1] = one.name
  end
  return table.concat(found, " ")
end

local function asked(calls)
  local ranges = {}
  for index, call in ipairs(calls) do
    ranges[index] = ("%d+%d%s"):format(call.body.record_offset,
      call.body.record_size, call.body.sort_options and " reversed" or "")
  end
  return table.concat(ranges, " ")
end

-- A generic for of PUC Lua 5.1 cannot yield, all others can.
describe("a sleep that yields", function()
  local function open()
    return assert(thoughtspot.new {
      host = "https://acme.test", username = "tsadmin", password = "secret",
      transport = thoughtspot.sandbox { users = { { name = "ada" } } },
      sleep = coroutine.yield, rate_limit = { per_second = 50, burst = 1 },
    })
  end

  -- Runs a function in a coroutine; its results as coroutine.resume's.
  local function run(action)
    local routine, yields = coroutine.create(action), -1
    local done, value
    repeat
      yields = yields + 1
      done, value = coroutine.resume(routine)
    until coroutine.status(routine) == "dead"
    return done, value, yields
  end

  local page_size = { page_size = 1, prefetch = 0 }

  it("works in a loop, or the error suggests user_pages", function()
    local found = {}
    local done, err, yields = run(function()
      for each in open():each_user({}, page_size) do
        found[#found + 1] = each.name
      end
    end)
    if _VERSION == "Lua 5.1" and not rawget(_G, "jit") then
      assert.is_false(done)
      assert.matches("attempt to yield across .*: .* take the users from "
        .. "client:user_pages", err)
    else
      assert.is_true(done, err)
      assert.same({ "ada", "tsadmin" }, found)
      assert.is_true(yields > 0)
    end
  end)

  it("works when users are taken one by one", function()
    for name, take in pairs {
      user_pages = function()
        local pages = open():user_pages({}, page_size)
        return function() return (pages:next_user()) end
      end,
      each_user = function()
        return (open():each_user({}, page_size))
      end,
    } do
      local done, found, yields = run(function()
        local next_user, list = take(), {}
        local each = next_user()
        while each do
          list[#list + 1] = each.name
          each = next_user()
        end
        return list
      end)
      assert.is_true(done, name .. tostring(found))
      assert.same({ "ada", "tsadmin" }, found)
      assert.is_true(yields > 0)
    end
  end)

  it("lets the errors of a loop through as they are", function()
    local client = open()
    client:close()
    local done, err = pcall(function()
      for _ in client:each_user() do error "not reached" end
    end)
    assert.is_false(done)
    assert.equal("closed", err.kind)
  end)
end)

describe("each_user", function()
  it("requests overlapping pages, and around the end after a short page",
    function()
    local client, calls = fake.client(serve(users(13)))
    assert.equal("user1 user2 user3 user4 user5 user6 user7 user8 user9 "
      .. "user10 user11 user12 user13", names(client, nil, { page_size = 6 }))
    -- Beyond the end; all that is known; and further on.
    assert.equal("0+6 4+6 8+6 13+1000 0+1000 24+1000 0+100 reversed",
      asked(calls))
  end)

  it("overlaps eight rows, unless pages are small", function()
    local client, calls = fake.client(serve(users(2500)))
    names(client)
    assert.equal("0+1000 992+1000 1984+1000 1492+10000", asked(calls))
  end)

  it("requests another page when the last one was full", function()
    local client, calls = fake.client(serve(users(10)))
    names(client, nil, { page_size = 6 })
    assert.equal("0+6 4+6 8+6 10+1000 0+1000 19+1000 0+100 reversed",
      asked(calls))
  end)

  it("takes that page for a request around the end if it reaches as far",
    function()
      local client, calls = fake.client(serve(users(1000)))
      names(client)
      assert.equal("0+1000 992+1000 1992+10000 0+100 reversed", asked(calls))
      client, calls = fake.client(serve(users(1000)))
      names(client, nil, { limit = 1500 })
      assert.equal("0+1000 992+508 992+10000 1992+10000 0+100 reversed",
        asked(calls))
    end)

  it("finds users behind a page of hidden ones after that page", function()
    for hidden = 980, 1000 do
      local list, found = users(2010), 0
      local client = fake.client {
        ["users/search"] = function(body)
          local page = {}
          for place = body.record_offset + 1, math.min(#list,
            body.record_offset + math.min(body.record_size, 1000)) do
            if place <= 1000 or place > 1000 + hidden then
              page[#page + 1] = list[place]
            end
          end
          return 200, fake.list(page)
        end,
      }
      for _ in client:each_user() do
        found = found + 1
      end
      assert.equal(2010 - hidden, found)
    end
  end)

  it("remembers nobody after its end", function()
    local pages = fake.client(serve(users(5))):user_pages()
    assert.equal("user1", pages:next_user().name)
    assert.equal(1, pages.ranges.seen:rank "id-1")
    pages:next()
    assert.is_nil(pages:next_user())
    assert.is_nil(pages.ranges.seen:rank "id-1")
  end)

  it("reads with the smallest pages, too", function()
    local client, calls = fake.client(serve(users(3)))
    assert.equal("user1 user2 user3", names(client, nil, { page_size = 1 }))
    assert.equal("0+1 0+2 0+3 1+3 3+1000 2+1000 12+1000 "
      .. "0+100 reversed", asked(calls))
  end)

  it("raises an error that the cluster sent in place of a user", function()
    for _, fields in ipairs { false, { "name" } } do
      local client = fake.client {
        ["users/search"] = function()
          return 200, '[{"error":{"message":{"debug":"index is down"}}}]'
        end,
      }
      local count = 0
      local ok, err = pcall(function()
        for _ in client:each_user({}, { fields = fields or nil }) do
          count = count + 1
        end
      end)
      assert.is_false(ok)
      assert.equal("api", err.kind)
      assert.equal("index is down", err.message)
      assert.equal(0, count)
    end
  end)

  it("refuses users without a GUID", function()
    for _, row in ipairs { '{"name":"ada"}', '{"id":"","name":"ada"}',
      '{"id":null,"name":"ada"}' } do
      local client = fake.client {
        ["users/search"] = function()
          return 200, "[" .. row .. "]"
        end,
      }
      local ok, err = pcall(function()
        for _ in client:each_user() do
          error "not reached"
        end
      end)
      assert.is_false(ok)
      assert.equal("decode", err.kind)
    end
  end)

  it("finds nobody in an empty cluster", function()
    local client, calls = fake.client(serve {})
    assert.equal("", names(client))
    assert.equal("0+1000 0+10000 10+10000 30+10000 0+10000 reversed",
      asked(calls))
  end)

  it("requests less beyond the end when the cluster refuses",
    function()
      local client, calls = fake.client(serve(users(30), function(body)
        if body.record_size > 20 then
          return 400, fake.failure(10002, "record_size is too large")
        end
      end))
      assert.equal(30, select(2, names(client, nil, { page_size = 20 })
        :gsub("user", "")))
      assert.equal("0+20 18+20 30+1000 30+20 28+20 48+20 "
        .. "0+20 reversed", asked(calls))
    end)

  it("keeps to the page size when the cluster refuses more", function()
    for _, size in ipairs { 3, 8, 50 } do
      local list = users(120)
      local refused = 0
      local client = fake.client(serve(list, function(body)
        if body.record_size > size then
          refused = refused + 1
          return 400, fake.failure(10002, "record_size is too large")
        elseif body.record_offset == 42 and size > 3 then
          return 200, fake.list { unpack(list, 43, 45) } -- a short reply
        elseif body.record_offset > 60 and #list == 120 then
          for _ = 1, 60 do
            table.remove(list, 1) -- so many that rows are read again
          end
        end
      end))
      assert.equal(120, select(2, names(client, nil, { page_size = size })
        :gsub("user", "")), size)
      assert.is_true(refused <= 3, refused)
    end
  end)

  it("takes a refusal to read beyond the end for the end", function()
    local list = users(30)
    local client, calls = fake.client(serve(list, function(body)
      if body.record_offset >= #list then
        return 400, fake.failure(10002, "record_offset is too large")
      end
    end))
    assert.equal(30, select(2, names(client, nil, { page_size = 20 })
      :gsub("user", "")))
    assert.equal("0+20 18+20 30+1000 30+20 28+20 48+20 "
      .. "0+20 reversed", asked(calls))
    -- With the smallest pages, which the known rows fill, too.
    for _, size in ipairs { 1, 2, 3 } do
      assert.equal(30, select(2, names(client, nil, { page_size = size })
        :gsub("user", "")))
    end
    -- But nothing else that comes from there.
    client = fake.client(serve(list, function(body)
      if body.record_offset >= #list then
        return 200, '{"error":"index is down"}'
      end
    end))
    local ok, err = pcall(names, client, nil, { page_size = 20 })
    assert.is_false(ok)
    assert.equal("index is down", err.message)
  end)

  it("sends the filter with each page, and does not change it", function()
    local client, calls = fake.client(serve(users(3)))
    local filter = { account_status = "ACTIVE", record_offset = 1 }
    assert.equal("user2 user3", names(client, filter, { page_size = 2 }))
    assert.equal("1+2 1+4 3+1000 2+1000 12+1000 32+1000", asked(calls))
    for _, call in ipairs(calls) do
      assert.equal("ACTIVE", call.body.account_status)
    end
    assert.same({ account_status = "ACTIVE", record_offset = 1 }, filter)
  end)

  it("requests all users in one reply with page_size = -1", function()
    local client, calls = fake.client(serve(users(3)))
    assert.equal("user1 user2 user3", names(client, nil, { page_size = -1 }))
    assert.equal("0+-1 3+10000 1+10000 11+10000 0+100 reversed", asked(calls))
  end)

  it("continues in pages when the cluster takes -1 for its default", function()
    local list = users(2000)
    local client, calls = fake.client(serve(list, function(body)
      if body.record_size == -1 then
        return 200, fake.list { unpack(list, 1, 10) }
      end
    end))
    local found = names(client, nil, { page_size = -1 })
    assert.equal(2000, select(2, found:gsub("user", "")))
    assert.is_true(#calls < 6)
  end)

  it("returns as many as the limit, although others are hidden", function()
    local list = users(60)
    local client = fake.client {
      ["users/search"] = function(body)
        local page = {}
        for place = body.record_offset + 1,
          math.min(body.record_offset + body.record_size, #list) do
          if place % 4 == 0 then
            page[#page + 1] = list[place]
          end
        end
        return 200, fake.list(page)
      end,
    }
    for _, size in ipairs { 10, 50, 1000 } do
      for _, options in ipairs {
        { 1, "user4" }, { 3, "user4 user8 user12" },
        { 6, "user4 user8 user12 user16 user20 user24" },
      } do
        assert.equal(options[2],
          names(client, nil, { page_size = size, limit = options[1] }))
      end
    end
  end)

  it("returns no more than the limit, and requests no more", function()
    for size, ranges in pairs { [2] = "0+2 0+3", [10] = "0+3", [-1] = "0+-1" }
    do
      local client, calls = fake.client(serve(users(9)))
      assert.equal("user1 user2 user3",
        names(client, nil, { page_size = size, limit = 3 }))
      assert.equal(ranges, asked(calls))
    end
    local client, calls = fake.client(serve(users(1500)))
    names(client, nil, { limit = 1001 })
    assert.equal("0+1000 992+9", asked(calls))
    client, calls = fake.client(serve(users(9)))
    assert.equal("", names(client, nil, { limit = 0 }))
    assert.equal(0, #calls)
  end)

  it("keeps the requested fields, and the GUID only if requested", function()
    local client = fake.client(serve(users(1)))
    for one in client:each_user(nil, { fields = { "name" } }) do
      assert.same({ name = "user1" }, one)
    end
    for one in client:each_user(nil, { fields = { "name", "id" } }) do
      assert.same({ id = "id-1", name = "user1" }, one)
    end
  end)

  it("returns a user once although shifting offsets repeat it", function()
    local inserted
    local client = fake.client(serve(users(6), function(body, list)
      if body.record_offset > 0 and not inserted then
        inserted = true
        table.insert(list, 1, user "new")
      end
    end))
    assert.equal("user1 user2 user3 user4 user5 user6",
      (names(client, nil, { page_size = 2, prefetch = 0 }):gsub(" usernew",
        "")))
  end)

  it("continues after many pages without new users", function()
    local inserted
    local client = fake.client(serve(users(2000), function(body, list)
      if body.record_offset == 1840 and not inserted then
        inserted = true
        for number = 1, 1800 do
          table.insert(list, 1, user("new" .. number))
        end
      end
    end))
    local found = names(client, nil, { page_size = 100, prefetch = 0 })
    assert.is_true(inserted)
    assert.equal(2000, select(2, found:gsub("user%d", "")))
    assert.equal("user2000", found:match "%S+$")
  end)

  it("finds repeated users in half pages, too", function()
    local moved
    local client = fake.client(serve(users(8), function(body, list)
      if body.record_size == 4 then
        return 404, fake.failure(10002, "no pages of this size")
      elseif body.record_offset > 4 and not moved then
        moved = true
        for number = 1, 3 do
          table.insert(list, 1, user("new" .. number))
        end
      end
    end))
    assert.equal("user1 user2 user3 user4 user5 user6 user7 user8",
      (names(client, nil, { page_size = 4, prefetch = 0 }):gsub(" usernew%d",
        "")))
  end)

  -- More users than the set of seen ids remembers.
  for _, total in ipairs { 2001, 2500, 5000 } do
    it(("does not begin again if the server ignores the offset, with %d users")
      :format(total), function()
        local list = fake.list(users(total))
        local client = fake.client {
          ["users/search"] = function()
            return 200, list
          end,
        }
        local count = 0
        for each in client:each_user({}, { page_size = -1 }) do
          count = count + 1
          assert.equal("user" .. count, each.name)
        end
        assert.equal(total, count)
        count = 0
        local ok, err = pcall(function()
          for each in client:each_user({}, { page_size = 1000 }) do
            count = count + 1
            assert.equal("user" .. count, each.name)
          end
        end)
        assert.is_false(ok)
        assert.equal("api", err.kind)
        assert.equal(total, count)
      end)
  end

  it("fails when the same page is repeated", function()
    local page = fake.list(users(1000))
    local client, calls = fake.client {
      ["users/search"] = function()
        return 200, page
      end,
    }
    local ok, err = pcall(names, client)
    assert.is_false(ok)
    assert.equal("api", err.kind)
    assert.truthy(err.message:find("record_offset", 1, true))
    assert.is_true(#calls <= 20)
  end)

  it("raises the error object, after the users before it", function()
    local client = fake.client(serve(users(6), function(body)
      if body.record_offset == 2 then
        return 403, fake.failure(10023, "not yours")
      end
    end))
    local found = {}
    local ok, err = pcall(function()
      for one in client:each_user(nil, { page_size = 2 }) do
        found[#found + 1] = one.name
      end
    end)
    assert.is_false(ok)
    assert.equal("forbidden", err.kind)
    assert.same({ "user1", "user2", "user3", "user4" }, found)
  end)

  it("raises again when called again", function()
    local client, calls = fake.client {
      ["users/search"] = function()
        return 403, fake.failure(10023, "not yours")
      end,
    }
    local next_user = client:each_user()
    local _, first = pcall(next_user)
    local _, second = pcall(next_user)
    assert.equal("forbidden", first.kind)
    assert.equal(first, second)
    assert.equal(1, #calls)
  end)

  it("raises when a reply breaks off", function()
    local client = fake.client {
      ["users/search"] = function()
        return 200, '[{"id":"id-1","name":"user1"},{"id":'
      end,
    }
    local next_user = client:each_user()
    assert.equal("user1", next_user().name)
    local ok, err = pcall(next_user)
    assert.is_false(ok)
    assert.equal("decode", err.kind)
  end)

  it("requests a page again when the prefetch failed", function()
    local client, calls = fake.client(serve(users(3)))
    local waiter = client.waiter
    local start, starts = waiter.start, 0
    function waiter.start(self, exchange)
      starts = starts + 1
      if starts == 2 then
        exchange:cancel()
        return nil, { kind = "auth" }
      end
      return start(self, exchange)
    end
    assert.equal("user1 user2 user3", names(client, nil, { page_size = 2 }))
    assert.equal("0+2 0+4 3+1000 1+1000 11+1000 0+100 reversed", asked(calls))
  end)

  it("refuses unknown options before it sends anything", function()
    local client, calls = fake.client(serve(users(3)))
    for field, arguments in pairs {
      page_size = { nil, { page_size = 0 } },
      prefetch = { nil, { prefetch = 0.5 } },
      limit = { nil, { limit = -1 } },
      fields = { nil, { fields = "id" } },
      ["fields[2]"] = { nil, { fields = { "name", nil, "email" } } },
      on_skipped = { nil, { on_skipped = true } },
      pagesize = { nil, { pagesize = 5 } },
      record_size = { { record_size = 10 } },
      record_offset = { { record_offset = "0" } },
      account_state = { { account_state = "ACTIVE" } },
      ["fields[1]"] = { nil, { fields = { "nmae" } } },
      filter = { "ada" },
      options = { nil, 10 },
    } do
      local pages = client:user_pages(arguments[1], arguments[2])
      local page, err = pages:next()
      assert.is_nil(page)
      assert.equal("argument", err.kind)
      assert.equal(field, err.field)
    end
    assert.equal(0, #calls)
  end)

  it("refuses a filter whose contents come from a metatable", function()
    local client, calls = fake.client(serve(users(3)))
    local page, err = client:user_pages(setmetatable({},
      { __index = { account_status = "ACTIVE" } })):next()
    assert.is_nil(page)
    assert.equal("argument", err.kind)
    assert.matches("expected a plain table", err.message, 1, true)
    assert.equal(0, #calls)
  end)
end)

-- The list in the opposite order is requested at its end.
describe("users behind others that the cluster hides", function()
  -- A cluster that returns no more than ten users at once, of which it drops
  -- those with a number up to 'hidden'. 'before' may change the list.
  local function hiding(count, hidden, before)
    local list, orders = users(count), {}
    local client = fake.client {
      ["users/search"] = function(body)
        local sort = body.sort_options ~= cjson.null and body.sort_options
        orders[#orders + 1] = sort and sort.field_name .. " " .. sort.order
          or nil
        if before then
          before(list, sort)
        end
        local page = {}
        for place = body.record_offset + 1,
          math.min(body.record_offset + math.min(body.record_size, 10), #list)
        do
          local is_ascending = not sort or sort.order == "ASC"
          local one = list[is_ascending and place or #list + 1 - place]
          if tonumber(one.name:match "%d+") > hidden then
            page[#page + 1] = one
          end
        end
        return 200, fake.list(page)
      end,
    }
    return client, orders
  end

  it("are found, wherever they are", function()
    for _, hidden in ipairs { 25, 31, 70, 130, 320 } do
      local client, orders = hiding(hidden + 40, hidden)
      assert.equal(40, select(2, names(client):gsub("user", "")), hidden)
      for _, order in ipairs(orders) do
        assert.equal("CREATED DESC", order)
      end
    end
  end)

  it("are found if the filter has an order of its own, which does not change",
    function()
      for order, opposite in pairs { ASC = "DESC", DESC = "ASC" } do
        local filter = {
          sort_options = { field_name = "NAME", order = order },
        }
        local client, orders = hiding(110, 70)
        assert.equal(40, select(2, names(client, filter):gsub("user", "")))
        assert.same({ field_name = "NAME", order = order },
          filter.sort_options)
        local found = table.concat(orders, ", ")
        assert.is_truthy(found:find("NAME " .. opposite, 1, true), found)
      end
      local client = hiding(110, 70)
      assert.equal(40, select(2, names(client,
        { sort_options = thoughtspot.null }):gsub("user", "")))
    end)

  it("raise an error if they are too far away", function()
    local client = hiding(100003, 100000)
    local ok, err = pcall(names, client)
    assert.is_false(ok)
    assert.equal("api", err.kind)
    assert.is_truthy(err.message:find("hides more users in a row", 1, true))
  end)

  it("are not those who come meanwhile", function()
    local come = 0
    local client = hiding(0, 0, function(list, sort)
      if sort then
        come = come + 1
        list[#list + 1] = user(come)
      end
    end)
    assert.equal("user1 user2", names(client) .. " user2")
    -- Not in a list that changes all the time either.
    client = hiding(30, 0, function(list)
      come = come + 1
      table.insert(list, 5, user(100 + come))
      table.remove(list, 6)
    end)
    for number = 10, 30 do
      assert.is_truthy((names(client) .. " "):find("user" .. number .. " ", 1,
        true))
    end
  end)

  it("are looked for further on if the cluster ignores the order", function()
    local list = users(5)
    local client, calls = fake.client {
      ["users/search"] = function(body)
        return page_of(list, {
          record_offset = body.record_offset, record_size = body.record_size,
        })
      end,
    }
    assert.equal("user1 user2 user3 user4 user5", names(client))
    assert.equal("0+1000 5+10000 3+10000 13+10000 0+100 reversed 33+10000",
      asked(calls))
  end)

  it("are found if the list only seems to have become empty", function()
    local list, empty = users(60), 0
    local client = fake.client(serve(list, function(body)
      if body.record_offset >= 20 and #list == 60 then
        for _ = 1, 52 do
          table.remove(list, 1)
        end
      elseif body.record_offset == 0 and #list == 8 and empty < 3
        and not body.sort_options then
        empty = empty + 1
        return 200, "[]"
      elseif body.sort_options then
        return 200, fake.list { list[8], list[7] }
      end
    end))
    local found = names(client, nil, { page_size = 7 }) .. " "
    for number = 53, 60 do
      assert.is_truthy(found:find("user" .. number .. " ", 1, true), number)
    end
  end)

  it("cost nothing if the cluster cannot sort", function()
    local list = users(30)
    for _, status in ipairs { 400, 404, 500 } do
      local client = fake.client(serve(list, function(body)
        if body.sort_options then
          return status, fake.failure(10002, "sort_options is unknown")
        end
      end))
      assert.equal(30, select(2, names(client):gsub("user", "")))
    end
  end)
end)

describe("a row that the cluster cannot return", function()
  it("is found, reported and skipped", function()
    local client = fake.client(serve(users(10), dangling { 4 }))
    local skipped = {}
    assert.equal("user1 user2 user3 user4 user6 user7 user8 user9 user10",
      names(client, nil, {
        page_size = 6,
        on_skipped = function(row)
          skipped[#skipped + 1] = row.offset
          assert.equal(404, row.err.status)
        end,
      }))
    assert.same({ 4 }, skipped)
  end)

  it("may be one of several, next to each other or not", function()
    local client = fake.client(serve(users(12), dangling { 0, 3, 4, 11 }))
    local skipped = {}
    assert.equal("user2 user3 user6 user7 user8 user9 user10 user11",
      names(client, nil, {
        page_size = 8,
        on_skipped = function(row)
          skipped[#skipped + 1] = row.offset
        end,
      }))
    assert.same({ 0, 3, 4, 11 }, skipped)
  end)

  it("costs few requests, wherever it is", function()
    for _, row in ipairs { 0, 499, 500, 998, 999 } do
      local client, calls = fake.client(serve(users(1500), dangling { row }))
      names(client, nil, { on_skipped = function() end })
      assert.is_true(#calls <= 26, #calls)
    end
  end)

  it("is found after a reply for all users", function()
    local client = fake.client(serve(users(3), dangling { 1 }))
    local skipped = 0
    assert.equal("user1 user3", names(client, nil, {
      page_size = -1,
      on_skipped = function()
        skipped = skipped + 1
      end,
    }))
    assert.equal(1, skipped)
  end)

  it("raises without on_skipped", function()
    local client = fake.client(serve(users(10), dangling { 4 }))
    local found = {}
    local ok, err = pcall(function()
      for one in client:each_user(nil, { page_size = 8 }) do
        found[#found + 1] = one.name
      end
    end)
    assert.is_false(ok)
    assert.equal("not_found", err.kind)
    assert.same({ "user1", "user2", "user3", "user4" }, found)
  end)

  it("is not assumed when no request works", function()
    local client, calls = fake.client {}
    local skipped = 0
    local ok, err = pcall(names, client, nil, {
      on_skipped = function()
        skipped = skipped + 1
      end,
    })
    assert.is_false(ok)
    assert.equal(404, err.status)
    assert.equal(16, skipped)
    assert.is_true(#calls < 64)
  end)
end)

describe("rows that disappear", function()
  -- Removes so many from the front of the list at the first request at or
  -- after an offset.
  local function shrink(offset, count)
    local gone
    return function(body, list)
      if body.record_offset >= offset and not gone then
        gone = true
        for _ = 1, count do
          table.remove(list, 1)
        end
      end
    end
  end

  it("are noticed, and rows that moved to the front are read", function()
    local client, calls = fake.client(serve(users(8), shrink(2, 2)))
    assert.equal("user1 user2 user3 user4 user5 user6 user7 user8",
      names(client, nil, { page_size = 4, prefetch = 0 }))
    assert.equal("0+4 2+4 0+64 6+1000 3+1000 13+1000 0+100 reversed",
      asked(calls))
  end)

  it("may be all that were read", function()
    local client = fake.client(serve(users(8), shrink(4, 6)))
    assert.equal("user1 user2 user3 user4 user5 user6 user7 user8",
      names(client, nil, { page_size = 4, prefetch = 0 }))
  end)

  it("may be those that the loop deletes", function()
    for _, size in ipairs { 1, 2, 3, 10 } do
      local list = users(20)
      local client, count = fake.client(serve(list)), 0
      for _ in client:each_user(nil, { page_size = size }) do
        count = count + 1
        table.remove(list, 1)
      end
      assert.equal(20, count)
    end
  end)

  it("may leave less than a page, or nobody", function()
    for count, expected in pairs {
      [6] = "user1 user2 user3 user4 user7",
      [7] = "user1 user2 user3 user4",
    } do
      local client = fake.client(serve(users(7), shrink(2, count)))
      assert.equal(expected,
        names(client, nil, { page_size = 4, prefetch = 0 }))
    end
  end)

  it("are looked for up to the first requested row", function()
    local client, calls = fake.client(serve(users(9), shrink(5, 9)))
    assert.equal("user3 user4 user5 user6 user7", names(client,
      { record_offset = 2 }, { page_size = 5, prefetch = 0 }))
    assert.equal("2+5 5+5 2+64 2+69 2+1000 12+1000 32+1000", asked(calls))
  end)

  -- Numbers from 1 to n, the same everywhere.
  local function dice(seed)
    return function(n)
      seed = seed * 16807 % 2147483647
      return seed % n + 1
    end
  end

  -- A list in which some rows stay, while others are deleted and added at
  -- random before each request; a reply may show its earlier state.
  local function restless(roll, count, moves)
    local list, comers = users(count), 2 * count
    for _, row in ipairs(list) do
      row.stays = roll(3) == 1
    end
    local function move()
      local place = roll(#list + 1)
      if roll(2) == 1 and comers > 0 then
        comers = comers - 1
        table.insert(list, place, user("new" .. comers))
      elseif list[place] and not list[place].stays then
        table.remove(list, place)
      end
    end
    return list, {
      ["users/search"] = function(body)
        local status, before = page_of(list, body)
        for _ = 1, roll(4) == 1 and roll(moves) or 0 do
          move()
        end
        if roll(3) == 1 then
          return status, before
        end
        return page_of(list, body)
      end,
    }
  end

  -- Reads a changing list: rows that stay come once, and no row comes twice.
  local function check(seed, count, moves, options)
    local roll = dice(seed)
    local list, handlers = restless(roll, count, moves)
    local times = {}
    for one in fake.client(handlers):each_user(nil, options(roll)) do
      times[one.name] = (times[one.name] or 0) + 1
      assert.equal(1, times[one.name], one.name .. ", seed " .. seed)
    end
    for _, row in ipairs(list) do
      if row.stays then
        assert.equal(1, times[row.name], row.name .. ", seed " .. seed)
      end
    end
  end

  it("or appear, at random, hide no others", function()
    for seed = 1, 100 do
      check(seed, 40, 30, function(roll)
        local size = roll(12)
        return {
          page_size = size == 12 and -1 or size, prefetch = roll(3) - 1,
        }
      end)
    end
  end)

  it("hide no others in a long list either", function()
    for seed = 1, 2 do
      check(seed, 3000, 600, function()
        return { page_size = 500 }
      end)
    end
  end)

  it("are noticed before a row that the cluster cannot return", function()
    for _, size in ipairs { 1, 2, 4 } do
      local gone = shrink(12, 13)
      local client = fake.client(serve(users(20), function(body, list)
        gone(body, list)
        for row = 1, body.record_size do
          local one = list[body.record_offset + row]
          if one and one.name == "user18" then
            return 404, fake.failure(10002, "group is gone")
          end
        end
      end))
      local found = names(client, nil, {
        page_size = size, prefetch = 0, on_skipped = function() end,
      })
      assert.equal("user14 user15 user16 user17 user19 user20",
        found:match "user14.*")
    end
  end)
end)

describe("user_pages", function()
  it("returns lists of page_size users, the last one shorter", function()
    local pages = fake.client(serve(users(5))):user_pages(nil,
      { page_size = 2 })
    local sizes = {}
    for page in function() return pages:next() end do
      sizes[#sizes + 1] = #page
    end
    assert.same({ 2, 2, 1 }, sizes)
    assert.is_nil(pages:next())
  end)

  it("loses no user to an error", function()
    local client = fake.client(serve(users(8), dangling { 2 }))
    local pages = client:user_pages(nil, { page_size = 4 })
    assert.equal(2, #pages:next())
    local page, err = pages:next()
    assert.is_nil(page)
    assert.equal("not_found", err.kind)
    page, err = pages:next()
    assert.is_nil(page)
    assert.equal("not_found", err.kind)
  end)

  it("returns the error each time", function()
    local client, calls = fake.client {
      ["users/search"] = function()
        return 403, fake.failure(10023, "not yours")
      end,
    }
    local pages = client:user_pages()
    for _ = 1, 2 do
      local page, err = pages:next()
      assert.is_nil(page)
      assert.equal("forbidden", err.kind)
    end
    assert.equal(1, #calls)
  end)

  it("can be closed early", function()
    local client, calls = fake.client(serve(users(5)))
    local pages = client:user_pages(nil, { page_size = 2 })
    assert.equal(2, #pages:next())
    pages:close()
    pages:close()
    assert.is_nil(pages:next())
    assert.equal(1, #calls)
  end)
end)

describe("over a network", function()
  local HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
  local server

  setup(function()
    server = fault.start()
  end)

  teardown(function()
    server:stop()
  end)

  local function list(...)
    local found = {}
    for index, number in ipairs { ... } do
      found[index] = user(number)
    end
    return fake.list(found)
  end

  -- A reply that breaks off after the users, before the end.
  local function broken(...)
    return { HEAD .. "Content-Length: 1000\r\n\r\n" .. list(...):sub(1, -2)
      .. ',{"id":', fault.close }
  end

  local function connect(replies)
    local case = server:case(replies)
    return assert(thoughtspot.new {
      host = case.host, token = "token", rate_limit = false, max_retries = 0,
      timeout = 10,
    }), case
  end

  local function ranges(case)
    local requests = case:requests()
    for index, request in ipairs(requests) do
      requests[index] = { body = cjson.decode(request.body) }
    end
    return asked(requests)
  end

  it("a page that breaks off is requested again for the remaining "
    .. "users", function()
    local client, case = connect {
      broken(1, 2), broken(1, 2, 3), fault.ok(list(2, 3, 4)),
      fault.ok(list()), fault.ok(list(1, 2, 3, 4)), fault.ok(list()),
      fault.ok(list(4, 3, 2, 1)),
    }
    assert.equal("user1 user2 user3 user4",
      names(client, nil, { page_size = 4, prefetch = 0 }))
    assert.equal("0+4 0+4 1+4 4+1000 0+1000 12+1000 0+100 reversed",
      ranges(case))
  end)

  it("a reply for all users, too", function()
    local client, case = connect {
      broken(1, 2), fault.ok(list(1, 2, 3, 4)), fault.ok(list()),
      fault.ok(list(3, 4)), fault.ok(list()), fault.ok(list(4, 3, 2, 1)),
    }
    assert.equal("user1 user2 user3 user4",
      names(client, nil, { page_size = -1 }))
    assert.equal("0+-1 0+-1 4+10000 2+10000 12+10000 0+100 reversed",
      ranges(case))
  end)

  it("users repeated after a break come once", function()
    for _, size in ipairs { -1, 4 } do
      local client = connect {
        broken(1, 2), fault.ok(list(1, 2, 3)), fault.ok(list()),
        fault.ok(list(2, 3)), fault.ok(list()), fault.ok(list()),
      }
      assert.equal("user1 user2 user3",
        names(client, nil, { page_size = size, prefetch = 0 }))
    end
  end)

  it("a page without new users raises", function()
    local client, case = connect {
      broken(1, 2), { HEAD .. "Content-Length: 9\r\n\r\n[", fault.close },
    }
    local found = {}
    local ok, err = pcall(function()
      for one in client:each_user(nil, { page_size = 4, prefetch = 0 }) do
        found[#found + 1] = one.name
      end
    end)
    assert.is_false(ok)
    assert.equal("network", err.kind)
    assert.same({ "user1", "user2" }, found)
    assert.equal("0+4 0+4", ranges(case))
  end)

  -- Drives the client until the server has seen so many requests.
  local function await(client, case, count)
    local left = 1000
    while #case:requests() < count and left > 0 do
      client.core:poll(0.01)
      left = left - 1
    end
    return #case:requests()
  end

  it("the next page is on its way while this one is consumed", function()
    local client, case = connect { fault.ok(list(1, 2)) }
    local next_user = client:each_user(nil, { page_size = 2 })
    assert.equal("user1", next_user().name)
    assert.equal(2, await(client, case, 2))
  end)

  it("no page is requested beyond the limit, or ahead without "
    .. "prefetch", function()
    for _, options in ipairs {
      { page_size = 2, limit = 2 }, { page_size = 2, prefetch = 0 },
      { page_size = 2, limit = 1 },
    } do
      local client, case = connect { fault.ok(list(1, 2)) }
      local pages = client:user_pages(nil, options)
      assert.equal("user1", pages:next_user().name)
      assert.is_true(#pages.queue <= 1)
      assert.equal(1, await(client, case, 1))
    end
  end)

  it("leaving the loop ends the transfers", function()
    local client = connect {
      { HEAD .. "Content-Length: 100000\r\n\r\n" .. list(1):sub(1, -2) .. ",",
        fault.hang },
    }
    local iterate, state, first, pages = client:each_user(nil,
      { page_size = -1 })
    for _ in iterate, state, first, pages do -- luacheck: ignore 512
      break
    end
    -- Lua 5.4 closes the iterator when a loop is left; elsewhere it is
    -- collected.
    if not (loadstring or load)("local x <close> = nil") then
      assert.is_false(pages.ended)
      pages:close()
    end
    assert.is_true(pages.ended)
    assert.is_nil(iterate())
    assert.has_no_error(function()
      client:close()
    end)
  end)
end)
