--- Runs an nginx of our own for specs and benchmarks, in a folder of its own
-- and on ports that the kernel chooses.
--
--   local upstream = server.start("spec/nginx/upstream.conf")
--   upstream:get "/counts"
--   upstream:stop()

local command = require "spec.support.command"
local quote, run = command.quote, command.check

local Server = {}
Server.__index = Server

--- The folder of the project, from which specs are run.
Server.root = run "pwd":match "%S+"
local root = Server.root

local function read_file(name)
  local file = assert(io.open(name))
  local text = file:read "*a"
  file:close()
  return text
end

local function write_template(source, folder, values)
  local is_root = run "id -u":match "%d+" == "0"
  local all = { ROOT = root, USER = is_root and "user root;" or "" }
  for name, value in pairs(values or {}) do
    all[name] = tostring(value)
  end
  local file = assert(io.open(folder .. "/template.conf", "w"))
  file:write((read_file(source):gsub("@(%u+)@", all)))
  file:close()
end

--- Starts a server; it has a socket for each @PORTn@ of its template.
-- @param template path of its configuration
-- @param values table, or nil: what to put for @NAME@; ROOT and USER are
--   known
-- @param environment table, or nil: variables for nginx, name = value
-- @return the server, ready to be asked
function Server.start(template, values, environment)
  local folder = run "mktemp -d":match "%S+"
  run("cd " .. folder .. " && mkdir body && ln -s /usr/lib/nginx/modules .")
  local variables = ""
  for name, value in pairs(environment or {}) do
    variables = variables .. name .. "=" .. quote(value) .. " "
  end
  write_template(template, folder, values)
  local sockets = 0
  for port in read_file(template):gmatch "@PORT(%d)@" do
    sockets = math.max(sockets, tonumber(port))
  end
  -- What comes in before nginx is ready waits in the queues of its sockets.
  local output = run(("cd %s && %s%s/build/listen %d template.conf nginx.conf "
    .. "nginx -p %s -c nginx.conf -e error.log"):format(folder, variables,
    quote(root), sockets, folder))
  local pid, ports = output:match "^(%d+)(.*)$"
  local self = setmetatable({
    folder = folder, pid = pid, urls = {},
  }, Server)
  for port in ports:gmatch "%d+" do
    self.urls[#self.urls + 1] = "http://127.0.0.1:" .. port
  end
  self.url = self.urls[1]
  return self
end

--- What the server answers to a request, whatever its status.
-- @param path with the query
-- @param options text, or nil: further arguments of curl
function Server:get(path, options)
  return run(("curl -sS --max-time 60 %s %s"):format(options or "",
    quote(self.url .. path)))
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

--- Waits until a process is gone.
function Server.wait_for_end(pid)
  run(("timeout 30 sh -c 'while kill -0 %s 2>/dev/null; do :; done'"):format(
    pid))
end

--- Waits until nginx has ended.
function Server:wait()
  run(("timeout 30 sh -c 'while [ -e %s/nginx.pid ]; do :; done'"):format(
    self.folder))
end

--- Removes the server's folder.
function Server:remove()
  run("rm -rf " .. self.folder)
end

--- The lines of the error log that matter: errors and worse, and crashes.
function Server:errors()
  local list = {}
  for line in read_file(self.folder .. "/error.log"):gmatch "[^\n]+" do
    if line:find "%[error%]" or line:find "%[crit%]" or line:find "%[alert%]"
      or line:find "%[emerg%]" or line:find "exited on signal" then
      list[#list + 1] = line
    end
  end
  return list
end

--- Ends the server, and removes its folder.
function Server:stop()
  self:signal "TERM"
  self:wait()
  self:remove()
end

return Server
