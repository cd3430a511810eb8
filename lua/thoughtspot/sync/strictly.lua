--- Checks requests strictly, whether or not the caller's client is strict.

local core = require "thoughtspot.core"

local strictly = {}

-- A client that is used only for checks.
local checker

--- Finds what is wrong with a request.
-- @param endpoint its name
-- @param prefix a pattern for the beginning of the path that is not returned,
--   or nil
-- @return the path of the field, and what is wrong with it; nil: nothing
function strictly.find_fault(endpoint, request, prefix)
  checker = checker or assert(core.new {
    host = "https://localhost", token = "none",
  })
  local valid, err = checker:check(endpoint, request)
  if valid then
    return nil
  end
  local field, message = err.field or "", err.message
  if message:sub(1, #field) == field then
    message = message:sub(#field + 1):gsub("^: ", "")
  end
  return prefix and field:gsub("^" .. prefix, "") or field, message
end

return strictly
