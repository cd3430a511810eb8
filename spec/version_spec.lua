-- The version stands in src/binding/version.h, and everything agrees with it.

local docs = require "spec.support.docs"
local thoughtspot = require "thoughtspot"

local version = docs.read "src/binding/version.h":match 'TS_VERSION "([^"]*)"'

local function load_rockspec()
  local rockspec = {}
  local code = docs.read "lua-thoughtspot-scm-1.rockspec"
  if rawget(_G, "setfenv") then
    rawget(_G, "setfenv")(assert(rawget(_G, "loadstring")(code)), rockspec)()
  else
    assert(load(code, "=rockspec", "t", rockspec))()
  end
  return rockspec
end

-- The files of a folder of the project, and of those below it.
local function list_files(folder, extension)
  local files = {}
  local pipe = assert(io.popen(("find %s -name '*.%s'"):format(folder,
    extension)))
  for path in pipe:lines() do
    files[#files + 1] = path
  end
  pipe:close()
  table.sort(files)
  return files
end

describe("the version", function()
  it("is semantic", function()
    assert.truthy(version:find "^%d+%.%d+%.%d+$"
      or version:find "^%d+%.%d+%.%d+%-[%w.]+$")
  end)

  it("is that of the module", function()
    assert.equal(version, thoughtspot._VERSION)
    assert.equal(version, require "thoughtspot.core"._VERSION)
  end)

  it("is the newest in the changelog", function()
    assert.equal(version, docs.read "CHANGELOG.md":match "\n## (%S+)")
  end)

  it("is what the user agent says", function()
    local agent
    local client = thoughtspot.new {
      host = "https://acme.thoughtspot.cloud", token = "a-token",
      transport = function(request)
        agent = request.headers["User-Agent"]
        return { status = 200, body = "[]" }
      end,
    }
    assert(client:search_users())
    assert.truthy(agent:find("lua-thoughtspot/" .. version .. " ", 1, true))
  end)
end)

describe("the rockspec", function()
  local rockspec = load_rockspec()

  it("is of the source tree, or of this version", function()
    local of = rockspec.version:match "^(.*)%-%d+$"
    assert.is_true(of == "scm" or of == version, rockspec.version)
    assert.equal("lua-thoughtspot", rockspec.package)
  end)

  it("lists every file of the C module", function()
    local sources = rockspec.build.modules["thoughtspot.core"].sources
    table.sort(sources)
    assert.same(list_files("src", "c"), sources)
  end)

  it("lists every Lua module", function()
    local listed = {}
    for name, path in pairs(rockspec.build.modules) do
      if type(path) == "string" then
        local from_path = path:gsub("^lua/", ""):gsub("/init%.lua$", "")
          :gsub("%.lua$", ""):gsub("/", ".")
        assert.equal(from_path, name)
        listed[#listed + 1] = path
      end
    end
    table.sort(listed)
    assert.same(list_files("lua", "lua"), listed)
  end)
end)
