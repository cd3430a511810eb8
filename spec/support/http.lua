--- Sends requests to the servers of the specs, in plain HTTP, without starting
--- a process for each. Uses curl if LuaSocket, which only the specs need, is
--- not installed.

local command = require "spec.support.command"

local http = {}

local has_socket, socket = pcall(require, "socket")

local SECONDS = 60

local function talk(port, text)
  local connection = socket.tcp()
  connection:settimeout(SECONDS)
  local reply, err = connection:connect("127.0.0.1", port)
  if reply then
    reply, err = connection:send(text)
  end
  if reply then
    reply, err = connection:receive "*a"
  end
  connection:close()
  return reply, err
end

local function by_socket(port, path, body)
  -- Of version 1.0, so that the connection ends with the reply.
  local lines = {
    ("%s %s HTTP/1.0"):format(body and "POST" or "GET", path),
    "Host: 127.0.0.1:" .. port,
  }
  if body then
    lines[#lines + 1] = "Content-Length: " .. #body
  end
  local reply, err = talk(port, table.concat(lines, "\r\n") .. "\r\n\r\n"
    .. (body or ""))
  local status, rest = (reply or ""):match "^HTTP/%S+ (%d+).-\r\n\r\n(.*)$"
  if not status then
    error(("port %d: %s"):format(port, err or "no reply"), 0)
  end
  return rest, tonumber(status)
end

local function by_curl(port, path, body)
  local code, output, errors = command.run(("%s --max-time %d %s -w "
    .. "'\\n%%{http_code}' %s"):format(command.CURL, SECONDS,
    body and "--data-binary @-" or "", command.quote(("http://127.0.0.1:%d%s")
    :format(port, path))), { input = body })
  if code ~= 0 then
    error(errors, 0)
  end
  local rest, status = output:match "^(.*)\n(%d+)$"
  return rest, tonumber(status)
end

--- Sends a POST with a body, or a GET without one, to a port of 127.0.0.1.
-- @return the body of the reply, and its status; raises without a reply
http.request = has_socket and by_socket or by_curl

return http
