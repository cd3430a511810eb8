--- The routes of a sandbox: the endpoint of a request, its body, and who may
-- call it.

local contract = require "thoughtspot.sandbox.contract"
local schema = require "thoughtspot.sandbox.schema"

-- Needs no token.
local OPEN = "get_full_access_token"

local routes = {}

--- The prefix of the paths of all routes.
routes.BASE = contract.base

--- The names of all routes, as keys.
routes.names = {}

for index, row in ipairs(contract.routes) do
  routes.names[row.name] = true
  routes[index] = {
    name = row.name,
    method = row.method,
    pattern = routes.BASE:gsub("%.", "%%.")
      .. row.path:gsub("%-", "%%-"):gsub("{[%w_]+}", "([^/]+)") .. "$",
    admin = row.admin,
    open = row.name == OPEN or nil,
    body = row.request and schema.object(row.request),
  }
end

--- Decodes the percent-encoding of a path.
function routes.decode_percent(text)
  return (text:gsub("%%(%x%x)", function(digits)
    return string.char(tonumber(digits, 16))
  end))
end

--- Finds the route of a request.
-- @param method HTTP method
-- @param path of the URL, as it was sent
-- @return the route, and the identifier in its path; or nil
function routes.find(method, path)
  for _, route in ipairs(routes) do
    local start, _, identifier = path:find(route.pattern)
    if start and route.method == method then
      return route, identifier and routes.decode_percent(identifier)
    end
  end
end

return routes
