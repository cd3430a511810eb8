--- What the bodies of requests may hold.
--
-- A reader is function(value, path, known_only): it returns what the sandbox
-- goes on with, and refuses what has not the type of the published contract.
-- Null is taken for absent everywhere.

local errors = require "thoughtspot.sandbox.errors"
local json = require "thoughtspot.sandbox.json"

local schema = {}

local LARGEST = 2 ^ 31 - 1

local function refuse(path, what)
  errors.refuse(400, 10002, path .. " is not " .. what)
end

local function reader(what, accepts)
  return function(value, path)
    return accepts(value) and value or refuse(path, what)
  end
end

local function is_string(value)
  return type(value) == "string"
end

local readers = {
  string = reader("a string", is_string),
  integer = reader("a whole number", function(value)
    return type(value) == "number" and value % 1 == 0
      and math.abs(value) <= LARGEST
  end),
  object = reader("an object", function(value)
    return type(value) == "table" and value[1] == nil
  end),
  anything = function(value)
    return value
  end,
  boolean = function(value, path)
    if type(value) ~= "boolean" then
      refuse(path, "true or false")
    end
    return value
  end,
}

local function one_of(text)
  local values = {}
  for value in text:gmatch "%S+" do
    values[value] = true
  end
  return reader("one of " .. text:gsub("%s+", ", "), function(value)
    return is_string(value) and values[value]
  end)
end

-- An empty object cannot be told from an empty list, and counts as one.
local function list_of(read_item)
  return function(value, path, known_only)
    if type(value) ~= "table" or next(value) ~= nil and #value == 0 then
      refuse(path, "a list")
    end
    local list = {}
    for index, item in ipairs(value) do
      list[index] = read_item(item, ("%s[%d]"):format(path, index - 1),
        known_only)
    end
    return list
  end
end

--- A reader of objects.
-- @param fields names, apart by spaces, "!" after those that are required
function schema.object(fields)
  local names, required = {}, {}
  for name, mark in fields:gmatch "([%w_]+)(!?)" do
    names[name] = true
    if mark == "!" then
      required[#required + 1] = name
    end
  end
  return function(value, path, known_only)
    if type(value) ~= "table" or value[1] ~= nil then
      refuse(path, "an object")
    end
    local object = {}
    local prefix = path == "the body" and "" or path .. "."
    for name, item in pairs(value) do
      if names[name] then
        if item ~= json.null then
          object[name] = (schema.types[name] or readers.string)(item,
            prefix .. name, known_only)
        end
      elseif known_only then
        refuse(prefix .. name, "known")
      end
    end
    for _, name in ipairs(required) do
      if object[name] == nil or object[name] == "" then
        errors.refuse(400, 10002, prefix .. name .. " is required")
      end
    end
    return object
  end
end

local strings = list_of(readers.string)

--- Field = its reader, in whichever request; a field that is not here is a
-- string.
schema.types = {
  visibility = one_of "SHARABLE NON_SHARABLE",
  account_type = one_of
    "LOCAL_USER LDAP_USER SAML_USER OIDC_USER REMOTE_USER",
  account_status = one_of
    "ACTIVE INACTIVE EXPIRED LOCKED PENDING SUSPENDED",
  operation = one_of "ADD REMOVE REPLACE",
  preferred_locale = one_of("en-CA en-GB en-US de-DE ja-JP zh-CN pt-BR fr-FR "
    .. "fr-CA es-US da-DK es-ES fi-FI sv-SE nb-NO pt-PT nl-NL it-IT ru-RU "
    .. "en-IN de-CH en-NZ es-MX en-AU zh-Hant ko-KR en-DE"),
  field_name = one_of "NAME DISPLAY_NAME AUTHOR CREATED MODIFIED",
  order = one_of "ASC DESC",
  type = one_of "LIVEBOARD ANSWER",

  notify_on_share = readers.boolean,
  show_onboarding_experience = readers.boolean,
  onboarding_experience_completed = readers.boolean,
  use_browser_language = readers.boolean,
  trigger_welcome_email = readers.boolean,
  trigger_activation_email = readers.boolean,
  include_favorite_metadata = readers.boolean,
  include_variable_values = readers.boolean,
  dry_run = readers.boolean,
  delete_unspecified_users = readers.boolean,
  auto_create = readers.boolean,

  record_offset = readers.integer,
  record_size = readers.integer,
  validity_time_in_sec = readers.integer,
  -- Only a number selects an org; the server passes over anything else.
  org_id = readers.anything,

  privileges = strings,
  group_identifiers = strings,
  org_identifiers = strings,
  role_identifiers = strings,
  user_identifiers = strings,

  extended_properties = readers.object,
  extended_preferences = readers.object,
  user_parameters = readers.object,

  sort_options = schema.object "field_name order",
  favorite_metadata = list_of(schema.object "identifier type"),
  users = list_of(schema.object("user_identifier! display_name! password "
    .. "account_type account_status email org_identifiers group_identifiers "
    .. "visibility notify_on_share show_onboarding_experience "
    .. "onboarding_experience_completed home_liveboard_identifier "
    .. "favorite_metadata preferred_locale use_browser_language")),
}

--- Reads the body of a request.
-- @param read a reader, as schema.object makes them
-- @param text JSON
-- @param known_only whether fields that are not known are refused, and not
--   passed over
-- @return table of the fields that are known and not null
function schema.read(read, text, known_only)
  local body = text and text:find "^%s*{" and json.decode(text)
  if not body then
    refuse("the body", "a JSON object")
  end
  return read(body, "the body", known_only)
end

return schema
