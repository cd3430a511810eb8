-- Failures on the way to a cluster and back, over real sockets: the error for
-- the caller, the number of requests that the server saw, and that the client
-- works afterwards.
--
-- Takes long.

local core = require "thoughtspot.core"
local thoughtspot = require "thoughtspot"
local command = require "spec.support.command"
local fault = require "spec.support.fault_server"
local open_files = require "spec.support.open_files"

local unpack = table.unpack or unpack -- luacheck: ignore 113 143

-- Seconds. SLOWER is the factor when everything is slower, as under valgrind.
-- For calls that are to time out; others have time enough on a busy machine.
local TIMEOUT = 0.1 * tonumber(os.getenv "SLOWER" or 1)
local SHORT = { timeout = TIMEOUT }
local USERS = [=[[{"id":"1","name":"ada"}]]=]
local USER = [[{"id":"1","name":"ada"}]]
local NEW_USER = {
  name = "ada", display_name = "Ada", email = "ada@acme.test",
}

local server

-- Returns the output of a shell command in gzip; each once, because many cases
-- send the same.
local zipped_outputs = {}
local function gzip(line)
  zipped_outputs[line] = zipped_outputs[line]
    or command.output(line .. " | gzip -9c")
  return zipped_outputs[line]
end

-- The same data in raw deflate (RFC 1951): without the head and the end.
local function raw_deflate(line)
  return gzip(line):sub(11, -9)
end

-- And in zlib's format (RFC 1950); the checksum is that of 'text'.
local function deflate(line, text)
  local low, high = 1, 0
  for index = 1, #text do
    low = (low + text:byte(index)) % 65521
    high = (high + low) % 65521
  end
  return "\120\156" .. raw_deflate(line) .. string.char(
    math.floor(high / 256), high % 256, math.floor(low / 256), low % 256)
end

local function chunk(text)
  return ("%x\r\n"):format(#text) .. text .. "\r\n"
end

local HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
local CHUNKED = HEAD .. "Transfer-Encoding: chunked\r\n\r\n"
local GZIP = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"

local function zipped_reply(body, coding)
  return "HTTP/1.1 200 OK\r\nContent-Encoding: " .. (coding or "gzip")
    .. "\r\nContent-Length: " .. #body .. "\r\n\r\n" .. body
end

local function with_length(length, body)
  return HEAD .. "Content-Length: " .. length .. "\r\n\r\n" .. body
end

local function new_client(case, options)
  local all = {
    host = case.host, token = "t0ken", timeout = 50 * TIMEOUT,
    rate_limit = false, max_retries = 1,
  }
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  if all.username then
    all.token = nil
  end
  return assert(core.new(all))
end

-- Waits for the outcome with a clock that skips pauses. Returns the result,
-- the error, and the pauses.
local function finish(client, exchange)
  local ahead, pauses = 0, {}
  while true do
    local answer, seconds = exchange:step(core.now() + ahead)
    if answer == "done" then
      local value, err = exchange:result()
      return value, err, pauses
    elseif answer == "wait" then
      pauses[#pauses + 1] = seconds
      ahead = ahead + seconds
    else
      client:poll(1)
    end
  end
end

local function call(client, endpoint, ...)
  return finish(client, assert(client:prepare(endpoint, ...)))
end

local function search(client, options)
  return call(client, "search_users", {}, options)
end

local function create(client, options)
  return call(client, "create_user", NEW_USER, options)
end

-- One endpoint of each effect, with a suitable reply.
local READ = {
  name = "search_users", arguments = { {} }, good = fault.ok(USERS),
}
local WRITE = {
  name = "create_user", arguments = { NEW_USER }, good = fault.ok(USER),
}
local REPEATABLE_WRITE = {
  name = "update_user", arguments = { "ada", { email = "a@acme.test" } },
  good = "HTTP/1.1 204 No Content\r\n\r\n",
}

-- The fault, as often as it should occur, then a good reply.
local function replies(reply, times, good)
  local list = {}
  for i = 1, times do
    list[i] = reply
  end
  list[times + 1] = good
  return list
end

-- Calls an endpoint whose attempts all fail, and checks the outcome.
local function expect_failure(endpoint, reply, expected)
  local case = server:case(replies(reply, expected.attempts, endpoint.good))
  local client = new_client(case, expected.options
    or expected.kind == "timeout" and SHORT)
  local value, err = call(client, endpoint.name, unpack(endpoint.arguments))
  assert.is_nil(value)
  assert.equal(expected.kind, err.kind, tostring(err))
  assert.equal(expected.applied, err.applied, tostring(err))
  assert.equal(expected.attempts, err.attempts)
  assert.equal(expected.attempts, case:count(expected.attempts))
  if expected.status then
    assert.equal(expected.status, err.status)
  end
  assert.truthy(tostring(err):find(endpoint.name, 1, true))
  assert.falsy(tostring(err):find "[%c]")
  assert.truthy(call(client, endpoint.name, unpack(endpoint.arguments)))
  assert.equal(expected.attempts + 1, #case:requests())
  client:close()
end

local function expect_success(endpoint, reply)
  local case = server:case { reply, endpoint.good }
  local client = new_client(case)
  for requests = 1, 2 do
    assert(call(client, endpoint.name, unpack(endpoint.arguments)))
    assert.equal(requests, #case:requests())
  end
  client:close()
end

describe("faults", function()
  setup(function()
    server = fault.start()
  end)

  teardown(function()
    server:stop()
  end)

  describe("a reply that breaks off", function()
    -- The part of a reply that is sent before the end.
    local function beginnings_of(body)
      local zipped = gzip("printf '" .. body .. "'")
      return {
        ["before the status line"] = "",
        ["in the status line"] = "HTTP/1.",
        ["in the status"] = "HTTP/1.1 20",
        ["in a header"] = "HTTP/1.1 200 OK\r\nContent-Ty",
        ["after a header"] = "HTTP/1.1 200 OK\r\nX-A: b\r\n",
        ["before the body"] = with_length(30, ""),
        ["in the body"] = with_length(30, body:sub(1, 9)),
        ["before the last byte"] = with_length(#body, body:sub(1, -2)),
        ["before the first chunk"] = CHUNKED,
        ["in the size of a chunk"] = CHUNKED .. "1",
        ["in a chunk"] = CHUNKED .. "19\r\n" .. body:sub(1, 6),
        ["between chunks"] = CHUNKED .. chunk(body:sub(1, 6)),
        ["before the last chunk"] = CHUNKED .. chunk(body),
        ["in gzip"] = GZIP .. "Content-Length: " .. #zipped .. "\r\n\r\n"
          .. zipped:sub(1, 20),
        ["after 100 Continue"] = "HTTP/1.1 100 Continue\r\n\r\n",
      }
    end
    -- Not in every case, because silence takes a whole timeout.
    local silent = {
      ["before the status line"] = true, ["in a header"] = true,
      ["in the body"] = true, ["between chunks"] = true,
      ["after 100 Continue"] = true,
    }
    local endings = {
      ["closed"] = { step = fault.close, kind = "network" },
      ["reset"] = { step = fault.reset, kind = "network" },
      ["silent"] = { step = fault.hang, kind = "timeout" },
    }
    local function expect_broken(endpoint, kind, reply, expected)
      local case = server:case(replies(reply, expected.attempts,
        endpoint.good))
      local client = new_client(case, kind == "timeout" and SHORT)
      local value, err =
        call(client, endpoint.name, unpack(endpoint.arguments))
      assert.is_nil(value)
      assert.equal(kind, err.kind, tostring(err))
      assert.equal(expected.applied, err.applied)
      assert.equal(expected.attempts, err.attempts)
      assert.equal(expected.attempts, case:count(expected.attempts))
      assert(call(client, endpoint.name, unpack(endpoint.arguments)))
      assert.equal(expected.attempts + 1, #case:requests())
    end

    local reads, writes = beginnings_of(USERS), beginnings_of(USER)
    for place, beginning in pairs(reads) do
      for how, ending in pairs(endings) do
        local it = (how ~= "silent" or silent[place]) and it or function() end

        it(place .. ", " .. how .. ": a search is sent again", function()
          expect_broken(READ, ending.kind, { beginning, ending.step },
            { applied = "no", attempts = 2 })
        end)

        it(place .. ", " .. how .. ": a creation is not", function()
          expect_broken(WRITE, ending.kind, { writes[place], ending.step },
            { applied = "maybe", attempts = 1 })
        end)
      end
    end

    it("succeeds when the second attempt does", function()
      local case = server:case { { "HTTP/1.1 200", fault.reset }, READ.good }
      local value, err, pauses = search(new_client(case))
      assert.same({ { id = "1", name = "ada" } }, value, err)
      assert.equal(1, #pauses)
      assert.is_true(pauses[1] <= 0.5 and pauses[1] > 0.2)
    end)

    it("leaves a repeated update in doubt", function()
      expect_failure(REPEATABLE_WRITE, { fault.reset },
        { kind = "network", applied = "maybe", attempts = 2 })
    end)

    it("leaves an update in doubt when its second attempt is "
      .. "refused", function()
      local case = server:case { { fault.reset },
        fault.reply("404 Not Found", "{}") }
      local _, err = call(new_client(case), "update_user", "ada",
        { email = "ada@acme.test" })
      assert.equal("not_found", err.kind)
      assert.equal("maybe", err.applied)
    end)

    it("does not matter after a status that has no body",
      function()
        expect_success(REPEATABLE_WRITE, "HTTP/1.1 204 No Content\r\n\r\n")
        expect_success(REPEATABLE_WRITE, { "HTTP/1.1 204 No Content\r\n\r\n",
          fault.close })
        expect_success(REPEATABLE_WRITE, { with_length(30, "{}"),
          fault.close })
      end)

    it("leaves doubt when the body could have been an error or a page",
      function()
        expect_failure(REPEATABLE_WRITE,
          { with_length(30, '{"error'), fault.close },
          { kind = "network", applied = "maybe", attempts = 2, status = 200 })
        expect_failure(REPEATABLE_WRITE, { with_length(30, ""), fault.close },
          { kind = "network", applied = "maybe", attempts = 2, status = 200 })
        expect_failure(REPEATABLE_WRITE,
          { with_length(30, "\r\n"), fault.close },
          { kind = "network", applied = "maybe", attempts = 2, status = 200 })
      end)
  end)

  describe("a reused connection", function()
    local function kept(endpoint, second)
      local case = server:case { endpoint.good, second, endpoint.good }
      local client = new_client(case)
          assert(call(client, endpoint.name, unpack(endpoint.arguments)))
      local value, err =
        call(client, endpoint.name, unpack(endpoint.arguments))
      return value, err, case:requests(), client
    end

    for _, how in ipairs { "close", "reset" } do
      it("and breaks by " .. how .. " after the request was read: a creation "
        .. "is not sent again", function()
        local value, err, requests, client = kept(WRITE, { fault[how] })
        assert.is_nil(value)
        assert.equal("network", err.kind)
        assert.equal("maybe", err.applied)
        assert.equal(1, err.attempts)
        assert.equal(2, #requests)
        assert.equal(requests[1].connection, requests[2].connection)
        assert(create(client))
      end)

      it("and breaks by " .. how .. " after the request was read: a search "
        .. "is sent again", function()
        local value, err, requests = kept(READ, { fault[how] })
        assert.is_table(value, err)
        assert.equal(3, #requests)
        assert.equal(requests[1].connection, requests[2].connection)
      end)
    end

    for status, kind in pairs { ["400 No"] = "api", ["401 No"] = "auth",
      ["403 No"] = "forbidden", ["404 No"] = "not_found",
      ["407 No"] = "connect", ["409 No"] = "conflict",
      ["429 No"] = "rate_limit" } do
      it("and breaks after an update was read: that it was sent again, and "
        .. "refused with " .. status .. ", leaves it in doubt", function()
        local case = server:case { REPEATABLE_WRITE.good, { fault.close },
          fault.reply(status, "{}") }
        local client = new_client(case, { max_retries = 0 })
        assert(call(client, "update_user", "ada", { email = "a@acme.test" }))
        local value, err =
          call(client, "update_user", "bob", { email = "b@acme.test" })
        assert.is_nil(value)
        assert.equal(3, #case:requests())
        assert.equal(kind, err.kind)
        assert.equal(1, err.attempts)
        assert.equal("maybe", err.applied)
      end)
    end

    it("that was closed is replaced", function()
      local case = server:case { { WRITE.good, fault.close } }
      local client = new_client(case)
      for _ = 1, 3 do
        assert(create(client))
        client:poll(0.05 * TIMEOUT / 0.1) -- the end gets here
      end
      assert.equal(3, #case:requests())
    end)

    it("that breaks, and cannot be replaced: a creation is sent once",
      function()
        local own = fault.start()
        local case = own:case { WRITE.good, { fault.deaf, fault.close } }
        local client = new_client(case, { max_retries = 3 })
        assert(create(client))
        local value, err, pauses = create(client)
        assert.is_nil(value)
        assert.equal("network", err.kind)
        assert.equal("maybe", err.applied)
        assert.equal(1, err.attempts)
        assert.same({}, pauses)
        own:stop()
      end)
  end)

  describe("no connection", function()
    local closed_port

    setup(function()
      local own = fault.start()
      closed_port = own.address
      own:stop()
    end)

    it("is retried, and nothing was applied", function()
      local client = new_client { host = "http://" .. closed_port }
      for _, attempt in ipairs { search, create } do
        local value, err, pauses = attempt(client)
        assert.is_nil(value)
        assert.equal("connect", err.kind)
        assert.equal("no", err.applied)
        assert.equal(2, err.attempts)
        assert.is_nil(err.status)
        assert.equal(1, #pauses)
      end
    end)

    it("because the TLS handshake breaks off is retried, too", function()
      for _, ending in ipairs { fault.close, fault.reset } do
        local case = server:case { { "HTTP/1.1 200 OK\r\n\r\n", ending } }
        local client = new_client({ host = "https://" .. case.name },
          { proxy = "http://" .. server.address })
        local _, err = create(client)
        assert.equal("tls", err.kind)
        assert.equal("no", err.applied)
        assert.equal(2, err.attempts)
        assert.equal(2, #case:requests())
      end
    end)

    it("to a name that does not exist", function()
      local client = new_client({ host = "https://no-such.invalid" },
        { max_retries = 0, timeout = 5 })
      local _, err = create(client)
      assert.equal("connect", err.kind)
      assert.equal("no", err.applied)
    end)
  end)

  describe("a slow reply", function()
    it("that comes in time is read", function()
      local reply = fault.drip(USERS, 1)
      table.insert(reply, 1, with_length(#USERS, ""))
      expect_success(READ, reply)
    end)

    it("that takes too long times out", function()
      local reply = fault.drip(READ.good:rep(3), TIMEOUT * 50)
      expect_failure(READ, reply,
        { kind = "timeout", applied = "no", attempts = 2 })
      expect_failure(WRITE, reply,
        { kind = "timeout", applied = "maybe", attempts = 1 })
    end)

    it("is judged as one that comes at once", function()
      local first, second = '[{"name":"a"},', '{"error":"no such org"}]'
      local reply = with_length(#first + #second, first)
      for _, pieces in ipairs {
        { reply .. second }, { reply, fault.pause(30), second },
      } do
        local client = new_client(server:case { pieces })
        local users, err = client:search_users({}, { fields = { "id" } })
        assert.is_nil(users)
        assert.equal("api", err.kind)
        assert.equal("no such org", err.message)
      end
    end)

    it("takes no longer than the deadline", function()
      local case = server:case { { fault.hang } }
      local client = new_client(case,
        { timeout = 10, deadline = 0.2, max_retries = 9 })
      local before = core.now()
      local _, err = search(client)
      assert.equal("timeout", err.kind)
      assert.is_true(core.now() - before < 2)
      assert.equal(1, err.attempts)
    end)
  end)

  describe("an invalid reply", function()
    local deep = ("["):rep(200000)
    local zeros = "head -c 20000000 /dev/zero"
    local bomb = gzip("{ printf '[{\"a\":\"'; " .. zeros
      .. " | tr '\\0' x; }")
    local small = { max_response_bytes = 100000 }
    -- Name = { reply, kind, attempts of a search (1), options }.
    local wrong = {
      ["a length too short"] = { with_length(5, USERS), "decode" },
      ["a length too long"] = {
        { with_length(300, USERS), fault.close }, "network", 2 },
      ["a length below zero"] = { with_length(-7, USERS), "network", 2 },
      ["a length that is none"] = { with_length("x", USERS), "network", 2 },
      ["a chunk of no size"] = { CHUNKED .. "zz\r\n[]\r\n", "network", 2 },
      ["a chunk of another size"] = {
        CHUNKED .. "1\r\n" .. USERS .. "\r\n0\r\n\r\n", "network", 2 },
      ["no HTTP"] = { { "hello\r\n\r\n", fault.close }, "network", 2 },
      ["bad gzip"] = { GZIP .. "Content-Length: 20\r\n\r\n"
        .. ("x"):rep(20), "decode" },
      ["an unknown encoding"] = {
        "HTTP/1.1 200 OK\r\nContent-Encoding: zip\r\nContent-Length: 2\r\n"
        .. "\r\n[]", "decode" },
      ["gzip that ends early"] = { GZIP .. "Content-Length: 12\r\n\r\n"
        .. gzip("printf '" .. USERS .. "'"):sub(1, 12), "decode" },
      ["an empty 200"] = { fault.ok "", "decode" },
      ["a 204"] = { "HTTP/1.1 204 No Content\r\n\r\n", "decode" },
      ["HTML by its type"] = { fault.reply("200 OK", "login",
        { "Content-Type: text/html; charset=utf-8" }), "gateway" },
      ["HTML by its look"] = { fault.reply("200 OK", "\n <!doctype html>"),
        "gateway" },
      ["HTML that comes slowly"] = {
        { with_length(15, "\r\n"), fault.pause(20), "<!doctype ht>" },
        "gateway" },
      ["an endless page of HTML"] = {
        { "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
          fault.flood(("<br>"):rep(1000)) }, "gateway" },
      ["garbage"] = { fault.ok "[{]", "decode" },
      ["text"] = { fault.ok "OK", "decode" },
      ["truncated JSON"] = { fault.ok [=[[{"id":"1"]=], "decode" },
      ["junk after gzip"] = {
        zipped_reply(gzip("printf '[]'") .. "\0\0\0"), "decode" },
      ["much junk after gzip"] = {
        zipped_reply(gzip("printf '[]'") .. ("junk"):rep(20000)), "decode" },
      ["a second member of gzip that ends early"] = {
        zipped_reply(gzip("printf '[]'") .. gzip("printf ' '"):sub(1, -2)),
        "decode" },
      ["gzip with another checksum"] = {
        zipped_reply((gzip("printf '[]'"):gsub("....(....)$", "oops%1"))),
        "decode" },
      ["gzip of another length"] = {
        zipped_reply(gzip("printf '[]'"):sub(1, -5) .. "\1\0\0\0"),
        "decode" },
      ["JSON that is called gzip"] = { zipped_reply(USERS), "decode" },
      ["deflate of one byte"] = { zipped_reply("\120", "deflate"), "decode" },
      ["deflate that ends early"] = { zipped_reply(
        deflate("printf '" .. USERS .. "'", USERS):sub(1, -8), "deflate"),
        "decode" },
      ["deflate with another checksum"] = { zipped_reply(
        deflate("printf '" .. USERS .. "'", USERS .. "x"), "deflate"),
        "decode" },
      ["deflate with a dictionary"] = { zipped_reply("\120\187\1\2\3\4"
        .. raw_deflate("printf '" .. USERS .. "'"), "deflate"), "decode" },
      ["junk after deflate"] = { zipped_reply(
        deflate("printf '" .. USERS .. "'", USERS) .. "x", "deflate"),
        "decode" },
      ["gzip after deflate"] = { zipped_reply(
        deflate("printf '" .. USERS .. "'", USERS) .. gzip "printf ' '",
        "deflate"), "decode" },
      ["raw deflate that is none"] = { zipped_reply("\255" .. USERS,
        "deflate"), "decode" },
      ["JSON that is called deflate"] = { zipped_reply(USERS, "deflate"),
        "decode" },
      ["the beginning of an encoding's name"] = {
        zipped_reply(gzip("printf '" .. USERS .. "'"), "gzi"), "decode" },
      ["an encoding that was not asked for"] = {
        zipped_reply(USERS, "br"), "decode" },
      ["two documents"] = { fault.ok(USERS .. USERS), "decode" },
      ["a string"] = { fault.ok [["ada"]], "decode" },
      ["null"] = { fault.ok "null", "decode" },
      ["NUL in the body"] = { fault.ok "[{\"id\":\"\0\"}]", "decode" },
      ["NUL after the body"] = { fault.ok "[]\0", "decode" },
      ["200000 levels of arrays"] = { fault.ok(deep), "decode" },
      ["200000 levels in an object"] = {
        fault.ok("[{\"a\":" .. deep), "limit" },
      ["an endless element"] = { { CHUNKED .. chunk "[{\"a\":\"",
        fault.flood(chunk(("x"):rep(10000))) }, "limit", 1, small },
      ["endless elements"] = { { CHUNKED .. chunk "[{}",
        fault.flood(chunk((",{}"):rep(1000))) }, "limit", 1, small },
      ["endless white space"] = { { CHUNKED,
        fault.flood(chunk((" "):rep(1000))) }, "timeout", 2,
        { timeout = TIMEOUT, max_response_bytes = 100000 } },
      ["a gzip bomb"] = { GZIP .. "Content-Length: " .. #bomb .. "\r\n\r\n"
        .. bomb, "limit", 1, small },
    }
    for name, row in pairs(wrong) do
      it(name .. " is of kind " .. row[2], function()
        local reply = row[1]
        local case = server:case(replies(reply, row[3] or 1, READ.good))
        local client = new_client(case, row[4])
        local _, err = search(client)
        assert.is_not_nil(err)
        assert.equal(row[2], err.kind, tostring(err))
        assert.equal("no", err.applied)
        assert.equal(row[3] or 1, err.attempts)
        assert.equal(row[3] or 1, #case:requests())
        assert(search(client))
      end)

      it(name .. " leaves a creation in doubt", function()
        local reply = row[1]
        local case = server:case { reply, WRITE.good }
        local client = new_client(case, row[4])
        local value, err = create(client)
        assert.is_nil(value)
        assert.equal("maybe", err.applied, tostring(err))
        assert.equal(1, err.attempts)
        assert.equal(1, #case:requests())
        assert(create(client))
      end)
    end

    -- Bytes that libcurl holds during a pause are read although the server
    -- sends nothing more.
    local function expect_known(exchange, client)
      while exchange:step() ~= "done" do
        assert.is_true(client:poll(10 * TIMEOUT), "waits for the server")
        repeat until not exchange:take()
      end
      local _, err = exchange:result()
      assert.equal("decode", err.kind, tostring(err))
    end

    it("anywhere in a large part is noticed at once", function()
      for pad = 60000, 130000, 10000 do
        local case = server:case { { with_length(9999999, "["
          .. (" "):rep(pad) .. "}" .. ("x"):rep(20000)), fault.hang } }
        local client = new_client(case, { timeout = 30 * TIMEOUT })
        expect_known(client:prepare("search_users", {}), client)
      end
    end)

    it("in a stream is noticed when the stream continues", function()
      local users = ("{\"a\":\"%s\"},"):format(("x"):rep(1000)):rep(280)
      for pad = 10000, 40000, 10000 do
        local case = server:case { { with_length(9999999, "[" .. users
          .. (" "):rep(pad) .. "}" .. ("x"):rep(20000)), fault.hang } }
        local client = new_client(case, { timeout = 30 * TIMEOUT })
        local exchange = client:prepare("search_users"):stream()
        exchange:step()
        repeat until not client:poll(TIMEOUT)
        repeat until not exchange:take()
        expect_known(exchange, client)
      end
    end)

    it("an object in place of a list, and the reverse", function()
      expect_failure(READ, fault.ok "{}",
        { kind = "decode", applied = "no", attempts = 1, status = 200 })
      expect_failure(WRITE, fault.ok "[]",
        { kind = "decode", applied = "maybe", attempts = 1, status = 200 })
      expect_failure(READ, fault.ok [=[[{},1]]=],
        { kind = "decode", applied = "no", attempts = 1, status = 200 })
    end)

    it("an error sent as a success, a byte at a time", function()
      local body = '{"error":{"message":{"code":10002,"debug":"bad"}}}'
      for _, endpoint in ipairs { READ, WRITE } do
        local case = server:case {
          CHUNKED .. body:gsub(".", chunk) .. "0\r\n\r\n", endpoint.good }
        local client = new_client(case)
        local value, err =
          call(client, endpoint.name, unpack(endpoint.arguments))
        assert.is_nil(value)
        assert.equal("api", err.kind, tostring(err))
        assert.equal(10002, err.code)
        assert.equal(body, err.body)
        assert(call(client, endpoint.name, unpack(endpoint.arguments)))
      end
    end)

    it("a result that breaks off is not shown", function()
      local case = server:case { { with_length(30, USERS), fault.close } }
      local value, err = search(new_client(case, { max_retries = 0 }))
      assert.is_nil(value)
      assert.equal("network", err.kind)
      assert.is_nil(err.body)
    end)

    it("HTML means that an update was not made", function()
      expect_failure(REPEATABLE_WRITE, fault.reply("200 OK", "<html>"),
        { kind = "gateway", applied = "maybe", attempts = 1, status = 200 })
    end)

    it("text is no proof of an update, and is bounded", function()
      expect_failure(REPEATABLE_WRITE,
        { CHUNKED, fault.flood(chunk(("x"):rep(10000))) },
        { kind = "gateway", applied = "maybe", attempts = 1, status = 200 })
    end)

    it("JSON in place of an empty body is ignored, and bounded", function()
      expect_success(REPEATABLE_WRITE, fault.ok "{}")
      expect_success(REPEATABLE_WRITE, fault.ok "")
      expect_success(REPEATABLE_WRITE, { CHUNKED .. chunk "[",
        fault.flood(chunk(("{},"):rep(3000))) })
    end)
  end)

  describe("a good reply in an unusual form", function()
    local named = command.output("cd $(mktemp -d) && printf '" .. USERS
      .. "' >users && gzip -cN users; rm -r $PWD")
    local forms = {
      ["one byte a time, chunked"] = CHUNKED
        .. USERS:gsub(".", chunk) .. "0\r\n\r\n",
      ["chunks with extensions and a trailer"] = CHUNKED
        .. ("%x;a=b\r\n%s\r\n0\r\nX-T: 1\r\n\r\n"):format(#USERS, USERS),
      ["a trailer that looks like a header"] = CHUNKED
        .. ("%x\r\n%s\r\n0\r\nContent-Type: text/html\r\n\r\n")
          :format(#USERS, USERS),
      ["100 Continue first"] = "HTTP/1.1 100 Continue\r\nRetry-After: 9\r\n"
        .. "\r\n" .. READ.good,
      ["HTTP/1.0, up to the end"] = { "HTTP/1.0 200 OK\r\n\r\n" .. USERS,
        fault.close },
      ["gzip"] = (function()
        local zipped = gzip("printf '" .. USERS .. "'")
        return GZIP .. "Content-Length: " .. #zipped .. "\r\n\r\n" .. zipped
      end)(),
      ["gzip in two members"] = zipped_reply(
        gzip("printf '" .. USERS:sub(1, 7) .. "'")
        .. gzip("printf '" .. USERS:sub(8) .. "'")),
      ["gzip in many members, some of them empty"] = zipped_reply((function()
        local members = {}
        for byte in USERS:gmatch "." do
          members[#members + 1] = gzip("printf '" .. byte .. "'")
          members[#members + 1] = gzip "printf ''"
        end
        return table.concat(members)
      end)()),
      ["gzip with a name, a byte a time"] = GZIP
        .. "Transfer-Encoding: chunked\r\n\r\n" .. named:gsub(".", chunk)
        .. "0\r\n\r\n",
      ["gzip by another name"] = zipped_reply(gzip("printf '" .. USERS .. "'"),
        "X-GZip"),
      ["deflate"] = zipped_reply(deflate("printf '" .. USERS .. "'", USERS),
        "Deflate"),
      ["deflate, a byte a time"] = HEAD .. "Content-Encoding: deflate\r\n"
        .. "Transfer-Encoding: chunked\r\n\r\n"
        .. deflate("printf '" .. USERS .. "'", USERS):gsub(".", chunk)
        .. "0\r\n\r\n",
      ["raw deflate"] = zipped_reply(
        raw_deflate("printf '" .. USERS .. "'"), "deflate"),
      ["raw deflate, a byte a time"] = HEAD
        .. "Content-Encoding: deflate\r\nTransfer-Encoding: chunked\r\n\r\n"
        .. raw_deflate("printf '" .. USERS .. "'"):gsub(".", chunk)
        .. "0\r\n\r\n",
      ["an empty Content-Encoding"] = zipped_reply(USERS, " \t"),
      ["lines that end in LF alone"] = "HTTP/1.1 200 OK\nContent-Length: "
        .. #USERS .. "\n\n" .. USERS,
      ["a Content-Encoding that is none"] = zipped_reply(USERS, "identity"),
      ["another 2xx"] = fault.reply("203 Other", USERS),
      ["no Content-Type"] = fault.reply("200 OK", USERS),
    }
    for name, reply in pairs(forms) do
      it("is read: " .. name, function()
        local value, err = search(new_client(server:case { reply }))
        assert.same({ { id = "1", name = "ada" } }, value, err)
      end)
    end
  end)

  describe("status", function()
    -- Status = kind, applied for a write, whether a read is tried again.
    local statuses = {
      { "300 Choices", "gateway", "no" },
      { "301 Moved", "gateway", "no" },
      { "303 See Other", "gateway", "maybe" },
      { "304 Not Modified", "gateway", "no" },
      { "400 Bad Request", "api", "no" },
      { "401 Unauthorized", "auth", "no" },
      { "402 Payment Required", "api", "no" },
      { "403 Forbidden", "forbidden", "no" },
      { "404 Not Found", "not_found", "no" },
      { "405 Method Not Allowed", "api", "no" },
      { "408 Request Timeout", "api", "maybe", true },
      { "409 Conflict", "conflict", "no" },
      { "410 Gone", "api", "no" },
      { "413 Too Large", "api", "no" },
      { "415 Unsupported Media Type", "api", "no" },
      { "422 Unprocessable", "api", "no" },
      { "429 Too Many Requests", "rate_limit", "no", true, true },
      { "499 Other", "api", "no" },
      { "500 Internal Server Error", "server", "maybe" },
      { "501 Not Implemented", "server", "maybe" },
      { "502 Bad Gateway", "server", "maybe", true },
      { "503 Unavailable", "server", "maybe", true },
      { "504 Gateway Timeout", "server", "maybe", true },
      { "505 Version", "server", "maybe" },
    }
    for _, row in ipairs(statuses) do
      local line, kind, applied, read_again, write_again =
        row[1], row[2], row[3], row[4], row[5]
      local status = tonumber(line:sub(1, 3))
      it(line .. " is of kind " .. kind, function()
        local reply = status == 304 and "HTTP/1.1 304 Not Modified\r\n\r\n"
          or fault.reply(line, "{}")
        expect_failure(READ, reply, {
          kind = kind, applied = "no", attempts = read_again and 2 or 1,
          status = status,
        })
        expect_failure(WRITE, reply, {
          kind = kind, applied = applied, attempts = write_again and 2 or 1,
          status = status,
        })
        expect_failure(REPEATABLE_WRITE, reply, {
          kind = kind, applied = applied, attempts = read_again and 2 or 1,
          status = status,
        })
      end)
    end

    for _, line in ipairs { "502 Bad Gateway", "503 Unavailable",
                            "504 Gateway Timeout" } do
      it(line .. " with a page of HTML is of kind gateway", function()
        expect_failure(WRITE, fault.reply(line, "<html><h1>502</h1></html>"), {
          kind = "gateway", applied = "maybe", attempts = 1,
          status = tonumber(line:sub(1, 3)),
        })
      end)
    end

    for coding, body in pairs {
      ["br"] = "\27\2\0xyz", ["gzip"] = "no gzip", ["gzip, gzip"] = "{}",
    } do
      it("counts if the body cannot be decoded: " .. coding, function()
        for _, row in ipairs {
          { 401, "gateway", "no" }, { 403, "gateway", "no" },
          { 404, "gateway", "no" }, { 407, "connect", "no" },
          { 409, "gateway", "no" }, { 413, "gateway", "no" },
          { 429, "rate_limit", "no", true }, { 500, "gateway", "maybe" },
          { 302, "gateway", "no" },
        } do
          expect_failure(WRITE, fault.reply(row[1] .. " X", body,
            { "Content-Encoding: " .. coding }), {
            kind = row[2], applied = row[3], attempts = row[4] and 2 or 1,
            status = row[1],
          })
        end
      end)
    end

    for what, refusal in pairs {
      ["cannot be decoded"] = fault.reply("401 X", "\27\2",
        { "Content-Encoding: br" }),
      ["breaks off"] = { "HTTP/1.1 401 X\r\nContent-Length: 50\r\n\r\n<ht",
        fault.close },
    } do
      it("401 renews the token also if the body " .. what, function()
        local case = server:case {
          ["auth/token/full"] = { fault.token "old", fault.token "new" },
          ["users/create@old"] = { refusal },
          ["users/create@new"] = { WRITE.good },
        }
        local user = create(new_client(case, {
          username = "ada", password = "pw" }))
        assert.equal("ada", user.name)
      end)
    end

    it("of a refusal counts if the body breaks off", function()
      for _, row in ipairs {
        { 400, "api" }, { 401, "gateway" }, { 403, "gateway" },
        { 404, "gateway" }, { 407, "connect" }, { 413, "gateway" },
        { 403, "forbidden", '{"error":{"message":{"debug":"no"}}}' },
      } do
        for _, write in ipairs { WRITE, REPEATABLE_WRITE } do
          expect_failure(write, { "HTTP/1.1 " .. row[1]
            .. " X\r\nContent-Length: 999\r\n\r\n" .. (row[3] or "no"),
            fault.close }, {
            kind = row[2], applied = "no", attempts = 1, status = row[1],
          })
        end
      end
    end)

    it("counts with the JSON before junk after gzip", function()
      local body = gzip [=[printf '{"error":{"message":{"debug":"no"}}}']=]
      local head = "HTTP/1.1 403 X\r\nContent-Encoding: gzip\r\n"
        .. "Content-Length: " .. #body + 5 .. "\r\n\r\n"
      expect_failure(WRITE, { head .. body, fault.pause(20), "\0junk" }, {
        kind = "forbidden", applied = "no", attempts = 1, status = 403,
      })
    end)

    it("503 with Retry-After means that nothing was applied", function()
      expect_failure(WRITE,
        fault.reply("503 Unavailable", "{}", { "Retry-After: 1" }),
        { kind = "server", applied = "no", attempts = 2, status = 503 })
    end)

    it("429 is retried by a creation, too", function()
      local case = server:case { fault.reply("429 Slow down", ""),
        WRITE.good }
      local user, _, pauses = create(new_client(case))
      assert.equal("ada", user.name)
      assert.equal(1, #pauses)
      assert.equal(2, #case:requests())
    end)
  end)

  describe("a redirect", function()
    for _, status in ipairs { 301, 302, 303, 307, 308 } do
      it(status .. " to another host is reported, not followed", function()
        local elsewhere = server:case { READ.good }
        local case = server:case { fault.reply(status .. " Moved", "",
          { "Location: " .. elsewhere.host .. "/api/rest/2.0/users/search" }),
        }
        local value, err = search(new_client(case))
        assert.is_nil(value)
        assert.equal("gateway", err.kind)
        assert.equal(1, err.attempts)
        assert.truthy(err.message:find(elsewhere.host, 1, true))
        assert.same({}, elsewhere:requests())
      end)
    end
  end)

  describe("an error body", function()
    -- Body, and the fields read from it; the status is 400.
    local bodies = {
      { [[{"error":{"message":{"code":10002,"incident_id_guid":"i-1",]]
        .. [["trace_id_guid":"t-1","debug":"no such thing"}}}]],
        { code = 10002, incident_id = "i-1", trace_id = "t-1",
          debug = "no such thing" } },
      { [[{"error":{"message":{"debug":{"code":13003,]]
        .. [["debug":"[\"g-1\",\"g-2\"]"}}}}]],
        { code = 13003, debug = "g-1, g-2", kind = "not_found" } },
      { [[{"error":{"code":10023,"message":"not yours"}}]],
        { code = 10023, debug = "not yours", kind = "forbidden" } },
      { [[{"error":{"code":"13090","message":"no access"}}]],
        { code = 13090, debug = "no access", kind = "forbidden" } },
      { [[{"debug":"flat","incident_id":"i-2"}]],
        { debug = "flat", incident_id = "i-2" } },
      { [[{"message":"flat"}]], { debug = "flat" } },
      { [[{"error":"flat"}]], { debug = "flat" } },
      { "<html>oops</html>", {} },
      { "oops", {} },
      { "", {} },
      { "null", {} },
      { "[]", {} },
      { "[1,2]", {} },
      { "{}", {} },
      { [[{"error":null}]], {} },
      { [[{"error":[]}]], {} },
      { [[{"error":{"message":[]}}]], {} },
      { [[{"error":{"code":{}}}]], {} },
      { [[{"error":{"code":1e300}}]], {} },
      { [[{"error":{"code":"nan"}}]], {} },
      { [[{"error":{"code":"1e999"}}]], {} },
      { [[{"debug":"[not json"}]], { debug = "[not json" } },
      { [[{"debug":"[]"}]], { debug = "[]" } },
      { [=[{"debug":"[[1],{},null,\"x\",2]"}]=], { debug = "x, 2" } },
      { "{\"debug\":\"two\\nlines\\u0000\\u001b[31m\"}", {} },
      { ("{\"error\":"):rep(400) .. "1" .. ("}"):rep(400), {} },
      { ("["):rep(100000), {} },
      { "{\"debug\":\"\255\254\"}", {} },
    }
    for _, row in ipairs(bodies) do
      local body, fields = row[1], row[2]
      it("such as " .. body:sub(1, 50):gsub("%c", "?"), function()
        local case = server:case { fault.reply("400 Bad Request", body),
          READ.good }
        local client = new_client(case)
        local value, err = search(client)
        assert.is_nil(value)
        assert.equal(fields.kind or "api", err.kind)
        assert.equal(400, err.status)
        assert.equal(fields.code, err.code)
        assert.equal(fields.incident_id, err.incident_id)
        assert.equal(fields.trace_id, err.trace_id)
        if fields.debug then
          assert.equal(fields.debug, err.debug)
        end
        assert.falsy(tostring(err):find "[%c]")
        assert.equal(body ~= "" and body:sub(1, 4096) or nil, err.body)
        assert(search(client))
      end)
    end

    it("is bounded", function()
      local case = server:case {
        { "HTTP/1.1 400 Bad Request\r\n\r\n", fault.flood(("x"):rep(9999)) },
        READ.good }
      local client = new_client(case)
      local _, err = search(client)
      assert.equal("api", err.kind)
      assert.equal(("x"):rep(4096), err.body)
      assert(search(client))
    end)
  end)

  describe("Retry-After", function()
    local function refused(lines)
      return fault.reply("429 Too Many Requests", "", lines)
    end

    local function expect_pause(lines, least, most, options)
      local case = server:case { refused(lines), READ.good }
      local value, err, pauses = search(new_client(case, options))
      assert.is_table(value, err)
      assert.equal(1, #pauses)
      assert.is_true(pauses[1] > least and pauses[1] <= most,
        "waited " .. pauses[1])
    end

    it("in seconds is respected", function()
      expect_pause({ "Retry-After: 7" }, 6.5, 7)
      expect_pause({ "retry-after:  12 " }, 11.5, 12)
    end)

    it("as a date is relative to the Date of the reply", function()
      expect_pause({ "Date: Sun, 06 Nov 1994 08:49:37 GMT",
        "Retry-After: Sun, 06 Nov 1994 08:49:42 GMT" }, 4.5, 5)
      expect_pause({ "Retry-After: Sun, 06 Nov 1994 08:49:42 GMT",
        "Date: Sun, 06 Nov 1994 08:49:37 GMT" }, 4.5, 5)
    end)

    it("in the past is a short pause", function()
      expect_pause({ "Retry-After: Sun, 06 Nov 1994 08:49:37 GMT" }, 0.2, 0.5)
    end)

    for _, value in ipairs { "soon", "-1", "1.5", "", "1 2",
      "Sun, 99 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 CET" } do
      it("\"" .. value .. "\" is malformed and does not count", function()
        expect_pause({ "Retry-After: " .. value }, 0.2, 0.5)
      end)
    end

    for _, value in ipairs { "181", "99999999999", ("9"):rep(400),
                             "Fri, 31 Dec 9999 23:59:59 GMT" } do
      it("\"" .. value:sub(1, 30) .. "\" is beyond the deadline: fails at "
        .. "once", function()
        local case = server:case { refused { "Retry-After: " .. value } }
        local _, err, pauses = search(new_client(case))
        assert.equal("rate_limit", err.kind)
        assert.equal(1, err.attempts)
        assert.same({}, pauses)
        assert.is_true(err.retry_after > 180)
      end)
    end
  end)

  describe("a token", function()
    local login = { username = "me", password = "pass w0rd", org_id = 4 }

    local function mints_of(case)
      local count = 0
      for _, request in ipairs(case:requests()) do
        if request.target:find("auth/token/full", 1, true) then
          assert.is_nil(request.headers.authorization)
          count = count + 1
        end
      end
      return count
    end

    it("that is refused once is renewed once", function()
      local case = server:case {
        ["auth/token/full"] = { fault.token("a", 300, 4),
                                fault.token("b", 300, 4) },
        ["users/create"] = { fault.reply("401 Unauthorized", ""),
                             WRITE.good },
      }
      local user, err = create(new_client(case, login))
      assert.is_table(user, err)
      assert.equal(2, mints_of(case))
      local requests = case:requests()
      assert.equal("Bearer a", requests[2].headers.authorization)
      assert.equal("Bearer b", requests[4].headers.authorization)
    end)

    it("that is always refused is an error", function()
      local case = server:case {
        ["auth/token/full"] = { fault.token("a", 300, 4) },
        ["users/create"] = { fault.reply("401 Unauthorized", "") },
      }
      local client = new_client(case, login)
      local _, err = create(client)
      assert.equal("auth", err.kind)
      assert.equal("no", err.applied)
      assert.equal(2, err.attempts)
      assert.equal(2, mints_of(case))
      assert.equal(4, #case:requests())
    end)

    it("that was given as an option is not renewed", function()
      expect_failure(WRITE, fault.reply("401 Unauthorized", ""),
        { kind = "auth", applied = "no", attempts = 1, status = 401 })
    end)

    local bad = {
      ["no token"] = { fault.ok "{}", "decode" },
      ["an empty token"] = { fault.token("", 300, 4), "decode" },
      ["a token with a line end"] = {
        fault.token("a\\r\\nX-Evil: 1", 300, 4), "decode" },
      ["a token that is a number"] = { fault.ok [[{"token":1}]], "decode" },
      ["a list"] = { fault.ok "[]", "decode" },
      ["garbage"] = { fault.ok "{", "decode" },
      ["nothing"] = { fault.ok "", "decode" },
      ["HTML"] = { fault.ok "<html>", "gateway" },
      ["an expired token"] = { fault.token("a", 0, 4), "auth" },
      ["a token from the past"] = { fault.token("a", -5, 4), "auth" },
      ["a token for another org"] = { fault.token("a", 300, 5), "auth" },
      ["a token without org"] = { fault.ok [[{"token":"a"}]], "auth" },
      ["a wrong scope"] = { fault.ok [[{"token":"a","scope":7}]], "auth" },
      ["401"] = { fault.reply("401 Unauthorized", ""), "auth" },
      ["no org access"] = { fault.reply("400 Bad Request",
        [[{"error":{"message":{"code":13090,"debug":"no"}}}]]),
        "forbidden" },
      ["500"] = { fault.reply("500 Oops", ""), "server" },
      ["302"] = { fault.reply("302 Found", "", { "Location: http://x/" }),
        "gateway" },
    }
    for name, row in pairs(bad) do
      it("reply with " .. name .. " is of kind " .. row[2], function()
        local case = server:case {
          ["auth/token/full"] = { row[1], fault.token("b", 300, 4) },
          ["users/create"] = { WRITE.good },
        }
        local client = new_client(case, login)
        local value, err = create(client)
        assert.is_nil(value)
        assert.equal(row[2], err.kind, tostring(err))
        assert.equal("no", err.applied)
        assert.equal("create_user", err.endpoint)
        assert.equal(1, #case:requests())
        assert(create(client))
        assert.equal("Bearer b", case:requests()[3].headers.authorization)
      end)
    end

    it("request that hangs is retried; nothing was applied", function()
      local case = server:case { { fault.hang } }
      local _, err = create(new_client(case, {
        username = login.username, password = login.password,
        timeout = TIMEOUT,
      }))
      assert.equal("timeout", err.kind)
      assert.equal("no", err.applied)
      assert.equal(2, case:count(2))
      assert.equal(2, mints_of(case))
    end)

    it("is renewed once for all calls in flight when it expires", function()
      local calls = 200
      -- Each has a connection, and the server logs each request.
      if not open_files.suffice(2 * calls) then
        pending "takes many open files"
        return
      end
      local case = server:case {
        ["auth/token/full"] = { fault.token("a", 300, 4),
                                fault.token("b", 300, 4) },
        ["users/search@a"] = { fault.reply("401 Unauthorized", "") },
        ["users/search@b"] = { READ.good },
      }
      local client = new_client(case, {
        username = "me", secret_key = "k3y", org_id = 4, timeout = 20,
      })
      local exchanges, left = {}, calls
      for i = 1, calls do
        exchanges[i] = client:prepare("search_users", {})
      end
      while left > 0 do
        for i, exchange in pairs(exchanges) do
          if exchange:step() == "done" then
            assert(exchange:result())
            exchanges[i] = nil
            left = left - 1
          end
        end
        client:poll(0.1)
      end
      assert.equal(2, mints_of(case))
      local refused = 0
      for _, request in ipairs(case:requests()) do
        if request.headers.authorization == "Bearer a" then
          refused = refused + 1
        end
      end
      assert.equal(2 + refused + calls, #case:requests())
      assert.is_true(refused > 1)
    end)
  end)

  describe("through the module", function()
    it("a call blocks, fails and works again", function()
      local case = server:case { fault.reply("500 Oops", ""),
        fault.ok(USER), { fault.reset }, READ.good }
      local client = assert(thoughtspot.new {
        host = case.host, token = "t", timeout = 1,
      })
      local user, err = client:create_user(NEW_USER)
      assert.is_nil(user)
      assert.equal("server", err.kind)
      assert.equal("ada", client:create_user(NEW_USER).name)
      local users = client:search_users {}
      assert.equal("ada", users[1].name)
      assert.equal(4, #case:requests())
      client:close()
      users, err = client:search_users {}
      assert.is_nil(users)
      assert.equal("closed", err.kind)
    end)

    it("waits with the given function", function()
      local case = server:case { { fault.reset }, READ.good }
      local client, slept
      client = assert(thoughtspot.new {
        host = case.host, token = "t", timeout = 1,
        sleep = function(seconds)
          slept = (slept or 0) + seconds
          client.core:poll(math.min(seconds, 0.01))
        end,
      })
      assert(client:search_users {})
      assert.is_true(slept > 0.2)
    end)
  end)
end)
