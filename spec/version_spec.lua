-- The version stands in src/binding/version.h, and everything agrees with it.

local command = require "spec.support.command"
local docs = require "spec.support.docs"
local thoughtspot = require "thoughtspot"

local version = docs.read "src/binding/version.h":match 'TS_VERSION "([^"]*)"'

local function load_rockspec(path)
  local rockspec = {}
  local code = docs.read(path)
  if rawget(_G, "setfenv") then
    rawget(_G, "setfenv")(assert(rawget(_G, "loadstring")(code)), rockspec)()
  else
    assert(load(code, "=rockspec", "t", rockspec))()
  end
  return rockspec
end

describe("the version", function()
  it("is a semantic version", function()
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

local rockspecs = {
  scm = "lua-thoughtspot-scm-1.rockspec",
  [version] = ("lua-thoughtspot-%s-1.rockspec"):format(version),
}

for of, path in pairs(rockspecs) do
  describe(path, function()
    local rockspec = load_rockspec(path)

    it("has the version of its name", function()
      assert.equal(of .. "-1", rockspec.version)
      assert.equal("lua-thoughtspot", rockspec.package)
      assert.equal(of ~= "scm" and "v" .. of or nil, rockspec.source.tag)
    end)
  end)
end

it("only the newest version has a rockspec", function()
  local found = {}
  for path in command.check "ls *.rockspec":gmatch "%S+" do
    found[path] = true
  end
  assert.same({ [rockspecs.scm] = true, [rockspecs[version]] = true }, found)
end)
