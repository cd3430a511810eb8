--- Reads LuaCATS annotations, and checks values against them.
--
-- It knows the part of the language that lua/thoughtspot/meta.lua uses, as
-- lua-language-server parses it, and raises on everything else: what an editor
-- would silently ignore is an error here.
--
-- A type is read into its check: function(value, path) that returns true, or
-- false and what is wrong. A path says which value it is, as in "value.host".

local luacats = {}

local function fits(ok, value, path)
  if ok then
    return true
  end
  return false, ("%s: a %s will not do"):format(path, type(value))
end

local function is_whole(value)
  return type(value) == "number" and value == math.floor(value)
end

local function is_callable(value)
  return type(value) == "function"
    or (getmetatable(value) or {}).__call ~= nil
end

-- Name of a built-in type = its test.
local builtin = {
  any = function() return true end,
  integer = is_whole,
  lightuserdata = function(value) return type(value) == "userdata" end,
  ["file*"] = function(value) return io.type(value) ~= nil end,
}
for name in ("nil boolean number string table userdata"):gmatch "%a+" do
  builtin[name] = function(value) return type(value) == name end
end

-- --- Types -----------------------------------------------------------------

-- A text, the current position in it, and the definitions so far.
local Reader = {}
Reader.__index = Reader

local function new_reader(where, text, definitions)
  return setmetatable({
    where = where, text = text, at = 1, definitions = definitions,
  }, Reader)
end

function Reader:fail(expected)
  error(("%s: expected %s at: %s"):format(self.where, expected,
    self.text:sub(self.at)), 0)
end

-- Skips spaces and takes the match of an anchored pattern; nil: no match.
function Reader:take(pattern)
  local from, to, capture = self.text:find("^%s*" .. pattern, self.at)
  if from then
    self.at = to + 1
    return capture or true
  end
end

function Reader:expect(pattern, what)
  return self:take(pattern) or self:fail(what)
end

-- The name of a type, a field or a parameter.
function Reader:name(what)
  return self:take "([%a_][%w_.*]*)" or self:fail(what)
end

-- Whether a text follows without a space.
function Reader:follows(text)
  if self.text:sub(self.at, self.at + #text - 1) ~= text then
    return false
  end
  self.at = self.at + #text
  return true
end

local function named(definitions, name)
  definitions.used[name] = true
  return function(value, path)
    local test = builtin[name]
    if test then
      return fits(test(value), value, path)
    end
    return definitions.types[name].check(value, path)
  end
end

local function literal(expected)
  return function(value, path)
    return fits(value == expected, value, path)
  end
end

-- Checks each entry of a table by what check_of(key, table) returns; false or
-- nil: there may be no such key.
local function entries_of(check_of)
  return function(value, path)
    if type(value) ~= "table" then
      return fits(false, value, path)
    end
    for key, item in pairs(value) do
      local check = check_of(key, value)
      local ok, reason = fits(false, value, path)
      if check then
        local form = type(key) == "number" and "%s[%d]" or "%s.%s"
        ok, reason = check(item, form:format(path, key))
      end
      if not ok then
        return false, reason
      end
    end
    return true
  end
end

local function list_of(check)
  return entries_of(function(key, list)
    return is_whole(key) and key >= 1 and key <= #list and check
  end)
end

local function map_of(check_key, check_value)
  return entries_of(function(key)
    return check_key(key, "") and check_value
  end)
end

-- What stands at each position of a list.
local function tuple_of(checks)
  return entries_of(function(key)
    return checks[key]
  end)
end

local function union_of(checks)
  return function(value, path)
    local first
    for _, check in ipairs(checks) do
      local ok, reason = check(value, path)
      if ok then
        return true
      end
      first = first or reason
    end
    return false, first
  end
end

-- An object with methods may have other fields.
local function check_fields(value, class, path, types)
  if type(value) ~= "table" and type(value) ~= "userdata" then
    return fits(false, value, path)
  end
  local known, order = {}, {}
  local from = class
  while from do
    for _, name in ipairs(from.order) do
      if not known[name] then
        known[name], order[#order + 1] = from.fields[name], name
      end
    end
    from = types[from.parent]
  end
  for name in pairs(class.has_methods and {} or value) do
    if not known[name] then
      return false, ("%s: %s has no field %s"):format(path, class.name,
        tostring(name))
    end
  end
  for _, name in ipairs(order) do
    local field = known[name]
    if value[name] ~= nil or not field.optional then
      local ok, reason = field.check(value[name], path .. "." .. name)
      if not ok then
        return false, reason
      end
    end
  end
  return true
end

local function new_class(definitions, name)
  local class = { name = name, fields = {}, order = {} }
  class.check = function(value, path)
    return check_fields(value, class, path, definitions.types)
  end
  return class
end

local function add_field(class, name, optional, check)
  assert(not class.fields[name], name .. " is there twice")
  class.fields[name] = { optional = optional, check = check }
  class.order[#class.order + 1] = name
end

local read_type

local function read_each(reader, close, read)
  while not reader:take(close) do
    read()
    if not reader:take "," then
      reader:expect(close, close:gsub("%%", ""))
      break
    end
  end
end

local function read_function(reader)
  reader:expect("%(", "(")
  read_each(reader, "%)", function()
    reader:name "the name of a parameter"
    reader:take "%?"
    reader:expect(":", "a colon")
    read_type(reader)
  end)
  if reader:take ":" then
    -- An editor would take it for the list of all results.
    if reader:take "%(" then
      reader:fail "results without a parenthesis before them"
    end
    repeat
      read_type(reader)
    until not reader:take ","
  end
  return function(value, path)
    return fits(is_callable(value), value, path)
  end
end

local function read_literal_table(reader)
  local class = new_class(reader.definitions, "the table")
  read_each(reader, "}", function()
    local name = reader:name "the name of a field"
    local optional = reader:take "%?"
    reader:expect(":", "a colon")
    add_field(class, name, optional, read_type(reader))
  end)
  return class.check
end

local function read_tuple(reader)
  local checks = {}
  read_each(reader, "%]", function()
    checks[#checks + 1] = read_type(reader)
  end)
  return tuple_of(checks)
end

local function read_named(reader)
  local name = reader:name "a type"
  if name == "fun" then
    return read_function(reader)
  elseif name == "true" or name == "false" then
    return literal(name == "true")
  elseif name == "table" and reader:follows "<" then
    local key = read_type(reader)
    reader:expect(",", "a comma")
    local value = read_type(reader)
    reader:expect(">", ">")
    return map_of(key, value)
  end
  return named(reader.definitions, name)
end

local function read_unit(reader)
  local text = reader:take '"([^"]*)"'
  local check
  if text then
    check = literal(text)
  elseif reader:take "%(" then
    check = read_type(reader)
    reader:expect("%)", ")")
  elseif reader:take "{" then
    check = read_literal_table(reader)
  elseif reader:take "%[" then
    check = read_tuple(reader)
  else
    check = read_named(reader)
  end
  while reader:follows "[]" do
    check = list_of(check)
  end
  return check, text
end

function read_type(reader)
  local checks = {}
  repeat
    checks[#checks + 1] = read_unit(reader)
  until not reader:take "|"
  if reader:follows "?" then
    checks[#checks + 1] = named(reader.definitions, "nil")
  end
  return union_of(checks)
end

-- --- Lines -----------------------------------------------------------------

local function define(definitions, name, what)
  assert(not definitions.types[name], name .. " is defined twice")
  definitions.types[name] = what
end

-- Word = function(reader, block, definitions): reads a line ---@word. A block
-- is what the lines without a gap between them say.
local words = {}

function words.meta(reader, _, definitions)
  definitions.module = reader:name "the name of a module"
end

function words.class(reader, block, definitions)
  local name = reader:name "the name of a class"
  block.class = new_class(definitions, name)
  if reader:take ":" then
    block.class.parent = reader:name "the name of a class"
    definitions.used[block.class.parent] = true
  end
  define(definitions, name, block.class)
end

function words.field(reader, block)
  local class = block.class or reader:fail "a class above"
  if reader:take "%[string%]" then
    -- The type of other fields comes last.
    local from = reader.at
    read_type(reader)
    class.other = reader.text:sub(from):match "%S+"
    return
  end
  if class.other then
    reader:fail "no field after [string]"
  end
  local name = reader:name "the name of a field"
  add_field(class, name, reader:take "%?", read_type(reader))
end

function words.overload(reader, block)
  reader:expect("fun", "fun")
  read_function(reader)
  block.overloads[#block.overloads + 1] = reader.text
end

function words.alias(reader, block, definitions)
  local name = reader:name "the name of an alias"
  local checks = {}
  block.alias = { check = union_of(checks), checks = checks, values = {} }
  define(definitions, name, block.alias)
  if reader:take "()%S" then
    reader.at = reader.at - 1
    checks[1] = read_type(reader)
  end
end

function words.param(reader, block)
  block.parameters[#block.parameters + 1] = {
    name = reader:name "the name of a parameter",
    optional = reader:take "%?", check = read_type(reader),
  }
end

words["return"] = function(reader, block)
  local check = read_type(reader)
  block.returns[#block.returns + 1] = {
    check = check, text = reader.text:sub(1, reader.at - 1):match "%S.*",
  }
end

local function read_alternative(reader, block)
  local alias = block.alias or reader:fail "an alias above"
  local check, text = read_unit(reader)
  alias.checks[#alias.checks + 1] = check
  alias.values[#alias.values + 1] = text
  if not reader:take "#" then
    reader:expect("$", "# or the end of the line")
  end
end

local function read_declaration(where, line, block, definitions)
  local returned = line:match "^return ([%w_]+)$"
  local name, parameters = line:match "^function ([%w_.:]+)%(([^)]*)%) end$"
  if returned then
    definitions.returned = returned
  elseif not name then
    assert(block.class and line:find "^local [%w_]+ = {}$",
      where .. ": expected a function or a class")
    block.class.has_methods = true
  else
    local expected = {}
    for _, parameter in ipairs(block.parameters) do
      expected[#expected + 1] = parameter.name
    end
    expected = table.concat(expected, ", ")
    assert(expected == parameters,
      where .. ": annotated are (" .. expected .. ")")
    definitions.functions[name] = block
  end
end

local function new_block()
  return { parameters = {}, returns = {}, overloads = {} }
end

--- Reads the annotations of a text; raises with the line that is wrong.
-- @return table: module, the name of the module that they are for; returned,
--   the variable that the file returns; types, name = class or alias;
--   functions, name, as in "Client:close" = { parameters, returns, overloads }
function luacats.read(text)
  local definitions = { types = {}, functions = {}, used = {} }
  local block, number = new_block(), 0
  for line in text:gmatch "(.-)\n" do
    number = number + 1
    local where = "line " .. number
    local word, rest = line:match "^%-%-%-@(%S+)(.*)$"
    local alternative = line:match "^%-%-%-|(.*)$"
    local reader = new_reader(where, rest or alternative, definitions)
    if word then
      local read = words[word] or error(where .. ": there is no @" .. word, 0)
      read(reader, block, definitions)
    elseif alternative then
      read_alternative(reader, block)
    elseif line == "" then
      block = new_block()
    elseif not line:find "^%-%-" then
      read_declaration(where, line, block, definitions)
      block = new_block()
    end
  end
  return definitions
end

--- The names of types that are used and not defined, in order.
function luacats.undefined(definitions)
  local missing = {}
  for name in pairs(definitions.used) do
    if not definitions.types[name] and not builtin[name] then
      missing[#missing + 1] = name
    end
  end
  table.sort(missing)
  return missing
end

-- --- Values ----------------------------------------------------------------

--- Whether a value is of a type.
-- @param name of a class or an alias, or a type as annotations write it
-- @return true, or false and the path of what is not
function luacats.check(definitions, value, name)
  return read_type(new_reader(name, name, definitions))(value, "value")
end

--- Whether values match the annotated parameters of a function.
-- @param name as in "Client:find_user"
-- @param values table by their positions
-- @return as luacats.check
function luacats.check_given(definitions, name, values)
  for index, parameter in ipairs(definitions.functions[name].parameters) do
    local value = values[index]
    if value ~= nil or not parameter.optional then
      local ok, reason = parameter.check(value, name .. ": " .. parameter.name)
      if not ok then
        return false, reason
      end
    end
  end
  return true
end

--- Whether values match the annotated results of a function. An error must be
-- there if the first result is nil: annotations cannot express that.
function luacats.check_returned(definitions, name, values)
  for index, wanted in ipairs(definitions.functions[name].returns) do
    local value = values[index]
    local ok, reason = true, nil
    if not (value == nil and values[1] ~= nil) then
      ok, reason = wanted.check(value, ("%s: result %d"):format(name, index))
    end
    if not ok then
      return false, reason
    end
  end
  return true
end

return luacats
