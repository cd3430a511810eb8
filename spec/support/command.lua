--- Runs commands, and returns their output and exit code.

-- Comes with busted. The demos do without, and start programs instead.
local has_lfs, lfs = pcall(require, "lfs")

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

-- The names of this process's folders begin with an address, which differs
-- from process to process.
local prefix = ("%s/tmp.%s."):format(os.getenv "TMPDIR" or "/tmp",
  tostring(command):match "%x+$")
local folders = 0

local function make_folder()
  local path, made, message
  repeat
    folders = folders + 1
    path = prefix .. folders
    made, message = lfs.mkdir(path)
  until made or not lfs.symlinkattributes(path)
  return assert(made and path, message)
end

--- A new folder; to be removed by command.remove.
function command.new_folder()
  if has_lfs then
    return make_folder()
  end
  return assert(command.output "mktemp -d":match "[^\n]+")
end

local newproxy = rawget(_G, "newproxy") -- where tables have no __gc

-- This process's folder, removed when Lua ends.
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

local files = 0

--- A new file with a text; to be removed by command.remove.
function command.new_file(text)
  files = files + 1
  local path = own_folder() .. "/" .. files
  command.write(path, text)
  return path
end

local function remove_tree(path)
  if os.remove(path)
    or lfs.symlinkattributes(path, "mode") ~= "directory" then
    return
  end
  local names = {}
  for name in lfs.dir(path) do
    if name ~= "." and name ~= ".." then
      names[#names + 1] = name
    end
  end
  for _, name in ipairs(names) do
    remove_tree(path .. "/" .. name)
  end
  os.remove(path)
end

--- Removes a file, or a folder with all that is in it.
function command.remove(path)
  if has_lfs then
    remove_tree(path)
  elseif not os.remove(path) then -- is not empty
    os.execute("rm -rf " .. quote(path))
  end
end

--- Returns whether there is a file or folder.
function command.exists(path)
  local file = io.open(path, "rb")
  if file then
    file:close()
  end
  return file ~= nil
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

-- Executes a shell command with files as standard streams; returns its exit
-- code: 128 more than the number of a signal that ended it.
local function execute(line, input, output, errors)
  local ok, what, code = os.execute(("exec <%s >%s 2>%s\n%s"):format(input,
    output, errors, line))
  if code then
    return what == "signal" and 128 + code or code
  end
  -- In Lua 5.1, it is the status that the C library returns.
  local signal = ok % 128
  return signal > 0 and 128 + signal or math.floor(ok / 256)
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
  local lines = {}
  for name, value in pairs(options.environment or {}) do
    lines[#lines + 1] = value and ("export %s=%s"):format(name, quote(value))
      or "unset " .. name
  end
  lines[#lines + 1] = line
  return command.capture(options.input, function(...)
    return execute(table.concat(lines, "\n"), ...)
  end)
end

--- Runs a shell command that must succeed.
-- @return its output, including standard error
function command.check(line)
  local code, output = command.capture(nil, function(input, out)
    return execute(line, input, out, "&1")
  end)
  if code ~= 0 then
    error("failed: " .. line .. "\n" .. output, 2)
  end
  return output
end

--- Returns a shell command that waits until a process has ended, or a
-- condition holds. A zombie has ended: its parent may take seconds to see it.
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
-- ending and has released its files, its locks with them.
function command.is_running(pid)
  return (command.run(("case $(ps -o stat= -p %s) in '' | Z*) false ;; "
    .. "*) ls /proc/%s/fd | grep -q . ;; esac"):format(pid, pid))) == 0
end

return command
