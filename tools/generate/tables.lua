--- The endpoint table and the options, as the derived parts need them.

local options = require "thoughtspot.options"
local thoughtspot = require "thoughtspot"

local tables = {}

tables.API_PATH = require "thoughtspot.core".constants.api_path

--- Iterates over the descriptions of the endpoints.
function tables.each_endpoint()
  local names, index = thoughtspot.describe(), 0
  return function()
    index = index + 1
    return names[index] and thoughtspot.describe(names[index])
  end
end

--- Calls visit(schema, is_reply) for a schema and those inside it, each once.
-- @param seen set of the names of schemas that were visited
function tables.visit_schema(schema, is_reply, seen, visit)
  if not schema or seen[schema.name] then
    return
  end
  seen[schema.name] = true
  visit(schema, is_reply)
  for _, field in ipairs(schema.fields) do
    tables.visit_schema(field.schema, is_reply, seen, visit)
  end
end

--- Visits the schemas of all requests, as visit_schema.
function tables.visit_requests(visit, seen)
  for endpoint in tables.each_endpoint() do
    tables.visit_schema(endpoint.request, false, seen, visit)
  end
end

--- Visits the schemas of all replies, as visit_schema.
function tables.visit_replies(visit, seen)
  for endpoint in tables.each_endpoint() do
    tables.visit_schema(endpoint.returns, true, seen, visit)
  end
end

--- Visits the schemas of all options of clients and calls, as visit_schema.
function tables.visit_options(visit, seen)
  tables.visit_schema(thoughtspot.describe "Options", false, seen, visit)
  tables.visit_schema(thoughtspot.describe "CallOptions", false, seen, visit)
end

--- Returns whether a call makes sense without a request.
function tables.may_be_empty(schema)
  for _, field in ipairs(schema.fields) do
    if field.required then
      return false
    end
  end
  return true
end

--- Returns the names of the arguments of an endpoint's method, without the
-- options.
function tables.arguments(endpoint)
  local names = {}
  if endpoint.path_parameter then
    names[1] = endpoint.path_parameter.name
  end
  if endpoint.request then
    names[#names + 1] = "request"
  end
  return names
end

--- Joins lines.
function tables.text(lines)
  return table.concat(lines, "\n")
end

--- Returns a Markdown text without its marks.
function tables.plain(text)
  return (text:gsub("%[(.-)%]%b()", "%1"):gsub("`", ""))
end

--- Returns the list of what a function returns for each item of a list.
function tables.map(list, convert)
  local converted = {}
  for index, item in ipairs(list) do
    converted[index] = convert(item)
  end
  return converted
end

--- Names of the tables of options that are checked in Lua.
tables.lua_options = tables.map(options.tables, function(each)
  return each.name
end)

return tables
