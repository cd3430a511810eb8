--- Runs scripts in build/*/torture, see torture.c.

local command = require "spec.support.command"

local torture = {}

-- It is where the core is.
local function find()
  for folder in package.cpath:gmatch "([^;]+)/%?%.so" do
    local file = io.open(folder .. "/torture")
    if file then
      file:close()
      return folder .. "/torture"
    end
  end
  error "build/*/torture is missing"
end

torture.path = find()
--- The wrapper to run it in, such as valgrind.
torture.runner = os.getenv "RUNNER" or ""
--- How many times slower things are than usual.
torture.slower = tonumber(os.getenv "SLOWER" or 1)

--- Runs a script; returns what it prints, without the last line end.
-- @param host the argument of the script
-- @param options of torture
-- @param variable NAME=value for its environment
function torture.run(script, host, options, variable)
  local path = command.new_file('local core = require "thoughtspot.core"\n'
    .. 'local host = ...\n' .. script)
  local output = command.output(("env %s %s %s %s %s '%s' 2>&1 && echo well")
    :format(variable or "", torture.runner, torture.path, options or "", path,
      host or ""))
  command.remove(path)
  assert(output:find "well\n$", output)
  return output:sub(1, -7)
end

return torture
