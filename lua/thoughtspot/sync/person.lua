--- Reads the rows of a source: checks and normalizes them.

local core = require "thoughtspot.core"
local fold = require "thoughtspot.fold"
local strictly = require "thoughtspot.sync.strictly"

local person = {}

local ENDPOINT = "import_users"

-- A pattern for the path of the row in a request of that endpoint.
local PREFIX = "users%[1%]%."

--- Fields of a row besides those of ImportUser: name; annotation, the LuaCATS
-- type; doc; of_creation, whether create_user has it; ignored, whether it is
-- a column of an export that does not describe the desired state. The
-- annotations are derived from these rows.
person.more_fields = {
  { name = "id", annotation = "string", doc = "GUID of the user" },
  {
    name = "trigger_activation_email", annotation = "boolean",
    of_creation = true, doc = "only for new users",
  },
  {
    name = "trigger_welcome_email", annotation = "boolean",
    of_creation = true, doc = "only for new users",
  },
  {
    name = "created", annotation = "string", ignored = true,
    doc = "a column of an export, ignored",
  },
  {
    name = "changed", annotation = "string", ignored = true,
    doc = "a column of an export, ignored",
  },
  {
    name = "first_login", annotation = "string", ignored = true,
    doc = "a column of an export, ignored",
  },
}

local more_fields, ignored = {}, {}
for _, row in ipairs(person.more_fields) do
  if row.ignored then
    ignored[row.name] = true
  else
    more_fields[row.name] = row.of_creation or false
  end
end

-- Lists that may be given as one text, "A;B", as in a CSV column.
local lists = { group_identifiers = true, org_identifiers = true }

-- Fields in which an empty text is never intended.
local filled = { user_identifier = true, display_name = true, email = true }

-- Set of the fields of ImportUser.
local known = {}
for _, field in ipairs(core.describe(ENDPOINT).request.fields) do
  for _, row in ipairs(field.name == "users" and field.schema.fields or {}) do
    known[row.name] = true
  end
end

--- Returns whether a row may have a field that describes the desired state.
function person.has_field(name)
  return known[name] or more_fields[name] ~= nil
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
  return strictly.find_fault(ENDPOINT, checked, PREFIX)
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
  local _, message = strictly.find_fault(ENDPOINT, { users = { {
    user_identifier = "somebody", display_name = "Somebody", [name] = true,
  } } }, PREFIX)
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
    elseif person.has_field(name) or ignored[name] then
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

return person
