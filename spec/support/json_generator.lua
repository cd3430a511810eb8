-- Documents to scan, the same ones for the same seed on every Lua.

local generator = {}
generator.__index = generator

local SPACES = { "", "", "", " ", "\n", "\t", "\r\n", "  " }
local NUMBERS = { "0", "-0", "7", "-12", "3.5", "0.25", "1e3", "2E-2",
                  "-1.5e+10", "1469034000123", "0e0" }
local CHARACTERS = { "a", "Z", " ", "0", "{", "}", "[", ",", ":", "\127",
                     "\195\169", "\226\130\172", "\240\159\152\128", "null",
                     [[\"]], [[\\]], [[\/]], [[\n]], [[\u0041]], [[\u00e9]],
                     [[\u20AC]], [[\ud83d\ude00]], [[\u0000]] }
local NAMES = { "id", "name", "email", "orgs", "n\\u0061me_2", "\\\"", "",
                "display_name", "\\ud83d\\ude00", "r\195\169sum\195\169",
                "null" }

--- A generator of JSON. All of its methods return text.
-- @tparam integer seed from 1 to 2147483646
function generator.new(seed)
  return setmetatable({ seed = seed }, generator)
end

--- An integer from 1 to n: the "minimal standard" of Park and Miller, whose
-- products a double holds exactly.
function generator:pick(n)
  self.seed = self.seed * 16807 % 2147483647
  return self.seed % n + 1
end

function generator:one_of(list)
  return list[self:pick(#list)]
end

function generator:space()
  return self:one_of(SPACES)
end

function generator:string()
  local parts = {}
  for i = 1, self:pick(12) - 1 do
    parts[i] = self:one_of(CHARACTERS)
  end
  return '"' .. table.concat(parts) .. '"'
end

--- 'size' items, each with white space around it.
function generator:list(open, close, size, item)
  local parts = {}
  for i = 1, size do
    parts[i] = self:space() .. item(i) .. self:space()
  end
  if size == 0 then
    parts[1] = self:space()
  end
  return open .. table.concat(parts, ",") .. close
end

function generator:array(depth)
  return self:list("[", "]", self:pick(4) - 1, function()
    return self:value(depth)
  end)
end

--- An object whose names differ, escaped or not.
function generator:object(depth)
  local start = self:pick(#NAMES)
  return self:list("{", "}", self:pick(6) - 1, function(i)
    local name = NAMES[(start + i) % #NAMES + 1]
    return '"' .. name .. '"' .. self:space() .. ":" .. self:space()
             .. self:value(depth)
  end)
end

function generator:value(depth)
  local kind = self:pick(depth > 0 and 8 or 6)
  if kind == 1 then
    return self:one_of(NUMBERS)
  elseif kind == 2 then
    return self:pick(2) == 1 and "true" or "false"
  elseif kind <= 4 then
    return "null"
  elseif kind <= 6 then
    return self:string()
  elseif kind == 7 then
    return self:array(depth - 1)
  end
  return self:object(depth - 1)
end

--- An array of objects, with white space around it.
function generator:objects(depth)
  local document = self:list("[", "]", self:pick(4) - 1, function()
    return self:object(depth)
  end)
  return self:space() .. document .. self:space()
end

return generator
