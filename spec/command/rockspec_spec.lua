-- The rocks of the command hold every file of it.

local command = require "spec.support.command"

for path in command.check "ls command/*.rockspec":gmatch "%S+" do
  describe("the rock of " .. path, function()
    it("has every Lua file under the name by which it is required", function()
      local named = {}
      for module, file in command.read(path):gmatch(
        '%["(thoughtspot_users[%w_.]*)"%] =%s+"([^"]+)"') do
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
end
