local options = require "thoughtspot.options"
local thoughtspot = require "thoughtspot"

local check = options.check

local kinds = {
  fields = "a table",
  on_skipped = "a function",
  what = "a string",
  dry_run = "true or false",
  output = "an open file",
  prefetch = "a whole number, zero or more",
  concurrency = "a whole number above zero",
  page_size = "a whole number above zero, or -1",
}

local rows = {}
for name, kind in pairs(kinds) do
  rows[#rows + 1] = { name = name, kind = kind, doc = "" }
end

describe("options", function()
  it("are optional", function()
    assert.is_nil(check(rows, {}, "search_users"))
    assert.is_nil(check(rows, {
      fields = {}, on_skipped = print, what = "", dry_run = false,
      output = io.stderr, prefetch = 0, concurrency = 1, page_size = -1,
    }, "search_users"))
    assert.is_nil(check(rows, { page_size = 1000 }))
  end)

  for name, values in pairs {
    fields = { "id", false }, on_skipped = { true, {} }, what = { 5 },
    dry_run = { "true", 0 }, output = { "log", {} },
    prefetch = { -1, 0.5, "1", math.huge }, concurrency = { 0, 1.5, 0 / 0 },
    page_size = { 0, -2, 10.5 },
  } do
    it("refuse a wrong " .. name, function()
      for _, value in ipairs(values) do
        local err = check(rows, { [name] = value }, "search_users")
        assert.equal("argument", err.kind)
        assert.equal(name, err.field)
        assert.equal("search_users", err.endpoint)
        assert.truthy(err.message:find(kinds[name], 1, true))
      end
    end)
  end

  it("are listed when one is unknown", function()
    local err = check({ { name = "what", kind = "a string" },
      { name = "output", kind = "an open file" } },
      { outptu = io.stderr })
    assert.equal("outptu", err.field)
    assert.truthy(err.message:find("output, what", 1, true))
    assert.equal("1", check(rows, { "what" }).field)
  end)

  it("must not be in a metatable, where they are not found on each Lua",
    function()
      local text_lists = { { name = "protect",
        kind = "a list of non-empty strings", doc = "" } }
      local function expect_refusal(field, list, given)
        local err = check(list, given, "search_users")
        assert.equal("argument", err.kind)
        assert.equal(field, err.field)
        assert.matches("expected a plain table", err.message, 1, true)
      end
      for _, meta in ipairs {
        { __index = { "ada" } }, { __pairs = print }, { __len = print },
        { __metatable = false, __index = { "ada" } },
      } do
        expect_refusal(nil, text_lists, setmetatable({}, meta))
        expect_refusal("protect", text_lists,
          { protect = setmetatable({}, meta) })
        expect_refusal("fields", rows, { fields = setmetatable({}, meta) })
      end
      for _, harmless in ipairs {
        thoughtspot.list(), setmetatable({}, { __newindex = error }),
        setmetatable({ "ada" }, { __index = { "bob" } }),
      } do
        assert.is_nil(check(text_lists, { protect = harmless }))
      end
    end)

  it("are shown when they are wrong, if short", function()
    assert.truthy(check(rows, { concurrency = 0 }).message:find "got 0$")
    assert.truthy(check(rows, { what = {} }).message:find "got table$")
  end)

  it("have defaults", function()
    local defaults = {
      { name = "groups", kind = "a string", default = "named" },
      { name = "verify", kind = "true or false", default = true },
      { name = "size", kind = "a whole number above zero", default = 8 },
      { name = "output", kind = "an open file", default_text = "io.stderr" },
    }
    local given = { verify = false }
    assert.same({ groups = "named", verify = false, size = 8 },
      options.read(defaults, given))
    assert.same({ verify = false }, given)
    local none, err = options.read(defaults, { size = 0 }, "search_users")
    assert.is_nil(none)
    assert.equal("size", err.field)
    local texts = {}
    for index, field in ipairs(options.describe("All", defaults).fields) do
      texts[index] = field.default
    end
    assert.same({ '"named"', "true", "8", "io.stderr" }, texts)
  end)
end)
