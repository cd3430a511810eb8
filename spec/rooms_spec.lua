-- The rooms of src/ and the includes that they may have, and the folders of
-- lua/ and what they may require; see doc/architecture.md.

local docs = require "spec.support.docs"
local files = require "tools.files"

-- Room = the rooms whose headers its files may include, besides its own.
local allowed = {
  bytes = {},
  contract = { "bytes" },
  protocol = { "bytes", "contract" },
  driver = { "bytes", "contract", "protocol" },
  values = { "bytes", "contract" },
  errors = { "bytes", "contract", "protocol", "values" },
  binding = { "bytes", "contract", "protocol", "driver", "values", "errors" },
}
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
local may_require = {
  scheduler = { "core" },
  bulk = { "core", "options", "fold" },
  store = { "core", "options" },
  sync = { "core", "options", "fold", "find", "received", "bulk",
    "scheduler" },
  -- nginx has no core for its LuaJIT if the sandbox runs there.
  sandbox = {},
}

-- The modules of the library that the command may require: its interface, and
-- what the sync and the command do in the same way.
local for_command = { "thoughtspot", "thoughtspot.sync", "thoughtspot.core",
  "thoughtspot.describe", "thoughtspot.fold", "thoughtspot.received" }

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
