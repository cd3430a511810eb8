--- Finds the cluster and the credentials: in flags, then the environment, then
-- a profile.

local environment = require "thoughtspot.environment"
local errors = require "thoughtspot_users.errors"
local failure = require "thoughtspot_users.failure"
local files = require "thoughtspot_users.files"
local json = require "thoughtspot_users.json"
local thoughtspot = require "thoughtspot"
local wording = require "thoughtspot_users.wording"

local settings = {}

-- The profile used if none is given.
local DEFAULT = "default"

-- Member of a profile = its type. A variable of the environment that stands
-- for the option of that name takes precedence.
local MEMBERS = {
  host = "string", username = "string", org_id = "number", ca_file = "string",
  secret_key_command = "string", secret_key_file = "string",
}
local MEMBER_NAMES = {}
for name in pairs(MEMBERS) do
  MEMBER_NAMES[#MEMBER_NAMES + 1] = name
end
table.sort(MEMBER_NAMES)

local SECRETS = { secret_key = true, password = true, token = true }

-- Returns an option of the environment, or nil.
local function from_environment(option)
  return environment.get(environment.variables[option])
end

--- Returns the path of the file of profiles.
function settings.path()
  local folder = environment.get "XDG_CONFIG_HOME"
  if not folder then
    folder = (environment.get "HOME" or "") .. "/.config"
  end
  return folder .. "/thoughtspot/profiles.json"
end

local function exists(path)
  local file = io.open(path, "rb")
  if file then
    file:close()
  end
  return file ~= nil
end

local function check_profile(where, profile)
  if type(profile) ~= "table" then
    failure.raise(where .. ": expected an object")
  end
  for name, value in pairs(profile) do
    if SECRETS[name] then
      failure.raise(("%s: %s is not allowed in the profiles file; give "
        .. "secret_key_command or secret_key_file"):format(where, name))
    elseif not MEMBERS[name] then
      failure.raise(("%s: there is no \"%s\"; %s"):format(where, name,
        wording.hint(tostring(name), MEMBER_NAMES, "members")))
    elseif type(value) ~= MEMBERS[name]
      or name == "org_id" and value % 1 ~= 0 then
      failure.raise(("%s: %s must be a %s"):format(where, name,
        name == "org_id" and "whole number" or MEMBERS[name]))
    end
  end
  if profile.secret_key_command and profile.secret_key_file then
    failure.raise(where .. ": give secret_key_command or secret_key_file, "
      .. "not both")
  end
  return profile
end

local function names_of(profiles)
  local names = {}
  for name in pairs(profiles) do
    names[#names + 1] = tostring(name)
  end
  table.sort(names)
  return names
end

--- Reads a profile.
-- @param name of it; or nil: "default", if there is one
-- @return the profile, or nil
function settings.read_profile(name)
  local path = settings.path()
  if not name and not exists(path) then
    return nil
  end
  local text_of_profiles = files.read_text(path)
  files.expect_own(path, "defines which commands are run and where secrets "
    .. "are sent")
  local profiles, err = json.decode(text_of_profiles)
  if type(profiles) ~= "table" then
    failure.raise(("%s: is not a JSON object of profiles%s"):format(path,
      err and ": " .. err or ""))
  end
  local profile = profiles[name or DEFAULT]
  if not profile then
    if not name then
      return nil
    end
    failure.raise(("%s: there is no profile \"%s\"; %s"):format(path, name,
      wording.hint(name, names_of(profiles), "profiles")))
  end
  return check_profile(("%s, profile \"%s\""):format(path, name or DEFAULT),
    profile)
end

-- Returns the first line of output of a command, which ends with its status,
-- because popen in Lua 5.1 does not return it.
local function read_secret_of_command(line)
  local pipe = io.popen("( " .. line .. "\n); printf '\\n%d' $?")
  local output = pipe and pipe:read "*a" or ""
  if pipe then
    pipe:close()
  end
  local secret, status = output:match "^(.*)\n(%d+)$"
  secret = secret and files.first_line_of(secret)
  if status ~= "0" then
    failure.raise(("secret_key_command failed with status %s: %s"):format(
      status or "?", line))
  elseif secret == "" then
    failure.raise("secret_key_command wrote nothing: " .. line)
  end
  return secret
end

local function read_secret_of_file(path)
  path = path:gsub("^~/", (environment.get "HOME" or "") .. "/")
  files.expect_private(path, "a secret key")
  local secret = files.read_secret(path)
  if secret == "" then
    failure.raise(path .. ": is empty")
  end
  return secret
end

-- Returns the secret key of a profile, or nil.
local function secret_of(profile)
  if profile.secret_key_command then
    return read_secret_of_command(profile.secret_key_command)
  elseif profile.secret_key_file then
    return read_secret_of_file(profile.secret_key_file)
  end
end

local function has_credentials()
  return from_environment "token" or from_environment "password"
    or from_environment "secret_key"
end

local function is_same_host(a, b)
  return a:lower():gsub("/+$", "") == b:lower():gsub("/+$", "")
end

-- Adds the options of a profile to those of the environment.
local function take_profile(options, profile, flags, note)
  local given = options.host or from_environment "host"
  if flags.profile and given and profile.host
    and not is_same_host(given, profile.host) then
    note(("using %s, which takes precedence over the profile's %s"):format(
      given, profile.host))
  end
  for name in pairs(MEMBERS) do
    local variable = environment.variables[name]
    if variable and options[name] == nil and not environment.get(variable) then
      options[name] = profile[name]
    end
  end
  if has_credentials() then
    return
  end
  local host = from_environment "host"
  if host and not flags.host and profile.host
    and not is_same_host(host, profile.host) then
    failure.raise(("THOUGHTSPOT_HOST is %s, but the secret key of the profile "
      .. "is for %s; unset THOUGHTSPOT_HOST, or give --host"):format(host,
        profile.host))
  end
  options.secret_key = secret_of(profile)
end

--- Creates a client; sends nothing.
-- @param flags host, org_id, profile, timeout
-- @param more options of the client, or nil
-- @param note function(text): called with remarks
-- @return the client, and the address of the cluster
function settings.connect(flags, more, note)
  local options = { host = flags.host, org_id = flags.org_id }
  for name, value in pairs(more or {}) do
    options[name] = value
  end
  options.timeout = flags.timeout
  local complete = has_credentials()
    and (flags.host or from_environment "host")
  local profile = (flags.profile or not complete)
    and settings.read_profile(flags.profile)
  if profile then
    take_profile(options, profile, flags, note)
  end
  local client, err = thoughtspot.from_env(options)
  if not client and not profile and err.message:find("set THOUGHTSPOT_", 1,
    true) then
    failure.raise(("%s; or add a profile to %s"):format(errors.text(err),
      settings.path()))
  end
  return failure.check(client, err), options.host
    or from_environment "host"
end

return settings
