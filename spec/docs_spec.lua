-- The documentation is true: its code runs, its links lead somewhere, and
-- what it repeats of the endpoint table is what the table says.

local docs = require "spec.support.docs"
local generate = require "doc.generate"
local thoughtspot = require "thoughtspot"

local function list_files(pattern)
  local files = {}
  local listing = assert(io.popen("ls " .. pattern))
  for path in listing:lines() do
    files[#files + 1] = path
  end
  listing:close()
  return files
end

local pages = list_files "README.md CHANGELOG.md doc/*.md"

describe("the derived parts", function()
  for _, path in ipairs(generate.files) do
    it("are fresh in " .. path, function()
      local text = generate.read(path)
      assert.is_true(generate.render(text) == text, "run make docs")
      assert.truthy(text:find("derived: ", 1, true))
    end)
  end

  it("refuse a name that there is not", function()
    assert.has_error(function()
      generate.render "<!-- derived: nonsense -->\n<!-- end derived -->"
    end)
  end)
end)

describe("the code", function()
  for _, path in ipairs(pages) do
    -- nginx.md: its code needs nginx; it is run there.
    local environment = path ~= "doc/nginx.md" and docs.environment()
    for _, block in ipairs(docs.blocks(path)) do
      if block.language == "lua" and environment then
        it("runs: " .. path .. ":" .. block.line, function()
          local printed, promised = docs.run(environment, path, block)
          if promised then
            assert.same(promised, printed)
          end
        end)
      elseif block.language == "sh" then
        it("names targets of make: " .. path .. ":" .. block.line, function()
          local makefile = docs.read "Makefile"
          for target in ("\n" .. block.text):gmatch "\nmake ([%l-]+)" do
            assert.truthy(("\n" .. makefile):find("\n" .. target .. ":", 1,
              true), "there is no target " .. target)
          end
        end)
      end
    end
  end
end)

-- The anchors of a page: its headings, as they are linked to; a number is
-- added to one that was there before.
local function anchors_of(path)
  local anchors = {}
  for _, line in ipairs(docs.lines(docs.read(path))) do
    local heading = line:match "^#+%s+(.*)$"
    if heading then
      local base = heading:lower():gsub("[^%w%s_-]", ""):gsub("%s", "-")
      local anchor, count = base, 0
      while anchors[anchor] do
        count = count + 1
        anchor = base .. "-" .. count
      end
      anchors[anchor] = true
    end
  end
  return anchors
end

local function exists(path)
  return os.execute(("test -e '%s'"):format(path)) == true
    or os.execute(("test -e '%s'"):format(path)) == 0
end

describe("the links", function()
  for _, path in ipairs(pages) do
    it("of " .. path .. " lead somewhere", function()
      local folder = path:match "^(.*/)" or ""
      for target in docs.read(path):gmatch "%]%(([^)]+)%)" do
        if not target:find "^https?://" then
          local file, anchor = target:match "^([^#]*)#?(.*)$"
          file = file == "" and path or folder .. file
          assert.is_true(exists(file), "there is no " .. file)
          if anchor ~= "" then
            assert.is_true(anchors_of(file)[anchor],
              "there is no heading for " .. target)
          end
        end
      end
    end)
  end
end)

describe("the annotations", function()
  local text = docs.read "lua/thoughtspot/meta.lua"
  local client = assert(thoughtspot.new {
    host = "https://acme.thoughtspot.cloud", token = "t",
  })

  local function fields_of(class)
    local fields = {}
    local body = text:match("%-%-%-@class thoughtspot%." .. class
      .. "\n(.-)\n[^-]") or text:match("%-%-%-@class thoughtspot%." .. class
      .. "\n(.-)\n\n")
    for name in body:gmatch "%-%-%-@field ([%w_]+)" do
      fields[#fields + 1] = name
    end
    table.sort(fields)
    return fields
  end

  it("are Lua, and do nothing", function()
    assert.is_nil(assert(loadfile "lua/thoughtspot/meta.lua")())
  end)

  it("name only types that there are", function()
    local defined = {}
    for _, word in ipairs { "class", "alias" } do
      for name in text:gmatch("%-%-%-@" .. word .. " (thoughtspot[%w_.]*)") do
        assert.is_nil(defined[name], name .. " is defined twice")
        defined[name] = true
      end
    end
    for line in text:gmatch "%-%-%-[@|][^\n]*" do
      for name in line:gmatch "thoughtspot%.[%u][%w_]*" do
        assert.is_true(defined[name], name .. " is not defined")
      end
    end
  end)

  it("have every public function of the module, and no other", function()
    local annotated = {}
    for name in text:gmatch "\nfunction thoughtspot%.([%w_]+)" do
      annotated[name] = true
      assert.is_function(thoughtspot[name], name)
    end
    for name, value in pairs(thoughtspot) do
      assert.equal(type(value) == "function", annotated[name] or false, name)
    end
  end)

  it("have every public method of a client, and no other", function()
    -- For the library's own modules.
    local inner = { new = true, prepare = true, finish = true }
    local annotated = {}
    for name in text:gmatch "\nfunction Client:([%w_]+)" do
      annotated[name] = true
      assert.is_function(client[name], name)
    end
    for name, value in pairs(getmetatable(client).__index) do
      if type(value) == "function" and not name:find "^__"
        and not inner[name] then
        assert.is_true(annotated[name], name .. " is not annotated")
      end
    end
  end)

  it("have every method of a pager, and no other", function()
    local pager = client:user_pages()
    local annotated = {}
    for name in text:gmatch "\nfunction Pager:([%w_]+)" do
      annotated[name] = true
      assert.is_function(pager[name], name)
    end
    for name in pairs(getmetatable(pager).__index) do
      if name ~= "new" and not name:find "^__" then
        assert.is_true(annotated[name], name .. " is not annotated")
      end
    end
  end)

  it("have every kind of error, and no other", function()
    local core = require "thoughtspot.core"
    local alias = text:match "@alias thoughtspot.ErrorKind\n(.-)\n\n"
    local count = 0
    for kind in alias:gmatch '%-%-%-| "([%w_]+)"' do
      count = count + 1
      assert.equal(kind, core.error(kind, "").kind)
    end
    assert.equal(17, count)
  end)

  -- An unknown option is refused with a list of those that there are.
  local function options_in(err)
    local options = {}
    for name in err.message:match "there are (.*)$":gmatch "[%w_]+" do
      options[#options + 1] = name
    end
    return options
  end

  it("have the options of each_user", function()
    local _, err = client:user_pages({}, { nonsense = 1 }):next()
    assert.same(options_in(err), fields_of "EachUserOptions")
  end)

  it("have the options of batch", function()
    local _, err = client:batch("delete_user", {}, { nonsense = 1 })
    assert.same(options_in(err), fields_of "BatchOptions")
  end)

  it("have the options of import_in_batches", function()
    local _, err = client:import_in_batches({}, {
      dry_run = true, nonsense = 1,
    })
    assert.same(options_in(err), fields_of "ImportInBatchesOptions")
  end)
end)
