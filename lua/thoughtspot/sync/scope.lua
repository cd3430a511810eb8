--- The scope: the users whose absence from the source counts.

local core = require "thoughtspot.core"
local fold = require "thoughtspot.fold"
local strictly = require "thoughtspot.sync.strictly"
local Units = require "thoughtspot.sync.units"

local scope = {}

local function lists(value)
  return type(value) == "table" and value or {}
end

local function is_among(identifiers, entries)
  for _, identifier in ipairs(identifiers) do
    for _, entry in ipairs(lists(entries)) do
      if Units.id_text(entry.id) == identifier or type(entry.name) == "string"
        and fold.same_key(entry.name, identifier) then
        return true
      end
    end
  end
  return false
end

local function same_text(field)
  return function(user, wanted)
    return type(user[field]) == "string" and fold.same_key(user[field], wanted)
  end
end

-- A switch that a cluster does not show counts as off.
local function same_switch(field)
  return { field, meets = function(user, wanted)
    return (user[field] == true) == wanted
  end }
end

local ONE_CHARACTER = "[%%z\1-\127\194-\244][\128-\191]*"

-- Returns the Lua pattern for one of search_users, in which % stands for any
-- characters and _ for one, as in LIKE.
local function pattern_of(wanted)
  return "^" .. fold.key(wanted):gsub("[^0-9A-Za-z\128-\255]", "%%%0")
    :gsub("%%%%", ".*"):gsub("%%_", ONE_CHARACTER) .. "$"
end

-- Field of a filter = the fields of users that show it, and a function that
-- returns whether a user matches.
local shown = {
  name_pattern = { "name", meets = function(user, wanted)
    return fold.key(user.name):find(pattern_of(wanted)) ~= nil
  end },
  display_name = { "display_name", meets = same_text "display_name" },
  email = { "email", meets = same_text "email" },
  privileges = { "privileges", meets = function(user, wanted)
    for _, privilege in ipairs(lists(user.privileges)) do
      for _, one in ipairs(wanted) do
        if privilege == one then
          return true
        end
      end
    end
    return false
  end },
  notify_on_share = same_switch "notify_on_share",
  show_onboarding_experience = same_switch "show_onboarding_experience",
  onboarding_experience_completed =
    same_switch "onboarding_experience_completed",
  account_status = { "account_status", meets = function(user, wanted)
    return user.account_status == wanted
  end },
  account_type = { "account_type", meets = function(user, wanted)
    return user.account_type == wanted
  end },
  visibility = { "visibility", meets = function(user, wanted)
    return user.visibility == wanted
  end },
  user_identifier = { "name", meets = function(user, wanted)
    return user.id == wanted or fold.same_key(user.name, wanted)
  end },
  group_identifiers = { "user_groups", "user_inherited_groups",
    meets = function(user, wanted)
      return is_among(wanted, user.user_groups)
        or is_among(wanted, user.user_inherited_groups)
    end },
  org_identifiers = { "orgs", meets = function(user, wanted)
    return is_among(wanted, user.orgs)
  end },
}

-- Fields of search_users that do not filter: a scope of only these would be
-- everybody.
local NO_FILTERS = {
  "record_offset", "record_size", "sort_options", "include_favorite_metadata",
  "include_variable_values",
}

--- Returns what is wrong with a filter of search_users, or nil. The check is
-- always strict, because a cluster ignores unknown fields, and a filter with
-- no field left is everybody.
function scope.find_fault(filter)
  for _, name in ipairs(NO_FILTERS) do
    if filter[name] ~= nil then
      return core.error("argument", "does not filter users; omit it",
        nil, "scope." .. name)
    end
  end
  for name, value in pairs(filter) do
    if value == "" or value == core.null
      or type(value) == "table" and next(value) == nil then
      return core.error("argument", "is empty, which would mean everybody",
        nil, "scope." .. tostring(name))
    end
    for _, item in ipairs(type(value) == "table" and value or {}) do
      if item == "" then
        return core.error("argument", "an item of the list is empty", nil,
          "scope." .. name)
      end
    end
  end
  local field, message = strictly.find_fault("search_users", filter)
  return field and core.error("argument", message, nil, "scope." .. field)
end

--- Returns whether a scope is everybody.
function scope.is_all(filter)
  return next(filter) == nil
end

--- Returns the fields of users that show whether they are in a scope.
function scope.fields(filter)
  local list = {}
  for name in pairs(filter) do
    for _, field in ipairs(shown[name] or {}) do
      list[#list + 1] = field
    end
  end
  return list
end

--- Returns whether a user is in a scope, judging by its fields, because a
-- cluster that ignores a filter returns everybody.
function scope.covers(filter, user)
  for name, wanted in pairs(filter) do
    if shown[name] and not shown[name].meets(user, wanted) then
      return false
    end
  end
  return true
end

--- Returns why a user must not be deactivated or deleted, or nil: both affect
-- all orgs of the user, also those outside a scope that names orgs.
function scope.reason_of_orgs(filter, user)
  for _, org in ipairs(filter.org_identifiers and user.orgs or {}) do
    if not is_among(filter.org_identifiers, { org }) then
      return ("also in the org %q, outside the scope"):format(
        tostring(org.name))
    end
  end
end

--- Returns a scope in words.
function scope.text(filter)
  local parts, names = {}, {}
  for name in pairs(filter) do
    names[#names + 1] = name
  end
  table.sort(names)
  for index, name in ipairs(names) do
    local value, texts = filter[name], {}
    for position, item in ipairs(lists(value)) do
      texts[position] = type(item) == "table" and "…" or tostring(item)
    end
    parts[index] = name .. " " .. (type(value) == "table"
      and table.concat(texts, ", ") or tostring(value))
  end
  return table.concat(parts, "; ")
end

return scope
