--- Runs a sandbox in an nginx of our own, on ports that the kernel chooses,
-- in a folder of its own.
--
-- From a spec:
--   local server = require("spec.support.sandbox_server").start()
--   … server.https, server.http, server.mtls, server.brief, server.ca_file,
--     server.client_cert, server.client_key, server:control(order, arguments)
--   server:stop()
-- From the shell, which gets lines to evaluate:
--   lua5.4 spec/support/sandbox_server.lua start
--   lua5.4 spec/support/sandbox_server.lua stop FOLDER

local USERNAME, PASSWORD = "tsadmin", "secret"

local Server = {}
Server.__index = Server

-- From the shell, the checkout need not be in the path yet.
local here = debug.getinfo(1, "S").source:match "^@(.*/)" or "./"
package.path = here .. "../../lua/?.lua;" .. here .. "../../?.lua;"
  .. package.path

local command = require "spec.support.command"
local quote, run = command.quote, command.check

local root = run("cd " .. quote(here .. "../..") .. " && pwd")
  :match "^(.-)%s*$"

-- A certificate authority, and certificates that it signs for the server and
-- for a client.
local CERTIFICATES = [[
set -e
umask 077
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
  -days 2 -subj "/CN=Sandbox CA" -keyout ca.key -out ca.pem
sign() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
    -subj "/CN=$2" -keyout "$1.key" -out "$1.csr"
  printf '%s\n' "$3" >"$1.ext"
  openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial \
    -days 2 -extfile "$1.ext" -out "$1.pem"
}
sign server localhost "subjectAltName=DNS:localhost,IP:127.0.0.1"
sign client client "extendedKeyUsage=clientAuth"
]]

local function read_file(name)
  local file = assert(io.open(name))
  local text = file:read "*a"
  file:close()
  return text
end

local function write_file(name, text)
  local file = assert(io.open(name, "w"))
  file:write(text)
  file:close()
end

local function write_template(folder)
  local is_root = run "id -u":match "%d+" == "0"
  local values = {
    ROOT = root, USER = is_root and "user root;" or "",
  }
  local template = read_file(root .. "/spec/support/sandbox.conf")
  write_file(folder .. "/template.conf",
    (template:gsub("@(%u+)@", values)))
end

--- Starts a server.
-- @return it; it is ready to be asked
function Server.start()
  local listen = root .. "/build/listen"
  run("test -x " .. quote(listen) .. " || make -s -C " .. quote(root)
    .. " build/listen")
  local folder = run "mktemp -d":match "%S+"
  run("cd " .. quote(folder) .. " && mkdir body && " .. CERTIFICATES)
  run("ln -s /usr/lib/nginx/modules " .. quote(folder .. "/modules"))
  write_template(folder)
  -- An ordinary user may not have nginx in the PATH.
  local started = run(("cd %s && PATH=$PATH:/usr/sbin %s 4 template.conf "
    .. "nginx.conf nginx -p %s -c nginx.conf -e error.log"):format(
    quote(folder), quote(listen), quote(folder)))
  local pid, https, http, mtls, brief =
    started:match "(%d+)%s+(%d+)%s+(%d+)%s+(%d+)%s+(%d+)"
  write_file(folder .. "/pid", pid)
  local server = setmetatable({
    folder = folder,
    https = "https://localhost:" .. https,
    http = "http://127.0.0.1:" .. http,
    mtls = "https://localhost:" .. mtls,
    brief = "https://localhost:" .. brief,
    ca_file = folder .. "/ca.pem",
    client_cert = folder .. "/client.pem",
    client_key = folder .. "/client.key",
    username = USERNAME,
    password = PASSWORD,
  }, Server)
  local answers, problem = pcall(server.control, server, "requests")
  if not answers then
    local log = io.open(folder .. "/error.log") and read_file(folder
      .. "/error.log") or ""
    server:stop()
    error("nginx does not answer: " .. problem .. "\n" .. log)
  end
  return server
end

--- Gives an order to the sandbox: reset, quirks, fail, latency, requests,
-- user; see sandbox_handler.lua.
-- @return what the order answers, decoded
function Server:control(order, arguments)
  local json = require "thoughtspot.sandbox.json"
  local body = self.folder .. "/order.json"
  write_file(body, json.encode(arguments or {}))
  return json.decode(run(("curl -sS --fail-with-body --data-binary @%s "
    .. "%s/sandbox/%s"):format(quote(body), self.http, order)))
end

--- Ends the server in a folder, and removes the folder.
local function stop(folder)
  local pid = read_file(folder .. "/pid")
  run(("kill %s; while kill -0 %s 2>/dev/null; do sleep 0.02; done; rm -rf %s")
    :format(pid, pid, quote(folder)))
end

--- Ends the server, and removes its folder.
function Server:stop()
  stop(self.folder)
end

if arg and arg[0] and arg[0]:find "sandbox_server%.lua$" then
  if arg[1] == "start" then
    local server = Server.start()
    print("THOUGHTSPOT_HOST=" .. quote(server.https))
    print("THOUGHTSPOT_CA_FILE=" .. quote(server.ca_file))
    print("THOUGHTSPOT_USERNAME=" .. quote(server.username))
    print("THOUGHTSPOT_PASSWORD=" .. quote(server.password))
    print("SANDBOX_FOLDER=" .. quote(server.folder))
  elseif arg[1] == "stop" and arg[2] then
    stop(arg[2])
  else
    io.stderr:write("usage: sandbox_server.lua start | stop FOLDER\n")
    os.exit(2)
  end
end

return Server
