--- A server that sends scripted replies; see fault_server.c.
--
--   local server = fault_server.start()
--   local case = server:case { fault.ok "[]", { "HTTP/1.1 20", fault.reset } }
--   ... a client of case.host ...
--   case:requests()[1].headers["user-agent"]
--   server:stop()
--
-- A reply is a string, or a list of strings and steps. A case is a list of
-- replies, the last of which is repeated; or a table of such lists by endpoint
-- path, or path and token:
--   { ["auth/token/full"] = { … }, ["users/search@t0ken"] = { … } }

local command = require "spec.support.command"
local core = require "thoughtspot.core"
local bodies = require "spec.support.replies"

local fault_server = {
  close = { "close" },
  reset = { "reset" },
  hang = { "hang" },
  deaf = { "deaf" },
}

--- Waits some milliseconds.
function fault_server.pause(milliseconds)
  return { "pause", milliseconds }
end

--- Sends bytes until the client leaves.
function fault_server.flood(bytes)
  return { "flood", #bytes, bytes }
end

--- A whole reply.
-- @param status such as "200 OK"
-- @param headers list of lines, or nil
function fault_server.reply(status, body, headers)
  local lines = { "HTTP/1.1 " .. status }
  for _, line in ipairs(headers or {}) do
    lines[#lines + 1] = line
  end
  lines[#lines + 1] = "Content-Length: " .. #body
  return table.concat(lines, "\r\n") .. "\r\n\r\n" .. body
end

--- The reply 200 with a body of JSON.
function fault_server.ok(body)
  return fault_server.reply("200 OK", body,
    { "Content-Type: application/json" })
end

--- The reply of auth/token/full.
-- @param lifetime seconds (300)
function fault_server.token(token, lifetime, org)
  return fault_server.ok(bodies.token {
    token = token, creation_time_in_millis = 1000,
    expiration_time_in_millis = 1000 + (lifetime or 300) * 1000,
    scope = { access_type = "FULL", org_id = org or 0 },
    valid_for_user_id = "u1", valid_for_username = "me",
  })
end

--- Sends bytes one by one.
function fault_server.drip(bytes, milliseconds)
  local steps = {}
  for byte in bytes:gmatch "." do
    steps[#steps + 1] = byte
    steps[#steps + 1] = fault_server.pause(milliseconds)
  end
  return steps
end

local function script_of(reply)
  if type(reply) == "string" then
    reply = { reply }
  end
  local lines = {}
  for _, step in ipairs(reply) do
    if type(step) == "string" then
      step = { "send", #step, step }
    end
    local line = step[1] .. (step[2] and " " .. step[2] or "") .. "\n"
    lines[#lines + 1] = step[3] and line .. step[3] .. "\n" or line
  end
  return table.concat(lines)
end

local Case = {}
Case.__index = Case

local function parse_request(connection, bytes)
  local head, body = bytes:match "^(.-)\r\n\r\n(.*)$"
  local request = {
    connection = connection, head = head, body = body, headers = {},
  }
  request.method, request.target = head:match "^(%S+) (%S+)"
  for name, value in head:gmatch "\r\n([^:]+): ?([^\r]*)" do
    request.headers[name:lower()] = value
  end
  return request
end

-- The log's entries: { what, connection, number, bytes }.
local function read_log(case)
  local file = io.open(case.files .. ".log", "rb")
  local entries = {}
  while file do
    local line = file:read "*l"
    if not line then
      file:close()
      break
    end
    local what, connection, number = line:match "^(%a+) (%d+) (%d+)$"
    number = tonumber(number)
    local entry = { what = what, connection = connection, number = number }
    if what == "request" then
      entry.bytes = number == 0 and "" or file:read(number)
      file:read "*l"
    end
    entries[#entries + 1] = entry
  end
  return entries
end

--- The requests that the server saw: a list of { connection, method, target,
-- head, headers (by name in lower case), body }.
function Case:requests()
  local requests = {}
  for _, entry in ipairs(read_log(self)) do
    if entry.what == "request" then
      requests[#requests + 1] = parse_request(entry.connection, entry.bytes)
    end
  end
  return requests
end

--- Returns the number of requests that the server saw. It may see them only
-- after the client has given up: waits for as many as are expected.
function Case:count(expected)
  local give_up_at, count = core.now() + 10, #self:requests()
  while count < expected and core.now() < give_up_at do
    command.pause()
    count = #self:requests()
  end
  return count
end

--- The number of bytes sent when the client first stopped reading, or nil.
function Case:stalled()
  for _, entry in ipairs(read_log(self)) do
    if entry.what == "stall" then
      return entry.number
    end
  end
end

local Server = {}
Server.__index = Server

--- Starts a server.
-- @param ports list of ports of this machine, or nil: it is a load balancer,
--   which relays connections to them in turn
function fault_server.start(ports)
  local folder = command.new_folder()
  local pipe = assert(io.popen("exec build/fault_server " .. folder .. " "
    .. table.concat(ports or {}, " ")))
  local port = assert(pipe:read "*l", "build/fault_server does not start")
  return setmetatable({
    folder = folder, pipe = pipe, port = port, cases = 0,
    address = "127.0.0.1:" .. port,
  }, Server)
end

local function write_replies(prefix, replies)
  for number, reply in ipairs(replies) do
    command.write(prefix .. "." .. number, script_of(reply))
  end
end

--- Tells the server what to answer.
-- @return the case; its 'host' is the option for a client
function Server:case(replies)
  self.cases = self.cases + 1
  local name = "case" .. self.cases
  local case = setmetatable({
    name = name,
    files = self.folder .. "/" .. name,
    host = "http://" .. self.address .. "/" .. name,
  }, Case)
  write_replies(case.files .. ".any", replies)
  for path, list in pairs(replies) do
    if type(path) == "string" then
      write_replies(case.files .. "." .. path:gsub("/", "-"), list)
    end
  end
  return case
end

--- Stops it.
function Server:stop()
  self.pipe:close()
  command.remove(self.folder)
end

return fault_server
