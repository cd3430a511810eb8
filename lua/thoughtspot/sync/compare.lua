--- Compares a user with its row.

local fold = require "thoughtspot.fold"
local protect = require "thoughtspot.sync.protect"

local compare = {}

local function same(a, b)
  return a == b
end

-- Wraps a comparison of texts: an empty text equals an absent one, because
-- clusters show both alike.
local function of_texts(equal)
  return function(is, wanted)
    return equal(type(is) == "string" and is or "", wanted)
  end
end

-- A switch that a cluster does not show counts as off.
local function same_switch(is, wanted)
  return (is == true) == wanted
end

local function same_object(is, wanted)
  if type(is) ~= "table" then
    return wanted == ""
  end
  return is.id == wanted or is.name == wanted
end

-- The field of a row, the field of a user that shows it (if the name differs),
-- and the comparison. 'sso': it belongs to the identity provider.
local rows = {
  { name = "display_name", same = of_texts(fold.same), sso = true },
  { name = "email", same = of_texts(fold.same_key), sso = true },
  { name = "account_type", same = same },
  { name = "visibility", same = same },
  { name = "notify_on_share", same = same_switch },
  { name = "show_onboarding_experience", same = same_switch },
  { name = "onboarding_experience_completed", same = same_switch },
  { name = "preferred_locale", same = same },
  { name = "use_browser_language", same = same_switch },
  { name = "home_liveboard_identifier", shown = "home_liveboard",
    same = same_object },
}

local shown_as = {
  group_identifiers = "user_groups", org_identifiers = "orgs",
}
local compared = {}
for _, row in ipairs(rows) do
  shown_as[row.name] = row.shown or row.name
  compared[row.name] = row
end

local INACTIVE = { INACTIVE = true, SUSPENDED = true }

--- Returns whether an account is inactive; some clusters say SUSPENDED.
function compare.is_inactive(user)
  return INACTIVE[user.account_status] or false
end

--- Returns the names in several lists, each once, sorted.
function compare.merge(...)
  local set, merged = {}, {}
  for _, list in ipairs { ... } do
    for _, name in ipairs(list) do
      if not set[name] then
        set[name] = true
        merged[#merged + 1] = name
      end
    end
  end
  table.sort(merged)
  return merged
end

--- Returns the fields of users that are compared with these fields of rows.
-- @param mentioned set of the fields of the rows
function compare.fields(mentioned)
  local shown = {}
  for name in pairs(mentioned) do
    shown[#shown + 1] = shown_as[name]
  end
  return compare.merge({ "id", "name", "account_status", "account_type" },
    shown)
end

--- Returns the rows of the comparison that apply to the source.
-- @param mentioned set of the fields of the source
function compare.rows(mentioned)
  local list = {}
  for _, row in ipairs(rows) do
    list[#list + 1] = mentioned[row.name] and row or nil
  end
  return list
end

--- Returns whether a field of a user has the wanted value.
function compare.is_same(user, name, wanted)
  if name == "account_status" then
    return user.account_status == wanted
      or INACTIVE[user.account_status] and INACTIVE[wanted] or false
  elseif name == "name" then
    return user.name == wanted
  end
  local row = compared[name]
  return not row or row.same(user[shown_as[name]], wanted)
end

--- Returns the value of a field of a user, as plans show it.
function compare.value(user, name)
  local value = user[shown_as[name] or name]
  if type(value) == "table" then
    return value.name or value.id
  elseif type(value) == "string" or type(value) == "boolean" then
    return value
  end
end

local is_sso = { SAML_USER = true, OIDC_USER = true }

-- Returns the result of a comparison, created on demand, because most users do
-- not differ.
local function result_of(comparison)
  local result = comparison.result
  if not result then
    local user = comparison.user
    result = { user = user.name, id = user.id, left = {} }
    comparison.result = result
  end
  return result
end

-- Adds a change, or records why there is none.
local function differ(comparison, name, wanted, reason)
  local result, user = result_of(comparison), comparison.user
  local is = compare.value(user, name)
  if reason then
    result.left[#result.left + 1] = {
      user = user.name, id = user.id, field = name, is = is, wanted = wanted,
      reason = reason,
    }
  else
    result.change = result.change or {}
    result.change[name] = { from = is, to = wanted }
  end
end

local function compare_fields(comparison, record, user, policy)
  for _, row in ipairs(policy.compared) do
    local wanted = record[row.name]
    -- If the browser's language is used, the cluster has no preferred_locale.
    if wanted ~= nil and not (row.name == "preferred_locale"
      and record.use_browser_language)
      and not row.same(user[row.shown or row.name], wanted) then
      differ(comparison, row.name, wanted, row.sso and not policy.update_sso
        and is_sso[user.account_type]
        and user.account_type .. ", left to the identity provider" or nil)
    end
  end
end

-- Statuses that a row can request; the others are set by the cluster only.
local is_askable = { ACTIVE = true, INACTIVE = true, SUSPENDED = true }

local function reason_to_keep_status(wanted, user, policy)
  if not is_askable[wanted] then
    return "only the cluster sets this status"
  elseif wanted ~= "ACTIVE" then
    return protect.reason(policy.protect, user)
  elseif not policy.reactivate then
    return "reactivate = true would activate the account"
  end
end

local function compare_status(comparison, record, user, policy)
  local wanted = record.account_status
  if wanted == nil and compare.is_inactive(user) then
    wanted = "ACTIVE"
  end
  if wanted ~= nil and not compare.is_same(user, "account_status", wanted) then
    differ(comparison, "account_status", wanted,
      reason_to_keep_status(wanted, user, policy))
  end
end

local function compare_name(comparison, record, user, policy, row)
  local wanted = record.user_identifier
  if not record.id or not wanted or fold.same_key(wanted, user.name) then
    return
  end
  local reason
  if not policy.rename then
    reason = "rename = true would rename the user"
  elseif protect.is_own(policy.protect, user) then
    reason = "the user that this client acts as"
  elseif is_sso[user.account_type] and not policy.update_sso then
    reason = user.account_type .. ", left to the identity provider"
  else
    policy.renames[#policy.renames + 1] = { row = row, to = wanted,
      id = user.id }
  end
  differ(comparison, "name", wanted, reason)
end

local function names(list)
  local texts = {}
  for index, entry in ipairs(list) do
    texts[index] = tostring(entry.name)
  end
  return table.concat(texts, ", ")
end

-- Returns why a user must not be removed from groups or orgs, or nil.
local function reason_to_keep_units(kind, user, removable, missing, policy)
  if protect.is_own(policy.protect, user) then
    return "the user that this client acts as"
  elseif kind == "orgs" and not missing and #removable == #user.orgs then
    return "the user would be in no org"
  end
end

local function compare_units(comparison, kind, wanted, entries, policy)
  local user = comparison.user
  local missing = policy[kind]:missing(entries, wanted)
  local removable = policy[kind]:removable(entries, wanted)
  if not missing and not removable then
    return
  end
  local result = result_of(comparison)
  if missing then
    result.add = result.add or {}
    result.add[kind] = missing
  end
  if not removable then
    return
  end
  local reason = reason_to_keep_units(kind, user, removable, missing, policy)
  if reason then
    result.left[#result.left + 1] = {
      user = user.name, id = user.id, field = kind, is = names(removable),
      reason = reason,
    }
  else
    result.remove = result.remove or {}
    result.remove[kind] = removable
  end
end

--- Compares a user with its row.
-- @param record the row, as person.read returns it, with wanted groups and
--   orgs
-- @param user { id, name, … }, as the cluster shows it
-- @param policy { update, reactivate, rename, update_sso, protect, groups,
--   orgs, renames, compared }
-- @param row the number of the row
-- @return { user, id, change, add, remove, left }, with name and GUID of the
--   user; or nil: nothing differs
function compare.user(record, user, policy, row)
  local comparison = { user = user }
  compare_name(comparison, record, user, policy, row)
  compare_fields(comparison, record, user, policy)
  compare_status(comparison, record, user, policy)
  if record.groups then
    compare_units(comparison, "groups", record.groups, user.user_groups,
      policy)
  end
  if record.orgs then
    compare_units(comparison, "orgs", record.orgs, user.orgs, policy)
  end
  return comparison.result
end

return compare
