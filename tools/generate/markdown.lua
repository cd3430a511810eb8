--- The tables of the documentation, in Markdown.

local environment = require "thoughtspot.environment"
local failure = require "thoughtspot_users.failure"
local thoughtspot = require "thoughtspot"
local faults = require "thoughtspot.sandbox.faults"
local quirks = require "thoughtspot.sandbox.quirks"
local seed = require "thoughtspot.sandbox.seed"
local tables = require "tools.generate.tables"

local text_of = tables.text

-- Name of a derived part = function that returns its text.
local parts = {}

local function cell(text)
  return (text:gsub("|", "\\|"))
end

local function row(...)
  return "| " .. table.concat({ ... }, " | ") .. " |"
end

-- Adds the heading of a table, with a column for each name.
local function add_heading(lines, ...)
  lines[#lines + 1] = row(...)
  lines[#lines + 1] = row(...):gsub("[^|]+", " --- ")
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

local function remarks(field)
  local texts = { cell(field.doc) }
  if field.values then
    texts[#texts + 1] = (field.list and "each one of " or "one of ")
      .. table.concat(tables.map(field.values, code), ", ")
  end
  if field.default then
    texts[#texts + 1] = "when absent: " .. code(field.default)
  end
  return table.concat(texts, "; ")
end

local function add_fields(lines, schema)
  add_heading(lines, "field", "type", "meaning")
  for _, field in ipairs(schema.fields) do
    local name = code(field.name)
    lines[#lines + 1] = row(field.required and "**" .. name .. "**" or name,
      markdown_type(field), remarks(field))
  end
end

local function call(endpoint)
  local names = tables.arguments(endpoint)
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

--- Returns the table of calls in README.md.
function parts.endpoints()
  local lines = {}
  add_heading(lines, "call", "what it does", "returns", "since")
  for endpoint in tables.each_endpoint() do
    lines[#lines + 1] = row(code(call(endpoint)), cell(endpoint.doc),
      (reply(endpoint):gsub("%[(.-)%]%b()", "%1")), endpoint.since)
  end
  return text_of(lines)
end

--- Returns the endpoints, each with the fields of its request.
function parts.calls()
  local lines = {}
  for endpoint in tables.each_endpoint() do
    lines[#lines + 1] = "### " .. endpoint.name
    lines[#lines + 1] = ""
    lines[#lines + 1] = code(call(endpoint)) .. " → " .. reply(endpoint)
    lines[#lines + 1] = ""
    lines[#lines + 1] = endpoint.doc .. " " .. repeating[endpoint.effect]
      .. (endpoint.privilege and " Needs the privilege " .. endpoint.privilege
        .. "." or "")
    lines[#lines + 1] = ""
    lines[#lines + 1] = ("`%s %s%s`, in clusters since %s."):format(
      endpoint.method, tables.API_PATH, endpoint.path, endpoint.since)
    lines[#lines + 1] = ""
    if endpoint.request then
      add_fields(lines, endpoint.request)
      lines[#lines + 1] = ""
    end
  end
  lines[#lines] = nil
  return text_of(lines)
end

--- Returns the tables inside requests, and those that calls return.
function parts.tables()
  local lines, seen = {}, {}
  for endpoint in tables.each_endpoint() do
    if endpoint.request then
      seen[endpoint.request.name] = true
    end
  end
  local function visit(schema)
    schema_section(lines, schema)
  end
  tables.visit_replies(visit, seen)
  for endpoint in tables.each_endpoint() do
    for _, field in ipairs(endpoint.request and endpoint.request.fields or {})
    do
      tables.visit_schema(field.schema, false, seen, visit)
    end
  end
  table.remove(lines, 1)
  return text_of(lines)
end

--- Returns the options of a client and of a call.
function parts.options()
  local lines = {}
  tables.visit_options(function(schema)
    schema_section(lines, schema)
  end, {})
  table.remove(lines, 1)
  return text_of(lines)
end

local function add_fields_part(name)
  parts[name] = function()
    local lines = {}
    add_fields(lines, thoughtspot.describe(name))
    return text_of(lines)
  end
end

for _, name in ipairs(tables.lua_options) do
  add_fields_part(name)
end
add_fields_part "Request"

--- Returns the variables of the environment.
function parts.variables()
  local lines = {}
  add_heading(lines, "variable", "option", "meaning")
  for _, variable in ipairs(environment.rows) do
    lines[#lines + 1] = row(code(variable.variable), code(variable.option),
      variable.doc)
  end
  return text_of(lines)
end

--- Returns what the official SDKs call the endpoints.
function parts.names()
  local lines = {}
  add_heading(lines, "path", "TypeScript, Java", "Python", "here")
  local known = {}
  for endpoint in tables.each_endpoint() do
    -- Two of our calls may have the same path; the first has the SDKs' name.
    local name = known[endpoint.path] or endpoint.name
    known[endpoint.path] = name
    lines[#lines + 1] = row(code(endpoint.path),
      code((name:gsub("_(%l)", string.upper))), code(name),
      code("client:" .. endpoint.name))
  end
  return text_of(lines)
end

--- Returns the kinds of errors.
function parts.kinds()
  local lines = {}
  add_heading(lines, "kind", "what it means", "what to do")
  for _, kind in ipairs(thoughtspot.describe "Error".kinds) do
    lines[#lines + 1] = row(code(kind.name), kind.meaning, kind.remedy)
  end
  return text_of(lines)
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

--- Returns the outcomes of failures and statuses.
function parts.outcomes()
  local lines = {}
  add_heading(lines, "outcome", "kind", "which calls are retried",
    "a write was applied")
  for _, outcome in ipairs(thoughtspot.describe "Error".outcomes) do
    lines[#lines + 1] = row(outcome.cause, code(outcome.kind),
      retried[outcome.retried], applied[outcome.applied])
  end
  return text_of(lines)
end

-- --- The sandbox -----------------------------------------------------------

--- Returns the options of the sandbox.
function parts.sandboxoptions()
  local lines = {}
  add_heading(lines, "option", "type", "meaning")
  for _, option in ipairs(seed.options) do
    lines[#lines + 1] = row(code(option.name), option.type, option.doc
      .. (option.default and "; when absent: " .. code(option.default) or ""))
  end
  return text_of(lines)
end

--- Returns the names of the fields of users of the sandbox, as a sentence.
function parts.sandboxusers()
  local lines, line = {}, ""
  for index, field in ipairs(seed.user_fields) do
    local name = code(field.name) .. (seed.user_fields[index + 1] and ","
      or ".")
    if #line + 1 + #name > 79 then
      lines[#lines + 1] = line
      line = name
    else
      line = line == "" and name or line .. " " .. name
    end
  end
  lines[#lines + 1] = line
  return text_of(lines)
end

--- Returns the quirks of the sandbox.
function parts.quirks()
  local lines = {}
  add_heading(lines, "quirk", "what the sandbox does", "when absent")
  for _, quirk in ipairs(quirks.rows) do
    local note = quirk.expected and " (" .. quirk.expected .. ")" or ""
    lines[#lines + 1] = row(code(quirk.name), quirk.doc .. note,
      code(tostring(quirk.default)))
  end
  return text_of(lines)
end

--- Returns the faults of the sandbox.
function parts.faults()
  local lines = {}
  add_heading(lines, "fault", "reply")
  for _, fault in ipairs(faults.rows) do
    lines[#lines + 1] = row(code(fault.name), fault.doc)
  end
  return text_of(lines)
end

-- --- The command -----------------------------------------------------------

--- Returns the exit codes of the command.
function parts.exitcodes()
  local lines = {}
  add_heading(lines, "code", "meaning")
  for _, exit in ipairs(failure.codes) do
    lines[#lines + 1] = row(("%d"):format(exit.code), exit.meaning)
  end
  return text_of(lines)
end

return parts
