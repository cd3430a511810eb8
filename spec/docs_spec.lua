-- The documentation is correct: its code runs, its links lead somewhere, and
-- its copies of the endpoint table agree with the table.

local command = require "spec.support.command"
local docs = require "spec.support.docs"
local generate = require "tools.generate"

local exists = command.exists

local pages = docs.pages()

describe("the derived parts", function()
  for _, path in ipairs(generate.files) do
    it("are fresh in " .. path, function()
      local text = generate.read(path)
      assert.is_true(generate.render(text) == text, "run make docs")
      assert.truthy(text:find("derived: ", 1, true))
    end)
  end

  for _, release in ipairs(generate.releases()) do
    it("are fresh in " .. release.path, function()
      assert.is_true(docs.read(release.path) == release.text, "run make docs")
    end)
  end

  it("refuse an unknown name", function()
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

describe("the figures of speed", function()
  it("leave the bars to the benchmark", function()
    local text, tables = docs.read "doc/performance.md", 0
    assert.truthy(text:find("bar\nin `bench/run.lua`", 1, true))
    for header in text:gmatch "\n(|[^\n]*)\n| %-%-%-" do
      tables = tables + 1
      assert.is_nil(header:find "%f[%a]bars?%f[%A]", header)
    end
    assert.equal(3, tables)
  end)
end)

-- Users, plans, activation links and passwords are not to be committed.
describe("the files named in the code", function()
  local kinds = { csv = true, jsonl = true, tsv = true, ldif = true,
    log = true }
  local ignored = docs.read ".gitignore"

  for _, path in ipairs(pages) do
    it("are ignored by git: " .. path, function()
      for _, block in ipairs(docs.blocks(path)) do
        for name, kind in block.text:gmatch "%f[%w_./-]([%w_-]+%.(%a+))%f[%W]"
        do
          if kinds[kind] then
            assert.truthy(ignored:find("\n/*." .. kind .. "\n", 1, true),
              name)
          end
        end
      end
    end)
  end
end)

-- The anchors of a page: its headings, as links refer to them; repeated ones
-- have a number.
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

-- Which specs test a file, by the table in CONTRIBUTING.md.
describe("the table of specs", function()
  local folders, specs = {}, {}
  for line in docs.read "CONTRIBUTING.md":gmatch "[^\n]+" do
    local folder, files, tests = line:match
      "^| `([%w_/]+/)`: (.-) | (`.*`) |$"
    for file in (files or ""):gmatch "`([%w_]+)`" do
      folders[folder .. file] = true
    end
    for test in (tests or ""):gmatch "`([%w_/]+)`" do
      specs[test] = true
    end
  end

  it("names specs that exist", function()
    assert.truthy(next(specs))
    for test in pairs(specs) do
      assert.is_true(exists("spec/" .. test .. "_spec.lua"), test)
    end
  end)

  it("has each file without a spec of its name", function()
    local _, paths = command.run "find src lua command -name '*.[cl]*'"
    for path in paths:gmatch "[^\n]+" do
      local folder, parent, name = path:match "^(.-([%w_]+)/)([%w_]+)%.[cl]"
      if name and not path:find "rockspec" then
        folder = folder:gsub("commands/$", "")
        parent = path:find "^command/" and "command/" .. name
          or parent .. "_" .. name
        assert.is_true(folders[folder .. name]
          or exists("spec/" .. name .. "_spec.lua")
          or exists("spec/" .. parent .. "_spec.lua")
          or exists("spec/" .. parent:gsub("_init$", "") .. "_spec.lua"),
          path .. " is not in the table of CONTRIBUTING.md")
      end
    end
  end)

  it("has no file that does not exist", function()
    for file in pairs(folders) do
      local command_file = file:gsub("users/", "users/commands/")
      assert.is_true(exists(file .. ".c") or exists(file .. ".lua")
        or exists(command_file .. ".lua"), file)
    end
  end)
end)
