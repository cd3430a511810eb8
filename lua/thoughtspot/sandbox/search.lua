--- Which users a search finds.

local json = require "thoughtspot.sandbox.json"

local search = {}

-- A SQL LIKE pattern as a Lua pattern, over lower case.
local function like(pattern)
  local parts = {}
  for character in pattern:lower():gmatch "." do
    parts[#parts + 1] = character == "%" and ".*"
      or character == "_" and "."
      or character:find "%w" and character
      or "%" .. character
  end
  return "^" .. table.concat(parts) .. "$"
end

-- Whether any of the wanted groups or orgs is in a user's set.
local function in_any(find, set, identifiers)
  for _, identifier in ipairs(identifiers) do
    local entry = find(identifier)
    if entry and set[entry] then
      return true
    end
  end
  return false
end

local function holds(list, values)
  for _, value in ipairs(values) do
    for _, item in ipairs(list) do
      if item == value then
        return true
      end
    end
  end
  return false
end

-- Fields of a request that must be equal to the user's.
local exact = {
  "display_name", "visibility", "email", "account_type", "account_status",
  "notify_on_share", "show_onboarding_experience",
  "onboarding_experience_completed", "home_liveboard_identifier",
}

local filters = {
  user_identifier = function(_, user, identifier)
    return user.id == identifier or user.name:lower() == identifier:lower()
  end,
  name_pattern = function(_, user, pattern)
    return user.name:lower():find(pattern) ~= nil
  end,
  group_identifiers = function(store, user, identifiers)
    return in_any(function(identifier)
      return store:group(identifier)
    end, user.groups, identifiers)
  end,
  org_identifiers = function(store, user, identifiers)
    return in_any(function(identifier)
      return store:org(identifier)
    end, user.orgs, identifiers)
  end,
  privileges = function(_, user, privileges)
    return holds(user.privileges, privileges)
  end,
}
for _, name in ipairs(exact) do
  filters[name] = function(_, user, value)
    return user[name] == value
  end
end

-- The filters of a request, with their values. An empty list is none.
local function wanted(request)
  local list = {}
  for name, filter in pairs(filters) do
    local value = request[name]
    if value ~= nil and value ~= json.null
      and not (type(value) == "table" and #value == 0) then
      if name == "name_pattern" then
        value = like(value)
      end
      list[#list + 1] = { filter = filter, value = value }
    end
  end
  return list
end

local function passes(store, user, list)
  for _, entry in ipairs(list) do
    if not entry.filter(store, user, entry.value) then
      return false
    end
  end
  return true
end

--- The users of one page.
-- @param request the body of users/search
-- @return list of users, or nil where sort_options names no column
function search.page(store, request)
  local sort = request.sort_options
  sort = type(sort) == "table" and sort or {}
  local users = store:in_order(sort.field_name ~= json.null
    and sort.field_name or nil, sort.order == "DESC")
  if not users then
    return nil
  end
  local list = wanted(request)
  local offset = request.record_offset or 0
  local size = request.record_size or 10
  local page = {}
  if #list == 0 then
    local last = size == -1 and #users or math.min(#users, offset + size)
    for index = offset + 1, last do
      page[#page + 1] = users[index]
    end
    return page
  end
  local found = 0
  for _, user in ipairs(users) do
    if passes(store, user, list) then
      found = found + 1
      if found > offset then
        page[#page + 1] = user
      end
      if #page == size then
        break
      end
    end
  end
  return page
end

return search
