-- What lua/thoughtspot/meta.lua tells an editor is well formed, complete and
-- true: the values that the library takes and returns are of its types.

local core = require "thoughtspot.core"
local docs = require "spec.support.docs"
local luacats = require "spec.support.luacats"
local thoughtspot = require "thoughtspot"

local META = "lua/thoughtspot/meta.lua"

local definitions = luacats.read(docs.read(META))

local function assert_is(value, name)
  local ok, reason = luacats.check(definitions, value, name)
  assert.is_true(ok, reason)
end

local function assert_is_not(value, name, reason)
  assert.same({ false, reason }, { luacats.check(definitions, value, name) })
end

local function new_client(options)
  options.host = "https://acme.thoughtspot.cloud"
  return thoughtspot.new(options)
end

describe("the reader of annotations", function()
  it("raises on what an editor would not understand", function()
    for text, expected in pairs {
      ["---@field a string"] = "expected a class above",
      ["---@class A\n---@field a"] = "expected a type",
      ["---@class A\n---@field a table<string string>"] = "expected a comma",
      ["---@class A\n---@field a fun(x)"] = "expected a colon",
      ["---@class A\n---@field a (string"] = "expected )",
      ["---@class A\n---@class A"] = "A is defined twice",
      ["---@class A\n---@field a string\n---@field a string"] =
        "a is there twice",
      ["---@clas A"] = "there is no @clas",
      ["---@alias A\n---| \"b\" c"] = "expected # or the end",
      ["---@param a string\nfunction f(b) end"] = "annotated are (a)",
    } do
      local ok, err = pcall(luacats.read, text .. "\n")
      assert.is_false(ok, text)
      assert.truthy(err:find(expected, 1, true), err)
    end
  end)

  it("finds types that are nowhere defined", function()
    assert.same({ "B", "C" }, luacats.undefined(luacats.read(
      "---@class A: B\n---@field a string|C[]\n")))
  end)
end)

describe("the annotations", function()
  it("are Lua, and do nothing", function()
    assert.is_nil(assert(loadfile(META))())
  end)

  it("name only types that there are", function()
    assert.same({}, luacats.undefined(definitions))
  end)

  -- Whose functions, by the name they are annotated under; and those that are
  -- for the library's own modules.
  local client = assert(new_client { token = "t" })
  local owners = {
    ["thoughtspot."] = { of = thoughtspot, inner = {} },
    ["Client:"] = {
      of = getmetatable(client).__index,
      inner = { new = true, prepare = true, finish = true },
    },
    ["Pager:"] = {
      of = getmetatable(client:user_pages()).__index, inner = { new = true },
    },
    ["Sandbox:"] = {
      of = getmetatable(thoughtspot.sandbox()).__index, inner = {},
    },
  }
  for prefix, owner in pairs(owners) do
    it("have every function of " .. prefix .. ", and no other", function()
      local names = {}
      for name, value in pairs(owner.of) do
        if type(value) == "function" and not owner.inner[name]
          and not name:find "^__" then
          names[prefix .. name] = true
        end
      end
      for name in pairs(definitions.functions) do
        if name:sub(1, #prefix) == prefix then
          assert.is_true(names[name], name .. " is no function")
          names[name] = nil
        end
      end
      assert.same({}, names)
    end)
  end

  it("have every kind of error, and no other", function()
    local units = definitions.types["thoughtspot.ErrorKind"].units
    for _, unit in ipairs(units) do
      assert.equal(unit.value, core.error(unit.value, "").kind)
    end
    assert.equal(17, #units)
  end)

  -- An unknown option is refused with a list of those that there are.
  local function assert_options(class, _, err)
    local options = {}
    for name in err.message:match "there are (.*)$":gmatch "[%w_]+" do
      options[#options + 1] = name
    end
    local fields = definitions.types["thoughtspot." .. class].order
    table.sort(fields)
    assert.same(options, fields)
  end

  it("have the options of each_user", function()
    assert_options("EachUserOptions",
      client:user_pages({}, { nonsense = 1 }):next())
  end)

  it("have the options of batch", function()
    assert_options("BatchOptions",
      client:batch("delete_user", {}, { nonsense = 1 }))
  end)

  it("have the options of import_in_batches", function()
    assert_options("ImportInBatchesOptions",
      client:import_in_batches({}, { dry_run = true, nonsense = 1 }))
  end)
end)

describe("the annotated types", function()
  it("are what thoughtspot.new takes", function()
    for _, options in ipairs {
      { token = "t", rate_limit = false },
      { token = "t", rate_limit = { per_second = 5 } },
      { token = "t", rate_limit = function() return 0 end },
      { token = "t", transport = thoughtspot.sandbox() },
      { token = "t", transport = function() return nil, "no" end },
      { token_provider = function() return "t", 1 end },
      { username = "ada", password = "p", org_id = 1, on_event = print,
        token_store = { get = function() end, set = function() end } },
      { token = "t", headers = { ["X-Team"] = "a" }, sleep = print },
    } do
      assert(new_client(options))
      assert_is(options, "thoughtspot.Options")
      options.host = nil
      assert_is(options, "thoughtspot.Overrides")
      assert_is_not(options, "thoughtspot.Options",
        "value.host: a nil will not do")
    end
  end)

  it("are not what it refuses", function()
    for field, value in pairs {
      rate_limit = true, headers = { 1 }, org_id = "Acme", verify = "no",
      nonsense = 1,
    } do
      local options = { token = "t", [field] = value }
      local _, err = new_client(options)
      assert.equal("argument", err.kind)
      assert.is_false((luacats.check(definitions, options,
        "thoughtspot.Options")), field)
    end
  end)

  it("are what describe returns", function()
    for _, name in ipairs(thoughtspot.describe()) do
      assert_is(name, "thoughtspot.EndpointName")
      assert_is(thoughtspot.describe(name), "thoughtspot.EndpointDescription")
    end
    assert_is(thoughtspot.describe "User", "thoughtspot.TableDescription")
    assert_is_not("nonsense", "thoughtspot.EndpointName",
      "value: a string will not do")
  end)

  it("are what a sandbox takes and has", function()
    local options = {
      admin = { name = "root" }, secret_key = "s", orgs = { "Acme" },
      groups = { "A", { name = "B", org = "Acme" } }, clock = os.time,
      quirks = { mfa = true, dangling_user = "ada", error_shape = "flat" },
      users = { { name = "ada", groups = { "A" }, orgs = { "Primary" },
        favorites = { ["00000000-0000-4000-8000-000000000000"] = "ANSWER" },
        roles = {}, privileges = { "DEVELOPER" }, email = "a@b.test" } },
    }
    assert_is(options, "thoughtspot.SandboxOptions")
    local sandbox = thoughtspot.sandbox(options)
    local _, err = assert(new_client {
      token = "t", transport = sandbox,
    }):search_users()
    assert_is(err, "thoughtspot.Error")
    assert_is(sandbox.requests, "thoughtspot.SandboxRequest[]")
    assert_is(sandbox.quirks, "thoughtspot.SandboxQuirks")
    for _, fault in ipairs {
      { fault = "reset" }, { endpoint = "create_user", times = 2, status = 503,
        headers = {}, body = "", applied = true }, { error = "broken" },
    } do
      assert_is(fault, "thoughtspot.SandboxFault")
      sandbox:fail(fault)
    end
  end)
end)

-- Everything that the documentation calls: what comes back is of the annotated
-- types, and so is what was given, unless that was refused.
describe("the annotated functions", function()
  local methods = getmetatable(assert(new_client { token = "t" })).__index
  local originals = {}

  local called = {}

  -- The method, and a check of what it took and what it returns.
  local function wrap(method, name, original)
    local function check(given, ...)
      local _, err = ...
      if not (type(err) == "table" and err.kind == "argument") then
        assert(luacats.check_given(definitions, name, given))
      end
      assert(luacats.check_returned(definitions, name, { ... }))
      called[method] = true
      return ...
    end
    return function(self, ...)
      return check({ ... }, original(self, ...))
    end
  end

  setup(function()
    for name in pairs(definitions.functions) do
      local method = name:match "^Client:(.*)$"
      if method then
        originals[method] = methods[method]
        methods[method] = wrap(method, name, methods[method])
      end
    end
  end)

  teardown(function()
    for method, original in pairs(originals) do
      methods[method] = original
    end
  end)

  for _, path in ipairs(docs.pages()) do
    -- Its code needs nginx.
    if path ~= "doc/nginx.md" then
      it("take and return what they say: " .. path, function()
        local environment = docs.environment()
        for _, block in ipairs(docs.blocks(path)) do
          if block.language == "lua" then
            docs.run(environment, path, block)
          end
        end
      end)
    end
  end

  it("are all called by the documentation", function()
    local missing = {}
    for method in pairs(originals) do
      missing[#missing + 1] = not called[method] and method or nil
    end
    assert.same({}, missing)
  end)
end)
