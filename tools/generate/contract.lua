--- The contract of the sandbox, which cannot ask the core: routes and schemas.

local tables = require "tools.generate.tables"

local text_of = tables.text

-- Name of a derived part = function that returns its text.
local parts = {}

-- Returns a field as the sandbox needs it: required if a request must have it
-- when it is sent.
local function contract_field(field)
  local members = {
    ("name = %q, type = %q"):format(field.name, field.type),
  }
  if field.list then
    members[#members + 1] = "list = true"
  end
  if field.required or field.filled then
    members[#members + 1] = "required = true"
  end
  if field.values then
    members[#members + 1] =
      ("values = %q"):format(table.concat(field.values, " "))
  end
  if field.schema then
    members[#members + 1] = ("schema = %q"):format(field.schema.name)
  end
  return "    { " .. table.concat(members, ", ") .. " },"
end

local function add_contract_schema(lines, schema)
  lines[#lines + 1] = ("  %s = {"):format(schema.name)
  for _, field in ipairs(schema.fields) do
    if not field.unsent then
      lines[#lines + 1] = contract_field(field)
    end
  end
  lines[#lines + 1] = "  },"
end

--- Returns the routes of a cluster. If two calls have the same route, the
-- first counts.
function parts.routes()
  local lines, known = {
    ("local base = %q"):format(tables.API_PATH), "", "local routes = {",
  }, {}
  for endpoint in tables.each_endpoint() do
    if not known[endpoint.path] then
      known[endpoint.path] = true
      lines[#lines + 1] = ("  { name = %q, method = %q, path = %q%s%s },")
        :format(endpoint.name, endpoint.method, endpoint.path,
          endpoint.privilege and ", admin = true" or "",
          endpoint.request and (", request = %q"):format(endpoint.request.name)
          or "")
    end
  end
  lines[#lines + 1] = "}"
  return text_of(lines)
end

--- Returns the tables in requests.
function parts.schemas()
  local lines, seen, known = { "local schemas = {" }, {}, {}
  for endpoint in tables.each_endpoint() do
    if endpoint.request and not known[endpoint.path] then
      tables.visit_schema(endpoint.request, false, seen, function(schema)
        add_contract_schema(lines, schema)
      end)
    end
    known[endpoint.path] = true
  end
  lines[#lines + 1] = "}"
  return text_of(lines)
end

return parts
