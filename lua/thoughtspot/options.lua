--- Checks the options of what is written in Lua; the client's own and those of
-- a call are checked by the core.

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

-- What an option can be, in words = whether a value is that.
local kinds = {
  ["a table"] = is "table",
  ["a function"] = is "function",
  ["a string"] = is "string",
  ["true or false"] = is "boolean",
  ["an open file"] = function(value)
    return io.type(value) == "file"
  end,
  ["a whole number, zero or more"] = is_whole(0),
  ["a whole number above zero"] = is_whole(1),
  ["a whole number above zero, or -1"] = function(value)
    return value == -1 or is_whole(1)(value)
  end,
}

local function names_of(rows)
  local names = {}
  for name in pairs(rows) do
    names[#names + 1] = name
  end
  table.sort(names)
  return table.concat(names, ", ")
end

local function shown(value)
  local kind = type(value)
  if kind == "number" or kind == "boolean" then
    return tostring(value)
  end
  return kind
end

--- Checks a table of options.
-- @param rows { name of an option = what it can be, in words from above }
-- @param options table
-- @param endpoint whose options they are; or nil
-- @return nil, or an error of kind "argument"
return function(rows, options, endpoint)
  for name, value in pairs(options) do
    local kind = rows[name]
    local what
    if not kind then
      what = "is not an option here; there are " .. names_of(rows)
    elseif not kinds[kind](value) then
      what = "expected " .. kind .. ", got " .. shown(value)
    end
    if what then
      return core.error("argument", what, endpoint, tostring(name))
    end
  end
end
