--- Runs thoughtspot-users on a sandbox server: in a fork of a process that has
-- loaded it, or if a shell or a terminal is needed, in a new interpreter.
--
--   local users = require("spec.support.users_command").stage {
--     users = { { name = "ada" } },
--   }
--   … users.run("list --format json"), users.folder, users.server:control …

local assert = require "luassert"
local busted = require "busted"
local command = require "spec.support.command"
local fork_server = require "spec.support.fork_server"
local json = require "cjson"
local sandbox_server = require "spec.support.sandbox_server"

local users_command = {}

--- The command of the clone, with the interpreter of the specs.
function users_command.program()
  return command.lua() .. " command/thoughtspot-users"
end

-- The settings of whoever runs the specs do not reach the command.
local function environment_for(server, more)
  local environment = {
    THOUGHTSPOT_HOST = server.https,
    THOUGHTSPOT_CA_FILE = server.ca_file,
    THOUGHTSPOT_USERNAME = server.username,
    THOUGHTSPOT_PASSWORD = server.password,
    THOUGHTSPOT_SECRET_KEY = false, THOUGHTSPOT_TOKEN = false,
    THOUGHTSPOT_ORG_ID = false, THOUGHTSPOT_DEFAULT_PASSWORD = false,
    THOUGHTSPOT_DEBUG = false,
    XDG_CONFIG_HOME = "/nonexistent", COLUMNS = false, NO_COLOR = false,
    TERM = "xterm", LC_ALL = "C.UTF-8",
  }
  for name, value in pairs(more or {}) do
    environment[name] = value
  end
  return environment
end

-- Returns the words of a line; nil if only a shell can read it.
local function words_of(line)
  local words, word = {}, nil
  local position = 1
  while position <= #line do
    local text, rest = line:match("^'([^']*)'()", position)
    if not text then
      text, rest = line:match('^"([^"$`\\]*)"()', position)
    end
    if not text then
      text, rest = line:match("^([%w_@%%+=:,./-]+)()", position)
    end
    if text then
      word = (word or "") .. text
    else
      rest = line:match("^ +()", position)
      words[#words + 1], word = word, nil
    end
    if not rest then
      return nil
    end
    position = rest
  end
  words[#words + 1] = word
  return words
end

-- What runs the command if that needs neither a shell nor a terminal.
local server_of_runs

local function run_words(words, options)
  server_of_runs = server_of_runs or fork_server.start(
    "command/thoughtspot-users", { "thoughtspot_users.main", "thoughtspot" })
  return server_of_runs:run(words, options)
end

--- Returns functions that run the command on a server, and ask that server.
-- @param server of spec.support.sandbox_server, or a table with the same
--   members; nil if the member server is set later
function users_command.new(server)
  local bound = { server = server }

  --- Runs a line after "thoughtspot-users".
  -- @param options input, environment; terminal: run on one, with all output
  --   as one text; before, after: shell code around the command;
  --   new_interpreter: true, if how it starts matters
  function bound.run(line, options)
    options = options or {}
    local given = {
      input = options.input,
      environment = environment_for(bound.server, options.environment),
    }
    local words = not (options.before or options.after or options.terminal
      or options.new_interpreter) and words_of(line)
    if words then
      return run_words(words, given)
    end
    line = (options.before or "") .. users_command.program() .. " " .. line
      .. (options.after or "")
    if options.terminal then
      line = "script -qec " .. command.quote(line) .. " /dev/null"
    end
    return command.run(line, given)
  end

  --- Runs a line that must succeed; returns its output and its errors.
  function bound.check(line, options)
    local code, output, errors = bound.run(line, options)
    assert.equal(0, code, output .. errors)
    return output, errors
  end

  --- Runs a line with --format json; returns the decoded document.
  function bound.document(line, options)
    local code, output, errors = bound.run(line .. " --format json", options)
    return json.decode(output), code, errors
  end

  function bound.user(identifier)
    return (bound.server:control("user", { identifier = identifier }))
  end

  function bound.group_names(identifier)
    local names = {}
    for index, group in ipairs(bound.user(identifier).user_groups) do
      names[index] = group.name
    end
    return names
  end

  --- The endpoints that were called, in order, without logins.
  function bound.calls()
    local names = {}
    for _, request in ipairs(bound.server:control "requests") do
      if request.endpoint ~= "get_full_access_token" then
        names[#names + 1] = request.endpoint
      end
    end
    return names
  end

  function bound.called(endpoint)
    local count = 0
    for _, name in ipairs(bound.calls()) do
      count = count + (name == endpoint and 1 or 0)
    end
    return count
  end

  return bound
end

--- Returns the options of a sandbox with two people, and the groups of one.
function users_command.ada_and_bob()
  return {
    groups = { "Analysts", "Sales" },
    users = {
      { name = "ada", display_name = "Ada, Countess", email = "ada@acme.test",
        groups = { "Analysts", "Sales" } },
      { name = "bob", display_name = "Bob", email = "bob@acme.test",
        account_status = "INACTIVE" },
    },
  }
end

--- Starts a sandbox server for the specs of this describe(), and gives each of
-- them a fresh sandbox and a new folder.
-- @param sandbox options of the sandbox
-- @return what new() returns, with the members server and folder, once the
--   specs run
function users_command.stage(sandbox)
  local bound = users_command.new()

  busted.setup(function()
    bound.server = sandbox_server.start()
  end)

  busted.teardown(function()
    bound.server:stop()
  end)

  busted.before_each(function()
    bound.folder = command.new_folder()
    bound.server:control("reset", sandbox)
  end)

  busted.after_each(function()
    command.remove(bound.folder)
  end)

  return bound
end

--- Makes a file to which nothing can be appended, as on a full disk.
-- @return the shell code to put before the command
function users_command.fill(path)
  command.write(path, ("2001-01-01T00:00:00Z,nobody,old\n"):rep(200))
  return "trap '' XFSZ; ulimit -f 4; "
end

--- The mode of a file, as "600".
function users_command.mode_of(path)
  local _, output = command.run("stat -c %a " .. command.quote(path))
  return output:match "%d+"
end

return users_command
