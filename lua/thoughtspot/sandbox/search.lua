--- Which users a search finds.

local errors = require "thoughtspot.sandbox.errors"

local search = {}

-- The characters of a text in lower case.
local function characters(text)
  local list = {}
  for character in text:lower():gmatch "[^\128-\191][\128-\191]*" do
    list[#list + 1] = character
  end
  return list
end

-- Whether a text is LIKE a pattern of SQL, both as characters. Where they
-- part, the last % takes one character more.
local function is_like(text, pattern)
  local at, place = 1, 1
  local last_percent, taken
  while at <= #text do
    local wanted = pattern[place]
    if wanted == "%" then
      last_percent, taken = place, at
      place = place + 1
    elseif wanted == "_" or wanted == text[at] then
      at, place = at + 1, place + 1
    elseif last_percent then
      taken = taken + 1
      at, place = taken, last_percent + 1
    else
      return false
    end
  end
  while pattern[place] == "%" do
    place = place + 1
  end
  return place > #pattern
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

-- Field of a request = function(value, store): what tells whether a user is
-- to be found.
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

-- The tests that a request asks for. An empty list is no filter.
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

--- The users of one page.
-- @param request the body of users/search
-- @return list of users
function search.page(store, request)
  local offset = request.record_offset or 0
  local size = request.record_size or 10
  if offset < 0 then
    errors.refuse(400, 10002, "record_offset is negative")
  elseif size < -1 then
    errors.refuse(400, 10002, "record_size is less than -1")
  end
  local sort = request.sort_options or {}
  local users = store:in_order(sort.field_name or "NAME",
    sort.order == "DESC")
  local tests = tests_of(request, store)
  local last = size == -1 and #users or offset + size
  -- Without a filter, the rows to skip are known.
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

return search
