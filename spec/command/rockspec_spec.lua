-- The rock of the command holds every file of it.

local command = require "spec.support.command"

describe("the rock of the command", function()
  it("has every Lua file under the name by which it is required", function()
    local text = command.read "command/thoughtspot-users-scm-1.rockspec"
    local named = {}
    for module, file in text:gmatch('%["(thoughtspot_users[%w_.]*)"%] =%s+'
      .. '"([^"]+)"') do
      named[#named + 1] = file
      assert.equal(file:match "^(.*)%.lua$":gsub("/", "."), module)
    end
    table.sort(named)
    local output = command.check "cd command && find . -name '*.lua'"
    local files = {}
    for file in output:gmatch "%./(%S+)" do
      files[#files + 1] = file
    end
    table.sort(files)
    assert.same(files, named)
  end)
end)
