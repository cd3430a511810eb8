--- What the environment says about clients: their options, and whether their
-- events are logged. Empty variables count as absent.

local core = require "thoughtspot.core"

local environment = {}

--- The variables that stand for options of a client: variable, option, doc.
-- Documentation is derived from these rows.
environment.rows = {
  { variable = "THOUGHTSPOT_HOST", option = "host",
    doc = "address of the cluster" },
  { variable = "THOUGHTSPOT_USERNAME", option = "username",
    doc = "name of the user who logs in, with one of the next two" },
  { variable = "THOUGHTSPOT_SECRET_KEY", option = "secret_key",
    doc = "secret key of trusted authentication" },
  { variable = "THOUGHTSPOT_PASSWORD", option = "password",
    doc = "password, instead of the secret key" },
  { variable = "THOUGHTSPOT_TOKEN", option = "token",
    doc = "a bearer token, instead of a user who logs in" },
  { variable = "THOUGHTSPOT_ORG_ID", option = "org_id",
    doc = "number of the org to act in" },
  { variable = "THOUGHTSPOT_CA_FILE", option = "ca_file",
    doc = "file with the CAs to trust (PEM)" },
  { variable = "THOUGHTSPOT_TOKEN_FILE", option = "token_store",
    doc = "file in which several runs share a token" },
}

--- Option = the variable that stands for it.
environment.variables = {}
for _, row in ipairs(environment.rows) do
  environment.variables[row.option] = row.variable
end

--- Returns the value of a variable; nil: it is absent or empty.
function environment.get(variable)
  local value = os.getenv(variable)
  return value ~= "" and value or nil
end

-- Returns the options that the variables stand for.
local function read_variables()
  local options = {}
  for option, variable in pairs(environment.variables) do
    options[option] = environment.get(variable)
  end
  options.token_store = nil -- a path, of which the store is made at the end
  options.org_id = tonumber(options.org_id) or options.org_id
  return options
end

-- Drops the credentials of the environment if others take precedence. The name
-- of the user stays if only the password or the secret key is another one.
local function drop_credentials(options, overrides)
  local has_token = overrides.token or overrides.token_provider
  if has_token or overrides.password or overrides.secret_key then
    options.secret_key, options.password, options.token = nil, nil, nil
    if has_token then
      options.username = nil
    end
  end
end

-- Returns two variables that conflict, because both say how to authenticate
-- and neither is overridden; or nil.
local function two_credentials(options, overrides)
  local first
  for _, option in ipairs { "token", "password", "secret_key" } do
    local variable = environment.variables[option]
    if options[option] and overrides[option] == nil then
      if first then
        return first, variable
      end
      first = variable
    end
  end
end

-- Returns what is wrong with the options, or nil.
local function find_fault(options, overrides)
  if overrides.org_id == nil and type(options.org_id) == "string" then
    return core.error("argument", "THOUGHTSPOT_ORG_ID must be the number of "
      .. "an org, not its name; it is \"" .. options.org_id .. "\"", nil,
      "org_id")
  end
  local first, second = two_credentials(options, overrides)
  if first then
    return core.error("argument", ("%s and %s are both set; unset one of "
      .. "them"):format(first, second))
  elseif not options.host then
    return core.error("argument", "is required; set THOUGHTSPOT_HOST", nil,
      "host")
  elseif not (options.token or options.token_provider or options.password
    or options.secret_key) then
    return core.error("argument", "set THOUGHTSPOT_USERNAME and "
      .. "THOUGHTSPOT_SECRET_KEY (or THOUGHTSPOT_PASSWORD), or "
      .. "THOUGHTSPOT_TOKEN", nil, "username")
  end
end

-- Adds the store of the token file, if there is one, to options that do not
-- say where the token comes from.
local function with_token_file(options)
  local path = environment.get(environment.variables.token_store)
  if not path or options.token_store or options.token
    or options.token_provider then
    return options
  end
  return require "thoughtspot.store.file".share(options, path)
end

--- Returns the options of a client that the environment describes.
-- @param overrides table of options that take precedence; one that says how to
--   authenticate replaces all credentials of the environment
-- @return the options; or nil and an error of kind "argument"
function environment.options(overrides)
  local options = read_variables()
  drop_credentials(options, overrides)
  for option, value in pairs(overrides) do
    options[option] = value
  end
  local fault = find_fault(options, overrides)
  if fault then
    return nil, fault
  end
  return with_token_file(options)
end

--- Adds a log of all events to the options of a client if THOUGHTSPOT_DEBUG is
-- set, and not 0.
-- @param log function(event)
-- @return the options, or a copy of them
function environment.with_log(options, log)
  local debug_variable = environment.get "THOUGHTSPOT_DEBUG"
  if not debug_variable or debug_variable == "0" or options.on_event == log
  then
    return options
  end
  local logged, on_event = {}, options.on_event
  for name, value in pairs(options) do
    logged[name] = value
  end
  if on_event == nil then
    logged.on_event = log
  elseif type(on_event) == "function" or type(on_event) == "table" then
    logged.on_event = function(event)
      log(event)
      return on_event(event)
    end
  end
  return logged
end

return environment
