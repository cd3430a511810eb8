--- Checks the names of imported users. The cluster creates a user if it does
-- not know the name, so a name that differs from another only in invisible
-- characters would create a second user that looks the same.

local core = require "thoughtspot.core"
local fold = require "thoughtspot.fold"

local ENDPOINT = "import_users"

-- Returns what is wrong with a name that people cannot see, or nil.
local function find_flaw(name)
  if name:find "^[\33-\126]+$" then
    return nil
  elseif fold.trim(name) ~= name then
    return "begins or ends with white space"
  end
  local hidden = fold.find_invisible(name)
  return hidden and "contains the invisible character " .. hidden
end

local names = {}

--- Returns advice on a name that no user has, if it has invisible characters.
-- @return a sentence to append, or ""
function names.advice(name)
  local flaw = find_flaw(name)
  return flaw and "; it " .. flaw or ""
end

--- Finds a name that would create a user that looks like another.
-- @param request of import_users, valid
-- @return nil, or an error
function names.find_fault(request)
  local indexes = {}
  for index, user in ipairs(request.users) do
    local name = user.user_identifier
    local flaw, key = find_flaw(name), fold.key(name)
    local message
    if flaw then
      message = ("%q %s, so a second user who looks the same might be "
        .. "created; give the name without it, or the GUID if an existing "
        .. "user has this name"):format(name, flaw)
    elseif indexes[key] then
      message = ("\"%s\" is already in users[%d], or looks the same; remove "
        .. "one of them"):format(name, indexes[key])
    end
    if message then
      return core.error("argument", message, ENDPOINT,
        ("users[%d].user_identifier"):format(index))
    end
    indexes[key] = index
  end
end

return names
