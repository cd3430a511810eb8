--- Checks the names of new users. A name that differs from another only in
-- invisible characters would create a second user that looks the same; an
-- import creates a user if the cluster does not know the name.

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

-- Returns what is wrong with a name whose accents are characters of their own,
-- or nil.
local function find_mark(name)
  local mark = name:find "[\128-\255]" and fold.find_decomposed(name)
  return mark and "has an accent that is a character of its own (" .. mark
    .. ", Unicode NFD)" or nil
end

local names = {}

--- Returns advice on a name that no user has, if it has invisible characters
-- or decomposed letters.
-- @return a sentence to append, or ""
function names.advice(name)
  local flaw = find_flaw(name) or find_mark(name)
  return flaw and "; it " .. flaw or ""
end

local function refuse(endpoint, field, name, what)
  -- Not by %q, which keeps control characters in Lua 5.1.
  local shown = name:gsub("[%z\1-\31\127]", function(control)
    return ("\\%d"):format(control:byte())
  end)
  return core.error("argument", ("\"%s\" %s"):format(shown, what), endpoint,
    field)
end

--- Finds out whether the name of a user to be created, or a new name, looks
-- like another.
-- @return nil, or an error
function names.find_fault_of_new(endpoint, name)
  local flaw = type(name) == "string" and find_flaw(name)
  return flaw and refuse(endpoint, "name", name, flaw .. ", so two users "
    .. "might look the same; give the name without it") or nil
end

--- Finds a name that would create a user that looks like another.
-- @param request of import_users, valid
-- @return nil, or an error
function names.find_fault(request)
  local indexes = {}
  for index, user in ipairs(request.users) do
    local name = user.user_identifier
    local flaw, key = find_flaw(name), fold.key(name)
    local field = ("users[%d].user_identifier"):format(index)
    if flaw then
      return refuse(ENDPOINT, field, name, flaw .. ", so a second user who "
        .. "looks the same might be created; give the name without it, or the "
        .. "GUID if an existing user has this name")
    elseif indexes[key] then
      return core.error("argument", ("\"%s\" is already in users[%d], or "
        .. "looks the same; remove one of them"):format(name, indexes[key]),
        ENDPOINT, field)
    end
    indexes[key] = index
    local mark = find_mark(name)
    if mark then
      return refuse(ENDPOINT, field, name, mark .. ", so a second user who "
        .. "looks the same might be created; give the name in Unicode NFC, or "
        .. "the GUID if an existing user has this name")
    end
  end
end

return names
