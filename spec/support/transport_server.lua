--- Serves transports, functions of the spec's own process, over HTTPS.
--
-- nginx speaks TLS and HTTP/2, and passes each request on to a socket of this
-- process, which answers while its client sleeps. So everything that a spec
-- does with a sandbox in memory (its clock, its quirks, its received requests)
-- works over HTTPS too.
--
--   local server = require("spec.support.transport_server").start()
--   thoughtspot.new(server:reach(transport, options))
--   server:stop()

local certificates = require "spec.support.certificates"
local command = require "spec.support.command"
local nginx = require "spec.support.nginx"
local socket = require "socket"

-- Names the transport in a request.
local ROUTE = "x-transport"

-- Seconds that a client which sleeps waits for a request: no longer, because
-- it has to drive its own transfers, and no shorter, because LuaSocket rounds
-- the rest of the time down to whole milliseconds.
local LONGEST_WAIT = 0.002

-- Seconds within which nginx passes on a whole request.
local SECONDS_TO_READ = 10

local Server = {}
Server.__index = Server

--- Starts a server.
function Server.start()
  local upstream = assert(socket.bind("127.0.0.1", 0, 128))
  local folder = command.new_folder()
  certificates.write(folder)
  local ports = nginx.start(folder,
    command.read(nginx.root .. "/spec/support/transport.conf"),
    { UPSTREAM = select(2, upstream:getsockname()) })
  return setmetatable({
    folder = folder, upstream = upstream, transports = {},
    url = "https://localhost:" .. ports[1],
    other_url = "https://127.0.0.1:" .. ports[1],
    ca_file = folder .. "/ca.pem",
  }, Server)
end

-- Returns the method, the target and the headers of a request, their names in
-- lower case; nothing if the connection ends before.
local function read_head(connection)
  local line = connection:receive "*l"
  local method, target = (line or ""):match "^(%u+) (%S+) HTTP/1%.%d$"
  local headers = {}
  while line and line ~= "" do
    local name, value = line:match "^([^:%s]+): *(.-)%s*$"
    if name then
      headers[name:lower()] = value
    end
    line = connection:receive "*l"
  end
  if line then
    return method, target, headers
  end
end

local function read_request(connection)
  local method, target, headers = read_head(connection)
  if not method then
    return nil
  end
  local length = tonumber(headers["content-length"] or 0)
  local body = length > 0 and connection:receive(length) or nil
  return {
    method = method, url = "https://" .. headers.host .. target,
    headers = headers, body = body,
  }
end

local function write_response(connection, response)
  local body = response.body or ""
  local lines = {
    ("HTTP/1.1 %d OK"):format(response.status), "Connection: close",
    "Content-Length: " .. #body,
  }
  for name, value in pairs(response.headers or {}) do
    lines[#lines + 1] = name .. ": " .. value
  end
  connection:send(table.concat(lines, "\r\n") .. "\r\n\r\n" .. body)
end

local function answer(self, connection)
  connection:settimeout(SECONDS_TO_READ)
  local request = read_request(connection)
  if request then
    local transport = self.transports[tonumber(request.headers[ROUTE])]
    request.headers[ROUTE] = nil
    local response = transport(request)
    if response then
      write_response(connection, response)
    end
  end
  connection:close()
end

-- Answers the requests that are there; waits for the first of them.
local function serve(self, seconds)
  self.upstream:settimeout(math.min(seconds, LONGEST_WAIT))
  local connection = self.upstream:accept()
  self.upstream:settimeout(0)
  while connection do
    answer(self, connection)
    connection = self.upstream:accept()
  end
end

--- Makes the options of a client whose requests a transport answers.
-- @param transport as the option of a client
-- @param options other options of the client
function Server:reach(transport, options)
  self.transports[#self.transports + 1] = transport
  local all = {
    host = self.url, ca_file = self.ca_file,
    headers = { [ROUTE] = tostring(#self.transports) },
    sleep = function(seconds) serve(self, seconds) end,
  }
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  return all
end

--- Ends the server, and removes its folder.
function Server:stop()
  self.upstream:close()
  nginx.stop(self.folder)
  command.remove(self.folder)
end

return Server
