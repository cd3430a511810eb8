--- Sends requests to the servers of the specs, in plain HTTP, without starting
-- a process for each. Uses curl if LuaSocket, which only the specs need, is
-- not installed.

local command = require "spec.support.command"

local http = {}

local has_socket, socket = pcall(require, "socket")

local SECONDS = 60

-- Of version 1.0, so that the connection ends with the reply.
local function text_of(request, port)
  local lines = {
    ("%s %s HTTP/1.0"):format(request.method, request.path),
  }
  local headers = { Host = "127.0.0.1:" .. port }
  headers["Content-Length"] = request.body and #request.body
  for name, value in pairs(request.headers) do
    headers[name] = value
  end
  for name, value in pairs(headers) do
    lines[#lines + 1] = name .. ": " .. value
  end
  return table.concat(lines, "\r\n") .. "\r\n\r\n" .. (request.body or "")
end

local function by_socket(port, request)
  local connection = socket.tcp()
  connection:settimeout(SECONDS)
  local reply, err = connection:connect("127.0.0.1", port)
  if reply then
    reply, err = connection:send(text_of(request, port))
  end
  if reply then
    reply, err = connection:receive "*a"
  end
  connection:close()
  return reply, err
end

local function by_curl(port, request)
  local line = ("%s --http1.0 -i --max-time %d %s %s"):format(command.CURL,
    SECONDS, request.method == "HEAD" and "-I" or "-X " .. request.method,
    request.body and "--data-binary @- -H Content-Type:" or "")
  for name, value in pairs(request.headers) do
    line = line .. " -H " .. command.quote(name .. ": " .. value)
  end
  local _, output, errors = command.run(line .. " " .. command.quote(
    ("http://127.0.0.1:%d%s"):format(port, request.path)),
    { input = request.body })
  return output, errors
end

--- Sends a request to a port of 127.0.0.1.
-- @param request table: method; path with the query; headers, a table; body,
--   or nil
-- @return the body of the reply, its status, and its head with all headers;
--   raises without a reply
function http.send(port, request)
  local reply, err = (has_socket and by_socket or by_curl)(port, request)
  local head, body = (reply or ""):match "^(HTTP/.-\r\n)\r\n(.*)$"
  if not head then
    error(("port %d: %s"):format(port, err or "no reply"), 0)
  end
  return body, tonumber(head:match " (%d+)"), head
end

--- Sends a POST with a body, or a GET without one, to a port of 127.0.0.1.
-- @return as http.send
function http.request(port, path, body)
  return http.send(port, {
    method = body and "POST" or "GET", path = path, headers = {}, body = body,
  })
end

return http
