--- Derives parts of the documentation from the tables of the code, and the
--- rockspecs.
--
-- A derived part is between two lines, in Markdown
--   <!-- derived: NAME -->  and  <!-- end derived -->
-- and in Lua
--   -- derived: NAME  and  -- end derived
-- `make docs` writes the parts; a spec fails if they are out of date.

local thoughtspot = require "thoughtspot"

local generate = {}

--- The files that have derived parts.
generate.files = {
  "README.md", "doc/errors.md", "doc/migration.md", "doc/reference.md",
  "doc/sync.md",
  "lua/thoughtspot/meta.lua", "lua/thoughtspot/sandbox/contract.lua",
  "lua-thoughtspot-scm-1.rockspec",
  "command/thoughtspot-users-scm-1.rockspec",
}

local API_PATH = require "thoughtspot.core".constants.api_path

local function each_endpoint()
  local names, index = thoughtspot.describe(), 0
  return function()
    index = index + 1
    return names[index] and thoughtspot.describe(names[index])
  end
end

-- Calls visit(schema, is_reply) for a schema and those inside it, each once.
local function visit_schema(schema, is_reply, seen, visit)
  if not schema or seen[schema.name] then
    return
  end
  seen[schema.name] = true
  visit(schema, is_reply)
  for _, field in ipairs(schema.fields) do
    visit_schema(field.schema, is_reply, seen, visit)
  end
end

local function visit_requests(visit, seen)
  for endpoint in each_endpoint() do
    visit_schema(endpoint.request, false, seen, visit)
  end
end

local function visit_replies(visit, seen)
  for endpoint in each_endpoint() do
    visit_schema(endpoint.returns, true, seen, visit)
  end
end

-- Schemas of options that are checked in Lua.
local lua_options = {
  "EachUserOptions", "BatchOptions", "ImportInBatchesOptions",
  "ProgressOptions", "PlanOptions", "ApplyOptions",
}

local function visit_options(visit, seen)
  visit_schema(thoughtspot.describe "Options", false, seen, visit)
  visit_schema(thoughtspot.describe "CallOptions", false, seen, visit)
end

-- Returns whether a call makes sense without a request.
local function may_be_empty(schema)
  for _, field in ipairs(schema.fields) do
    if field.required then
      return false
    end
  end
  return true
end

-- --- Markdown --------------------------------------------------------------

local function cell(text)
  return (text:gsub("|", "\\|"))
end

local function row(...)
  return "| " .. table.concat({ ... }, " | ") .. " |"
end

local function link(name)
  return ("[%s](#%s)"):format(name, name:lower())
end

local function markdown_type(field)
  local name = field.schema and link(field.schema.name) or field.type
  return field.list and "list of " .. name or name
end

local function code(text)
  return "`" .. text .. "`"
end

local function map(list, convert)
  local converted = {}
  for index, item in ipairs(list) do
    converted[index] = convert(item)
  end
  return converted
end

local function remarks(field)
  local parts = { cell(field.doc) }
  if field.values then
    parts[#parts + 1] = (field.list and "each one of " or "one of ")
      .. table.concat(map(field.values, code), ", ")
  end
  if field.default then
    parts[#parts + 1] = "when absent: " .. code(field.default)
  end
  return table.concat(parts, "; ")
end

local function add_fields(lines, schema)
  lines[#lines + 1] = row("field", "type", "meaning")
  lines[#lines + 1] = row("---", "---", "---")
  for _, field in ipairs(schema.fields) do
    local name = code(field.name)
    lines[#lines + 1] = row(field.required and "**" .. name .. "**" or name,
      markdown_type(field), remarks(field))
  end
end

local function arguments(endpoint)
  local names = {}
  if endpoint.path_parameter then
    names[1] = endpoint.path_parameter.name
  end
  if endpoint.request then
    names[#names + 1] = "request"
  end
  return names
end

local function call(endpoint)
  local names = arguments(endpoint)
  if names[1] == "request" then
    return ("client:%s {…}"):format(endpoint.name)
  end
  return ("client:%s(%s)"):format(endpoint.name,
    (table.concat(names, ", "):gsub("request", "{…}")))
end

local function reply(endpoint)
  if not endpoint.returns then
    return "`true`"
  end
  local name = link(endpoint.returns.name)
  return endpoint.reply == "list" and "list of " .. name or name
end

local repeating = {
  safe = "Safe: changes nothing, and is retried after any transient failure.",
  idempotent = "Idempotent: a second call changes nothing more, so it is "
    .. "retried after any transient failure.",
  once = "Is retried only if the cluster has certainly not applied it.",
}

local function schema_section(lines, schema)
  lines[#lines + 1] = ""
  lines[#lines + 1] = "### " .. schema.name
  lines[#lines + 1] = ""
  add_fields(lines, schema)
end

local function lines_to_text(lines)
  return table.concat(lines, "\n")
end

generate.parts = {}

--- The table of the README.
function generate.parts.endpoints()
  local lines = {
    row("call", "what it does", "returns", "since"),
    row("---", "---", "---", "---"),
  }
  for endpoint in each_endpoint() do
    lines[#lines + 1] = row(code(call(endpoint)), cell(endpoint.doc),
      (reply(endpoint):gsub("%[(.-)%]%b()", "%1")), endpoint.since)
  end
  return lines_to_text(lines)
end

--- The endpoints, each with the fields of its request.
function generate.parts.calls()
  local lines = {}
  for endpoint in each_endpoint() do
    lines[#lines + 1] = "### " .. endpoint.name
    lines[#lines + 1] = ""
    lines[#lines + 1] = code(call(endpoint)) .. " → " .. reply(endpoint)
    lines[#lines + 1] = ""
    lines[#lines + 1] = endpoint.doc .. " " .. repeating[endpoint.effect]
      .. (endpoint.privilege and " Needs the privilege " .. endpoint.privilege
        .. "." or "")
    lines[#lines + 1] = ""
    lines[#lines + 1] = ("`%s %s%s`, in clusters since %s."):format(
      endpoint.method, API_PATH, endpoint.path, endpoint.since)
    lines[#lines + 1] = ""
    if endpoint.request then
      add_fields(lines, endpoint.request)
      lines[#lines + 1] = ""
    end
  end
  lines[#lines] = nil
  return lines_to_text(lines)
end

--- The tables inside requests, and those that calls return.
function generate.parts.tables()
  local lines, seen = {}, {}
  for endpoint in each_endpoint() do
    if endpoint.request then
      seen[endpoint.request.name] = true
    end
  end
  local function visit(schema)
    schema_section(lines, schema)
  end
  visit_replies(visit, seen)
  for endpoint in each_endpoint() do
    for _, field in ipairs(endpoint.request and endpoint.request.fields or {})
    do
      visit_schema(field.schema, false, seen, visit)
    end
  end
  table.remove(lines, 1)
  return lines_to_text(lines)
end

--- The options of a client and of a call.
function generate.parts.options()
  local lines = {}
  visit_options(function(schema)
    schema_section(lines, schema)
  end, {})
  table.remove(lines, 1)
  return lines_to_text(lines)
end

local function add_fields_part(name)
  generate.parts[name] = function()
    local lines = {}
    add_fields(lines, thoughtspot.describe(name))
    return lines_to_text(lines)
  end
end

for _, name in ipairs(lua_options) do
  add_fields_part(name)
end
add_fields_part "Request"

--- What the official SDKs call the endpoints.
function generate.parts.names()
  local lines = {
    row("path", "TypeScript, Java", "Python", "here"),
    row("---", "---", "---", "---"),
  }
  local known = {}
  for endpoint in each_endpoint() do
    -- Two of our calls may have the same path; the first has the SDKs' name.
    local name = known[endpoint.path] or endpoint.name
    known[endpoint.path] = name
    lines[#lines + 1] = row(code(endpoint.path),
      code((name:gsub("_(%l)", string.upper))), code(name),
      code("client:" .. endpoint.name))
  end
  return lines_to_text(lines)
end

-- --- Errors ----------------------------------------------------------------

--- The kinds of errors.
function generate.parts.kinds()
  local lines = {
    row("kind", "what it means", "what to do"),
    row("---", "---", "---"),
  }
  for _, kind in ipairs(thoughtspot.describe "Error".kinds) do
    lines[#lines + 1] = row(code(kind.name), kind.meaning, kind.remedy)
  end
  return lines_to_text(lines)
end

-- What an outcome says about retries, and about whether the call was applied.
local retried = {
  never = "none", renewed = "all, once, with a new token",
  ["if idempotent"] = "idempotent ones",
  ["unless applied"] = "idempotent ones; all, if nothing was sent",
  always = "all",
}
local applied = {
  no = "no", ["if sent"] = "maybe, if the request was sent", maybe = "maybe",
}

--- The outcomes of failures and statuses.
function generate.parts.outcomes()
  local lines = {
    row("outcome", "kind", "which calls are retried",
      "a write was applied"),
    row("---", "---", "---", "---"),
  }
  for _, outcome in ipairs(thoughtspot.describe "Error".outcomes) do
    lines[#lines + 1] = row(outcome.cause, code(outcome.kind),
      retried[outcome.retried], applied[outcome.applied])
  end
  return lines_to_text(lines)
end

-- Returns a Markdown text without its marks.
local function plain(text)
  return (text:gsub("%[(.-)%]%b()", "%1"):gsub("`", ""))
end

--- The alias for the kinds of errors.
function generate.parts.errorkinds()
  local lines = { "---@alias thoughtspot.ErrorKind" }
  for _, kind in ipairs(thoughtspot.describe "Error".kinds) do
    lines[#lines + 1] = ("---| %q # %s"):format(kind.name, plain(kind.meaning))
  end
  return lines_to_text(lines)
end

-- --- LuaCATS ---------------------------------------------------------------

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
  for endpoint in each_endpoint() do
    schemas[#schemas + 1] = endpoint.returns
  end
  add_field_names(lines, "UserField", { thoughtspot.describe "User" })
  add_field_names(lines, "ReplyField", schemas)
end

local function add_endpoint_names(lines)
  lines[#lines + 1] = "---@alias thoughtspot.EndpointName"
  for endpoint in each_endpoint() do
    lines[#lines + 1] = ("---| %q"):format(endpoint.name)
  end
  lines[#lines + 1] = ""
end

local function add_method(lines, endpoint)
  lines[#lines + 1] = "---" .. endpoint.doc
  lines[#lines + 1] = "---"
  lines[#lines + 1] = ("---`%s %s%s`, in clusters since %s."):format(
    endpoint.method, API_PATH, endpoint.path, endpoint.since)
  if endpoint.privilege then
    lines[#lines + 1] = "---Needs the privilege " .. endpoint.privilege .. "."
  end
  local names = arguments(endpoint)
  if endpoint.path_parameter then
    lines[#lines + 1] = ("---@param %s string %s"):format(names[1],
      endpoint.path_parameter.doc)
  end
  if endpoint.request then
    lines[#lines + 1] = ("---@param request%s thoughtspot.%s"):format(
      may_be_empty(endpoint.request) and "?" or "", endpoint.request.name)
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
  for endpoint in each_endpoint() do
    add_overload(endpoint)
  end
  add_overload(thoughtspot.describe "request")
  lines[#lines + 1] = "function Client:batch(endpoint, items, options) end"
  lines[#lines + 1] = ""
end

--- The classes of requests, replies and options, and the methods that depend
-- on the endpoints.
function generate.parts.annotations()
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
  visit_options(visit, seen)
  for _, name in ipairs(lua_options) do
    visit_schema(thoughtspot.describe(name), false, seen, visit)
  end
  visit_replies(visit, seen)
  visit_requests(visit, seen)
  visit_schema(thoughtspot.describe "Request", false, seen, visit)
  for endpoint in each_endpoint() do
    add_method(lines, endpoint)
  end
  add_batch(lines)
  lines[#lines] = nil
  return lines_to_text(lines)
end

-- --- The sandbox -----------------------------------------------------------

-- Returns a field as the sandbox needs it: required if a request must have it
-- when it is sent.
local function contract_field(field)
  local parts = {
    ("name = %q, type = %q"):format(field.name, field.type),
  }
  if field.list then
    parts[#parts + 1] = "list = true"
  end
  if field.required or field.filled then
    parts[#parts + 1] = "required = true"
  end
  if field.values then
    parts[#parts + 1] = ("values = %q"):format(table.concat(field.values, " "))
  end
  if field.schema then
    parts[#parts + 1] = ("schema = %q"):format(field.schema.name)
  end
  return "    { " .. table.concat(parts, ", ") .. " },"
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

--- The routes of a cluster. If two calls have the same route, the first
-- counts.
function generate.parts.routes()
  local lines, known = {
    ("local base = %q"):format(API_PATH), "", "local routes = {",
  }, {}
  for endpoint in each_endpoint() do
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
  return lines_to_text(lines)
end

--- The tables in requests.
function generate.parts.schemas()
  local lines, seen, known = { "local schemas = {" }, {}, {}
  for endpoint in each_endpoint() do
    if endpoint.request and not known[endpoint.path] then
      visit_schema(endpoint.request, false, seen, function(schema)
        add_contract_schema(lines, schema)
      end)
    end
    known[endpoint.path] = true
  end
  lines[#lines + 1] = "}"
  return lines_to_text(lines)
end

-- --- Rocks ----------------------------------------------------------------

local SCM_ROCKSPECS = {
  "lua-thoughtspot-scm-1.rockspec",
  "command/thoughtspot-users-scm-1.rockspec",
}
local VERSION_HEADER = "src/binding/version.h"

local function lines_of(command)
  local lines, pipe = {}, io.popen(command)
  for line in pipe:lines() do
    lines[#lines + 1] = line
  end
  pipe:close()
  table.sort(lines)
  return lines
end

--- The C files of the core.
function generate.parts.sources()
  return lines_to_text(map(lines_of "ls src/*/*.c", function(path)
    return ("        %q,"):format(path)
  end))
end

--- The Lua files, by the names under which they are required.
function generate.parts.modules()
  return lines_to_text(map(lines_of "find lua -name '*.lua'", function(path)
    local name = path:match "^lua/(.*)%.lua$":gsub("/", ".")
      :gsub("%.init$", "")
    return ("    [%q] = %q,"):format(name, path)
  end))
end

--- The files of the command, by the names under which they are required.
function generate.parts.command_modules()
  return lines_to_text(map(
    lines_of "cd command && find thoughtspot_users -name '*.lua'",
    function(path)
      local name = path:match "^(.*)%.lua$":gsub("/", ".")
      local line = ("    [%q] = %q,"):format(name, path)
      return #line < 80 and line
        or ("    [%q] =\n      %q,"):format(name, path)
    end))
end

--- Returns the rockspecs of this version: those of the source tree with
-- another source.
-- @return list of { path, text }
function generate.releases()
  local version = generate.read(VERSION_HEADER)
    :match 'TS_VERSION "([^"]*)"'
  return map(SCM_ROCKSPECS, function(path)
    local text = generate.render(generate.read(path))
      :gsub('version = "scm%-1"', ('version = "%s-1"'):format(version))
      :gsub('(url = "git%+[^\n]*)', ('%%1\n  tag = "v%s",'):format(version))
    return { path = path:gsub("scm", version), text = text }
  end)
end

-- --- Files -----------------------------------------------------------------

local marks = {
  { "(<!%-%- derived: (%w+) %-%->\n).-(<!%-%- end derived %-%->)", "" },
  { "(%-%- derived: ([%w_]+)\n).-(%-%- end derived\n)", "\n" },
}

--- Replaces the derived parts of a text.
-- @param text the content of a file
-- @return the text as it should be
function generate.render(text)
  for _, mark in ipairs(marks) do
    local pattern, space = mark[1], mark[2]
    text = text:gsub(pattern, function(first, name, last)
      local part = generate.parts[name]
      if not part then
        error("there is no part called " .. name)
      end
      return first .. space .. part() .. "\n" .. space .. last
    end)
  end
  return text
end

--- Reads a whole file.
function generate.read(path)
  local file = assert(io.open(path))
  local text = file:read "*a"
  file:close()
  return text
end

local function write(path, text)
  local file = assert(io.open(path, "w"))
  assert(file:write(text))
  assert(file:close())
end

--- Writes the derived parts of all files, and the rockspecs of this version.
function generate.write()
  for _, path in ipairs(generate.files) do
    write(path, generate.render(generate.read(path)))
  end
  for _, release in ipairs(generate.releases()) do
    write(release.path, release.text)
  end
end

return generate
