--- The annotations of the endpoints and options, for editors that support
-- LuaCATS.

local thoughtspot = require "thoughtspot"
local faults = require "thoughtspot.sandbox.faults"
local person = require "thoughtspot.sync.person"
local quirks = require "thoughtspot.sandbox.quirks"
local seed = require "thoughtspot.sandbox.seed"
local tables = require "tools.generate.tables"

local text_of = tables.text

-- Name of a derived part = function that returns its text.
local parts = {}

--- Returns the alias for the kinds of errors.
function parts.errorkinds()
  local lines = { "---@alias thoughtspot.ErrorKind" }
  for _, kind in ipairs(thoughtspot.describe "Error".kinds) do
    lines[#lines + 1] = ("---| %q # %s"):format(kind.name,
      tables.plain(kind.meaning))
  end
  return text_of(lines)
end

local function camel(name)
  return (("_" .. name):gsub("_(%l)", string.upper))
end

-- Returns the alias for a field's values; defines it at its first use.
local function alias(lines, aliases, schema, field)
  local key = table.concat(field.values, " ")
  if not aliases[key] then
    aliases[key] = "thoughtspot." .. schema.name .. camel(field.name)
    lines[#lines + 1] = "---@alias " .. aliases[key]
    for _, value in ipairs(field.values) do
      lines[#lines + 1] = ("---| %q"):format(value)
    end
    lines[#lines + 1] = ""
  end
  return aliases[key]
end

local function annotated_type(lines, aliases, schema, field, is_reply)
  local name = field.type
  if field.values then
    name = alias(lines, aliases, schema, field)
    -- Newer clusters may reply with further values.
    name = is_reply and name .. "|string" or name
  elseif field.annotation then
    name = field.annotation
  elseif field.schema then
    name = "thoughtspot." .. field.schema.name
  elseif name == "table" then
    name = "table<string, any>"
  end
  if field.list then
    name = (name:find("|", 1, true) and "(" .. name .. ")" or name) .. "[]"
  end
  if field.nullable and not is_reply then
    name = name .. "|thoughtspot.Null"
  end
  return name
end

local function annotated_field(lines, aliases, schema, field, is_reply)
  return ("---@field %s%s %s %s%s"):format(field.name,
    field.required and "" or "?",
    annotated_type(lines, aliases, schema, field, is_reply), field.doc,
    field.default and "; when absent: " .. field.default or "")
end

local function add_class(lines, name, fields)
  lines[#lines + 1] = "---@class thoughtspot." .. name
  for _, field in ipairs(fields) do
    lines[#lines + 1] = field
  end
  lines[#lines + 1] = ""
end

-- Ends a class that callers fill in; see thoughtspot.NoSuchField.
local NO_OTHER_FIELD = "---@field [string] thoughtspot.NoSuchField"

local function add_schema(lines, aliases, schema, is_reply)
  local fields = {}
  for _, field in ipairs(schema.fields) do
    fields[#fields + 1] =
      annotated_field(lines, aliases, schema, field, is_reply)
  end
  if not is_reply then
    fields[#fields + 1] = NO_OTHER_FIELD
  end
  add_class(lines, schema.name, fields)
end

-- Adds the class of the rows of a source: all fields of ImportUser are
-- optional, because either of two identifies the user; lists may be texts.
local function add_person(lines, aliases)
  local schema, fields = thoughtspot.describe "ImportUser", {}
  for index, field in ipairs(schema.fields) do
    local is_text_list = field.list and field.type == "string"
    fields[index] = ("---@field %s? %s%s %s"):format(field.name,
      annotated_type(lines, aliases, schema, field, false),
      is_text_list and "|string" or "", field.doc)
  end
  for _, field in ipairs(person.more_fields) do
    fields[#fields + 1] = ("---@field %s? %s %s"):format(field.name,
      field.annotation, field.doc)
  end
  fields[#fields + 1] = NO_OTHER_FIELD
  lines[#lines + 1] = "---A row of a source: user_identifier or id is "
    .. "required, and for new users\n---display_name and email."
  add_class(lines, "SyncPerson", fields)
end

-- Adds the options, and a variant without required ones.
local function add_options(lines, schema)
  local all, required = {}, {}
  for _, field in ipairs(schema.fields) do
    local line = annotated_field(lines, {}, schema, field, false)
    if field.required then
      required[#required + 1] = line
      line = line:gsub("^(%-%-%-@field [%w_]+)", "%1?")
    end
    all[#all + 1] = line
  end
  -- Only in the root class, because it is looked up before the parents.
  all[#all + 1] = NO_OTHER_FIELD
  add_class(lines, "Overrides", all)
  add_class(lines, schema.name .. ": thoughtspot.Overrides", required)
end

-- Adds the names of the fields of several schemas, each once.
local function add_field_names(lines, name, schemas)
  lines[#lines + 1] = "---@alias thoughtspot." .. name
  local seen = {}
  for _, schema in ipairs(schemas) do
    for _, field in ipairs(schema.fields) do
      if not seen[field.name] then
        seen[field.name] = true
        lines[#lines + 1] = ("---| %q # %s"):format(field.name, field.doc)
      end
    end
  end
  lines[#lines + 1] = ""
end

-- Adds the fields that can be kept of a user, and of any reply.
local function add_reply_fields(lines)
  local schemas = {}
  for endpoint in tables.each_endpoint() do
    schemas[#schemas + 1] = endpoint.returns
  end
  add_field_names(lines, "UserField", { thoughtspot.describe "User" })
  add_field_names(lines, "ReplyField", schemas)
end

local function add_endpoint_names(lines)
  lines[#lines + 1] = "---@alias thoughtspot.EndpointName"
  for endpoint in tables.each_endpoint() do
    lines[#lines + 1] = ("---| %q"):format(endpoint.name)
  end
  lines[#lines + 1] = ""
end

local function add_method(lines, endpoint)
  lines[#lines + 1] = "---" .. endpoint.doc
  lines[#lines + 1] = "---"
  lines[#lines + 1] = ("---`%s %s%s`, in clusters since %s."):format(
    endpoint.method, tables.API_PATH, endpoint.path, endpoint.since)
  if endpoint.privilege then
    lines[#lines + 1] = "---Needs the privilege " .. endpoint.privilege .. "."
  end
  local names = tables.arguments(endpoint)
  if endpoint.path_parameter then
    lines[#lines + 1] = ("---@param %s string %s"):format(names[1],
      endpoint.path_parameter.doc)
  end
  if endpoint.request then
    lines[#lines + 1] = ("---@param request%s thoughtspot.%s"):format(
      tables.may_be_empty(endpoint.request) and "?" or "",
      endpoint.request.name)
  end
  names[#names + 1] = "options"
  lines[#lines + 1] = "---@param options? thoughtspot.CallOptions"
  local returned = endpoint.returns and "thoughtspot." .. endpoint.returns.name
    .. (endpoint.reply == "list" and "[]" or "") or "true"
  lines[#lines + 1] = "---@return " .. returned .. "? result"
  lines[#lines + 1] = "---@return thoughtspot.Error err"
  lines[#lines + 1] = ("function Client:%s(%s) end"):format(endpoint.name,
    table.concat(names, ", "))
  lines[#lines + 1] = ""
end

-- Returns the type of an item of a batch; nil: unknown.
local function item_type(endpoint)
  local request = endpoint.request and "thoughtspot." .. endpoint.request.name
  if endpoint.path_parameter and request then
    return "[string, " .. request .. "]"
  end
  return request or endpoint.path_parameter and "string"
end

-- Adds the method batch. The type of its items depends on the endpoint, which
-- editors resolve by overloads.
local function add_batch(lines)
  local given = "%s[]|(fun(): %s, any)"
  local rest = "options?: thoughtspot.BatchOptions): thoughtspot.BatchReport?,"
    .. " any, thoughtspot.BatchReport?"
  for _, line in ipairs {
    "---Makes a call for each of many items, several at a time.",
    "---@param endpoint thoughtspot.EndpointName|\"request\"",
    "---@param items " .. given:format("any", "any") .. " what the method "
      .. "takes: a request, an identifier, or { identifier, request }",
    "---@param options? thoughtspot.BatchOptions",
    "---@return thoughtspot.BatchReport? report",
    "---@return any err",
    "---@return thoughtspot.BatchReport? report_so_far",
  } do
    lines[#lines + 1] = line
  end
  local function add_overload(endpoint)
    local item = item_type(endpoint)
    if item then
      lines[#lines + 1] = ("---@overload fun(self: thoughtspot.Client, "
        .. "endpoint: %q, items: %s, %s"):format(endpoint.name,
        given:format(item, item .. "?"), rest)
    end
  end
  for endpoint in tables.each_endpoint() do
    add_overload(endpoint)
  end
  add_overload(thoughtspot.describe "request")
  lines[#lines + 1] = "function Client:batch(endpoint, items, options) end"
  lines[#lines + 1] = ""
end

--- Returns the classes of requests, replies and options, and the methods that
-- depend on the endpoints.
function parts.annotations()
  local lines, seen, aliases = {}, {}, {}
  local function visit(schema, is_reply)
    if schema.name == "Options" then
      add_options(lines, schema)
    else
      add_schema(lines, aliases, schema, is_reply)
    end
  end
  add_endpoint_names(lines)
  add_reply_fields(lines)
  tables.visit_options(visit, seen)
  for _, name in ipairs(tables.lua_options) do
    tables.visit_schema(thoughtspot.describe(name), false, seen, visit)
  end
  tables.visit_replies(visit, seen)
  tables.visit_requests(visit, seen)
  tables.visit_schema(thoughtspot.describe "Request", false, seen, visit)
  add_person(lines, aliases)
  for endpoint in tables.each_endpoint() do
    add_method(lines, endpoint)
  end
  add_batch(lines)
  lines[#lines] = nil
  return text_of(lines)
end

-- Returns a field of a class of the sandbox, from its row.
local function sandbox_field(row)
  local text = row.doc or ""
  if row.default ~= nil then
    text = text .. (text == "" and "" or "; ") .. "when absent: "
      .. tostring(row.default)
  end
  return (("---@field %s%s %s %s"):format(row.name,
    row.required and "" or "?", row.annotation or row.type or "boolean", text)
    :gsub("%s+$", ""))
end

-- Adds the class of tables that callers give to the sandbox.
local function add_sandbox_class(lines, name, rows)
  local fields = tables.map(rows, sandbox_field)
  fields[#fields + 1] = NO_OTHER_FIELD
  add_class(lines, name, fields)
end

--- Returns the classes of the options, users and quirks of the sandbox, and
-- the alias for its faults.
function parts.sandbox()
  local lines = {}
  add_sandbox_class(lines, "SandboxOptions", seed.options)
  add_sandbox_class(lines, "SandboxUser", seed.user_fields)
  add_class(lines, "SandboxQuirks", tables.map(quirks.rows, sandbox_field))
  lines[#lines + 1] = "---@alias thoughtspot.SandboxFaultName"
  for _, fault in ipairs(faults.rows) do
    lines[#lines + 1] = ("---| %q # %s"):format(fault.name, fault.doc)
  end
  return text_of(lines)
end

return parts
