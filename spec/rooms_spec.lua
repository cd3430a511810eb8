-- The rooms of src/ and the includes that they may have; see
-- doc/architecture.md.

local docs = require "spec.support.docs"

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
  local files = io.popen "ls src/*/*.c src/*/*.h"
  for path in files:lines() do
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
  files:close()

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
