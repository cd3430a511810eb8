--- Hosts a sandbox in nginx: one, in its only worker.

local json = require "thoughtspot.sandbox.json"
local new_sandbox = require "thoughtspot.sandbox"

local handler = {}

local sandbox = new_sandbox()
local latency = 0
local in_flight = 0

local function read_body()
  ngx.req.read_body()
  local body = ngx.req.get_body_data()
  local file = ngx.req.get_body_file()
  if file then
    local spooled = assert(io.open(file, "rb"))
    body = spooled:read "*a"
    spooled:close()
  end
  return body, file ~= nil
end

--- Answers a request of the API.
function handler.serve()
  in_flight = in_flight + 1
  local body, spooled = read_body()
  if latency > 0 then
    ngx.sleep(latency)
  end
  local response = sandbox {
    method = ngx.req.get_method(),
    url = ngx.var.scheme .. "://" .. ngx.var.http_host .. ngx.var.request_uri,
    headers = ngx.req.get_headers(0),
    body = body,
  }
  local received = sandbox.requests[#sandbox.requests]
  received.protocol = ngx.var.server_protocol
  received.connection = ngx.var.connection
  received.spooled = spooled
  ngx.ctx.received = received
  if not response then
    return ngx.exit(444) -- closes the connection without an answer
  end
  ngx.status = response.status
  for name, value in pairs(response.headers) do
    ngx.header[name] = value
  end
  ngx.print(response.body)
end

--- Records the headers that nginx sent.
function handler.log()
  in_flight = in_flight - 1
  ngx.ctx.received.content_encoding = ngx.var.sent_http_content_encoding
end

-- Commands of the specs: POST /sandbox/<name> with arguments as JSON.
local orders = {
  reset = function(options)
    sandbox = new_sandbox(options)
    latency = 0
  end,
  quirks = function(quirks)
    for name, value in pairs(quirks) do
      sandbox.quirks[name] = value
    end
  end,
  fail = function(order)
    sandbox:fail(order)
  end,
  answer = function(order)
    sandbox:answer(order.method, order.path, order.body)
  end,
  latency = function(order)
    latency = order.seconds
  end,
  -- Waits until all received requests are answered, including those of clients
  -- that left.
  settle = function()
    while in_flight > 0 do
      ngx.sleep(0.01)
    end
  end,
  -- What was received: as in Sandbox.requests, with the protocol, the number
  -- of the connection, whether the body went through a file, and the
  -- Content-Encoding of the answer.
  requests = function()
    local list = json.list()
    for index, request in ipairs(sandbox.requests) do
      list[index] = request
    end
    return list
  end,
  user = function(order)
    return sandbox:user(order.identifier)
  end,
}

--- Runs a command.
function handler.control()
  local order = orders[ngx.var.uri:match "[^/]+$"]
  local done, answer = pcall(order, json.decode(read_body() or "{}") or {})
  if not done then
    ngx.status = 500
  end
  ngx.print(json.encode(answer))
end

return handler
