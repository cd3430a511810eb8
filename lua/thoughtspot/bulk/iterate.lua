--- Iterators for a generic for: over the users of a cluster, and over the
-- objects of a list.

local core = require "thoughtspot.core"
local Pager = require "thoughtspot.bulk.pages"

-- Number of objects taken from a stream between two yields.
local TAKES_PER_YIELD = 16

local iterate = {}

-- PUC Lua 5.1 calls the iterator of a generic for from C, across which nothing
-- can yield.
local LOOPS_YIELD = _VERSION ~= "Lua 5.1" or rawget(_G, "jit") ~= nil

-- Wraps an iterator for a Lua whose loops cannot yield, so that the error of a
-- sleep that yields says what to do. If the iterator is called by hand,
-- without the state of a loop, it may yield.
local function explain_yields(next_user)
  return function(state)
    if state == nil then
      return next_user()
    end
    local done, result = pcall(next_user)
    if done then
      return result
    elseif type(result) == "string"
      and result:find("attempt to yield across", 1, true) then
      result = result .. ": a sleep cannot yield inside a for loop in Lua "
        .. "5.1; take the users from client:user_pages(filter, options), by "
        .. "its next_user()"
    end
    error(result, 0)
  end
end

--- See Client:each_user.
function iterate.users(client, filter, options)
  local pager = Pager.new(client, filter, options)
  local function next_user()
    local user, err = pager:next_user()
    if err then
      error(err, 0)
    end
    return user
  end
  return LOOPS_YIELD and next_user or explain_yields(next_user), pager, nil,
    pager
end

--- See Client:each_object.
function iterate.objects(client, request, options)
  local asked = {}
  for name, value in pairs(request or {}) do
    asked[name] = value
  end
  asked.reply = asked.reply or "list"
  local exchange, failure = client:prepare("request", asked, options)
  if exchange and asked.reply ~= "list" then
    failure = core.error("argument", "omit it: each_object returns the "
      .. "objects of a list", "request", "reply")
  elseif exchange then
    exchange:stream()
  end
  local taken = 0
  local function next_object()
    if failure then
      error(failure, 0)
    elseif not exchange then
      return nil
    end
    taken = taken + 1
    if taken % TAKES_PER_YIELD == 0 then
      client.waiter:yield()
    end
    local object
    object, failure = client.waiter:take(exchange)
    if not object then
      exchange:cancel()
      exchange = nil
    end
    if failure then
      error(failure, 0)
    end
    return object
  end
  return LOOPS_YIELD and next_object or explain_yields(next_object), true,
    nil, exchange
end

return iterate
