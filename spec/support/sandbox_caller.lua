--- Sends requests to a sandbox as a transport does, without a client.

local json = require "thoughtspot.sandbox.json"
local new_sandbox = require "thoughtspot.sandbox"

local Caller = {}
Caller.__index = Caller

local function send(sandbox, request, path)
  request.url = "https://sandbox.test/api/rest/2.0/" .. path
  local response, message = sandbox(request)
  if not response then
    return nil, message
  end
  return response.status, json.decode(response.body), response
end

--- A session with a sandbox.
-- @param login the request for the token; nil: as the administrator
function Caller.new(sandbox, login)
  local status, session = send(sandbox, {
    method = "POST", headers = {},
    body = json.encode(login or { username = "tsadmin", password = "secret" }),
  }, "auth/token/full")
  if status ~= 200 then
    error("no token: " .. status, 2)
  end
  return setmetatable({ sandbox = sandbox, token = session.token }, Caller)
end

--- A sandbox with these options, and an administrator's session with it.
function Caller.with(options)
  local admin = options and options.admin
  return Caller.new(new_sandbox(options), admin
    and { username = admin.name, password = admin.password })
end

function Caller:send(method, path, body)
  return send(self.sandbox, {
    method = method, body = body,
    headers = { Authorization = "Bearer " .. self.token },
  }, path)
end

--- Sends a POST request.
-- @param body table, or a text of JSON
-- @return the status, the decoded body and the response
function Caller:post(path, body)
  return self:send("POST", path,
    type(body) == "table" and json.encode(body) or body)
end

function Caller:get(path)
  return self:send("GET", path)
end

--- Posts, and reads the reply as an error in the usual form.
-- @return status and code of the error, and its text
function Caller:refusal(path, body)
  local status, answer = self:post(path, body)
  local message = answer and answer.error and answer.error.message or {}
  local detail = type(message.debug) == "table" and message.debug or message
  return status, detail.code, detail.debug
end

return Caller
