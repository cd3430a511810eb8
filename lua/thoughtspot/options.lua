--- Checks the options of functions written in Lua; the core checks those of
-- clients and calls.
--
-- Each option is a row:
--   name, doc
--   kind          one of those below
--   default       a value; or default_text, if the default is not a constant
--   required      true: cannot be omitted
--   list          true: the table is a list of strings
--   annotation    its LuaCATS type, if it is not derived from the kind

local core = require "thoughtspot.core"

local function is(name)
  return function(value)
    return type(value) == name
  end
end

local function is_whole(least)
  return function(value)
    return type(value) == "number" and value >= least and value % 1 == 0
      and value < math.huge
  end
end

local function is_one_of(...)
  local known = {}
  for _, name in ipairs { ... } do
    known[name] = true
  end
  return function(value)
    return known[value] == true
  end
end

-- Returns whether a value is a list of strings that are not blank.
local function is_text_list(value)
  if type(value) ~= "table" then
    return false
  end
  local count = 0
  for _ in pairs(value) do
    count = count + 1
  end
  for index = 1, count do
    if type(value[index]) ~= "string" or not value[index]:find "%S" then
      return false
    end
  end
  return true
end

local function is_percentage(value)
  local whole, fraction
  if type(value) == "string" then
    whole, fraction = value:match "^(%d+)%.?(%d*) ?%%$"
  end
  return whole ~= nil and (tonumber(whole) < 100
    or tonumber(whole) == 100 and not fraction:find "[^0]")
end

-- Kind of an option, as messages name it = its type, and the check of a value.
local kinds = {
  ["a table"] = { type = "table", accepts = is "table" },
  ["a function"] = { type = "function", accepts = is "function" },
  ["a string"] = { type = "string", accepts = is "string" },
  ["true or false"] = { type = "boolean", accepts = is "boolean" },
  ["an open file"] = {
    type = "file*",
    accepts = function(value)
      return io.type(value) == "file"
    end,
  },
  ["a whole number, zero or more"] = {
    type = "integer", accepts = is_whole(0),
  },
  ["a whole number above zero"] = { type = "integer", accepts = is_whole(1) },
  ["a whole number above zero, or -1"] = {
    type = "integer",
    accepts = function(value)
      return value == -1 or is_whole(1)(value)
    end,
  },
  ["a number of seconds"] = {
    type = "number",
    accepts = function(value)
      return type(value) == "number" and value >= 0
    end,
  },
  ['a whole number, or a percentage such as "10%"'] = {
    type = "integer",
    accepts = function(value)
      return is_whole(0)(value) or is_percentage(value)
    end,
  },
  ["a list of non-empty strings"] = {
    type = "table", accepts = is_text_list,
  },
  ['"named", "add" or a list of non-empty strings'] = {
    type = "table",
    accepts = function(value)
      return value == "named" or value == "add" or is_text_list(value)
    end,
  },
  ['"keep", "strip", "deactivate" or "delete"'] = {
    type = "string",
    accepts = is_one_of("keep", "strip", "deactivate", "delete"),
  },
  ["true, false or a table of fields"] = {
    type = "boolean",
    accepts = function(value)
      return type(value) == "boolean" or type(value) == "table"
    end,
  },
  ["a path or false"] = {
    type = "string",
    accepts = function(value)
      return value == false or type(value) == "string" and value ~= ""
    end,
  },
}

local options = {}

--- The tables of options that are checked in Lua, in the order of the
-- documentation: the name, and the module that has the rows under this name.
options.tables = {
  { name = "EachUserOptions", module = "thoughtspot.bulk.options" },
  { name = "BatchOptions", module = "thoughtspot.bulk.options" },
  { name = "ImportInBatchesOptions", module = "thoughtspot.bulk.options" },
  { name = "ProgressOptions", module = "thoughtspot.progress" },
  { name = "PlanOptions", module = "thoughtspot.sync.options" },
  { name = "ApplyOptions", module = "thoughtspot.sync.options" },
  { name = "RedisOptions", module = "thoughtspot.store.options" },
}

local function names_of(rows)
  local names = {}
  for index, row in ipairs(rows) do
    names[index] = row.name
  end
  table.sort(names)
  return table.concat(names, ", ")
end

local function find(rows, name)
  for _, row in ipairs(rows) do
    if row.name == name then
      return row
    end
  end
end

local function shown(value)
  local kind = type(value)
  if kind == "number" or kind == "boolean" then
    return tostring(value)
  end
  return kind
end

-- What makes a table look as if it had content.
local disguises = { "__index", "__pairs", "__len" }

--- Returns why a table must not be read, or nil: it is empty except for its
-- metatable, whose content only some versions of Lua find. A list of users
-- to protect, say, would be empty on LuaJIT. The core refuses such requests.
function options.fault_of_table(value)
  local meta = getmetatable(value)
  if meta == nil or next(value) ~= nil then
    return nil
  end
  for _, event in ipairs(disguises) do
    if type(meta) ~= "table" or rawget(meta, event) ~= nil then
      return "expected a plain table, got one that is empty except for its "
        .. "metatable"
    end
  end
end

--- Checks a table of options.
-- @param rows list of rows, see above
-- @param given table
-- @param endpoint the name of the call that takes them, or nil
-- @return nil, or an error of kind "argument"
function options.check(rows, given, endpoint)
  local fault = options.fault_of_table(given)
  if fault then
    return core.error("argument", fault, endpoint)
  end
  for name, value in pairs(given) do
    local row = find(rows, name)
    local what = type(value) == "table" and options.fault_of_table(value)
    if not row then
      what = "is not an option here; the options are " .. names_of(rows)
    elseif not what and not kinds[row.kind].accepts(value) then
      what = "expected " .. row.kind .. ", got " .. shown(value)
    end
    if what then
      return core.error("argument", what, endpoint, tostring(name))
    end
  end
end

--- Checks a table of options, and fills in the defaults.
-- @param rows, given, endpoint as for options.check
-- @return a copy of the table, with the defaults of absent options; or nil and
--   an error of kind "argument"
function options.read(rows, given, endpoint)
  local fault = options.check(rows, given, endpoint)
  if fault then
    return nil, fault
  end
  local complete = {}
  for _, row in ipairs(rows) do
    local value = given[row.name]
    if value == nil then
      value = row.default
    end
    complete[row.name] = value
  end
  return complete
end

-- Returns the default of a row as text, or nil.
local function default_of(row)
  if type(row.default) == "string" then
    return '"' .. row.default .. '"'
  elseif row.default ~= nil then
    return tostring(row.default)
  end
  return row.default_text
end

--- Describes rows as thoughtspot.describe describes schemas.
-- @param name of the schema
-- @param rows list of rows, see above
-- @return { name, fields }
function options.describe(name, rows)
  local fields = {}
  for index, row in ipairs(rows) do
    fields[index] = {
      name = row.name, type = row.list and "string" or kinds[row.kind].type,
      list = row.list, required = row.required, default = default_of(row),
      annotation = row.annotation, doc = row.doc,
    }
  end
  return { name = name, fields = fields }
end

--- Describes one of the tables of options.
-- @return as options.describe; nil: there is none of that name
function options.describe_table(name)
  for _, each in ipairs(options.tables) do
    if each.name == name then
      return options.describe(name, require(each.module)[name])
    end
  end
end

return options
