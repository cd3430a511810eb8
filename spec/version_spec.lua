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

  it("of the C module is checked when the library is loaded", function()
    local path = "package.path = " .. ("%q"):format(package.path)
      .. "; package.cpath = " .. ("%q"):format(package.cpath) .. "; "
    -- What an older C module lacks = the message.
    for change, message in pairs {
      ["core._VERSION = '0.1.9'"] = "it is version 0.1.9, they are "
        .. version,
      ["core._VERSION = nil"] = "it is version nil",
      ["core.prepare_more = nil; require 'thoughtspot'; "
        .. "core.prepare_more()"] = 'it has no "prepare_more"',
      ["core.constants.longest_wait = nil; require 'thoughtspot'; "
        .. "require 'thoughtspot.store.redis'.share({}, { address = "
        .. "core.constants.longest_wait })"] = 'it has no "longest_wait"',
      ["core.constants = nil; require 'thoughtspot'; "
        .. "require 'thoughtspot.store.common'"] = 'it has no "constants"',
      ["core.describe = nil"] = 'it has no "describe"',
    } do
      local code, output, errors = command.run(command.lua() .. " -e "
        .. command.quote(path .. "local core = require 'thoughtspot.core'; "
        .. change .. "; require 'thoughtspot'"))
      assert.not_equal(0, code)
      assert.truthy((output .. errors):find(message, 1, true), errors)
      assert.truthy(errors:find("run make, or install the library again", 1,
        true), errors)
    end
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
