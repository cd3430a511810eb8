--- Makes the common assertions of luassert cheap while they hold: it walks the
-- stack before it compares, which took longer than what the specs test. One
-- that does not hold is left to luassert, with its message.

local assert = require "luassert"

local function equal(expected, passed)
  return expected ~= nil and expected == passed
end

-- Assertion = function(...): whether it holds; false also if arguments may be
-- missing.
local HOLDS = {
  equal = equal,
  same = equal,
  is_true = function(value)
    return value == true
  end,
  is_false = function(value)
    return value == false
  end,
  is_nil = function(...)
    return select("#", ...) > 0 and (...) == nil
  end,
  truthy = function(value)
    return value and true
  end,
}

for name, holds in pairs(HOLDS) do
  rawset(assert, name, function(...)
    if holds(...) then
      return ...
    end
    return assert.state()[name](...)
  end)
end
