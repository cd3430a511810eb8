local core = require "thoughtspot.core"
local support = require "spec.support.exchange"

local function failing(status, body, headers, endpoint)
  local client = support.client { max_retries = 0 }
  local exchange = assert(support.prepare(client, endpoint or "delete_user"))
  local value, err = support.outcome(exchange, status, body, headers)
  assert.is_nil(value)
  return err
end

-- Bodies as clusters send them, and what they should be read as.
local bodies = {
  { "the usual",
    '{"error":{"message":{"code":10002,"incident_id_guid":"i-1",'
    .. '"trace_id_guid":"t-1","debug":"bad name"}}}',
    code = 10002, debug = "bad name", incident_id = "i-1",
    trace_id = "t-1" },
  { "debug as an object with a list in a string",
    '{"error":{"message":{"debug":{"code":13003,"debug":"[\\"5f-1\\"]"}}}}',
    code = 13003, debug = "5f-1", message = "not found: 5f-1" },
  { "several in that list",
    '{"error":{"message":{"debug":{"code":13003,'
    .. '"debug":"[\\"a\\",7,{},\\"b\\"]"}}}}',
    code = 13003, debug = "a, 7, b", message = "not found: a, 7, b" },
  { "a list that begins with another thing",
    '{"debug":"[{},\\"b\\",\\"c\\"]"}', debug = "b, c" },
  { "a list without text",
    '{"debug":"[{},null]"}', debug = "[{},null]" },
  { "an empty list", '{"debug":"[]"}', debug = "[]" },
  { "what looks like a list", '{"debug":"[oops"}', debug = "[oops" },
  { "error with code and message",
    '{"error":{"code":10023,"message":"no"}}', code = 10023, debug = "no" },
  { "flat", '{"debug":"d","incident_id":"i","trace_id":"t","code":5}',
    code = 5, debug = "d", incident_id = "i", trace_id = "t" },
  { "flat message", '{"message":"m"}', debug = "m" },
  { "flat error", '{"error":"e"}', debug = "e" },
  { "debug before message before error",
    '{"error":"e","message":"m","debug":"d"}', debug = "d" },
  { "inner before outer",
    '{"code":1,"debug":"outer","error":{"code":2,"debug":"inner"}}',
    code = 2, debug = "inner" },
  { "a code in a string", '{"code":"10002"}', code = 10002 },
  { "a code that is none", '{"code":"E_FAIL","debug":"d"}', debug = "d" },
  { "null", '{"error":null}' },
  { "an empty object", "{}" },
  { "an empty debug", '{"debug":""}', debug = "" },
  { "a list", '[{"debug":"d"}]', debug = "d" },
  { "a string", '"down"', debug = "down" },
  { "a number", "7" },
  -- Errors of gateways, frameworks and GraphQL.
  { "GraphQL", '{"errors":[{"message":"no","extensions":{"code":"DENIED"}}],'
    .. '"data":null}', debug = "no" },
  { "several errors", '{"errors":[{"message":"a"},{"detail":"b"},"c"]}',
    debug = "a, b, c" },
  { "RFC 7807", '{"type":"about:blank","title":"Bad","status":400,'
    .. '"detail":"name is taken","instance":"/x"}', debug = "name is taken" },
  { "a list of messages", '{"message":["a","b"],"error":"Bad Request"}',
    debug = "a, b" },
  { "names of other kinds of writing", '{"ErrorCode":"7","error_Message":"m",'
    .. '"IncidentId":"i","traceId":"t"}', code = 7, debug = "m",
    incident_id = "i", trace_id = "t" },
  { "names with hyphens", '{"error-Code":"7","Error-message":"m",'
    .. '"trace-id":"t"}', code = 7, debug = "m", trace_id = "t" },
  { "several spellings of a name", '{"code":2,"CODE":3,"Code":1,'
    .. '"debug":"second","Debug":"first"}', code = 3, debug = "first" },
  { "more errors than one reads", '{"errors":["e1"'
    .. (',"e"'):rep(30) .. "]}", debug = "e1" .. (", e"):rep(19) },
  { "more fields than one reads", '{"errors":{"a":"e1"' .. (function()
    local members = {}
    for index = 1, 30 do
      members[index] = (',"b%02d":"e"'):format(index)
    end
    return table.concat(members)
  end)() .. "}}", debug = "e1" .. (", e"):rep(19) },
  { "errors without text", '{"errors":{"a":null,"b":{}}}' },
  { "OAuth", '{"error":"invalid_request","error_description":"no user"}',
    debug = "no user" },
  { "a list of error messages", '{"errorMessages":["a","b"],"errors":{}}',
    debug = "a, b" },
  { "an object of messages", '{"messages":{"text":"gone"},"code":3}',
    debug = "gone", code = 3 },
  { "violations", '{"violations":[{"field":"n","message":"is empty"}]}',
    debug = "is empty" },
  { "failures", '{"failures":[{"issue":"taken"}]}', debug = "taken" },
  { "a short name", '{"err":{"info":"late"}}', debug = "late" },
  { "a message for people", '{"developerMessage":"NPE","userMessage":"full"}',
    debug = "full" },
  { "SOAP in JSON", '{"fault":{"faultstring":"quota","detail":{}}}',
    debug = "quota" },
  { "errors by field", '{"title":"","errors":{"name":["is taken"],'
    .. '"email":["is none"]}}', debug = "is none, is taken" },
  { "errors with nothing else", '{"errors":{"b":"2","a":["1",""]}}',
    debug = "1, 2" },
  { "wrapped", '{"data":{"result":{"error":{"summary":"s","code":9}}}}',
    debug = "s", code = 9 },
  { "an object in a string", '{"debug":"{\\"message\\":\\"m\\"}"}',
    debug = "m" },
  { "a text after an empty one", '{"debug":"","message":" ","reason":"r"}',
    debug = "r" },
  { "empty ids", '{"debug":"d","incident_id_guid":"","incident_id":" ",'
    .. '"trace_id_guid":"","trace_id":"t"}', debug = "d", trace_id = "t" },
  { "empty identifiers", '{"error":{"message":{"debug":{"code":13003,'
    .. '"debug":"[\\"\\",\\"g\\",\\" \\",\\"h\\",\\"\\"]"}}}}', code = 13003,
    debug = "g, h", message = "not found: g, h" },
  { "none but empty identifiers", '{"debug":{"code":13003,'
    .. '"debug":"[\\"\\",\\" \\"]"}}', code = 13003, debug = "",
    message = "it does not exist" },
  { "a byte order mark", "\239\187\191" .. '{"debug":"d"}', debug = "d",
    body = '{"debug":"d"}' },
  { "text", "upstream connect error" },
  { "broken off", '{"error":{"message":{"code":10002,"deb' },
  { "other types", '{"debug":true,"incident_id":7,"trace_id":{},"code":[]}' },
  { "a spring", '{"timestamp":1764000000123,"status":415,'
    .. '"error":"Unsupported Media Type","path":"/x"}',
    debug = "Unsupported Media Type" },
  { "lines", '{"debug":"a\\r\\n\\tb\\u0000c"}', debug = "a   b c" },
  { "deep", ('{"error":'):rep(20) .. '{"debug":"d"}' .. ("}"):rep(20) },
}

describe("an error body", function()
  for _, case in ipairs(bodies) do
    it("is read: " .. case[1], function()
      local err = failing(400, case[2])
      for _, field in ipairs { "code", "debug", "incident_id", "trace_id" } do
        assert.equal(case[field], err[field], field)
      end
      assert.equal(case.body or case[2], err.body)
      assert.equal(400, err.status)
      local debug = case.debug ~= "" and case.debug
      assert.equal(case.message or debug or "the cluster refused the request",
        err.message)
    end)
  end

  it("may have integer codes", function()
    assert.equal("10002", tostring(failing(400, '{"code":10002}').code))
    assert.equal("10002", tostring(failing(400, '{"code":10002.0}').code))
    for _, code in ipairs { "1.5", "1e300", "-1e300", "2147483648" } do
      assert.is_nil(failing(400, '{"code":' .. code .. "}").code)
    end
  end)

  it("may be absent", function()
    local err = failing(400)
    assert.is_nil(err.body)
    assert.is_nil(err.debug)
    assert.equal("the cluster refused the request", err.message)
  end)

  it("is shown up to a limit", function()
    assert.equal(("x"):rep(4096), failing(400, ("x"):rep(4096)).body)
    assert.equal(("x"):rep(4096), failing(400, ("x"):rep(5000)).body)
    assert.equal(4096, #failing(502, "<html>" .. ("y"):rep(200000)).body)
    local err = failing(400, '{"debug":"' .. ("z"):rep(60000) .. '"}')
    assert.equal(("z"):rep(1024), err.debug)
    assert.is_true(#tostring(err) < 1100)
  end)

  it("that is HTML is shown, but not used as the message", function()
    for status, message in pairs {
      [404] = "a proxy or gateway replied in place of the cluster",
      [503] = "a proxy or gateway replied in place of the cluster",
    } do
      local err = failing(status, "<html><h1>Sorry</h1>")
      assert.equal(message, err.message)
      assert.equal("<html><h1>Sorry</h1>", err.body)
    end
  end)
end)

describe("an error without a message", function()
  it("is explained by its kind", function()
    for status, message in pairs {
      [400] = "the cluster refused the request",
      [401] = "the cluster rejected the credentials",
      [403] = "the cluster denied permission",
      [404] = "it does not exist",
      [409] = "it already exists",
      [429] = "too many requests",
      [500] = "the cluster failed; the cause is often in the request",
      [502] = "the cluster failed",
      [503] = "the cluster failed",
    } do
      assert.equal(message, failing(status, "{}").message)
    end
    assert.equal("the cluster failed",
      failing(500, "{}", nil, "search_users").message)
  end)

  it("of the cluster has a hint that fits the call", function()
    local look = "check whether it was done before you repeat it"
    for _, case in ipairs {
      { 500, nil, "delete_user", "check the values in the request, and "
        .. "whether it was done" },
      { 502, nil, "delete_user", look },
      { 503, nil, "delete_user", look },
      { 503, "9", "delete_user", "try again later" },
      { 500, nil, "search_users", "try again later" },
      { 503, nil, "search_users", "try again later" },
    } do
      assert.equal(case[4], failing(case[1], "{}",
        { ["Retry-After"] = case[2] }, case[3]).hint)
    end
  end)
end)

describe("a code", function()
  it("is more specific than status 400", function()
    for code, kind in pairs { [10002] = "api", [10023] = "forbidden",
      [10097] = "auth", [13003] = "not_found", [13090] = "forbidden",
      [10038] = "api", [1] = "api" } do
      assert.equal(kind, failing(400, '{"code":' .. code .. "}").kind)
    end
  end)

  it("is not more specific than other statuses", function()
    for status, kind in pairs { [401] = "auth", [403] = "forbidden",
      [404] = "not_found", [409] = "conflict", [429] = "rate_limit",
      [500] = "server" } do
      for _, code in ipairs { 10023, 10097, 13003, 13090 } do
        assert.equal(kind, failing(status, '{"code":' .. code .. "}").kind)
      end
    end
  end)
end)

describe("an error as text", function()
  it("is one line with the essentials", function()
    for text, err in pairs {
      ["delete_user: bad name (api, HTTP 400, code 10002, incident i-1)"] =
        failing(400, bodies[1][2]),
      ["create_user: it is down (server, HTTP 500, may have been applied)"] =
        failing(500, '{"debug":"it\\nis down"}', nil, "create_user"),
      ["search_users: the connection broke (network)"] =
        failing(nil, "the connection broke", nil, "search_users"),
      ["get_current_user_info: too many requests (rate_limit, HTTP 429)"] =
        failing(429, "", { ["Retry-After"] = "3" }, "get_current_user_info"),
      ["host: is required: address of the cluster"] =
        select(2, core.new {}),
    } do
      assert.equal(text, tostring(err):sub(1, #text))
      assert.is_nil(tostring(err):find "%c")
    end
  end)

  it("is one line even with line ends in the caller's values", function()
    local client = support.client {}
    for _, err in ipairs {
      support.refusal(client, "update_user", "ada", { ["a\nb"] = 1 }),
      support.refusal(client, "update_user", "ada",
        { account_status = "A\r\nB" }),
      core.error("auth", "two\nlines", "a\nb"),
    } do
      assert.is_nil(tostring(err):find "%c")
    end
  end)

  it("has none of the control characters that a terminal obeys", function()
    local told = '{"debug":"A\194\1552J\\u0085b\\u001b[1mc\194\160\195\155"}'
    local err = failing(400, told)
    assert.equal("A  2J  b [1mc\194\160\195\155", err.debug)
    assert.equal("A  2J  b [1mc\194\160\195\155", err.message)
    assert.truthy(tostring(err):find(err.message, 1, true))
    assert.is_nil(tostring(core.error("auth", "a\194\128\194\159b"))
      :find("\194", 1, true))
    -- Line separators, and what changes the direction of a text.
    for code = 0xA8, 0xAE do
      local character = "\226\128" .. string.char(code)
      assert.equal("a   b", failing(400, '{"debug":"a' .. character .. 'b"}')
        .message)
    end
    for code = 0xA6, 0xA9 do
      assert.falsy(tostring(core.error("auth", "a\226\129"
        .. string.char(code))):find("\226", 1, true))
    end
    -- Others stay, even if they are cut.
    for _, text in ipairs { "\226\128\167\226\128\175\226\129\165\226\129\170",
      "\226\130\172", "\226", "\226\128", "\194" } do
      assert.equal(text, core.error("auth", text).message)
      assert.truthy(tostring(core.error("auth", text)):find(text, 1, true))
    end
  end)

  it("can be concatenated on both sides", function()
    local err = core.error("limit", "too long", "batch")
    local text = "batch: too long (limit)"
    assert.equal("oh: " .. text, "oh: " .. err)
    assert.equal(text .. "!", err .. "!")
    assert.equal(text .. text, err .. err)
    assert.equal("1" .. text .. "2", 1 .. err .. 2)
    assert.has_error(function() return err .. {} end,
      "attempt to concatenate a table value")
    assert.has_error(function() return nil .. err end,
      "attempt to concatenate a nil value")
  end)

  it("works after a caller removed fields", function()
    local err = core.error("auth", "no", "x")
    err.endpoint, err.message, err.kind = nil, nil, nil
    assert.equal(" ()", tostring(err))
    err.message, err.code, err.status = {}, "7", 400
    assert.equal(" (, HTTP 400, code 7)", tostring(err))
    assert.has_error(function()
      getmetatable(err).__tostring(7)
    end)
  end)
end)

describe("an error object", function()
  it("has the fields that describe the failure", function()
    local err = failing(429, '{"debug":"slow down"}',
      { ["Retry-After"] = "3" })
    err.body, err.debug, err.hint = nil, nil, nil
    assert.same({ kind = "rate_limit", message = "slow down",
      endpoint = "delete_user", status = 429, retry_after = 3, attempts = 1,
      applied = "no" }, setmetatable(err, nil))
  end)

  it("can be made", function()
    local err = core.error("conflict", "two of them", "find", "name")
    assert.same({ kind = "conflict", message = "name: two of them",
      endpoint = "find", field = "name", attempts = 0, applied = "no" },
      setmetatable(err, nil))
    assert.same({ kind = "closed", message = "m", attempts = 0,
      applied = "no" }, setmetatable(core.error("closed", "m"), nil))
    for _, kind in ipairs { "argument", "auth", "forbidden", "not_found",
      "conflict", "rate_limit", "api", "server", "gateway", "connect", "tls",
      "timeout", "network", "decode", "limit", "closed", "cancelled" } do
      assert.equal(kind, core.error(kind, "m").kind)
    end
    for _, kind in ipairs { "ok", "", "Auth" } do
      assert.has_error(function() core.error(kind, "m") end)
    end
    assert.has_error(function() core.error("auth") end)
  end)

  it("is known by its metatable", function()
    assert.equal(getmetatable(core.error("api", "m")),
      getmetatable(failing(400)))
    assert.equal("thoughtspot.error",
      getmetatable(core.error("api", "m")).__name)
  end)
end)
