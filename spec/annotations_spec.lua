-- The annotations in lua/thoughtspot/meta.lua are well formed, complete and
-- correct: the library takes and returns values of these types.

local command = require "spec.support.command"
local core = require "thoughtspot.core"
local docs = require "spec.support.docs"
local luacats = require "spec.support.luacats"
local sync = require "thoughtspot.sync"
local sync_support = require "spec.support.sync"
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

-- A plan with an action of each kind, a note of each, and an action withheld.
local function new_plan()
  local time = os.time() - 60 * sync_support.DAY
  local cluster = sync_support.cluster {
    clock = function() return time end, groups = { "Staff" },
    users = {
      { name = "ada", groups = { "Staff" } }, { name = "bob" },
      { name = "eve", groups = { "Staff" }, account_status = "INACTIVE" },
      { name = "old", account_status = "INACTIVE" },
    },
  }
  time = os.time()
  return assert(sync.plan(cluster, {
    { user_identifier = "ada", email = "ada@acme.test",
      group_identifiers = {} },
    { user_identifier = "new", display_name = "New", email = "n@acme.test",
      group_identifiers = { "Staff" }, password = "s3cret" },
    { user_identifier = "eve" },
  }, { scope = {}, leavers = "delete", max_deletes = 0 })), cluster
end

describe("the reader of annotations", function()
  it("raises an error for a tag that editors do not understand", function()
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
      ["---@class A\n---@field a fun(): (string|false)?, number?"] =
        "results without a parenthesis",
      ["---@class A\n---@field [string] string\n---@field a string"] =
        "no field after [string]",
      ["---@class A\n---@field a [string, number"] = "expected ]",
    } do
      local ok, err = pcall(luacats.read, text .. "\n")
      assert.is_false(ok, text)
      assert.truthy(err:find(expected, 1, true), err)
    end
  end)

  it("finds undefined types", function()
    assert.same({ "B", "C" }, luacats.undefined(luacats.read(
      "---@class A: B\n---@field a string|C[]\n")))
  end)
end)

describe("the annotations", function()
  local text = docs.read(META)

  it("are valid Lua without any effect", function()
    local loaded = assert(loadfile(META))()
    for name, value in pairs(loaded) do
      assert.is_nil(value("any", "thing"), name)
    end
  end)

  -- An editor uses the file with this name for the require, before it looks at
  -- any path; the type is what the file returns.
  it("are those that the module installs", function()
    assert.equal("---@meta thoughtspot", text:match "^[^\n]*")
    assert.equal("return thoughtspot", text:match "([^\n]*)\n$")
    assert.matches("\n---@class thoughtspot\n[^\n]*\n[^\n]*\n"
      .. "local thoughtspot = {}\n", text)
  end)

  it("list an error among the results of every call", function()
    local count = 0
    for name, block in pairs(definitions.functions) do
      local second = (block.returns[2] or {}).text
      if name:find "^Pager" then
        assert.is_true(second == nil or second == "thoughtspot.Error?", name)
      elseif second and second:find "Error" then
        assert.equal("thoughtspot.Error", second, name)
        count = count + 1
      end
    end
    assert.is_true(count > #thoughtspot.describe())
  end)

  -- The classes of a call's arguments, including those that they refer to.
  local function each_given(visit)
    local seen = {}
    local function visit_class(name)
      local class = definitions.types[name]
      if not class or not class.order or seen[name] then
        return
      end
      seen[name] = true
      visit(name, class)
      local block = text:match("\n%-%-%-@class " .. name:gsub("%.", "%%.")
        .. "[:%s].-\n\n")
      for line in block:gmatch "%-%-%-@field ([^\n]*)" do
        for used in line:match "%S+ (.*)":gmatch "thoughtspot%.%w+" do
          visit_class(used)
        end
      end
    end
    for line in text:gmatch "\n%-%-%-@param [%w_?]+ ([^\n]*)" do
      for name in line:gmatch "thoughtspot%.%w+" do
        visit_class(name)
      end
    end
  end

  it("list exactly the fields of each request",
    function()
      -- Objects of the caller; arguments of callbacks; fields set with a dot;
      -- and the fields that Overrides has.
      local open = {}
      for name in ("TokenStore Event Sandbox SandboxQuirks SandboxRequest "
        .. "User HttpRequest HttpResponse SkippedRow Error Options "
        .. "SyncPlan SyncAction SyncUnits SyncUnit SyncNote SyncWithheld "
        .. "SyncLimit SyncLeaver NoSuchField"):gmatch "%a+" do
        open["thoughtspot." .. name] = true
      end
      local count = 0
      each_given(function(name, class)
        if not open[name] and not class.has_methods then
          assert.equal("thoughtspot.NoSuchField", class.other, name)
          count = count + 1
        end
      end)
      assert.is_true(count >= 30)
      assert.equal("thoughtspot.Overrides",
        definitions.types["thoughtspot.Options"].parent)
      assert.is_nil(definitions.types["thoughtspot.User"].other)
    end)

  it("give the type of the items of a batch", function()
    local overloads = {}
    local batch = definitions.functions["Client:batch"]
    for _, overload in ipairs(batch.overloads) do
      local endpoint, items = overload:match 'endpoint: "(.-)", items: (%S-)|'
      if not endpoint then
        endpoint, items = overload:match 'endpoint: "(.-)", items: (%b[]%[%])|'
      end
      overloads[endpoint] = items
    end
    for _, name in ipairs(thoughtspot.describe()) do
      local endpoint = thoughtspot.describe(name)
      local request = endpoint.request and "thoughtspot."
        .. endpoint.request.name
      local expected = request or endpoint.path_parameter and "string"
      if request and endpoint.path_parameter then
        expected = "[string, " .. request .. "]"
      end
      assert.equal(expected and expected .. "[]", overloads[name], name)
    end
    assert.equal("[string, thoughtspot.UpdateUserRequest][]",
      overloads.update_user)
    assert.equal("thoughtspot.CreateUserRequest[]", overloads.create_user)
    assert.equal("string[]", overloads.delete_user)
  end)

  it("list the values of the fields option", function()
    local fields = {}
    for _, field in ipairs(thoughtspot.describe "User".fields) do
      fields[#fields + 1] = field.name
    end
    local names = definitions.types["thoughtspot.UserField"].values
    assert.same(fields, names)
    assert_is(names, "thoughtspot.UserField[]")
    assert_is({ fields = names, page_size = -1 },
      "thoughtspot.EachUserOptions")
    assert_is({ fields = { "activation_link", "id" } },
      "thoughtspot.CallOptions")
    assert_is_not({ fields = { "nmae" } }, "thoughtspot.CallOptions",
      "value.fields[1]: a string will not do")
  end)

  it("name only existing types", function()
    assert.same({}, luacats.undefined(definitions))
  end)

  -- The tables with the functions, by their annotated names; and the functions
  -- that are internal.
  local client = assert(new_client { token = "t" })
  local owners = {
    ["thoughtspot."] = { of = thoughtspot, inner = {} },
    ["Client:"] = {
      of = getmetatable(client).__index,
      inner = {
        new = true, prepare = true, check = true, finish = true,
      },
    },
    ["Pager:"] = {
      of = getmetatable(client:user_pages()).__index, inner = { new = true },
    },
    ["SyncPlan:"] = { of = getmetatable(new_plan()).__index, inner = {} },
    ["sync."] = { of = sync, inner = {} },
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

  it("have exactly the kinds of errors", function()
    local kinds = definitions.types["thoughtspot.ErrorKind"].values
    for _, kind in ipairs(kinds) do
      assert.equal(kind, core.error(kind, "").kind)
    end
    assert.equal(#core.describe "Error".kinds, #kinds)
  end)

  -- An unknown option is refused with a list of those that there are.
  local function assert_options(class, _, err)
    local options = {}
    for name in err.message:match "the options are (.*)$":gmatch "[%w_]+" do
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

  it("have the options, plans and reports of a sync", function()
    local plan, cluster = new_plan()
    assert_is(plan, "thoughtspot.SyncPlan")
    assert.equal(4, #plan.actions)
    assert.equal(1, #plan.withheld)
    assert_options("PlanOptions", sync.plan(cluster, {}, { nonsense = 1 }))
    assert_options("ApplyOptions", sync.apply(cluster, plan,
      { nonsense = 1 }))
    local report = assert(sync.apply(cluster, plan, { partial = true }))
    assert_is(report, "thoughtspot.SyncReport")
    assert.equal(3, #report.done)
    local _, _, problems = sync.plan(cluster, { {} })
    assert_is(problems, "thoughtspot.SyncProblem[]")
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
  it("match the options of thoughtspot.new", function()
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

  it("have none of the options that it refuses", function()
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

  it("match what describe returns", function()
    for _, name in ipairs(thoughtspot.describe()) do
      assert_is(name, "thoughtspot.EndpointName")
      assert_is(thoughtspot.describe(name), "thoughtspot.EndpointDescription")
    end
    assert_is(thoughtspot.describe "User", "thoughtspot.TableDescription")
    assert_is_not("nonsense", "thoughtspot.EndpointName",
      "value: a string will not do")
  end)

  it("match the options and members of a sandbox", function()
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

-- Everything that the documentation calls: results have the annotated types,
-- and arguments, too, unless they were refused.
describe("the annotated functions", function()
  local methods = getmetatable(assert(new_client { token = "t" })).__index
  local originals = {}

  local called = {}

  -- The method, with a check of its arguments and its results.
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

  it("are all used in the documentation", function()
    local missing = {}
    for method in pairs(originals) do
      missing[#missing + 1] = not called[method] and method or nil
    end
    assert.same({}, missing)
  end)
end)

describe("a doc comment", function()
  -- Returns what is wrong with a line of a file that is not meta.lua, or nil.
  local function fault(line, before)
    if line:find "^%s*%-%-%-%s+@" then
      return "an editor reads it as an annotation; begin with a sentence"
    elseif line:find "^%s*%-%-%-" and not line:find "^%s*%-%-%-[-@]"
      and before:find "^%s*%-%-" then
      return "a comment continues with two dashes"
    end
  end

  it("has three dashes in its first line only", function()
    local _, listed = command.run "find . -name '*.lua' -not -path './build/*'"
    local count = 0
    for path in listed:gmatch "[^\n]+" do
      local before, number = "", 0
      for line in io.lines(path ~= "./lua/thoughtspot/meta.lua" and path
        or "/dev/null") do
        number = number + 1
        local found = fault(line, before)
        assert.is_nil(found, found and ("%s:%d: %s"):format(path, number,
          found))
        before, count = line, count + 1
      end
    end
    assert.is_true(count > 10000)
  end)

  it("that is wrong is noticed", function()
    assert.is_nil(fault("--- Returns it.", ""))
    assert.is_nil(fault("-- @param it", "--- Returns it."))
    assert.is_nil(fault("---@type string", "-- What it is."))
    assert.matches("two dashes", fault("  --- from", "  --- Returns it"))
    assert.matches("two dashes", fault("---", "-- Returns it"))
    assert.matches("annotation", fault("--- @param it", ""))
    assert.matches("annotation", fault("--- @param it", "--- Returns it."))
  end)
end)
