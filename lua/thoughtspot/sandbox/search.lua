--- Finds users, groups and orgs.

local errors = require "thoughtspot.sandbox.errors"

local search = {}

-- Returns the characters of a text in lower case.
local function characters(text)
  local list = {}
  for character in text:lower():gmatch "[^\128-\191][\128-\191]*" do
    list[#list + 1] = character
  end
  return list
end

-- Returns whether a text matches a pattern of SQL's LIKE, both given as
-- characters. On a mismatch, the last % takes one more character.
local function is_like(text, pattern)
  local at, position = 1, 1
  local last_percent, taken
  while at <= #text do
    local wanted = pattern[position]
    if wanted == "%" then
      last_percent, taken = position, at
      position = position + 1
    elseif wanted == "_" or wanted == text[at] then
      at, position = at + 1, position + 1
    elseif last_percent then
      taken = taken + 1
      at, position = taken, last_percent + 1
    else
      return false
    end
  end
  while pattern[position] == "%" do
    position = position + 1
  end
  return position > #pattern
end

local function meets(set, wanted)
  for entry in pairs(wanted) do
    if set[entry] then
      return true
    end
  end
  return false
end

local function set_of(list)
  local set = {}
  for _, item in ipairs(list) do
    set[item] = true
  end
  return set
end

-- Field of a request = function(value, store), which returns a test of users.
local filters = {
  user_identifier = function(identifier, store)
    local wanted = store:user(identifier)
    return function(user)
      return user == wanted
    end
  end,
  name_pattern = function(pattern)
    pattern = characters(pattern)
    return function(user)
      return is_like(characters(user.name), pattern)
    end
  end,
  group_identifiers = function(identifiers, store)
    local wanted = store:matching("groups", identifiers)
    return function(user)
      return meets(user.groups, wanted)
    end
  end,
  org_identifiers = function(identifiers, store)
    local wanted = store:matching("orgs", identifiers)
    return function(user)
      return meets(user.orgs, wanted)
    end
  end,
  privileges = function(privileges)
    return function(user)
      return meets(set_of(user.privileges), set_of(privileges))
    end
  end,
  role_identifiers = function(roles)
    return function(user)
      return meets(set_of(user.roles), set_of(roles))
    end
  end,
  favorite_metadata = function(favorites)
    return function(user)
      for _, wanted in ipairs(favorites) do
        for identifier, kind in pairs(user.favorites) do
          if (wanted.identifier or identifier) == identifier
            and (wanted.type or kind) == kind then
            return true
          end
        end
      end
      return false
    end
  end,
}

-- Fields that must be equal to the user's.
for _, name in ipairs {
  "display_name", "visibility", "email", "account_type", "account_status",
  "notify_on_share", "show_onboarding_experience",
  "onboarding_experience_completed", "home_liveboard_identifier",
} do
  filters[name] = function(value)
    return function(user)
      return user[name] == value
    end
  end
end

-- Returns the tests of a request. An empty list does not filter.
local function tests_of(request, store)
  local tests = {}
  for name, filter in pairs(filters) do
    local value = request[name]
    if value ~= nil and not (type(value) == "table" and #value == 0) then
      tests[#tests + 1] = filter(value, store)
    end
  end
  return tests
end

local function passes(user, tests)
  for _, test in ipairs(tests) do
    if not test(user) then
      return false
    end
  end
  return true
end

-- Returns the range of rows of a request: how many to skip, and how many to
-- return, or -1.
local function range_of(request)
  local offset = request.record_offset or 0
  local size = request.record_size or 10
  if offset < 0 then
    errors.refuse(400, 10002, "record_offset is negative")
  elseif size < -1 then
    errors.refuse(400, 10002, "record_size is less than -1")
  end
  return offset, size
end

--- Returns the users of one page.
-- @param request the body of users/search
-- @return list of users
function search.page(store, request)
  local offset, size = range_of(request)
  local sort = request.sort_options or {}
  local users = store:in_order(sort.field_name or "NAME",
    sort.order == "DESC")
  local tests = tests_of(request, store)
  local last = size == -1 and #users or offset + size
  -- Without a filter, the number of rows to skip is known.
  local found = #tests == 0 and offset or 0
  local page = {}
  for index = found + 1, #users do
    if found >= last then
      break
    end
    if passes(users[index], tests) then
      found = found + 1
      if found > offset then
        page[#page + 1] = users[index]
      end
    end
  end
  return page
end

-- Field of a request for groups = function(group, value, store), which returns
-- whether the group matches.
local group_filters = {
  group_identifier = function(group, identifier)
    return group.id == identifier or group.name == identifier
  end,
  name_pattern = function(group, pattern)
    return is_like(characters(group.name), characters(pattern))
  end,
  display_name = function(group, name)
    return group.name == name
  end,
  type = function(_, kind)
    return kind == "LOCAL_GROUP"
  end,
  visibility = function(_, visibility)
    return visibility == "SHARABLE"
  end,
  org_identifiers = function(group, identifiers, store)
    local orgs = store:matching("orgs", identifiers)
    return orgs[store:org(tostring(group.org_id))] == true
  end,
  user_identifiers = function(group, identifiers, store)
    for _, identifier in ipairs(identifiers) do
      local user = store:user(identifier)
      if user and user.groups[group] then
        return true
      end
    end
    return false
  end,
}

-- Fields that groups and orgs of a sandbox never have.
for _, name in ipairs {
  "description", "sub_group_identifiers", "privileges", "role_identifiers",
  "default_liveboard_identifiers",
} do
  group_filters[name] = function()
    return false
  end
end

local org_filters = {
  org_identifier = function(org, identifier)
    return org.name == identifier or tostring(org.id) == identifier
  end,
  visibility = function(_, visibility)
    return visibility == "SHOW"
  end,
  status = function(_, status)
    return status == "ACTIVE"
  end,
  user_identifiers = function(org, identifiers, store)
    for _, identifier in ipairs(identifiers) do
      local user = store:user(identifier)
      if user and user.orgs[org] then
        return true
      end
    end
    return false
  end,
  description = group_filters.description,
}

local function meets_all(entry, request, entry_filters, store)
  for name, filter in pairs(entry_filters) do
    local value = request[name]
    if value ~= nil and not (type(value) == "table" and #value == 0)
      and not filter(entry, value, store) then
      return false
    end
  end
  return true
end

--- Returns the groups of one page: those of an org, unless the request names
-- orgs.
-- @param request the body of groups/search
-- @param org_id of the token
function search.groups(store, request, org_id)
  local offset, size = range_of(request)
  local found = {}
  for _, group in ipairs(store.groups) do
    if (request.org_identifiers or group.org_id == org_id)
      and meets_all(group, request, group_filters, store) then
      found[#found + 1] = group
    end
  end
  table.sort(found, function(a, b)
    if a.name ~= b.name then
      return a.name < b.name
    end
    return a.id < b.id
  end)
  local page = {}
  for index = offset + 1, size == -1 and #found or offset + size do
    page[#page + 1] = found[index]
  end
  return page
end

--- Returns the orgs that a request selects.
-- @param request the body of orgs/search
function search.orgs(store, request)
  local found = {}
  for _, org in ipairs(store.orgs) do
    if meets_all(org, request, org_filters, store) then
      found[#found + 1] = org
    end
  end
  return found
end

return search
