--- Manages the users of a ThoughtSpot cluster through its REST API v2.0.
--
--   local thoughtspot = require "thoughtspot"
--   local client = assert(thoughtspot.new {
--     host = "https://acme.thoughtspot.cloud",
--     username = "tsadmin", secret_key = os.getenv "THOUGHTSPOT_SECRET_KEY",
--   })
--   local user, err = client:find_user "ada"

local core = require "thoughtspot.core"

-- The version of the Lua modules.
local VERSION = "0.2.0"

-- Raises an error: the C module is not of the same build as the Lua modules.
-- @param why what shows that
local function refuse_core(why)
  local search = rawget(package, "searchpath") -- not in Lua 5.1
  local path = search and search("thoughtspot.core", package.cpath)
  error(("thoughtspot: %s is not of the same build as the Lua modules: %s; "
    .. "run make, or install the library again"):format(
    path or "the C module thoughtspot.core", why), 0)
end

-- After an update, the C module that is found may be an older one, even of the
-- same version.
local function expect_same_build()
  if core._VERSION ~= VERSION then
    refuse_core(("it is version %s, they are %s"):format(
      tostring(core._VERSION), VERSION))
  end
  for _, part in ipairs { core, core.constants } do
    setmetatable(part, { __index = function(_, name)
      refuse_core(("it has no \"%s\""):format(tostring(name)))
    end })
  end
end

expect_same_build()

local Client = require "thoughtspot.client"
local environment = require "thoughtspot.environment"
local fault_of_table = require "thoughtspot.options".fault_of_table

---@type thoughtspot
local thoughtspot = {
  _VERSION = core._VERSION,
  --- JSON's null: send it in a field that may be null; received with the
  -- option keep_null. The same as cjson.null, and a true value in Lua.
  null = core.null,
}

--- Marks a table as a list, so that it is a list in JSON even if it is empty.
-- Without the mark, an empty table in a free-form value, such as
-- extended_properties, is an object. Lists that were received are already
-- marked.
--   extended_properties = { tags = thoughtspot.list {} } --> {"tags":[]}
-- @param items table, or nil: an empty one
-- @return the table
function thoughtspot.list(items)
  if items ~= nil and type(items) ~= "table" then
    error("thoughtspot.list: expected a table, got " .. type(items), 2)
  end
  local fault = items and fault_of_table(items)
  if fault then
    error("thoughtspot.list: " .. fault, 2)
  end
  return setmetatable(items or {}, core.list_meta)
end

-- Misuse raises an error at the position of the call.
local function expect_options(name, options)
  if options == thoughtspot then
    error(("call it with a dot: thoughtspot.%s(...)"):format(name), 3)
  elseif type(options) ~= "table" then
    error(("thoughtspot.%s: expected a table of options, got %s"):format(name,
      type(options)), 3)
  end
end

--- Writes an event of a client to standard error, in nginx to its error log:
--   thoughtspot.new { …, on_event = thoughtspot.log }
-- Writes no secrets. The environment variable THOUGHTSPOT_DEBUG does this for
-- all clients, unless it is empty or 0.
-- @param event see the option on_event
thoughtspot.log = require "thoughtspot.log"

--- Creates a client; sends nothing.
-- @param options table: host, and one of username with password, username
--   with secret_key, token, token_provider; describe "Options" lists them all
-- @return the client, or nil and an error of kind "argument"
function thoughtspot.new(options)
  expect_options("new", options)
  return Client.new(environment.with_log(options, thoughtspot.log))
end

--- Creates a client from the environment. doc/authentication.md lists the
-- variables; empty ones count as absent.
-- @param overrides table of options that take precedence over the environment;
--   one that says how to authenticate replaces all credentials of the
--   environment
-- @return as thoughtspot.new
function thoughtspot.from_env(overrides)
  overrides = overrides or {}
  expect_options("from_env", overrides)
  local fault = fault_of_table(overrides)
  if fault then
    return nil, core.error("argument", fault)
  end
  local options, err = environment.options(overrides)
  if not options then
    return nil, err
  end
  return thoughtspot.new(options)
end

-- Name = module that is loaded on first use. thoughtspot.describe says what an
-- endpoint takes and returns.
local lazy = { describe = "thoughtspot.describe" }

setmetatable(thoughtspot, {
  __index = function(module, name)
    local loaded = lazy[name] and require(lazy[name])
    module[name] = loaded
    return loaded
  end,
})

--- Creates a function for the option on_progress: it shows the progress of a
-- batch, with its rate and the time left. On a terminal it draws a bar,
-- elsewhere it writes a line every ten seconds and one at the end.
-- @param options table, or nil: what is counted, such as "users"; output, an
--   open file (io.stderr)
-- @return function(done, total)
function thoughtspot.progress(options)
  if options ~= nil and type(options) ~= "table" then
    error("thoughtspot.progress: expected a table of options, got "
      .. type(options), 2)
  end
  return require "thoughtspot.progress".open(options or {})
end

--- Creates a ThoughtSpot in memory for testing scripts; see
-- thoughtspot.sandbox.
-- @return a transport for thoughtspot.new
function thoughtspot.sandbox(options)
  local made, sandbox = pcall(require "thoughtspot.sandbox", options)
  if not made then
    error(sandbox, 2)
  end
  return sandbox
end

return thoughtspot
