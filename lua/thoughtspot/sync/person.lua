--- Reads the rows of a source: checks and normalizes them.

local core = require "thoughtspot.core"
local fold = require "thoughtspot.fold"

local person = {}

local ENDPOINT = "import_users"

-- Fields besides those of ImportUser; true: of create_user.
local more_fields = {
  id = false, trigger_activation_email = true, trigger_welcome_email = true,
}
-- Columns of an export that do not describe the desired state.
local ignored = { created = true, changed = true, first_login = true }

-- Lists that may be given as one text, "A;B", as in a CSV column.
local lists = { group_identifiers = true, org_identifiers = true }

-- Fields in which an empty text is never intended.
local filled = { user_identifier = true, display_name = true, email = true }

--- The names of the fields, in order.
person.fields = {}
for _, field in ipairs(core.describe(ENDPOINT).request.fields) do
  if field.name == "users" then
    for _, row in ipairs(field.schema.fields) do
      person.fields[#person.fields + 1] = row.name
    end
  end
end

local known = {}
for _, name in ipairs(person.fields) do
  known[name] = true
end

-- A client that is used only for checks, because the caller's may not be
-- strict.
local checker

local function check(endpoint, request)
  checker = checker or assert(core.new {
    host = "https://localhost", token = "none",
  })
  local _, err = checker:check(endpoint, request)
  return err
end

-- Returns the field and the message of an error, without the path to the
-- field.
local function without_prefix(err, prefix)
  local message = err.message
  if err.field and message:sub(1, #err.field) == err.field then
    message = message:sub(#err.field + 1):gsub("^: ", "")
  end
  return (err.field or ""):gsub("^" .. prefix, ""), message
end

local function split(text)
  local items = {}
  for item in (text .. ";"):gmatch "(.-);" do
    items[#items + 1] = fold.trim(item)
  end
  return items
end

-- Copies a list and trims its items; nil and a message if it is not a list.
local function copy_list(value)
  if type(value) == "string" then
    if fold.trim(value) == "" then
      return nil, "is empty; omit it, or give an empty list for none"
    end
    value = split(value)
  elseif type(value) ~= "table" then
    return nil, "expected a list of strings, got " .. type(value)
  end
  local items, count = {}, 0
  for index, item in ipairs(value) do
    -- Orgs may be numbers.
    if type(item) == "number" and item % 1 == 0 then
      item = ("%d"):format(item)
    elseif type(item) ~= "string" then
      return nil, "expected a list of strings"
    end
    item = fold.trim(item)
    if item == "" then
      return nil, "an item of the list is empty"
    end
    items[index], count = item, index
  end
  for _ in pairs(value) do
    count = count - 1
  end
  if count ~= 0 then
    return nil, "expected a list without holes"
  end
  return items
end

-- Adds a value to a record. Returns what is wrong with it, or nil.
local function take(record, name, value)
  if value == core.null or ignored[name] then
    return nil
  elseif lists[name] then
    local message
    record[name], message = copy_list(value)
    return message
  elseif type(value) == "string" and name ~= "password" then
    value = fold.trim(value)
    if value == "" and (filled[name] or name == "id") then
      return "is empty; omit it to leave the field unchanged"
    end
  end
  record[name] = value
end

-- Returns a copy of a record for import_users: without fields that it does not
-- have, and with all that it requires.
local function complete(record)
  local copy = {}
  for name in pairs(known) do
    copy[name] = record[name]
  end
  copy.user_identifier = record.user_identifier or "somebody"
  copy.display_name = record.display_name or "Somebody"
  return copy
end

local function is_complete(record)
  return record.user_identifier and record.display_name and not record.id
    and record.trigger_activation_email == nil
    and record.trigger_welcome_email == nil
end

-- Checks the fields of a record with the core.
local checked = { users = {} }
local function find_mistake(record)
  checked.users[1] = is_complete(record) and record or complete(record)
  local err = check(ENDPOINT, checked)
  if err then
    return without_prefix(err, "users%[1%]%.")
  end
end

-- Refuses all invalid values of a record. Returns whether there were any.
local function refuse_values(record, refuse)
  local wrong = false
  if record.id ~= nil and type(record.id) ~= "string" then
    wrong = true
    refuse("id", "expected a GUID, got " .. type(record.id))
  end
  for name, of_creation in pairs(more_fields) do
    if of_creation and record[name] ~= nil
      and type(record[name]) ~= "boolean" then
      wrong = true
      refuse(name, "expected true or false, got " .. type(record[name]))
    end
  end
  -- The core reports one error at a time.
  local field, message = find_mistake(record)
  while field do
    wrong = true
    refuse(field, message)
    record[field:match "^[%w_]+"] = nil
    field, message = find_mistake(record)
  end
  return wrong
end

local function suggestion(name)
  local err = check(ENDPOINT, { users = { {
    user_identifier = "somebody", display_name = "Somebody", [name] = true,
  } } })
  local _, message = without_prefix(err, "users%[1%]%.")
  return message
end

--- Reads a row.
-- @param row table: fields of ImportUser, id, trigger_activation_email and
--   trigger_welcome_email
-- @param refuse function(field, message): called for each error
-- @return a copy of the fields to keep, with texts trimmed; nil if the row is
--   invalid
function person.read(row, refuse)
  if type(row) ~= "table" then
    refuse(nil, "expected a table, got " .. type(row))
    return nil
  end
  local record, valid = {}, true
  for name, value in pairs(row) do
    local message
    if type(name) ~= "string" then
      message = "is not a field here"
    elseif known[name] or more_fields[name] ~= nil or ignored[name] then
      message = take(record, name, value)
    else
      message = suggestion(name)
    end
    if message then
      valid = false
      refuse(tostring(name), message)
    end
  end
  if not record.user_identifier and not record.id and valid then
    valid = false
    refuse("user_identifier", "is required: the name of the user")
  end
  if refuse_values(record, refuse) then
    valid = false
  end
  return valid and record or nil
end

-- Fields of a new user that are not copied as they are.
local apart = {
  password = true, group_identifiers = true, org_identifiers = true,
}

-- Fields that create_user has under the same name.
local created = {}
for _, field in ipairs(core.describe "create_user".request.fields) do
  local name = field.name
  if (known[name] or more_fields[name]) and not apart[name] then
    created[#created + 1] = name
  end
end

--- Returns the fields of a new user, except name, password, groups and orgs.
-- @param defaults table of fields, or nil
function person.new_user(record, defaults)
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
function person.find_missing(record, set)
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
local shared = {}
for _, name in ipairs(created) do
  shared[name] = name ~= "favorite_metadata" or nil
end
for _, name in ipairs { "extended_properties", "extended_preferences" } do
  shared[name] = true
end

--- Returns what is wrong with the option create as a table, or nil.
function person.check_defaults(defaults)
  local request = { name = "somebody", display_name = "Somebody", email = "" }
  for name, value in pairs(defaults) do
    if not shared[name] and name ~= "favorite_metadata" then
      return core.error("argument", "cannot be the same for all new "
        .. "users", nil, "create." .. tostring(name))
    end
    request[name] = value
  end
  local err = check("create_user", request)
  if err then
    local field, message = without_prefix(err, "")
    return core.error("argument", message, nil, "create." .. field)
  end
end

-- Fields of search_users that do not filter: a scope of only these would be
-- everybody.
local NO_FILTERS = {
  "record_offset", "record_size", "sort_options", "include_favorite_metadata",
  "include_variable_values",
}

--- Returns what is wrong with a filter of search_users, or nil. The check is
-- always strict, because a cluster ignores unknown fields, and a filter with
-- no field left is everybody.
function person.check_scope(scope)
  for _, name in ipairs(NO_FILTERS) do
    if scope[name] ~= nil then
      return core.error("argument", "does not filter users; omit it",
        nil, "scope." .. name)
    end
  end
  for name, value in pairs(scope) do
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
  local err = check("search_users", scope)
  if err then
    local field, message = without_prefix(err, "")
    return core.error("argument", message, nil, "scope." .. field)
  end
end

return person
