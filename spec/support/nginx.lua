--- Starts and stops nginx servers, each in its own folder: for the sandbox,
-- the specs and the benchmarks. From the shell:
--   lua5.4 spec/support/nginx.lua start FOLDER TEMPLATE [PORT]
-- (which prints the ports)
--   lua5.4 spec/support/nginx.lua stop FOLDER

-- When started from the shell, the clone is not in the path yet.
local here = debug.getinfo(1, "S").source:match "^@(.*/)" or "./"
package.path = here .. "../../?.lua;" .. package.path

local command = require "spec.support.command"
local quote, run = command.quote, command.check

local nginx = {}

--- The folder of the project.
nginx.root = run("cd " .. quote(here .. "../..") .. " && pwd")
  :match "^(.-)%s*$"

local listen = nginx.root .. "/build/listen"

-- How long a server may take to end before it is killed.
local SECONDS_TO_END = 5

local is_root -- found out by the first start

local function fill(template, values)
  if is_root == nil then
    is_root = run "id -u":match "%d+" == "0"
  end
  local all = {
    ROOT = nginx.root, USER = is_root and "user root;" or "",
  }
  for name, value in pairs(values or {}) do
    all[name] = tostring(value)
  end
  return (template:gsub("@(%u+)@", all))
end

--- Starts a server, which has a socket for each @PORTn@ of its configuration.
-- It logs to error.log in the folder.
-- @param folder an existing one, for it alone
-- @param template text of its configuration
-- @param values table, or nil: what to put for @NAME@; ROOT and USER are known
-- @param options table, or nil: environment, variables for nginx (name =
--   value); port, for the first of its sockets (one that the kernel
--   chooses)
-- @return a list of its ports, once it answers; raises what its log says
--   when it does not start
function nginx.start(folder, template, values, options)
  options = options or {}
  if not command.exists(listen) then
    run("make -s -C " .. quote(nginx.root) .. " build/listen")
  end
  local sockets = 0
  for number in template:gmatch "@PORT(%d)@" do
    sockets = math.max(sockets, tonumber(number))
  end
  command.write(folder .. "/template.conf", fill(template, values))
  local variables = ""
  for name, value in pairs(options.environment or {}) do
    variables = variables .. name .. "=" .. quote(value) .. " "
  end
  local where = quote(folder)
  -- nginx may not be in the PATH of an ordinary user.
  local code, started, errors = command.run(("cd %s && mkdir -p body && "
    .. "ln -sfn /usr/lib/nginx/modules modules && PATH=$PATH:/usr/sbin "
    .. "%s%s %d%s template.conf nginx.conf nginx -p %s -c nginx.conf "
    .. "-e error.log"):format(where, variables, quote(listen), sockets,
    options.port and ":" .. options.port or "", where))
  if code ~= 0 then
    error(errors:match "^(.-)%s*$", 0)
  end
  local pid, rest = started:match "^(%d+)(.*)$"
  command.write(folder .. "/pid", pid)
  local ports = {}
  for port in rest:gmatch "%d+" do
    ports[#ports + 1] = tonumber(port)
  end
  return ports
end

-- All processes of a server hold a lock (see listen.c). nginx misses a signal
-- at a certain moment of its start, so the signal is sent again.
local STOP = [[
cd %s
read -r pid <pid || :
tries=0
until flock -n lock true; do
  if [ $tries -lt %d ]; then
    kill -s TERM "$pid"
  else
    kill -s KILL -- "-$pid"
  fi
  tries=$((tries + 1))
  flock -w 0.2 lock true && break
done]]

--- Ends the server of a folder, in whatever state, and returns when all of its
-- processes are gone.
-- @param seconds nil, or how long it may take to end before it is killed
function nginx.stop(folder, seconds)
  run(STOP:format(quote(folder), (seconds or SECONDS_TO_END) * 5))
end

--- Waits until all processes of the server of a folder are gone.
function nginx.wait(folder)
  run("flock -w 30 " .. quote(folder .. "/lock") .. " true")
end

if arg and arg[0] and arg[0]:find "support/nginx%.lua$" then
  if arg[1] == "start" and arg[3] then
    local started, ports = pcall(nginx.start, arg[2], command.read(arg[3]),
      nil, { port = arg[4] })
    if not started then
      io.stderr:write(ports, "\n")
      os.exit(1)
    end
    print(table.concat(ports, "\n"))
  elseif arg[1] == "stop" and arg[2] then
    nginx.stop(arg[2])
  else
    io.stderr:write("usage: nginx.lua start FOLDER TEMPLATE [PORT] | "
      .. "stop FOLDER\n")
    os.exit(2)
  end
end

return nginx
