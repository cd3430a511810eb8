--- Runs an nginx for specs and benchmarks, in its own folder and on ports that
-- the kernel chooses.
--
--   local upstream = server.start("spec/nginx/upstream.conf")
--   upstream:get "/counts"
--   upstream:stop()

local command = require "spec.support.command"
local http = require "spec.support.http"
local nginx = require "spec.support.nginx"
local quote, run = command.quote, command.check

local Server = {}
Server.__index = Server

--- The folder of the project.
Server.root = nginx.root

--- Starts a server; it has a socket for each @PORTn@ of its template.
-- @param template path of its configuration
-- @param values table, or nil: what to put for @NAME@; ROOT and USER are
--   known
-- @param environment table, or nil: variables for nginx, name = value
-- @param files list, or nil: files to copy into its folder
-- @return the server, ready to be asked; raises what its log says when it
--   does not start
function Server.start(template, values, environment, files)
  local folder = command.new_folder()
  for _, file in ipairs(files or {}) do
    run("cp " .. quote(file) .. " " .. folder)
  end
  local started, ports = pcall(nginx.start, folder, command.read(template),
    values, { environment = environment })
  if not started then
    command.remove(folder)
    error(ports, 0)
  end
  local self = setmetatable({
    folder = folder, pid = command.read(folder .. "/pid"), urls = {},
  }, Server)
  for index, port in ipairs(ports) do
    self.urls[index] = "http://127.0.0.1:" .. port
  end
  self.url, self.port = self.urls[1], ports[1]
  return self
end

--- Returns the body of a reply, whatever its status.
-- @param path with the query
function Server:get(path)
  return (http.request(self.port, path))
end

--- Sends a request without waiting for the reply.
-- @return the pid of the client, which may be killed
function Server:ask(path)
  return run(command.CURL .. (" %s >%s 2>&1 & echo $!"):format(
    quote(self.url .. path), quote(self.folder .. "/answer"))):match "%d+"
end

--- Sends a signal to the master process.
function Server:signal(name)
  run(("kill -%s %s"):format(name, self.pid))
end

--- The pids of the workers, those that are about to exit included.
function Server:workers()
  local list = {}
  for pid in run(("ps -o pid= --ppid %s || :"):format(self.pid))
    :gmatch "%d+" do
    list[#list + 1] = pid
  end
  return list
end

--- Waits until a worker is gone.
function Server.wait_for_end(pid)
  run(("timeout 30 sh -c '%s'"):format(command.await(pid)))
end

--- Waits until nginx has ended.
function Server:wait()
  nginx.wait(self.folder)
end

--- Removes the server's folder.
function Server:remove()
  command.remove(self.folder)
end

--- The lines of the error log that matter: errors and worse, and crashes.
function Server:errors()
  local list = {}
  local log = command.read(self.folder .. "/error.log")
  for line in log:gmatch "[^\n]+" do
    if line:find "%[error%]" or line:find "%[crit%]" or line:find "%[alert%]"
      or line:find "%[emerg%]" or line:find "exited on signal" then
      list[#list + 1] = line
    end
  end
  return list
end

--- Ends the server, and removes its folder.
function Server:stop()
  nginx.stop(self.folder)
  self:remove()
end

return Server
