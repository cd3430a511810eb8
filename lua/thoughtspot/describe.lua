--- Describes the endpoints as tables that print well in a REPL.

local core = require "thoughtspot.core"
local options = require "thoughtspot.options"

local WIDTH = 79

-- Appends a text, wrapped to lines: 'first' precedes the first one, 'indent'
-- the others.
local function add_wrapped(lines, first, indent, text)
  local line
  for word in text:gmatch "%S+" do
    if not line then
      line = first .. word
    elseif #line + 1 + #word > WIDTH then
      lines[#lines + 1] = line
      line = indent .. word
    else
      line = line .. " " .. word
    end
  end
  lines[#lines + 1] = line
end

local function type_of(field)
  local name = field.schema and field.schema.name or field.type
  return field.list and "list of " .. name or name
end

local function field_text(field)
  local parts = {
    ("%s (%s%s): %s"):format(field.name, type_of(field),
      field.required and ", required" or "", field.doc),
  }
  if field.values then
    parts[#parts + 1] = (field.list and "each one of " or "one of ")
      .. table.concat(field.values, ", ")
  end
  if field.default then
    parts[#parts + 1] = "when absent: " .. field.default
  end
  return table.concat(parts, "; ")
end

local function add_fields(lines, schema)
  lines[#lines + 1] = schema.name
  for _, field in ipairs(schema.fields) do
    add_wrapped(lines, "  ", "      ", field_text(field))
  end
end

-- Appends the schemas to which the fields of a schema refer, each once, in
-- order.
local function add_nested(lines, schema, seen)
  for _, field in ipairs(schema.fields) do
    local nested = field.schema
    if nested and not seen[nested.name] then
      seen[nested.name] = true
      lines[#lines + 1] = ""
      add_fields(lines, nested)
      add_nested(lines, nested, seen)
    end
  end
end

local function schema_text(schema)
  local lines = {}
  add_fields(lines, schema)
  add_nested(lines, schema, { [schema.name] = true })
  return table.concat(lines, "\n")
end

local function signature(endpoint)
  local arguments = {}
  if endpoint.path_parameter then
    arguments[1] = endpoint.path_parameter.name
  end
  if endpoint.request then
    arguments[#arguments + 1] = "request"
  end
  arguments[#arguments + 1] = "options"
  return ("client:%s(%s)"):format(endpoint.name,
    table.concat(arguments, ", "))
end

local function reply(endpoint)
  if endpoint.reply == "none" then
    return "true"
  elseif not endpoint.returns then
    return "what the field reply says"
  end
  local name = endpoint.returns.name
  return (endpoint.reply == "list" and "a list of " or "") .. name
    .. " (thoughtspot.describe \"" .. name .. "\")"
end

local function endpoint_text(endpoint)
  local lines = { signature(endpoint) }
  add_wrapped(lines, "  ", "  ", endpoint.doc)
  add_wrapped(lines, "  ", "  ", "Returns " .. reply(endpoint)
    .. ", or nil and an error.")
  if endpoint.privilege then
    add_wrapped(lines, "  ", "  ", "Needs the privilege " .. endpoint.privilege
      .. ".")
  end
  if endpoint.since then
    add_wrapped(lines, "  ", "  ", ("%s %s%s, in clusters since %s.")
      :format(endpoint.method, core.constants.api_path, endpoint.path,
        endpoint.since))
  end
  add_wrapped(lines, "  ", "  ",
    "Options: thoughtspot.describe \"CallOptions\".")
  if endpoint.request then
    lines[#lines + 1] = ""
    lines[#lines + 1] = schema_text(endpoint.request)
  end
  return table.concat(lines, "\n")
end

local function list_text(names)
  local width = 0
  for _, name in ipairs(names) do
    width = math.max(width, #name + 2)
  end
  local lines = {}
  for _, name in ipairs(names) do
    add_wrapped(lines, name .. (" "):rep(width - #name), (" "):rep(width),
      core.describe(name).doc)
  end
  return table.concat(lines, "\n")
end

-- Returns a text of the error table without its Markdown: a link becomes the
-- name of the page.
local function plain(text)
  return (text:gsub("%[.-%]%((.-)%)", "doc/%1"):gsub("`", ""))
end

local function error_text(errors)
  local lines, width = { errors.name .. ", by kind" }, 0
  for _, kind in ipairs(errors.kinds) do
    width = math.max(width, #kind.name + 4)
  end
  for _, kind in ipairs(errors.kinds) do
    add_wrapped(lines, ("  %-" .. width - 2 .. "s"):format(kind.name),
      (" "):rep(width), plain(kind.meaning .. "; " .. kind.remedy))
  end
  return table.concat(lines, "\n")
end

local list_meta = { __tostring = list_text }
local endpoint_meta = { __tostring = endpoint_text }
local schema_meta = { __tostring = schema_text }
local error_meta = { __tostring = error_text }

-- Gives a schema, and those inside it, a __tostring.
local function with_tostring(schema)
  for _, field in ipairs(schema.fields) do
    if field.schema then
      with_tostring(field.schema)
    end
  end
  return setmetatable(schema, schema_meta)
end

local function find_schema(schema, name)
  if not schema or schema.name == name then
    return schema
  end
  for _, field in ipairs(schema.fields) do
    local found = field.schema and find_schema(field.schema, name)
    if found then
      return found
    end
  end
end

local function find_schema_of_endpoints(name)
  local names = core.describe()
  names[#names + 1] = "request"
  for _, endpoint_name in ipairs(names) do
    local endpoint = core.describe(endpoint_name)
    local found = find_schema(endpoint.request, name)
      or find_schema(endpoint.returns, name)
    if found then
      return found
    end
  end
end

-- Methods that are no endpoints.
local in_reference = {
  find_user = true, each_user = true, user_pages = true, each_object = true,
  batch = true, import_in_batches = true, close = true,
}

--- Describes what an endpoint takes and returns.
--   print(thoughtspot.describe())               lists the endpoints
--   print(thoughtspot.describe "create_user")
--   print(thoughtspot.describe "User")          what create_user returns
--   print(thoughtspot.describe "Options")       what thoughtspot.new takes
--   print(thoughtspot.describe "Error")         the kinds of errors
-- @param name of an endpoint, or of a table that one takes or returns, or of
--   a table of options, such as "Options", "CallOptions" or "BatchOptions"; or
--   "Error"; or nil
-- @return nil and an error if there is nothing of that name; without a name, a
--   list of the endpoints' names; else a table, in which members that do not
--   apply are absent.
--
--   An endpoint: { name, doc, method, path, since, effect, reply, privilege,
--   path_parameter, request, returns }
--     effect      "safe", "idempotent" (a second call changes nothing more)
--                 or "once"
--     reply       "none" (the call returns true), "object" or "list"
--     request, returns   tables { name, fields }
--
--   A field: { name, type, doc, default, list, required, nullable, nonempty,
--   filled, unsent, secret, values, schema, annotation, role }
--     default     what its absence stands for, as text
--     filled      true: the client fills it in if it is absent
--     unsent      true: it is checked and not sent
--     annotation  its LuaCATS type, if type does not say it
--     role        of the field in a call that deletes, deactivates or logs out
--                 users: "target" names them; "status" is their new status,
--                 and nothing happens to them if it is ACTIVE; "others" is
--                 whether it happens to all other users; "new_name" is the new
--                 name of the target; "dry_run", whether nothing happens
--
--   "Error": { name, kinds, outcomes }, with texts in Markdown. A kind:
--   { name, meaning, remedy }. An outcome: { cause, kind, retried, applied,
--   sentence }
--     retried     "never"; "renewed": once, with a new token; "if idempotent";
--                 "unless applied": if idempotent, or if nothing was sent; or
--                 "always"
--     applied     "no", "if sent" or "maybe"
local function describe(name)
  if name == nil then
    return setmetatable(core.describe(), list_meta)
  elseif type(name) ~= "string" then
    error("describe: expected a name, got " .. type(name), 2)
  end
  local found, suggestion = core.describe(name)
  found = found or options.describe_table(name)
    or find_schema_of_endpoints(name)
  if not found then
    return nil, core.error("argument", in_reference[name]
      and ("\"%s\" is described in doc/reference.md"):format(name)
      or ("there is no \"%s\" to describe; %sthoughtspot.describe() lists the "
        .. "endpoints"):format(name, suggestion and "did you mean "
        .. suggestion .. "? " or ""))
  elseif found.kinds then
    return setmetatable(found, error_meta)
  elseif found.fields then
    return with_tostring(found)
  end
  for _, part in ipairs { "request", "returns" } do
    if found[part] then
      with_tostring(found[part])
    end
  end
  return setmetatable(found, endpoint_meta)
end

return describe
