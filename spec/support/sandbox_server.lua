--- Runs a sandbox in a new nginx, on ports that the kernel chooses, in its own
-- folder.
--
-- From a spec:
--   local server = require("spec.support.sandbox_server").start()
--   … server.https, server.http, server.mtls, server.brief, server.ca_file,
--     server.client_cert, server.client_key, server:control(order, arguments)
--   server:stop()
-- From the shell, with users in the sandbox; prints variables for eval:
--   lua5.4 spec/support/sandbox_server.lua start [PORT]
--   lua5.4 spec/support/sandbox_server.lua stop FOLDER

local USERNAME, PASSWORD = "tsadmin", "secret"

local Server = {}
Server.__index = Server

-- When started from the shell, the clone is not in the path yet.
local here = debug.getinfo(1, "S").source:match "^@(.*/)" or "./"
package.path = here .. "../../lua/?.lua;" .. here .. "../../?.lua;"
  .. package.path

local certificates = require "spec.support.certificates"
local command = require "spec.support.command"
local http = require "spec.support.http"
local nginx = require "spec.support.nginx"
local quote = command.quote

--- Starts a server.
-- @param options table, or nil: port, of its HTTPS (one that the kernel
--   chooses); own_authority, true: no other server has its certificates
-- @return the server, ready for requests
function Server.start(options)
  local folder = command.new_folder()
  local function start()
    certificates.write(folder, options and options.own_authority)
    return nginx.start(folder, command.read(nginx.root
      .. "/spec/support/sandbox.conf"), nil, options)
  end
  local started, ports = pcall(start)
  if not started then
    command.remove(folder)
    error(ports, 0)
  end
  return setmetatable({
    folder = folder,
    https = "https://localhost:" .. ports[1],
    http = "http://127.0.0.1:" .. ports[2],
    port = ports[2],
    mtls = "https://localhost:" .. ports[3],
    brief = "https://localhost:" .. ports[4],
    ca_file = folder .. "/ca.pem",
    client_cert = folder .. "/client.pem",
    client_key = folder .. "/client.key",
    username = USERNAME,
    password = PASSWORD,
  }, Server)
end

--- Sends a command to the sandbox: reset, quirks, fail, answer, latency,
-- settle, requests, user; see sandbox_handler.lua.
-- @return the reply to the command, decoded
function Server:control(order, arguments)
  local json = require "thoughtspot.sandbox.json"
  local answer, status = http.request(self.port, "/sandbox/" .. order,
    json.encode(arguments or {}))
  if status ~= 200 then
    error(order .. ": " .. answer, 2)
  end
  return json.decode(answer)
end

local function stop(folder)
  nginx.stop(folder)
  command.remove(folder)
end

--- Ends the server, and removes its folder.
function Server:stop()
  stop(self.folder)
end

local function print_settings(server)
  print("THOUGHTSPOT_HOST=" .. quote(server.https))
  print("THOUGHTSPOT_CA_FILE=" .. quote(server.ca_file))
  print("THOUGHTSPOT_USERNAME=" .. quote(server.username))
  print("THOUGHTSPOT_PASSWORD=" .. quote(server.password))
  print("SANDBOX_FOLDER=" .. quote(server.folder))
end

if arg and arg[0] and arg[0]:find "sandbox_server%.lua$" then
  if arg[1] == "start" then
    local started, server = pcall(Server.start, { port = arg[2] })
    if not started then
      io.stderr:write(server, "\n")
      os.exit(1)
    end
    server:control("reset", require "examples.people")
    print_settings(server)
  elseif arg[1] == "stop" and arg[2] then
    stop(arg[2])
  else
    io.stderr:write("usage: sandbox_server.lua start [PORT] | stop FOLDER\n")
    os.exit(2)
  end
end

return Server
