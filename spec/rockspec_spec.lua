-- A rock holds every file of the library: a missing one would be noticed only
-- by those who install it.

local function lines_of(command)
  local lines, pipe = {}, io.popen(command)
  for line in pipe:lines() do
    lines[#lines + 1] = line
  end
  pipe:close()
  table.sort(lines)
  return lines
end

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

for _, path in ipairs(lines_of "ls lua-thoughtspot-*.rockspec") do
  describe("the rock of " .. path, function()
    local modules = read(path).build.modules

    it("has every C file", function()
      local sources = modules["thoughtspot.core"].sources
      table.sort(sources)
      assert.same(lines_of "ls src/*/*.c", sources)
    end)

    it("has every Lua file under the name by which it is required",
      function()
        local files = {}
        for name, file in pairs(modules) do
          if type(file) == "string" then
            files[#files + 1] = file
            local module = file:match "^lua/(.*)%.lua$":gsub("/", ".")
            assert.equal(module:gsub("%.init$", ""), name)
          end
        end
        table.sort(files)
        assert.same(lines_of "find lua -name '*.lua'", files)
      end)
  end)
end
