--- Formats the result of import_users for a REPL or a log, because the
-- cluster's replies to a dry run and to an import look the same.

local import_result = {}

local function count(list)
  -- With keep_null it may be null.
  return type(list) == "table" and #list or 0
end

--- Returns the number of users in a list, in words.
function import_result.users(list)
  local number = count(list)
  return number .. (number == 1 and " user" or " users")
end

local function new_meta(text)
  return {
    __tostring = function(result)
      return text:format(import_result.users(result.users_added),
        count(result.users_updated), count(result.users_deleted))
    end,
  }
end

local dry_run = new_meta("dry run, nothing was changed: would add %s, "
  .. "update %d, delete %d; give dry_run = false to do it")
local imported = new_meta("added %s, updated %d, deleted %d")

--- Gives the result of a request a __tostring.
function import_result.with_tostring(result, request)
  -- The cluster takes an absent dry_run for true.
  setmetatable(result, request.dry_run == false and imported or dry_run)
end

return import_result
