--- Finds a user by name or GUID.

local core = require "thoughtspot.core"
local fold = require "thoughtspot.fold"
local import_names = require "thoughtspot.bulk.import_names"

local find = {}

--- Returns whether the cluster's reason for an error contains an identifier
-- as a whole word.
function find.names(err, identifier)
  local text = type(err.debug) == "string" and err.debug or ""
  local first, last = text:find(identifier, 1, true)
  while first do
    local before, after = text:sub(first - 1, first - 1),
      text:sub(last + 1, last + 2)
    if not before:find "[A-Za-z0-9_@.\128-\255-]"
      and not after:find "^[A-Za-z0-9_@\128-\255-]"
      and not after:find "^%.[A-Za-z0-9]" then
      return true
    end
    first, last = text:find(identifier, first + 1, true)
  end
  return false
end

-- Corrects the error of a search for an identifier, and returns it: a 404 that
-- does not name the identifier may be about a group or org of an existing
-- user.
local function correct(err, identifier)
  if err.kind == "not_found" and not err.login_failed
    and not find.names(err, identifier) then
    err.kind = "api"
    err.hint = "this does not mean that there is no such user: the user may "
      .. "belong to a deleted group or org; ask an administrator of the "
      .. "cluster"
  end
  return err
end

--- Returns whether the cluster finds a user with this GUID by an identifier;
-- or nil and an error.
function find.matches(client, identifier, id)
  local users, err = client:search_users({
    user_identifier = identifier, record_size = 10,
  }, { fields = { "id" } })
  if not users then
    err = correct(err, identifier)
    if err.kind == "not_found" and not err.login_failed then
      return false
    end
    return nil, err
  end
  for _, user in ipairs(users) do
    if user.id == id then
      return true
    end
  end
  return false
end

-- Returns a suggestion for an identifier that no user has.
local function advice(users, identifier)
  for _, user in ipairs(users) do
    if type(user.name) == "string" and fold.same_key(user.name, identifier)
    then
      return "; there is \"" .. user.name .. "\""
    end
  end
  return import_names.advice(identifier)
    .. (identifier:find("@", 1, true) and "; search_users { email = \""
      .. identifier .. "\" } finds users by address" or "")
end

--- Finds the user with a name or GUID.
-- @param client a client
-- @return the user; or nil and an error, of kind "not_found" if there is none
--   and "conflict" if there are several
function find.user(client, identifier)
  if type(identifier) ~= "string" or identifier == "" then
    return nil, core.error("argument",
      "expected the name or GUID of a user, got "
      .. (identifier == "" and "an empty string" or type(identifier)),
      "search_users", "user_identifier")
  end
  local users, err = client:search_users {
    user_identifier = identifier, record_size = 10,
  }
  if not users then
    return nil, correct(err, identifier)
  end
  local found = {}
  for _, user in ipairs(users) do
    if user.id == identifier or user.name == identifier then
      found[#found + 1] = user
    end
  end
  if #found == 1 then
    return found[1]
  elseif #found > 1 then
    return nil, core.error("conflict", "several users are called \""
      .. identifier .. "\"; use the GUID", "search_users")
  end
  return nil, core.error("not_found", "no user has the name or GUID \""
    .. identifier .. "\"" .. advice(users, identifier), "search_users")
end

return find
