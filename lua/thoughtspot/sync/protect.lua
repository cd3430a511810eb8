--- Decides which users never leave, whatever the source says.

local fold = require "thoughtspot.fold"

local protect = {}

-- Accounts that the cluster itself needs.
local built_in = {
  tsadmin = true, guest = true, system = true, su = true, super_user = true,
  system_user = true,
}
local administrates = { ADMINISTRATION = true, USER_ADMINISTRATION = true }

--- Fields of a user that the protection needs.
protect.fields = {
  "privileges", "org_privileges", "super_user", "system_user",
}

-- Returns a Lua pattern for a text in which only * is special.
local function pattern_of(text)
  return "^" .. fold.key(text):gsub("[%^%$%(%)%%%.%[%]%+%-%?]", "%%%0")
    :gsub("%*+", ".*") .. "$"
end

--- Prepares the option protect.
-- @param list names, GUIDs and patterns
-- @param admins whether administrators are protected
-- @param acts_as { id, name } of the client's user
function protect.new(list, admins, acts_as)
  local rules = {
    own_id = acts_as.id, own_name = fold.key(acts_as.name), admins = admins,
    exact = {}, patterns = {},
  }
  for _, text in ipairs(list) do
    if text:find("*", 1, true) then
      rules.patterns[#rules.patterns + 1] = { pattern_of(text), text }
    else
      rules.exact[fold.key(text)] = text
    end
  end
  return rules
end

local function holds_admin(privileges)
  for _, privilege in ipairs(privileges) do
    if administrates[privilege] then
      return true
    end
  end
  return false
end

local function administrates_an_org(user)
  if type(user.org_privileges) == "table" then
    for _, privileges in pairs(user.org_privileges) do
      if type(privileges) == "table" and holds_admin(privileges) then
        return true
      end
    end
  end
  return false
end

local function reason_of_privileges(user)
  local privileges = user.privileges
  if type(privileges) ~= "table" then
    return "the cluster does not show the user's privileges"
  elseif holds_admin(privileges) or administrates_an_org(user) then
    return "an administrator"
  end
end

--- Returns whether a user is the client's own.
function protect.is_own(rules, user)
  return user.id == rules.own_id or fold.key(user.name) == rules.own_name
end

--- Returns why a user never leaves, or nil.
-- @param user { id, name } and protect.fields
function protect.reason(rules, user)
  local name = fold.key(user.name)
  if protect.is_own(rules, user) then
    return "the user that this client acts as"
  elseif built_in[name] then
    return "a built-in account"
  elseif user.super_user == true then
    return "a super user"
  elseif user.system_user == true then
    return "a system user"
  end
  local text = rules.exact[name] or rules.exact[user.id:lower()]
  for _, pattern in ipairs(rules.patterns) do
    text = text or name:find(pattern[1]) and pattern[2]
  end
  if text then
    return ("protected by %q"):format(text)
  end
  return rules.admins and reason_of_privileges(user) or nil
end

return protect
