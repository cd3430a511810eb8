-- The scanner and its buffer, through build/<lua>/filter_test.so.

local cjson = require("cjson").new()
local filter = require "filter_test"
local generator = require "spec.support.json_generator"

local function options_with(changes)
  local options = {}
  for name, value in pairs(changes or {}) do
    options[name] = value
  end
  return options
end

local function scan(document, options)
  return filter.scan({ document }, options or {})
end

local function array(changes)
  local options = options_with(changes)
  options.array = true
  return options
end

-- All results of a scan, as one string.
local function summary(chunks, options)
  local elements, status, offset = filter.scan(chunks, options)
  return table.concat(elements, "\n") .. " " .. status .. " " .. offset
end

local function split_at(document, first, second)
  return { document:sub(1, first), document:sub(first + 1, second),
           document:sub(second + 1) }
end

local function each_byte(document)
  local bytes = {}
  for i = 1, #document do
    bytes[i] = document:sub(i, i)
  end
  return bytes
end

-- Asserts that chunks make no difference: byte by byte, all splits in two,
-- and in three with parts in the middle of a few sizes.
local function assert_chunks_do_not_matter(document, options)
  local whole = summary({ document }, options)
  local late = options_with(options)
  late.late = true
  local function check(chunks)
    if summary(chunks, options) ~= whole then
      assert.are.equal(whole, summary(chunks, options),
                       table.concat(chunks, "|"))
    end
  end
  check(each_byte(document))
  if not options.max_held then
    assert.are.equal(whole, summary(each_byte(document), late))
  end
  for i = 1, #document do
    for _, middle in ipairs { 0, 1, 2, 9 } do
      check(split_at(document, i, i + middle))
    end
  end
end

local function is_object(value)
  return type(value) == "table" and type(next(value)) == "string"
end

-- A copy without the members that are null.
local function without_null(value)
  if type(value) ~= "table" then
    return value
  end
  local object, copy = is_object(value), {}
  for key, item in pairs(value) do
    if not (object and item == cjson.null) then
      copy[key] = without_null(item)
    end
  end
  return copy
end

local function only(element, fields)
  local copy = {}
  for _, name in ipairs(fields) do
    copy[name] = element[name]
  end
  return copy
end

local function decode_all(elements)
  local values = {}
  for i, element in ipairs(elements) do
    values[i] = cjson.decode(element)
  end
  return values
end

describe("filter", function()
  -- document, options, elements
  local accepted = {
    { "{}", {}, { "{}" } },
    { " { } \r\n\t", {}, { "{}" } },
    { "[]", array(), {} },
    { " [ ] ", array(), {} },
    { "[{},{}]", array(), { "{}", "{}" } },
    { " [ { } , {\n} ] ", array(), { "{}", "{}" } },
    { '{ "a" : [ 1 , [ ] , { } , "x y" ] }', {},
      { '{"a":[1,[],{},"x y"]}' } },
    { '[{"a":true,"b":false},{"a":[null,null]}]', array(),
      { '{"a":true,"b":false}', '{"a":[null,null]}' } },
    { '{"n":[0,-0,10,-12,0.5,1.25e10,1E-3,2e+0,0e0,-1.5]}', {},
      { '{"n":[0,-0,10,-12,0.5,1.25e10,1E-3,2e+0,0e0,-1.5]}' } },
    { [[{"s":"\"\\\/\b\f\n\r\t\u0041\uABcd\ud83d\ude00\u0000"}]], {},
      { [[{"s":"\"\\\/\b\f\n\r\t\u0041\uABcd\ud83d\ude00\u0000"}]] } },
    { [[{"s":"\u09aA\ufFDe\ud7ff\ue000\ud800\udc00\udbff\udfff"}]], {},
      { [[{"s":"\u09aA\ufFDe\ud7ff\ue000\ud800\udc00\udbff\udfff"}]] } },
    { [[{"s":"\udc00\udfff-\ud800\udbff-\ud83dx\ud83d\n\ud83d\u0041"}]], {},
      { [[{"s":"\udc00\udfff-\ud800\udbff-\ud83dx\ud83d\n\ud83d\u0041"}]] } },
    { '{"long":"0123456789abcdef0123456789\\n0123456789","x":1}', {},
      { '{"long":"0123456789abcdef0123456789\\n0123456789","x":1}' } },
    { '{"\127\195\169\240\159\152\128":"\255{[,:]}"}', {},
      { '{"\127\195\169\240\159\152\128":"\255{[,:]}"}' } },
    { '{"a":1,"a":2}', {}, { '{"a":1,"a":2}' } },

    { '{"a":null}', {}, { "{}" } },
    { '{"a":null,"b":1}', {}, { '{"b":1}' } },
    { '{"b":1,"a":null}', {}, { '{"b":1}' } },
    { '{"a":null,"b":null,"c":2,"d":null,"e":3}', {},
      { '{"c":2,"e":3}' } },
    { ' { "a" : null , "b" : [ null , { "c" : null , "d" : "null" } ] } ',
      {}, { '{"b":[null,{"d":"null"}]}' } },
    { '{"a":{"b":{"c":null}},"d":"{"}', {}, { '{"a":{"b":{}},"d":"{"}' } },
    { '{"a":"{","b":null,"c":1}', {}, { '{"a":"{","c":1}' } },
    { '{"a":null,"b":[null]}', { keep_null = true },
      { '{"a":null,"b":[null]}' } },

    { '[{"a":1,"b":2,"c":3}]', array { fields = { "b" } }, { '{"b":2}' } },
    { '[{"a":1,"b":2,"c":3}]', array { fields = { "c", "a" } },
      { '{"a":1,"c":3}' } },
    { '[{"a":1},{"b":2}]', array { fields = { "b" } },
      { "{}", '{"b":2}' } },
    { '{"a":{"b":1,"c":[{"a":2}]},"b":{"a":3}}', { fields = { "b" } },
      { '{"b":{"a":3}}' } },
    { '{"a":[{"b":null}, 1.5 ],"b":{"a":null}}', { fields = { "b" } },
      { '{"b":{}}' } },
    { '{"a":1}', { fields = {} }, { "{}" } },
    { '{"aa":1,"a":2,"ab":3,"":4}', { fields = { "a", "" } },
      { '{"a":2,"":4}' } },
    { '{"a":null,"b":null}', { fields = { "b" }, keep_null = true },
      { '{"b":null}' } },
    { '{"a":1,"a":2}', { fields = { "a" } }, { '{"a":1,"a":2}' } },
    { '{"a":1,"a":null}', {}, { '{"a":1}' } },
  }

  for _, case in ipairs(accepted) do
    local document, options, expected = case[1], case[2], case[3]
    it("makes " .. #expected .. " of " .. document, function()
      local elements, status, offset = scan(document, options)
      assert.are.equal("ok", status)
      assert.are.same(expected, elements)
      assert.are.equal(#document, offset)
      assert_chunks_do_not_matter(document, options)
    end)
  end

  it("compares names decoded", function()
    -- name in the document, requested name
    local names = {
      { [[\u006eame]], "name" },
      { [[na\u006De]], "name" },
      { [[\"\\\/\b\f\n\r\t]], '"\\/\b\f\n\r\t' },
      { [[\u00e9]], "\195\169" },
      { [[\u20AC]], "\226\130\172" },
      { [[\u007f\u0080\u07fF]], "\127\194\128\223\191" },
      { [[\u0800\uffff]], "\224\160\128\239\191\191" },
      { [[\uD800\uDC00\uDBFF\uDFFF]],
        "\240\144\128\128\244\143\191\191" },
      { [[\uD83D\uDE00!]], "\240\159\152\128!" },
      { [[\ud83dx\ude00\ud83d\ud83d\ude00]],
        "\239\191\189x\239\191\189\239\191\189\240\159\152\128" },
      { "caf\195\169", "caf\195\169" },
    }
    for _, name in ipairs(names) do
      local member = '"' .. name[1] .. '":1'
      local document = '{"x":0,' .. member .. ',"y":2}'
      local options = { fields = { name[2] } }
      assert.are.same({ "{" .. member .. "}" }, (scan(document, options)))
      assert_chunks_do_not_matter(document, options)
    end
    for _, other in ipairs { [[nam\u0065s]], [[nam]], [[na\u006d]],
                             [[name\u0000]], [[\u0000]], [[Nam\u0065]] } do
      local document = '{"' .. other .. '":1}'
      assert.are.same({ "{}" }, (scan(document, { fields = { "name" } })))
    end
    assert.are.same({ "{}" }, (scan([[{"\u0000":1}]], { fields = { "" } })))
  end)

  it("distinguishes names whose lengths collide", function()
    local long = ("n"):rep(66)
    local options = { fields = { "nn" } }
    assert.are.same({ '{"nn":2}' },
                    (scan('{"' .. long .. '":1,"nn":2}', options)))
    options.fields = { "nn", long }
    assert.are.same({ '{"' .. long .. '":1,"nn":2}' },
                    (scan('{"' .. long .. '":1,"nn":2}', options)))
  end)

  it("agrees with cjson on generated documents", function()
    local fields = { "id", "name_2", "r\195\169sum\195\169", '"', "",
                     "\240\159\152\128" }
    for seed = 1, 60 do
      local document = generator.new(seed):objects(4)
      local whole = cjson.decode(document)
      local kept = assert(scan(document, array { keep_null = true }))
      assert.are.same(whole, decode_all(kept))

      local pruned = without_null(whole)
      local elements, status = scan(document, array())
      assert.are.equal("ok", status)
      assert.are.same(pruned, decode_all(elements))
      assert_chunks_do_not_matter(document, array())

      for i, element in ipairs(pruned) do
        pruned[i] = only(element, fields)
      end
      local options = array { fields = fields }
      assert.are.same(pruned, decode_all((scan(document, options))))
      assert_chunks_do_not_matter(document, options)
    end
  end)

  it("does not change its own output", function()
    for seed = 101, 200 do
      local options = array { keep_null = seed % 2 == 0 }
      local elements = scan(generator.new(seed):objects(4), options)
      local again = scan("[" .. table.concat(elements, ",") .. "]", options)
      assert.are.same(elements, again)
    end
  end)

  it("refuses invalid JSON, at the wrong byte", function()
    -- document, offset
    local malformed = {
      { "x", 0 }, { "\239\187\191{}", 0 }, { "\0", 0 }, { "}", 0 },
      { "{}x", 2 }, { "{}{}", 2 }, { "{} :", 3 }, { "{}\0", 2 },
      { "{,}", 1 }, { "{x}", 1 }, { "{1:1}", 1 }, { "{'a':1}", 1 },
      { "{]", 1 }, { '{"a"}', 4 }, { '{"a" 1}', 5 }, { '{"a"::1}', 5 },
      { '{"a":}', 5 }, { '{"a":,}', 5 }, { '{"a":1,}', 7 },
      { '{"a":1 "b":2}', 7 }, { '{"a":1]', 6 }, { '{"a":\v1}', 5 },
      { '{"a":[1}', 7 }, { '{"a":[1,]}', 8 }, { '{"a":[,1]}', 6 },
      { '{"a":[1 2]}', 8 }, { '{"a":{"b":1]}', 11 },
      { '{"a":tru}', 8 }, { '{"a":truE}', 8 }, { '{"a":falsy}', 9 },
      { '{"a":nul}', 8 }, { '{"a":nulls}', 9 }, { '{"a":True}', 5 },
      { '{"a":NaN}', 5 }, { '{"a":Infinity}', 5 },
      { '{"a":-}', 6 }, { '{"a":-a}', 6 }, { '{"a":+1}', 5 },
      { '{"a":01}', 6 }, { '{"a":-01}', 7 }, { '{"a":0x1}', 6 },
      { '{"a":.5}', 5 }, { '{"a":1.}', 7 }, { '{"a":1.e1}', 7 },
      { '{"a":1e}', 7 }, { '{"a":1e+}', 8 }, { '{"a":1e+-1}', 8 },
      { '{"a":1.5.5}', 8 }, { '{"a":1e5.5}', 8 }, { '{"a":1 2}', 7 },
      { '{"a":"\n"}', 6 }, { '{"a":"\0"}', 6 }, { '{"a":"\31"}', 6 },
      { '{"a\t":1}', 3 }, { '{"a":"0123456789\t"}', 16 },
      { [[{"a":"\x"}]], 7 }, { [[{"a":"\'"}]], 7 }, { '{"a":"\\\0"}', 7 },
      { [[{"a":"\u12g4"}]], 10 }, { [[{"a":"\u123"}]], 11 },
      { [[{"a":"\U0041"}]], 7 },
      { [[{"a":"\u00:0"}]], 10 }, { [[{"a":"\u00@0"}]], 10 },
      { [[{"a":"\u00G0"}]], 10 }, { [[{"a":"\u00`0"}]], 10 },
      { [[{"a":"\ud83"}]], 11 }, { [[{"a":"\ud83d\u"}]], 14 },
    }
    for _, case in ipairs(malformed) do
      local document, expected = case[1], case[2]
      local elements, status, offset = scan(document)
      assert.are.equal("syntax", status, document)
      assert.are.equal(expected, offset, document)
      -- The scan reaches the rest once the object is complete.
      assert.are.equal(document:find("^{}") and 1 or 0, #elements)
      assert_chunks_do_not_matter(document, {})
      assert_chunks_do_not_matter(document, { fields = { "b" } })

      -- With so much after it, the lookahead reads it first.
      for _, before in ipairs { '[{"b":1},', '[{"b":{"c":[' } do
        local padded = before .. document .. (" "):rep(200)
        elements, status, offset = scan(padded, array { fields = { "b" } })
        assert.are.equal("syntax", status, padded)
        local bytes = each_byte(padded)
        assert.are.equal(summary(bytes, array { fields = { "b" } }),
          table.concat(elements, "\n") .. " " .. status .. " " .. offset)
        assert.are.equal(summary(bytes, array()),
          summary({ padded }, array()))
      end

      local inside = '[{"b":1},' .. document .. "]"
      elements, status, offset = scan(inside, array { fields = { "b" } })
      assert.are.equal("syntax", status, inside)
      assert.are.equal(expected + 9, offset, inside)
      assert.are.equal('{"b":1}', elements[1])
    end
    for _, document in ipairs { "[,]", "[{},]", "[{} {}]", "[{}}", "[}",
                                "[]]", "[],", "[x]" } do
      local _, status = scan(document, array())
      assert.are.equal("syntax", status, document)
      assert_chunks_do_not_matter(document, array())
    end
  end)

  it("refuses JSON of another shape", function()
    for _, document in ipairs { "[]", '"a"', "1", "-1", "true", "false",
                                "null" } do
      local _, status, offset = scan("  " .. document)
      assert.are.equal("shape", status, document)
      assert.are.equal(2, offset)
      local elements
      elements, status, offset = scan("[{}," .. document .. "]", array())
      assert.are.equal("shape", status, document)
      assert.are.equal(4, offset)
      assert.are.same({ "{}" }, elements)
      assert_chunks_do_not_matter("[{}," .. document .. "]", array())
    end
    local _, status = scan("{}", array())
    assert.are.equal("shape", status)
  end)

  it("notices a truncated document", function()
    local document = [[ [{"a":[1.5e+3,true,"\ud83d\ude00"]},{}] ]]
    local end_of_it = #document - 1
    for length = 0, end_of_it - 1 do
      local elements, status, offset = scan(document:sub(1, length), array())
      assert.are.equal("truncated", status)
      assert.are.equal(length, offset)
      assert.is_true(#elements < 3)
    end
    for length = end_of_it, #document do
      local _, status = scan(document:sub(1, length), array())
      assert.are.equal("ok", status)
    end
    assert.are.equal("truncated", select(2, filter.scan({}, {})))
  end)

  it("limits the depth", function()
    local function nested(depth, open, close)
      return '{"a":' .. open:rep(depth - 1) .. "1" .. close:rep(depth - 1)
               .. "}"
    end
    local depth = filter.max_depth
    for _, fields in ipairs { { "a" }, {} } do
      for open, close in pairs { ["["] = "]", ['{"b":'] = "}" } do
        local options = { fields = fields }
        local _, status = scan(nested(depth, open, close), options)
        assert.are.equal("ok", status)
        local offset
        _, status, offset = scan(nested(depth + 1, open, close), options)
        assert.are.equal("depth", status)
        assert.are.equal(5 + #open * (depth - 1), offset)
      end
    end
    assert.are.equal("depth", select(2, scan("[" .. nested(depth, "[", "]")
                                               .. "]", array())))
    assert.is_truthy(cjson.decode(scan(nested(depth, "[", "]"))[1]))
  end)

  it("limits the size of an element", function()
    local document = '[{"a":1}, {"a":"12345","b":null},{"a":2}]'
    local largest = #'{"a":"12345","b":null}'
    local elements, status, offset
    elements, status = scan(document, array { max_element = largest })
    assert.are.equal("ok", status)
    assert.are.equal(3, #elements)
    for bound = 7, #'{"a":"12345"}' do
      local options = array { max_element = bound }
      elements, status, offset = scan(document, options)
      assert.are.equal("element_size", status)
      assert.are.equal(#'[{"a":1}, ' + bound, offset)
      assert.are.same({ '{"a":1}' }, elements)
      assert_chunks_do_not_matter(document, options)
    end
    for bound = 1, 6 do
      local options = array { max_element = bound }
      elements, status, offset = scan('[{"a":1}]', options)
      assert.are.equal("element_size", status)
      assert.are.equal(1 + bound, offset)
      assert.are.same({}, elements)
      assert_chunks_do_not_matter('[{"a":1}]', options)
    end
    document = '{"long":"' .. ("x"):rep(1000) .. '","a":1}'
    local options = { max_element = 10, fields = { "a" } }
    assert.are.same({ '{"a":1}' }, (scan(document, options)))
    assert_chunks_do_not_matter(document, options)
  end)

  it("limits what it holds", function()
    local document = '[{"a":1},{"a":2},{"a":3}]'
    local function late(bound)
      return array { max_held = bound, late = true }
    end
    for bound = 1, 3 * 8 - 1 do
      local elements, status = scan(document, late(bound))
      assert.are.equal("size", status)
      -- The line end exceeds the limit of an element that fits without it.
      assert.are.equal(math.floor((bound + 1) / 8), #elements)
      assert_chunks_do_not_matter(document, late(bound))
    end
    assert.are.equal("ok", select(2, scan(document, late(24))))
    -- Elements that were taken do not count.
    local elements, status = filter.scan(each_byte(document),
                                         array { max_held = 8 })
    assert.are.equal("ok", status)
    assert.are.equal(3, #elements)
  end)

  it("stays in the error state", function()
    local elements, status, offset = filter.scan({ "[{}", ",x", ",{}]" },
                                                 array())
    assert.are.same({ "{}" }, elements)
    assert.are.equal("syntax", status)
    assert.are.equal(4, offset)
  end)

  it("holds only what is complete after an error", function()
    local function held(document)
      local _, _, _, memory = scan(document, array { late = true })
      return memory.held
    end
    assert.are.equal(0, held "[]")
    assert.are.equal(6, held "[{},{}]")
    assert.are.equal(3, held '[{},{"a"')
    assert.are.equal(3, held '[{},{"a"x')
  end)

  it("wipes secrets that it frees", function()
    local text = '{"a":"12345678"'
    local function remains(changes)
      local options = array(changes)
      options.remains = #text
      local _, _, _, memory = filter.scan({ "[" .. text, "x" }, options)
      return memory.remains
    end
    assert.are.equal(text, remains {})
    assert.are.equal(("\0"):rep(#text), remains { secret = true })
  end)

  it("scans large documents the same in one chunk and in small "
    .. "ones", function()
    local item = '{"id":"' .. ("x"):rep(1000) .. '","n":null, "t":[1, 2]}'
    local document = "[" .. (item .. ","):rep(300) .. item .. "]"
    local minimal = item:gsub('"n":null, ', ""):gsub("1, 2", "1,2")
    local function expect(chunks, options)
      local elements, status, _, memory = filter.scan(chunks, options)
      assert.are.equal("ok", status)
      assert.are.equal(301, #elements)
      for _, element in ipairs(elements) do
        assert.are.equal(minimal, element)
      end
      return memory.capacity
    end
    local chunks = {}
    for i = 1, #document, 16384 do
      chunks[#chunks + 1] = document:sub(i, i + 16383)
    end
    expect({ document }, array())
    -- Memory is for a chunk and an unfinished element, not for the document.
    assert.is_true(expect(chunks, array()) < 4 * 16384)
    expect(chunks, array { late = true, secret = true })
  end)

  it("has a phrase for each status", function()
    local seen = {}
    for _, status in ipairs { "ok", "memory", "syntax", "shape", "depth",
                              "element_size", "size", "truncated" } do
      local phrase = filter.describe(status)
      assert.is_nil(seen[phrase])
      assert.are_not.equal("", phrase)
      seen[phrase] = true
    end
  end)

  describe("lets elements be judged", function()
    local FIELDS = { "id" }
    local DOCUMENT = '[ {"id":"a"} ,{"b" : null,"id":"c","d":[{}]},{},{"e":1}]'
    local JUDGED = {
      '{"id":"a"}', '{"id":"a"}',
      '{"id":"c"}', '{"b" : null,"id":"c","d":[{}]}',
      "{}", "{}", "{}", '{"e":1}',
    }

    local function judged(chunks, options)
      options.judge = true
      return (select(5, filter.scan(chunks, array(options))))
    end

    it("by their text, wherever it is split", function()
      local options = { fields = FIELDS }
      assert.same(JUDGED, judged({ DOCUMENT }, options))
      assert.same(JUDGED, judged(each_byte(DOCUMENT), options))
      for first = 1, #DOCUMENT do
        for _, middle in ipairs { 0, 1, 7, 20 } do
          assert.same(JUDGED, judged(split_at(DOCUMENT, first,
            first + middle), options))
        end
      end
    end)

    it("and ends with one that is not accepted", function()
      local document = '[{"id":"a"},{"f":"unexpected"},{"id":"b"}]'
      local elements, status, offset = scan(document, array { judge = true,
        fields = FIELDS })
      assert.same({ '{"id":"a"}' }, elements)
      assert.equal("rejected", status)
      assert.equal(30, offset)
      assert_chunks_do_not_matter(document, array { judge = true,
        fields = FIELDS })
    end)

    it("by the first 64 KB, however many bytes come at once", function()
      local long = '{"f":"' .. ("x"):rep(70000) .. '"}'
      local document = "[" .. long .. ',{"id":"a"}]'
      for _, size in ipairs { 100000, 70000, 65536, 3000, 1 } do
        local chunks = {}
        for first = 1, #document, size do
          chunks[#chunks + 1] = document:sub(first, first + size - 1)
        end
        assert.same({ "{}", long:sub(1, 65536), '{"id":"a"}', '{"id":"a"}' },
          judged(chunks, { fields = FIELDS }))
      end
    end)
  end)
end)

describe("buffer", function()
  for _, secret in ipairs { false, true } do
    local kind = secret and "secret" or "plain"

    it("grows (" .. kind .. ")", function()
      local buffer = filter.buffer(secret)
      local expected, capacities, last = {}, 0, 0
      assert.are.equal("", buffer:text())
      assert.are.equal(0, (buffer:capacity()))
      for i = 1, 2000 do
        local text = ("%d,"):format(i)
        expected[i] = text .. "s" .. "\0"
        assert.is_true(buffer:append(text))
        assert.is_true(buffer:append_string("s"))
        assert.is_true(buffer:append_byte("\0"))
        if buffer:capacity() ~= last then
          capacities, last = capacities + 1, buffer:capacity()
        end
      end
      expected = table.concat(expected)
      assert.are.equal(expected, buffer:text())
      assert.is_true(capacities < 12) -- geometric
      assert.is_true(last < 4 * #expected)
    end)

    it("reserves (" .. kind .. ")", function()
      local buffer = filter.buffer(secret)
      buffer:append("abc")
      assert.is_true(buffer:reserve(5000))
      local capacity = buffer:capacity()
      assert.is_true(capacity >= 5003)
      assert.is_true(buffer:append(("x"):rep(5000)))
      assert.are.equal(capacity, (buffer:capacity()))
      assert.are.equal("abc" .. ("x"):rep(5000), buffer:text())
    end)

    it("refuses sizes that overflow (" .. kind .. ")", function()
      local buffer = filter.buffer(secret)
      buffer:append("abc")
      local capacity = buffer:capacity()
      assert.is_false(buffer:reserve())
      assert.are.equal("abc", buffer:text())
      assert.are.equal(capacity, (buffer:capacity()))
      assert.is_true(buffer:append(""))
    end)

    it("truncates and consumes (" .. kind .. ")", function()
      local buffer = filter.buffer(secret)
      buffer:truncate(5)
      buffer:consume(5)
      buffer:append("0123456789")
      buffer:truncate(20)
      assert.are.equal("0123456789", buffer:text())
      buffer:truncate(8)
      assert.are.equal("01234567", buffer:text())
      buffer:consume(0)
      buffer:consume(3)
      assert.are.equal("34567", buffer:text())
      assert.are.equal(secret and "34567\0\0\0" or "34567567",
                       buffer:text(3))
      buffer:consume(6)
      assert.are.equal("", buffer:text())
      assert.are.equal(secret and ("\0"):rep(8) or "34567567",
                       buffer:text(8))
    end)

    it("starts again once freed (" .. kind .. ")", function()
      local buffer = filter.buffer(secret)
      buffer:append("abc")
      buffer:free()
      local capacity, still_secret = buffer:capacity()
      assert.are.equal(0, capacity)
      assert.are.equal(secret, still_secret)
      assert.are.equal("", buffer:text())
      assert.is_true(buffer:append("de"))
      assert.are.equal("de", buffer:text())
      buffer:free()
      buffer:free()
    end)
  end
end)
