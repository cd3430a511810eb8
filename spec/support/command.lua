--- Runs commands, and returns their output and exit code.

local command = {}

--- curl without ~/.curlrc and without the proxy of the environment.
command.CURL = "curl -q -sS --noproxy '*'"

--- Quotes a word for the shell.
function command.quote(text)
  return "'" .. tostring(text):gsub("'", "'\\''") .. "'"
end
local quote = command.quote

--- The interpreter that runs the specs.
function command.lua()
  local index = 0
  while arg[index - 1] do
    index = index - 1
  end
  return arg[index]
end

--- A new folder; to be removed by command.remove.
function command.new_folder()
  return assert(command.output "mktemp -d":match "[^\n]+")
end

--- A new file with a text; to be removed by command.remove.
function command.new_file(text)
  local path = assert(command.output "mktemp":match "[^\n]+")
  command.write(path, text)
  return path
end

--- Removes a file, or a folder with all that is in it.
function command.remove(path)
  if not os.remove(path) then -- is not empty
    os.execute("rm -rf " .. quote(path))
  end
end

--- Reads a whole file; nil if it does not exist.
function command.read(path)
  local file = io.open(path, "rb")
  local text = file and file:read "*a"
  if file then
    file:close()
  end
  return text
end

function command.write(path, text)
  local file = assert(io.open(path, "wb"))
  file:write(text)
  file:close()
end

--- Returns the output of a shell command, whatever its exit code.
function command.output(line)
  local pipe = assert(io.popen(line))
  local output = pipe:read "*a"
  pipe:close()
  return output
end

--- Runs a shell command that must succeed.
-- @return its output, including standard error
function command.check(line)
  local output = command.output("(" .. line .. ") 2>&1; echo :$?")
  local text, status = output:match "^(.*):(%d+)%s*$"
  if status ~= "0" then
    error("failed: " .. line .. "\n" .. text, 2)
  end
  return text
end

local newproxy = rawget(_G, "newproxy") -- where tables have no __gc

-- The folder of what run() writes, removed when Lua ends.
local own
local function own_folder()
  if not own then
    local proxy = newproxy and newproxy(true)
    local ending = proxy and getmetatable(proxy) or {}
    own = { path = command.new_folder(), proxy = proxy }
    function ending.__gc()
      os.remove(own.path)
    end
    setmetatable(own, ending)
  end
  return own.path
end

--- Runs something with files as standard streams.
-- @param input text for the standard input, or nil
-- @param start function(in, out, err), which takes the paths of the files and
--   returns an exit code
-- @return the exit code, the standard output and the standard error
function command.capture(input, start)
  local folder = own_folder()
  local paths = { folder .. "/in", folder .. "/out", folder .. "/err" }
  command.write(paths[1], input or "")
  local code = start(paths[1], paths[2], paths[3])
  local output, errors = command.read(paths[2]), command.read(paths[3])
  for _, path in ipairs(paths) do
    os.remove(path)
  end
  return code, output, errors
end

--- Runs a shell command.
-- @param line the command
-- @param options table, or nil: input, a text for its standard input (none);
--   environment, variables that are set for it; a false one is unset
-- @return its exit code, its standard output and its standard error
function command.run(line, options)
  options = options or {}
  local variables = {}
  for name, value in pairs(options.environment or {}) do
    variables[#variables + 1] = value and ("export %s=%s;"):format(name,
      quote(value)) or ("unset %s;"):format(name)
  end
  return command.capture(options.input, function(input, output, errors)
    local code = command.output(("%s ( %s ) <%s >%s 2>%s; echo $?"):format(
      table.concat(variables, " "), line, input, output, errors))
    return tonumber(code)
  end)
end

--- Returns a shell command that waits until a process has ended, or a
--- condition holds. A zombie has ended: its parent may take seconds to see it.
-- @param pid a number, or a variable as in "$pid"
-- @param condition a command, or nil
function command.await(pid, condition)
  return ("while kill -0 %s%s && ! grep -qs \") Z \" /proc/%s/stat; "
    .. "do sleep 0.01; done 2>/dev/null"):format(pid,
    condition and " && ! " .. condition or "", pid)
end

--- Leaves the processor to others for a moment; for loops that wait.
function command.pause()
  require "system".sleep(0.002)
end

--- Returns whether a process is running. A zombie is not, nor one that is
--- ending and has released its files, its locks with them.
function command.is_running(pid)
  return (command.run(("case $(ps -o stat= -p %s) in '' | Z*) false ;; "
    .. "*) ls /proc/%s/fd | grep -q . ;; esac"):format(pid, pid))) == 0
end

return command
