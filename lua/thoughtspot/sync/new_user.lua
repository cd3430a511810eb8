--- The fields of new users: from the row of a person, and from the option
-- create.

local core = require "thoughtspot.core"
local fold = require "thoughtspot.fold"
local person = require "thoughtspot.sync.person"
local strictly = require "thoughtspot.sync.strictly"

local new_user = {}

-- Fields of a new user that are not copied as they are.
local apart = {
  password = true, group_identifiers = true, org_identifiers = true,
}

-- Fields that create_user has under the same name.
local created = {}
for _, field in ipairs(core.describe "create_user".request.fields) do
  local name = field.name
  if person.has_field(name) and not apart[name] then
    created[#created + 1] = name
  end
end

--- Returns the fields of a new user, except name, password, groups and orgs.
-- @param defaults table of fields, or nil
function new_user.fields(record, defaults)
  local set = {}
  for name, value in pairs(defaults or {}) do
    set[name] = value
  end
  for _, name in ipairs(created) do
    if record[name] ~= nil then
      set[name] = record[name]
    end
  end
  return set
end

--- Returns why a user cannot be created: a field and a message, or nil.
function new_user.find_missing(record, set)
  local hidden = record.user_identifier
    and fold.find_invisible(record.user_identifier)
  if not record.user_identifier then
    return "user_identifier", "is required to create a user"
  elseif hidden then
    return "user_identifier", ("%q contains the invisible character %s; the "
      .. "new user would look the same as another one"):format(
      record.user_identifier, hidden)
  end
  for _, name in ipairs { "display_name", "email" } do
    if set[name] == nil then
      return name, "is required to create " .. record.user_identifier
    end
  end
end

-- Fields that all new users can share.
local shared = {
  extended_properties = true, extended_preferences = true,
  favorite_metadata = true,
}
for _, name in ipairs(created) do
  shared[name] = true
end

--- Returns what is wrong with the option create as a table, or nil.
function new_user.find_fault_of_defaults(defaults)
  local request = { name = "somebody", display_name = "Somebody", email = "" }
  for name, value in pairs(defaults) do
    if not shared[name] then
      return core.error("argument", "cannot be the same for all new "
        .. "users", nil, "create." .. tostring(name))
    end
    request[name] = value
  end
  local field, message = strictly.find_fault("create_user", request)
  return field and core.error("argument", message, nil, "create." .. field)
end

return new_user
