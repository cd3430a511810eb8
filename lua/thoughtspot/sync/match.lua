--- Finds the row of a user in the source.
--
-- The GUID decides, then the name. If the names of several users differ only
-- in case, accents or invisible characters, the row means the user with
-- exactly this spelling; if there is none, the row is an error.

local fold = require "thoughtspot.fold"

local Match = {}
Match.__index = Match

--- Creates an object without matches.
-- @param source as Source.read returns it
function Match.new(source)
  return setmetatable({
    source = source,
    has_ids = next(source.by_id) ~= nil,
    -- Row = true; or its user { id, name }, if the spelling of the name
    -- differs.
    matched = {},
    -- Row = the user that has the name of the row, but another GUID.
    holders = {},
    -- Rows that match several users, none of them with exactly this spelling.
    ambiguous = {},
  }, Match)
end

-- Finds the row of a user by name. Of several users with this name, the one
-- with exactly the spelling of the row gets it; until that one comes, the
-- first. Returns as Match:find.
local function by_name(self, row, user)
  local first = self.matched[row]
  local exact = user.name == self.source.people[row].user_identifier
  if first == nil or first ~= true and first.id == user.id then
    self.matched[row] = exact or user
    return row
  end
  local twin = first
  if exact and first ~= true then
    self.matched[row], self.ambiguous[row] = true, nil
    return row, nil, twin
  elseif first ~= true then
    self.ambiguous[row] = true
  end
  return nil, Match.reason(row)
end

--- Returns why a user is not a leaver if its name differs from that of a row
-- only in spelling, and another user has exactly that name.
function Match.reason(row)
  return ("its name differs from that of row %d only in spelling"):format(row)
end

--- Returns the row of a user.
-- @param user { id, name }
-- @return the row, nil, and the user that had it before, if there is one; or
--   nil, and why the user is not a leaver, if there is a reason
function Match:find(user)
  local source = self.source
  local by_id = self.has_ids and source.by_id[user.id:lower()]
  local named = source.by_key[fold.key(user.name)]
  if by_id then
    self.matched[by_id] = true
    local other = named and named ~= by_id and source.people[named]
    if other and not other.id then
      source:refuse(named, "user_identifier", ("%q is the user of row %d, "
        .. "which has the GUID"):format(user.name, by_id))
    elseif other then
      self.holders[named] = user
    end
    return by_id
  elseif not named then
    return nil
  elseif source.people[named].id then
    self.holders[named] = user
    return nil, ("row %d has its name, with another GUID"):format(named)
  end
  return by_name(self, named, user)
end

--- Reports the rows that match several users.
function Match:close()
  for row in pairs(self.ambiguous) do
    self.source:refuse(row, "user_identifier", "several users have this "
      .. "name, except for case or invisible characters; give the GUID (id)")
  end
end

return Match
