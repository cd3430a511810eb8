local cjson = require "cjson"
local core = require "thoughtspot.core"
local support = require "spec.support.exchange"

-- The delay of a Retry-After, or nil: it was not understood.
local function retry_after(value, date)
  local exchange = support.client {}:prepare("delete_user", "ada",
    { max_retries = 0 })
  local _, err = support.outcome(exchange, 429, nil,
    { ["Retry-After"] = value, Date = date })
  return err.retry_after
end

local date = "Tue, 24 Nov 2026 10:49:37 GMT"

-- The delay of a date in Retry-After, given the Date of the reply.
local dates = {
  { "Tue, 24 Nov 2026 10:49:37 GMT", 0 },
  { "Tue, 24 Nov 2026 10:49:38 GMT", 1 },
  { "Tue, 24 Nov 2026 10:49:60 GMT", 23 }, -- a leap second
  { "Tue, 24 Nov 2026 10:50:37 GMT", 60 },
  { "Wed, 25 Nov 2026 00:00:00 GMT", 47423 },
  { "Tue, 01 Dec 2026 10:49:37 GMT", 7 * 86400 },
  { "Thu, 24 Dec 2026 10:49:37 GMT", 30 * 86400 },
  { "Wed, 24 Nov 2027 10:49:37 GMT", 365 * 86400 },
  { "Fri, 24 Nov 2028 10:49:37 GMT", 731 * 86400 }, -- 2028 has 366 days
  { "Mon, 28 Feb 2028 10:49:37 GMT", 461 * 86400 },
  { "Tue, 29 Feb 2028 10:49:37 GMT", 462 * 86400 },
  { "Wed, 01 Mar 2028 10:49:37 GMT", 463 * 86400 },
  { "Mon, 01 Mar 2100 10:49:37 GMT", 26760 * 86400 }, -- 2100 has 365
  { "Mon, 23 Nov 2026 10:49:37 GMT", 0 }, -- past
  { "Thu, 01 Jan 1970 00:00:00 GMT", 0 },
  -- Obsolete formats that are still allowed.
  { "Tuesday, 24-Nov-26 10:49:38 GMT", 1 },
  { "Wednesday, 25-Nov-26 00:00:00 GMT", 47423 },
  { "Sunday, 06-Nov-94 08:49:37 GMT", 0 },
  { "Tue Nov 24 10:49:38 2026", 1 },
  { "Tue Dec  1 10:49:37 2026", 7 * 86400 },
}

describe("Retry-After", function()
  it("is a number of seconds", function()
    for text, seconds in pairs { ["0"] = 0, ["1"] = 1, ["0120"] = 120,
      ["99999999"] = 99999999, ["20261124"] = 20261124 } do
      assert.equal(seconds, retry_after(text))
      assert.equal(seconds, retry_after(text, date))
    end
    assert.is_true(retry_after("99999999999999999999") > 1e19)
  end)

  for _, case in ipairs(dates) do
    it("is a date: " .. case[1], function()
      assert.equal(case[2], retry_after(case[1], date))
    end)
  end

  local function in_an_hour()
    return os.date("!%a, %d %b %Y %H:%M:%S GMT", os.time() + 3600)
  end

  it("is relative to the local clock when the reply has no Date", function()
    for _, own in ipairs { false, "yesterday" } do
      local seconds = retry_after(in_an_hour(), own or nil)
      assert.is_true(seconds > 3590 and seconds <= 3600)
    end
  end)

  it("is not relative to the Date of an earlier reply", function()
    local exchange = support.client {}:prepare("delete_user", "ada",
      { max_retries = 1 })
    local now = support.now
    assert.equal("wait", (support.answer(exchange, 429, nil,
      { ["Retry-After"] = "1", Date = date }, now)))
    local _, err = support.outcome(exchange, 429, nil,
      { ["Retry-After"] = in_an_hour() }, now + 2)
    assert.is_true(err.retry_after > 3590 and err.retry_after <= 3600)
  end)

  it("is relative to a Date in any format", function()
    for _, own in ipairs { date, "Tuesday, 24-Nov-26 10:49:37 GMT",
      "Tue Nov 24 10:49:37 2026" } do
      assert.equal(60, retry_after("Tue, 24 Nov 2026 10:50:37 GMT", own))
    end
  end)

  it("is ignored when it is malformed", function()
    for _, value in ipairs { "", "soon", "-1", "1.5", "1s", "1 2", "+1",
      "0x10", "Tue", "GMT", "2026-11-24T10:49:37Z",
      "Tue, 00 Nov 2026 10:49:37 GMT", "Tue, 32 Nov 2026 10:49:37 GMT",
      "Tue, 24 Foo 2026 10:49:37 GMT", "Tue, 24 Nov 1969 10:49:37 GMT",
      "Tue, 24 Nov 2026 24:00:00 GMT", "Tue, 24 Nov 2026 10:60:00 GMT",
      "Tue, 24 Nov 2026 10:49:61 GMT",
      "Tue, 24 Nov 2026 10:49:37 GMT" .. (" "):rep(64) .. "." } do
      assert.is_nil(retry_after(value, date))
    end
  end)
end)

-- Which calls are retried after which failure: a status, perhaps with a
-- Retry-After; a broken connection; no reply in time.
local outcomes = {
  -- status,          repeatable, once,  kind,         applied
  { 300,              false, false, "gateway",    "no" },
  { 302,              false, false, "gateway",    "no" },
  { 400,              false, false, "api",        "no" },
  { 401,              false, false, "auth",       "no" },
  { 403,              false, false, "forbidden",  "no" },
  { 404,              false, false, "not_found",  "no" },
  { 408,              true,  false, "api",        "maybe" },
  { 409,              false, false, "conflict",   "no" },
  { 415,              false, false, "api",        "no" },
  { 422,              false, false, "api",        "no" },
  { 425,              false, false, "api",        "no" },
  { 429,              true,  true,  "rate_limit", "no" },
  { "429 in 2",       true,  true,  "rate_limit", "no" },
  { 500,              false, false, "server",     "maybe" },
  { "500 in 2",       false, false, "server",     "maybe" },
  { 501,              false, false, "server",     "maybe" },
  { 502,              true,  false, "server",     "maybe" },
  { "502 in 2",       true,  false, "server",     "maybe" },
  { "502 html",       true,  false, "gateway",    "maybe" },
  { 503,              true,  false, "server",     "maybe" },
  { "503 in 2",       true,  true,  "server",     "no" },
  { "503 in 0",       true,  true,  "server",     "no" },
  { "503 html",       true,  false, "gateway",    "maybe" },
  { 504,              true,  false, "server",     "maybe" },
  { 505,              false, false, "server",     "maybe" },
  { "200 html",       false, false, "gateway",    "maybe" },
  { "broken",         true,  false, "network",    "maybe" },
  { "late",           true,  false, "timeout",    "maybe" },
}

-- Makes the next attempt of an exchange fail in this way; returns the next
-- answer.
local function fail(exchange, outcome)
  local status, seconds = tostring(outcome):match("^(%d+) ?i?n? ?(%d*)")
  if outcome == "broken" then
    return support.answer(exchange)
  elseif outcome == "late" then
    support.send(exchange)
    return exchange:step(support.now + 61)
  end
  return support.answer(exchange, tonumber(status),
    tostring(outcome):find "html" and "<html>" or "{}",
    seconds ~= "" and { ["Retry-After"] = seconds } or {})
end

-- Requests other than the smallest one: by default an import is a dry run.
local requests = {
  import_users = {
    users = { { user_identifier = "ada", display_name = "Ada" } },
    dry_run = false,
  },
}

describe("a retry", function()
  for _, name in ipairs(core.describe()) do
    local effect = core.describe(name).effect
    it("of " .. name .. " follows where it may", function()
      for _, outcome in ipairs(outcomes) do
        local failure, repeatable, once, kind, applied = outcome[1],
          outcome[2], outcome[3], outcome[4], outcome[5]
        local allowed = once
        if effect ~= "once" then
          allowed = repeatable
        end
        local what = name .. " after " .. failure
        local client = support.client { deadline = 1000 }
        local exchange = assert(support.prepare(client, name, requests[name]))
        local answer = fail(exchange, failure)
        if allowed then
          assert.equal("wait", answer, what)
        else
          assert.equal("done", answer, what)
        end

        exchange = assert(support.prepare(client, name, requests[name],
          { max_retries = 0 }))
        assert.equal("done", fail(exchange, failure), what)
        local value, err = exchange:result()
        assert.is_nil(value)
        assert.equal(kind, err.kind, what)
        assert.equal(effect == "safe" and "no" or applied, err.applied, what)
        assert.equal(1, err.attempts)
        assert.equal(name, err.endpoint)
      end
    end)
  end

  it("of a dry run is allowed like that of a search", function()
    for _, dry_run in ipairs { "absent", true } do
      local request = { users = requests.import_users.users }
      request.dry_run = dry_run == true or nil
      local exchange = support.client { max_retries = 1 }:prepare(
        "import_users", request)
      assert.equal("wait", (support.answer(exchange, 502, "")))
      local _, err = support.outcome(exchange, 502, "", nil,
        support.now + 10)
      assert.equal(2, err.attempts)
      assert.equal("no", err.applied)
    end
    local exchange = support.client():prepare("import_users", {
      users = requests.import_users.users, dry_run = cjson.null })
    local _, err = support.outcome(exchange, 502, "")
    assert.equal("maybe", err.applied)
  end)

  it("waits twice as long each time, less up to a half", function()
    local longest = { 0.5, 1, 2, 4, 8, 8, 8 }
    local lowest, highest = 1, 0
    for _ = 1, 40 do
      local exchange = support.client { max_retries = 7,
        deadline = 1000 }:prepare("search_users")
      local now = support.now
      for attempt = 1, 7 do
        local answer, seconds = support.answer(exchange, 503, "", nil, now)
        assert.equal("wait", answer)
        local part = seconds / longest[attempt]
        assert.is_true(part > 0.5 - 1e-9 and part <= 1 + 1e-9)
        lowest, highest = math.min(lowest, part), math.max(highest, part)
        now = now + seconds
      end
      assert.equal("done", (support.answer(exchange, 503, "", nil, now)))
      local _, err = exchange:result()
      assert.equal(8, err.attempts)
    end
    assert.is_true(lowest < 0.6 and highest > 0.9, "there is no jitter")
  end)

  it("waits as long as Retry-After says", function()
    for _, status in ipairs { 429, 503 } do
      local exchange = support.client {}:prepare("search_users")
      local answer, seconds = support.answer(exchange, status, "",
        { ["Retry-After"] = "17" })
      assert.equal("wait", answer)
      assert.equal(17, seconds)
      answer, seconds = exchange:step(support.now + 16)
      assert.equal("wait", answer)
      assert.equal(1, seconds)
      assert.equal("io", exchange:step(support.now + 17))
    end
  end)

  it("never comes at once, even with Retry-After 0", function()
    local lowest, highest = 1, 0
    for _ = 1, 40 do
      local exchange = support.client {}:prepare("search_users")
      local now = support.now
      for _ = 1, 4 do
        local answer, seconds = support.answer(exchange, 429, "",
          { ["Retry-After"] = "0" }, now)
        assert.equal("wait", answer)
        lowest = math.min(lowest, seconds)
        highest = math.max(highest, seconds)
        now = now + seconds
      end
    end
    assert.is_true(lowest > 0.25 - 1e-9 and highest <= 0.5 + 1e-9)
    assert.is_true(lowest < 0.3 and highest > 0.45, "there is no jitter")
  end)

  it("is not made after the deadline", function()
    for seconds, answer in pairs { ["29"] = "wait", ["30"] = "done",
      ["86400"] = "done", ["99999999999999999999"] = "done" } do
      local exchange = support.client { deadline = 30 }:prepare("search_users")
      assert.equal(answer, (support.answer(exchange, 429, "",
        { ["Retry-After"] = seconds })))
      if answer == "done" then
        local _, err = exchange:result()
        assert.equal("rate_limit", err.kind)
        assert.is_true(err.retry_after >= 30)
        assert.equal(1, err.attempts)
      end
    end
  end)

  it("comes after the usual time with a malformed Retry-After", function()
    local exchange = support.client {}:prepare("search_users")
    local answer, seconds = support.answer(exchange, 429, "",
      { ["Retry-After"] = "soon" })
    assert.equal("wait", answer)
    assert.is_true(seconds <= 0.5)
  end)

  it("is made max_retries times", function()
    for retries, options in pairs {
      [0] = { { max_retries = 0 }, {} }, [1] = { { max_retries = 9 },
        { max_retries = 1 } }, [2] = { { max_retries = 2 } },
      [4] = { {} } } do
      local exchange = support.client(options[1]):prepare("search_users", {},
        options[2])
      local now = support.now
      for _ = 1, retries do
        local answer, seconds = support.answer(exchange, 429, "", nil, now)
        assert.equal("wait", answer)
        now = now + seconds
      end
      local _, err = support.outcome(exchange, 429, "", nil, now)
      assert.equal(retries + 1, err.attempts)
    end
  end)
end)
