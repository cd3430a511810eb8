-- The rocks hold every file of the library and of the command: a missing one
-- would be noticed only by those who install it.

local files = require "tools.files"

-- The rockspec is Lua that sets globals.
local function read(path)
  local values = {}
  local chunk
  if rawget(_G, "setfenv") then
    chunk = assert(loadfile(path))
    setfenv(chunk, values) -- luacheck: ignore
  else
    chunk = assert(loadfile(path, "t", values))
  end
  chunk()
  return values
end

-- Checks that the modules of a rock are the Lua files below a folder.
-- @param root of the rock's paths in the source tree, such as "command/"
-- @param base of the names of modules
local function expect_files(modules, folder, root, base)
  local named = {}
  for name, path in pairs(modules) do
    if type(path) == "string" then
      named[#named + 1] = root .. path
      assert.equal(files.module_of(root .. path, base), name)
    end
  end
  table.sort(named)
  assert.same(files.lua_files(folder), named)
end

for _, path in ipairs(files.matching "lua-thoughtspot-*.rockspec") do
  describe("the rock of " .. path, function()
    local modules = read(path).build.modules

    it("has every C file", function()
      local sources = modules["thoughtspot.core"].sources
      table.sort(sources)
      assert.same(files.c_files(), sources)
    end)

    it("has every Lua file under the name by which it is required",
      function()
        expect_files(modules, "lua", "", "lua")
      end)
  end)
end

for _, path in ipairs(files.matching "command/*.rockspec") do
  describe("the rock of " .. path, function()
    it("has every Lua file under the name by which it is required",
      function()
        expect_files(read(path).build.modules, "command/thoughtspot_users",
          "command/", "command")
      end)
  end)
end

describe("the listing of files", function()
  it("finds those that are there", function()
    local listed = " " .. table.concat(files.c_files(), " ") .. " "
      .. table.concat(files.lua_files "lua", " ") .. " "
    for _, path in ipairs { "src/driver/curl.c", "lua/thoughtspot/init.lua",
      "lua/thoughtspot/sync/init.lua", "lua/resty/thoughtspot.lua" } do
      assert.truthy(listed:find(" " .. path .. " ", 1, true), path)
    end
  end)

  it("names modules as they are required", function()
    assert.equal("thoughtspot.sync",
      files.module_of("lua/thoughtspot/sync/init.lua", "lua"))
    assert.equal("thoughtspot.store.file",
      files.module_of("lua/thoughtspot/store/file.lua", "lua"))
  end)
end)
