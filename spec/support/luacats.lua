--- Reads LuaCATS annotations, and says whether values are what they promise.
--
-- It knows the part of the language that lua/thoughtspot/meta.lua uses, as
-- lua-language-server parses it, and raises on everything else: what an editor
-- would pass over in silence is an error here.

local luacats = {}

-- What a type may be called without being defined.
local builtin = {
  ["any"] = true, ["nil"] = true, ["boolean"] = true, ["number"] = true,
  ["integer"] = true, ["string"] = true, ["lightuserdata"] = true,
  ["file*"] = true, ["table"] = true,
}

-- --- Types -----------------------------------------------------------------

-- A text and the place in it that is read next.
local Reader = {}
Reader.__index = Reader

function Reader:fail(expected)
  error(("%s: expected %s at: %s"):format(self.where, expected,
    self.text:sub(self.at)), 0)
end

-- Takes what an anchored pattern matches, after spaces; nil: no match.
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
function Reader:name()
  return self:take "([%a_][%w_.*]*)"
end

local read_type

local function read_parameters(reader)
  local parameters = {}
  reader:expect("%(", "(")
  while not reader:take "%)" do
    local name = reader:name() or reader:fail "the name of a parameter"
    local optional = reader:take "%?"
    reader:expect(":", "a colon")
    parameters[#parameters + 1] = {
      name = name, optional = optional, type = read_type(reader),
    }
    if not reader:take "," then
      reader:expect("%)", ")")
      break
    end
  end
  return parameters
end

local function read_function(reader)
  local found = { is = "function", parameters = read_parameters(reader) }
  found.returns = {}
  if reader:take ":" then
    repeat
      found.returns[#found.returns + 1] = read_type(reader)
    until not reader:take ","
  end
  return found
end

local function read_literal_table(reader)
  local fields = {}
  repeat
    local name = reader:name() or reader:fail "the name of a field"
    local optional = reader:take "%?"
    reader:expect(":", "a colon")
    fields[name] = { optional = optional, type = read_type(reader) }
  until not reader:take ","
  reader:expect("}", "}")
  return { is = "fields", fields = fields }
end

local function read_unit(reader)
  local found
  local text = reader:take '"([^"]*)"'
  if text then
    found = { is = "literal", value = text }
  elseif reader:take "%(" then
    found = read_type(reader)
    reader:expect("%)", ")")
  elseif reader:take "{" then
    found = read_literal_table(reader)
  else
    local name = reader:name() or reader:fail "a type"
    if name == "fun" then
      return read_function(reader)
    elseif name == "true" or name == "false" then
      found = { is = "literal", value = name == "true" }
    elseif name == "table" and reader:take "<" then
      local key = read_type(reader)
      reader:expect(",", "a comma")
      found = { is = "map", key = key, value = read_type(reader) }
      reader:expect(">", ">")
    else
      found = { is = "name", name = name }
    end
  end
  while reader.text:sub(reader.at, reader.at + 1) == "[]" do
    reader.at = reader.at + 2
    found = { is = "list", of = found }
  end
  return found
end

function read_type(reader)
  local units = {}
  repeat
    units[#units + 1] = read_unit(reader)
  until not reader:take "|"
  local found = { is = "union", units = units }
  if reader.text:sub(reader.at, reader.at) == "?" then
    reader.at = reader.at + 1
    units[#units + 1] = { is = "name", name = "nil" }
  end
  return found
end

-- --- Lines -----------------------------------------------------------------

-- Word = function(definitions, reader, block): reads a line ---@word. A block
-- is what the lines without a gap between them say.
local words = {}

function words.meta(_, reader)
  reader:take "_"
end

function words.class(definitions, reader, block)
  local name = reader:name() or reader:fail "the name of a class"
  assert(not definitions.types[name], name .. " is defined twice")
  block.class = { is = "class", name = name, fields = {}, order = {} }
  if reader:take ":" then
    block.class.parent = reader:name() or reader:fail "the name of a class"
  end
  definitions.types[name] = block.class
end

function words.field(_, reader, block)
  local class = block.class or reader:fail "a class above"
  local name = reader:name() or reader:fail "the name of a field"
  assert(not class.fields[name], name .. " is there twice")
  class.fields[name] = {
    optional = reader:take "%?", type = read_type(reader),
  }
  class.order[#class.order + 1] = name
end

function words.overload(_, reader)
  reader:expect("fun", "fun")
  read_function(reader)
end

function words.alias(definitions, reader, block)
  local name = reader:name() or reader:fail "the name of an alias"
  assert(not definitions.types[name], name .. " is defined twice")
  block.alias = { is = "union", units = {} }
  definitions.types[name] = block.alias
  if reader:take "()%S" then
    reader.at = reader.at - 1
    block.alias.units[1] = read_type(reader)
  end
end

function words.param(_, reader, block)
  local name = reader:name() or reader:fail "the name of a parameter"
  block.parameters[#block.parameters + 1] = {
    name = name, optional = reader:take "%?", type = read_type(reader),
  }
end

words["return"] = function(_, reader, block)
  block.returns[#block.returns + 1] = read_type(reader)
end

local function read_alternative(reader, block)
  local alias = block.alias or reader:fail "an alias above"
  alias.units[#alias.units + 1] = read_unit(reader)
  if not reader:take "#" then
    reader:expect("$", "# or the end of the line")
  end
end

local function read_declaration(definitions, where, line, block)
  local name, parameters = line:match "^function ([%w_.:]+)%(([^)]*)%) end$"
  if not name then
    assert(block.class and line:find "^local [%w_]+ = {}$",
      where .. ": expected a function or a class")
    block.class.has_methods = true
    return
  end
  local expected = {}
  for _, parameter in ipairs(block.parameters) do
    expected[#expected + 1] = parameter.name
  end
  assert(table.concat(expected, ", ") == parameters,
    where .. ": annotated are (" .. table.concat(expected, ", ") .. ")")
  definitions.functions[name] = block
end

local function new_block()
  return { parameters = {}, returns = {} }
end

--- Reads the annotations of a text; raises with the line that is wrong.
-- @return { types, functions }: name = class or type; name, as in
--   "Client:close" = { parameters, returns }
function luacats.read(text)
  local definitions = { types = {}, functions = {} }
  local block, number = new_block(), 0
  for line in text:gmatch "(.-)\n" do
    number = number + 1
    local where = "line " .. number
    local word, rest = line:match "^%-%-%-@(%S+)(.*)$"
    local alternative = line:match "^%-%-%-|(.*)$"
    local reader = setmetatable({
      where = where, text = rest or alternative, at = 1,
    }, Reader)
    if word then
      local read = words[word] or error(where .. ": there is no @" .. word, 0)
      read(definitions, reader, block)
    elseif alternative then
      read_alternative(reader, block)
    elseif line == "" then
      block = new_block()
    elseif not line:find "^%-%-" then
      read_declaration(definitions, where, line, block)
      block = new_block()
    end
  end
  return definitions
end

--- The names of types that are used and not defined.
function luacats.undefined(definitions)
  local missing = {}
  local function visit(node)
    if type(node) ~= "table" then
      return
    end
    local name = node.is == "name" and node.name or node.parent
    if name and not definitions.types[name] and not builtin[name] then
      missing[#missing + 1] = name
    end
    for _, child in pairs(node) do
      visit(child)
    end
  end
  visit(definitions)
  return missing
end

-- --- Values ----------------------------------------------------------------

local is_of_type

local function is_whole(value)
  return type(value) == "number" and value == math.floor(value)
end

local function is_callable(value)
  return type(value) == "function"
    or (getmetatable(value) or {}).__call ~= nil
end

local function field_of(definitions, class, name)
  while class do
    if class.fields[name] then
      return class.fields[name]
    end
    class = definitions.types[class.parent]
  end
end

-- An object with methods may have fields of its own besides.
local function has_fields(definitions, value, class, path)
  if type(value) ~= "table" and type(value) ~= "userdata" then
    return false, path .. ": expected " .. class.name
  end
  if type(value) == "table" and not class.has_methods then
    for name in pairs(value) do
      if not field_of(definitions, class, name) then
        return false, ("%s: %s has no field %s"):format(path, class.name,
          tostring(name))
      end
    end
  end
  while class do
    for _, name in ipairs(class.order) do
      local field = class.fields[name]
      if value[name] ~= nil or not field.optional then
        local ok, reason = is_of_type(definitions, value[name], field.type,
          path .. "." .. name)
        if not ok then
          return false, reason
        end
      end
    end
    class = definitions.types[class.parent]
  end
  return true
end

local checks = {}

function checks.literal(_, value, wanted)
  return value == wanted.value
end

checks["function"] = function(_, value)
  return is_callable(value)
end

function checks.class(definitions, value, class, path)
  return has_fields(definitions, value, class, path)
end

function checks.fields(definitions, value, wanted, path)
  local class = { name = path, fields = wanted.fields, order = {} }
  for name in pairs(wanted.fields) do
    class.order[#class.order + 1] = name
  end
  return has_fields(definitions, value, class, path)
end

function checks.list(definitions, value, wanted, path)
  if type(value) ~= "table" then
    return false
  end
  for index in pairs(value) do
    if not is_whole(index) or index < 1 or index > #value then
      return false
    end
  end
  for index, item in ipairs(value) do
    local ok, reason = is_of_type(definitions, item, wanted.of,
      ("%s[%d]"):format(path, index))
    if not ok then
      return false, reason
    end
  end
  return true
end

function checks.map(definitions, value, wanted, path)
  if type(value) ~= "table" then
    return false
  end
  for key, item in pairs(value) do
    local of_key = is_of_type(definitions, key, wanted.key, path)
    local ok, reason = is_of_type(definitions, item, wanted.value,
      path .. "." .. tostring(key))
    if not of_key or not ok then
      return false, reason
    end
  end
  return true
end

function checks.name(definitions, value, wanted, path)
  local name = wanted.name
  if definitions.types[name] then
    return is_of_type(definitions, value, definitions.types[name], path)
  elseif name == "any" then
    return true
  elseif name == "integer" then
    return is_whole(value)
  elseif name == "lightuserdata" then
    return type(value) == "userdata"
  elseif name == "file*" then
    return io.type(value) ~= nil
  end
  return type(value) == name
end

function checks.union(definitions, value, wanted, path)
  local reason
  for _, unit in ipairs(wanted.units) do
    local ok, why = is_of_type(definitions, value, unit, path)
    if ok then
      return true
    end
    reason = reason or why
  end
  return false, reason
end

function is_of_type(definitions, value, wanted, path)
  local ok, reason = checks[wanted.is](definitions, value, wanted, path)
  if ok then
    return true
  end
  return false, reason or ("%s: a %s will not do"):format(path, type(value))
end

--- Whether a value is of a type.
-- @param name of a class or an alias, or a type as annotations write it
-- @return true, or false and the path of what is not
function luacats.check(definitions, value, name)
  local reader = setmetatable({ where = name, text = name, at = 1 }, Reader)
  return is_of_type(definitions, value, read_type(reader), "value")
end

--- Whether values are what a function is annotated to take.
-- @param name as in "Client:find_user"
-- @param values table by their positions
-- @return as luacats.check
function luacats.check_given(definitions, name, values)
  for index, parameter in ipairs(definitions.functions[name].parameters) do
    local value = values[index]
    if value ~= nil or not parameter.optional then
      local ok, reason = is_of_type(definitions, value, parameter.type,
        name .. ": " .. parameter.name)
      if not ok then
        return false, reason
      end
    end
  end
  return true
end

--- Whether values are what a function is annotated to return.
function luacats.check_returned(definitions, name, values)
  for index, wanted in ipairs(definitions.functions[name].returns) do
    local ok, reason = is_of_type(definitions, values[index], wanted,
      ("%s: result %d"):format(name, index))
    if not ok then
      return false, reason
    end
  end
  return true
end

return luacats
