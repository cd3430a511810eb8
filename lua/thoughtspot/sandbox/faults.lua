--- The faults of a sandbox: requests that fail because a test says so.

local names = require "thoughtspot.sandbox.names"
local routes = require "thoughtspot.sandbox.routes"

local PAGE = "<!DOCTYPE html><html><body><h1>%s</h1></body></html>"
local HTML = { ["Content-Type"] = "text/html" }

local faults = {}

--- The named faults: name; doc, the reply in Markdown; and answer, the reply,
-- or an error in place of one. The documentation is derived from these rows.
faults.rows = {
  { name = "too_many", doc = "429", answer = { status = 429 } },
  {
    name = "too_many_retry_after", doc = "429 with Retry-After: 1",
    answer = { status = 429, headers = { ["Retry-After"] = "1" } },
  },
  {
    name = "unavailable", doc = "503, a page of HTML",
    answer = {
      status = 503, headers = HTML,
      body = PAGE:format("503 Service Unavailable"),
    },
  },
  {
    name = "bad_gateway", doc = "502, a page of HTML",
    answer = {
      status = 502, headers = HTML, body = PAGE:format("502 Bad Gateway"),
    },
  },
  {
    name = "maintenance", doc = "200, a page of HTML",
    answer = {
      status = 200, headers = HTML, body = PAGE:format("Under maintenance"),
    },
  },
  {
    name = "server_error", doc = "500",
    answer = {
      status = 500, headers = { ["Content-Type"] = "application/json" },
      body = '{"error":{"message":{"code":10038,"debug":"unexpected"}}}',
    },
  },
  {
    name = "reset", doc = "nothing: the connection breaks",
    answer = { error = "connection reset" },
  },
}

local named = {}
for _, row in ipairs(faults.rows) do
  named[row.name] = row.answer
end

local order_names = names.set
  "endpoint times fault applied status headers body error"

--- Adds an order to a list of faults; see Sandbox:fail. Invalid ones raise an
-- error at the position of its call.
function faults.add(list, order)
  if type(order) ~= "table" then
    error("sandbox: expected a table as a fault, got " .. type(order), 3)
  end
  names.check("field of a fault called", order, order_names, 3)
  if order.endpoint and not routes.names[order.endpoint] then
    error(names.unknown("endpoint", order.endpoint, routes.names), 3)
  end
  local answer = order
  if order.fault then
    answer = named[order.fault]
      or error(names.unknown("fault", order.fault, named), 3)
  elseif not order.status and not order.error then
    error("sandbox: a fault needs a name, a status or an error", 3)
  end
  local times = order.times or 1
  if type(times) ~= "number" or times < 1 or times % 1 ~= 0 then
    error("sandbox: times: expected a whole number above zero, got "
      .. tostring(times), 3)
  end
  list[#list + 1] = {
    endpoint = order.endpoint,
    left = times,
    applied = order.applied,
    answer = answer,
  }
end

--- Returns the fault in a list that applies to a request, or nil.
function faults.next(list, endpoint)
  for index, fault in ipairs(list) do
    if not fault.endpoint or fault.endpoint == endpoint then
      fault.left = fault.left - 1
      if fault.left == 0 then
        table.remove(list, index)
      end
      return fault
    end
  end
end

--- Returns what a transport returns for the answer of a fault.
function faults.response(answer)
  if answer.error then
    return nil, answer.error
  end
  return {
    status = answer.status, headers = answer.headers or {},
    body = answer.body or "",
  }
end

return faults
