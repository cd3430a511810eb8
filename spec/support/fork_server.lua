--- Runs a Lua program many times, without loading it anew each time: a process
-- loads its modules, and forks for each run. So each run is a process, with
-- arguments, variables, standard streams and an exit code of its own, but
-- does not start an interpreter and link libcurl.
--
--   local server = fork_server.start("command/thoughtspot-users",
--     { "thoughtspot_users.main" })
--   local code, output, errors = server:run({ "list" }, { input = "" })
--
-- From the shell, with requests at its standard input:
--   fork_server.lua PROGRAM MODULE...

local Server = {}
Server.__index = Server

--- Starts a process that ends with this one.
-- @param program path of the program, which runs from its first line each time
-- @param modules list of modules that it always requires
function Server.start(program, modules)
  local command = require "spec.support.command"
  local processes = require "processes"
  local folder = command.new_folder()
  local fifo = folder .. "/replies"
  command.check("mkfifo " .. fifo)
  local requests = io.popen(("exec %s spec/support/fork_server.lua %s %s >%s")
    :format(command.lua(), program, table.concat(modules, " "), fifo), "w")
  local replies = assert(io.open(fifo))
  -- The server ends with the last process that can write requests.
  processes.keep(requests)
  local started = replies:read "*l"
  command.remove(folder)
  assert(started, "the fork server does not start")
  return setmetatable({ requests = requests, replies = replies }, Server)
end

local function quoted(list)
  local texts = {}
  for index, text in ipairs(list) do
    texts[index] = ("%q"):format(text)
  end
  return "{" .. table.concat(texts, ",") .. "}"
end

local function quoted_variables(environment)
  local texts = {}
  for name, value in pairs(environment or {}) do
    texts[#texts + 1] = ("[%q]=%s"):format(name, value
      and ("%q"):format(value) or "false")
  end
  return "{" .. table.concat(texts, ",") .. "}"
end

--- Runs the program.
-- @param arguments list of its arguments
-- @param options as command.run
-- @return as command.run
function Server:run(arguments, options)
  local command = require "spec.support.command"
  options = options or {}
  return command.capture(options.input, function(...)
    local request = ("return {streams=%s,arguments=%s,environment=%s}")
      :format(quoted { ... }, quoted(arguments),
      quoted_variables(options.environment))
    self.requests:write(#request, "\n", request)
    self.requests:flush()
    local code = self.replies:read "*l"
    return tonumber(code) or error "the fork server ended"
  end)
end

local unpack = table.unpack or unpack -- luacheck: ignore 113 143
local load_text = loadstring or load -- luacheck: ignore 113

-- Runs the program in this process, and ends it, as the interpreter does.
local function become(program, request)
  local processes = require "processes"
  processes.redirect(unpack(request.streams))
  for name, value in pairs(request.environment) do
    processes.setenv(name, value)
  end
  local arguments = request.arguments
  arguments[0], arguments[-1] = program, arg[-1]
  rawset(_G, "arg", arguments)
  local done, fault = xpcall(function()
    return assert(loadfile(program))(unpack(arguments))
  end, debug.traceback)
  if not done then
    io.stderr:write("lua: ", tostring(fault), "\n")
  end
  os.exit(done and 0 or 1, true)
end

local function serve(program, ...)
  local processes = require "processes"
  for _, module in ipairs { ... } do
    require(module)
  end
  io.write "started\n"
  io.flush()
  for size in function() return io.stdin:read "*n" end do
    io.stdin:read "*l"
    local request = load_text(io.stdin:read(size))()
    local child = processes.fork()
    if child == 0 then
      become(program, request)
    end
    io.write(processes.wait(child), "\n")
    io.flush()
  end
end

if arg and arg[0] and arg[0]:find "fork_server%.lua$" then
  serve(unpack(arg))
end

return Server
