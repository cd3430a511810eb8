-- Decoding into Lua tables, compared with lua-cjson, which shares no code with
-- it.

local cjson = require "cjson"
local generator = require "spec.support.json_generator"
local support = require "spec.support.exchange"

-- Returns the decoded object, which is sent with the required fields of a
-- user.
local function decode(text, options)
  local client = support.client(options)
  local user, err = support.outcome(client:prepare "get_current_user_info",
    200, (text:gsub("}(%s*)$", text:find "^%s*{%s*}" and '"id":"g"}%1'
      or ',"id":"g"}%1')))
  if user then
    user.id = nil
  end
  return user, err
end

local function decode_list(text, options)
  return support.outcome(support.client(options):prepare "search_users", 200,
    text)
end

local function member(text)
  return decode('{"a":' .. text .. "}").a
end

describe("an element", function()
  it("may be empty, and hold empty values", function()
    assert.same({}, decode "{}")
    assert.same({ a = {}, b = {}, c = "" }, decode '{"a":{},"b":[],"c":""}')
  end)

  it("may hold any value at any place", function()
    assert.same({
      a = { 1, "x", true, false, { b = { {}, { c = "d" } } }, {} },
      e = { f = { g = { 2, { 3 } } } },
    }, decode('{"a":[1,"x",true,false,{"b":[{},{"c":"d"}]},[]],'
      .. '"e":{"f":{"g":[2,[3]]}}}'))
  end)

  it("keeps the last of members with the same name", function()
    assert.equal(2, decode('{"a":1,"a":2}').a)
  end)

  it("may have names with escapes, and empty ones", function()
    assert.same({ ["a\"b"] = 1, ["é"] = 2, [""] = 3 },
      decode '{"a\\"b":1,"\\u00e9":2,"":3}')
  end)

  it("may have white space around it", function()
    assert.same({ a = { 1, { b = "c d" } } },
      decode ' {\t"a" : [ 1 ,\r\n{ "b":"c d" } ] } ')
  end)

  it("may be in a list of objects of different sizes", function()
    local objects, texts = {}, {}
    for index, size in ipairs { 0, 1, 60, 2, 0, 300, 1 } do
      objects[index] = {}
      for number = 1, size do
        objects[index]["member" .. number] = "value" .. number
      end
      texts[index] = cjson.encode(objects[index])
    end
    assert.same(objects, decode_list("[" .. table.concat(texts, ",") .. "]"))
  end)
end)

describe("strings", function()
  for text, expected in pairs {
    ['"plain"'] = "plain", ['"\\\\"'] = "\\", ['"\\\\\\""'] = '\\"',
    ['"x\\"y\\\\"'] = 'x"y\\', ['"\\u0000"'] = "\0", ['"\\n\\t"'] = "\n\t",
    ['"\\ud83d\\ude00!"'] = "\240\159\152\128!", ['"ä€"'] = "ä€",
    ['"a,b:{c}[d]"'] = "a,b:{c}[d]",
    -- Halves of surrogate pairs.
    ['"\\ud83d"'] = "\239\191\189", ['"\\ude00x"'] = "\239\191\189x",
    ['"\\uD83D\\uD83D\\uDE00"'] = "\239\191\189\240\159\152\128",
    ['"\\udbff\\n\\udfff"'] = "\239\191\189\n\239\191\189",
    ['"\\ud800\\u0041"'] = "\239\191\189A",
    ['"\\ud7ff\\ue000"'] = "\237\159\191\238\128\128",
  } do
    it("such as " .. text, function()
      assert.equal(expected, member(text))
    end)
  end

  it("of any length", function()
    for _, length in ipairs { 39, 40, 41, 1000, 100000 } do
      local text = ("x"):rep(length)
      assert.equal(text, member('"' .. text .. '"'))
      assert.equal(text .. "\n", member('"' .. text .. '\\n"'))
    end
  end)
end)

describe("numbers", function()
  for _, text in ipairs {
    "0", "-0", "7", "-7", "10", "999999999999999", "-999999999999999",
    "1000000000000000", "9007199254740991", "9007199254740993",
    "-9007199254740993", "12345678901234567", "-123456789012345678",
    "1234567890123456789", "9223372036854775807", "9223372036854775806",
    "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
    "18446744073709551615", "99999999999999999999", "0.1",
    "0.30000000000000004",
    "1234567890.0987654321", ("1"):rep(300), "0." .. ("3"):rep(300),
    "123456789012345678901234567890", "0.5", "-0.5", "1e3", "1E+3", "12e-1",
    "100000.000", "1e308", "4.9e-324",
  } do
    it("such as " .. text, function()
      local number = tonumber(text)
      assert.equal(number, member(text))
      assert.same({ number, 5 }, member("[" .. text .. ",5]"))
    end)
  end
end)

it("decoding agrees with lua-cjson", function()
  local documents = generator.new(20260801)
  for _ = 1, 500 do
    local text = documents:objects(4)
    local list = decode_list(text, { keep_null = true })
    assert.same(cjson.decode(text), list)
  end
end)
