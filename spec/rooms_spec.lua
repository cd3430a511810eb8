-- The files of src/ and lua/ include and require what the tables in
-- doc/architecture.md allow, and nothing else.

local docs = require "spec.support.docs"
local files = require "tools.files"

-- Reads the table whose first column has a heading: folder = the names in its
-- last column.
local function read_table(heading)
  local allowed, all, text = {}, {}, docs.read "doc/architecture.md"
  local start = text:find("\n| " .. heading, 1, true)
  assert(start, heading)
  for folder, names in text:sub(start):match "^.-\n\n"
    :gmatch "\n| `(%w+)/` |[^\n]*| ([^|\n]+) |" do
    local list = {}
    for name in (names == "nothing else" and "" or names):gmatch "%w+" do
      list[#list + 1] = name
    end
    allowed[folder], all[#all + 1] = list, folder
  end
  for folder, list in pairs(allowed) do
    allowed[folder] = list[1] == "all" and all or list
  end
  return allowed
end

-- Room = the rooms whose headers its files may include, besides its own.
local allowed = read_table "room in `src/`"
local without_lua = { "bytes", "contract", "protocol", "driver" }

local function is_in(list, value)
  for _, each in ipairs(list) do
    if each == value then
      return true
    end
  end
  return false
end

-- What is wrong with the include of a header in a file of a room, or nil.
local function fault(room, header)
  local other = header:match '^"(%a+)/[%w_]+%.h"$'
  if other then
    if other ~= room and not is_in(allowed[room], other) then
      return "may not include " .. header
    end
  elseif header:match '^"' then
    return "names a header without its room: " .. header
  elseif is_in(without_lua, room) and header:match "^<l[ua]" then
    return "knows no Lua, and includes " .. header
  end
end

describe("the rooms of src/", function()
  for _, path in ipairs(files.matching "src/*/*.c src/*/*.h") do
    local room = path:match "^src/(%a+)/"
    it("hold in " .. path, function()
      assert.is_table(allowed[room], "no room of that name")
      for header in docs.read(path):gmatch "#include (%S+)" do
        local found = fault(room, header)
        assert(not found, found)
      end
    end)

    -- Its pieces may lie on the stack, below whatever is on top.
    it("do without luaL_Buffer in " .. path, function()
      assert.is_nil(docs.read(path):match "luaL_[ab][du][df]%a+ *%b()")
    end)
  end

  it("are recognized", function()
    assert.is_truthy(fault("bytes", '"protocol/client.h"'))
    assert.is_truthy(fault("protocol", '"driver/curl.h"'))
    assert.is_truthy(fault("driver", '"values/compat.h"'))
    assert.is_truthy(fault("contract", "<lua.h>"))
    assert.is_truthy(fault("driver", "<lauxlib.h>"))
    assert.is_truthy(fault("values", '"buffer.h"'))
    assert.is_nil(fault("driver", '"protocol/client.h"'))
    assert.is_nil(fault("values", "<lua.h>"))
  end)
end)

-- Folder of lua/thoughtspot/ = the modules that its files may require, besides
-- its own: other folders, or single modules.
local may_require = read_table "folder in `lua/thoughtspot/`"

-- The modules of the library that the command may require: its interface, and
-- what the sync and the command do in the same way.
local for_command = { "thoughtspot", "thoughtspot.sync", "thoughtspot.core",
  "thoughtspot.describe", "thoughtspot.environment", "thoughtspot.fold",
  "thoughtspot.received" }

-- The names of the modules that a file requires.
local function required(path)
  local names = {}
  for line in docs.read(path):gmatch "[^\n]+" do
    local name = not line:find "^%s*%-%-"
      and line:match 'require[( ]*"(thoughtspot[%w_.]*)"'
    names[#names + 1] = name or nil
  end
  return names
end

describe("the tables of the architecture", function()
  it("are read", function()
    assert.same({}, allowed.bytes)
    assert.same({ "bytes", "contract", "protocol" }, allowed.driver)
    assert.equal(7, #allowed.binding)
    assert.same({}, may_require.sandbox)
    assert.same({ "core", "options", "fold" }, may_require.bulk)
  end)
end)

describe("the folders of lua/thoughtspot/", function()
  for folder, others in pairs(may_require) do
    for _, path in ipairs(files.lua_files("lua/thoughtspot/" .. folder)) do
      it("hold in " .. path, function()
        for _, name in ipairs(required(path)) do
          local place = name:match "^thoughtspot%.([%w_]+)"
          assert.is_true(place == folder or is_in(others, place),
            "may not require " .. name)
        end
      end)
    end
  end

  it("are all known", function()
    for _, path in ipairs(files.matching "lua/thoughtspot/*/") do
      assert.is_table(may_require[path:match "/(%w+)/$"], path)
    end
  end)
end)

describe("the command", function()
  for _, path in ipairs(files.lua_files "command/thoughtspot_users") do
    it("requires only what it may in " .. path, function()
      for _, name in ipairs(required(path)) do
        assert.is_true(name:find "^thoughtspot_users%." ~= nil
          or is_in(for_command, name), "may not require " .. name)
      end
    end)
  end
end)
