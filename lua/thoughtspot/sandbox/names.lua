--- Checks the names in tables that a caller gives to a sandbox.

local names = {}

--- Returns a set of the words of a text.
function names.set(words)
  local known = {}
  for name in words:gmatch "%S+" do
    known[name] = true
  end
  return known
end

--- Returns a table with rows by their names.
function names.index(rows)
  local known = {}
  for _, row in ipairs(rows) do
    known[row.name] = row
  end
  return known
end

--- Returns the message about an unknown name.
-- @param what the names are called, such as "field of a user called"
-- @param known table with all valid names as keys
function names.unknown(what, name, known)
  local valid = {}
  for each in pairs(known) do
    valid[#valid + 1] = each
  end
  table.sort(valid)
  return ("sandbox: there is no %s %s; the %ss are %s"):format(what,
    tostring(name), what:match "^%a+", table.concat(valid, ", "))
end

--- Refuses an unknown name.
-- @param what the names are called in the error
-- @param given table with the names as keys
-- @param known table with all valid names as keys
-- @param level as for error(); 0: the message alone
function names.check(what, given, known, level)
  for name in pairs(given) do
    if known[name] == nil then
      error(names.unknown(what, name, known), level > 0 and level + 1 or 0)
    end
  end
end

return names
