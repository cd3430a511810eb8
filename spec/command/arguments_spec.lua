-- The command line, the exit codes, and the settings for the cluster.
--
-- Takes long.

local command = require "spec.support.command"
local commands = require "thoughtspot_users.commands"
local users_command = require "spec.support.users_command"

describe("thoughtspot-users", function()
  local users = users_command.stage { users = { { name = "ada" } } }
  local run = users.run

  for _, subcommand in ipairs(commands.list) do
    local name = subcommand.name

    it(name .. " prints its help", function()
      for _, flag in ipairs { "--help", "-h" } do
        local code, output, errors = run(name .. " " .. flag)
        assert.equal("", errors)
        assert.equal(0, code)
        assert.truthy(output:find("Usage: thoughtspot-users " .. name, 1,
          true))
        for line in output:gmatch "[^\n]+" do
          assert.truthy(#line <= 79, line)
        end
      end
      assert.same({}, users.server:control "requests")
    end)

    it(name .. " refuses unknown options", function()
      local code, output, errors = run(name .. " --xyzzy")
      assert.equal(2, code)
      assert.equal("", output)
      assert.truthy(errors:find("unknown option '--xyzzy'", 1, true))
      assert.truthy(errors:find("usage: thoughtspot-users " .. name, 1, true))
      assert.same({}, users.server:control "requests")
    end)
  end

  it("prints its help and its version", function()
    local code, output = run "--help"
    assert.equal(0, code)
    for _, part in ipairs { "THOUGHTSPOT_HOST",
      "\n   2    nothing was done\n",
      "\n   130  interrupted; standard error says how to resume" } do
      assert.truthy(output:find(part, 1, true))
    end
    for _, subcommand in ipairs(commands.list) do
      assert.truthy(output:find("\n   " .. subcommand.name .. " ", 1, true))
    end
    assert.equal(output, (select(2, run "help")))
    assert.equal((select(2, run "list --help")), (select(2, run "help list")))
    assert.truthy((select(3, run "help lsit")):find("did you mean list?", 1,
      true))
    assert.truthy((select(3, run "help xyzzy")):find("the commands are "
      .. "whoami, list, ", 1, true))
    code, output = run "--version"
    assert.equal(0, code)
    assert.truthy(output:find "^thoughtspot%-users %d+%.%d+")
  end)

  -- Returns a help without line breaks.
  local function help_of(name)
    return ((select(2, run(name .. " --help")):gsub("%s+", " ")))
  end

  it("lists choices and defaults in its help", function()
    assert.truthy(help_of "list":find("Users with this account type. One of "
      .. "LOCAL_USER, LDAP_USER, SAML_USER, OIDC_USER, REMOTE_USER.", 1, true))
    assert.is_nil(help_of "plan":find("One of keep", 1, true)) -- explained
    assert.truthy(help_of "create":find("E-mail address; required.", 1, true))
    assert.truthy(help_of "update":find("E-mail address. ", 1, true))
    for name, parts in pairs {
      plan = { "deactivated; default: keep.", "deletes the user; default: 30.",
        "default: 10 % of the scope, 200 at most, 1 at least." },
      apply = { "Calls at a time; default: 8.", "refused; default: 86400.",
        "more is sent; default: 20." },
    } do
      local help = help_of(name)
      for _, part in ipairs(parts) do
        assert.truthy(help:find(part, 1, true), part)
      end
    end
    assert.truthy((select(2, run "--help")):find("default: 60.", 1, true))
  end)

  it("says which confirmations there are in its help", function()
    assert.truthy(help_of "delete":find("Do not ask; requires --max-deletes.",
      1, true))
    assert.truthy(help_of "logout":find("--yes Do not ask.", 1, true))
    for _, name in ipairs { "create", "update", "activate" } do
      assert.truthy(help_of(name):find("--yes Has no effect", 1, true), name)
    end
  end)

  -- Returns the modules of ours that a run loads, without a common beginning.
  local function loaded_by(words)
    local script = ([[
      require "thoughtspot_users.main".run { %s }
      for name in pairs(package.loaded) do
        io.stderr:write(name:match "^thoughtspot.*" or "", "\n")
      end]]):format(words)
    local code, _, modules = command.run(command.lua() .. " -e "
      .. command.quote(script))
    assert.equal(0, code)
    return "\n" .. modules
  end

  local described_by = {
    ["thoughtspot.sync.options"] = true, ["thoughtspot.sync.limits"] = true,
    ["thoughtspot.sync.requests"] = true,
  }

  it("loads only what it needs", function()
    for _, words in ipairs { "'--version'", "'--help'", "'list', '--help'",
      "'completion', 'bash'", "'manual'" } do
      local modules = loaded_by(words)
      assert.is_nil(modules:find "\nthoughtspot\n", words)
      -- Only what describes the options of a sync.
      for name in modules:gmatch "\n(thoughtspot%.sync[%w_.]*)" do
        assert.truthy(described_by[name], words .. " loads " .. name)
      end
    end
    assert.is_nil((loaded_by "'--help'"):find "thoughtspot_users%.commands%.")
    local modules = loaded_by "'list', '--help'"
    assert.truthy(modules:find "\nthoughtspot_users%.commands%.list\n")
    assert.is_nil(modules:find "\nthoughtspot_users%.commands%.sync\n")
  end)

  it("says which settings are missing, and where to put them", function()
    local code, _, errors = run("--version", {
      environment = { LUA_PATH = "/nonexistent/?.lua" },
      new_interpreter = true,
    })
    assert.equal(2, code)
    assert.truthy(errors:find("^thoughtspot%-users: lua%S+ does not find "
      .. "argparse: luarocks install argparse, or the package "
      .. "lua%-argparse\n$"), errors)
  end)

  it("does in a new interpreter what it does in a fork of one", function()
    for _, line in ipairs { "--version", "help plan", "list --xyzzy",
      "list --format json", "show nobody", "describe search_users" } do
      assert.same({ run(line) }, { run(line, { new_interpreter = true }) })
    end
  end)

  it("runs from any directory, and through a symbolic link", function()
    local folder = command.new_folder()
    local code, output, errors = command.run(("ln -s \"$PWD\"/command/"
      .. "thoughtspot-users %s/tu && cd / && LUA=%s %s/tu --version"):format(
        folder, command.quote(command.lua()), folder))
    command.remove(folder)
    assert.equal(0, code, errors)
    assert.truthy(output:find "^thoughtspot%-users ")
  end)

  it("takes flags anywhere", function()
    for _, line in ipairs { "--format csv list --fields name",
      "list --fields=name --format=csv", "list --format csv --fields name" } do
      local code, output = run(line)
      assert.equal(0, code)
      assert.equal("name\nada\ntsadmin\n", output)
    end
  end)

  it("prints a usage error as one JSON document", function()
    for line, part in pairs {
      ["--format json list --xyzzy"] = "unknown option",
      ["list x --format=json"] = "too many arguments",
      ["--format json"] = "a command is required",
      ["show --format json"] = "missing argument",
      ["lsit --format json"] = "Did you mean 'list'",
      ["whoami --format json --fields name"] = "not an option of whoami",
      ["list --format json --org-id x"] = "--org-id: expected a whole number",
      ["list --format json --timeout 0"] = "number above zero",
      ["list --format json --limit 1 --limit 2"] = "at most 1 time",
    } do
      local code, output, errors = run(line)
      assert.equal(2, code, line)
      local document = require "cjson".decode(output)
      assert.truthy(document.error.message:find(part, 1, true), output)
      assert.truthy(errors:find(part, 1, true))
    end
  end)

  it("fails when its output cannot be written", function()
    for _, line in ipairs { "list", "list --format json", "export",
      "describe", "--help", "whoami", "completion bash" } do
      local code, _, errors = run(line .. " >&-")
      assert.equal(1, code, line)
      assert.matches("standard output: ", errors, 1, true)
      code, _, errors = run(line .. " >/dev/full")
      assert.equal(1, code, line)
      assert.truthy(errors:find("standard output: ", 1, true), errors)
    end
  end)

  it("ends quietly when the reader of a pipe goes away", function()
    for _, format in ipairs { "table", "csv", "json", "jsonl" } do
      local _, output, errors = run("list --quiet --format " .. format,
        { after = " | true" })
      assert.equal("", output)
      assert.equal("", errors)
      -- And when SIGPIPE is ignored.
      _, _, errors = run("list --quiet --format " .. format, {
        before = "trap '' PIPE; ", after = " | true" })
      assert.equal("", errors)
    end
  end)

  describe("finds the cluster", function()
    local folder

    before_each(function()
      folder = command.new_folder()
      command.check("mkdir " .. folder .. "/thoughtspot")
    end)

    after_each(function()
      command.remove(folder)
    end)

    local NOTHING = {
      THOUGHTSPOT_HOST = false, THOUGHTSPOT_USERNAME = false,
      THOUGHTSPOT_PASSWORD = false, THOUGHTSPOT_CA_FILE = false,
    }

    -- Runs whoami with a file of profiles.
    local function whoami(profiles, flags, environment)
      if profiles then
        command.write(folder .. "/thoughtspot/profiles.json", profiles)
        command.check("chmod 600 " .. folder .. "/thoughtspot/profiles.json")
      end
      local set = { XDG_CONFIG_HOME = folder }
      for name, value in pairs(NOTHING) do
        set[name] = value
      end
      for name, value in pairs(environment or {}) do
        set[name] = value
      end
      return run("whoami " .. (flags or ""), { environment = set })
    end

    local function profile(more)
      return ([[{"prod":{"host":"%s","username":"tsadmin","ca_file":"%s"%s}}]])
        :format(users.server.https, users.server.ca_file, more)
    end

    local KEY = "sandbox-secret-key"

    it("by a profile whose secret is the output of a command", function()
      local code, output, errors = whoami(profile(
        [[,"secret_key_command":"printf '%s\nmore' sandbox-secret-key"]]),
        "--profile prod")
      assert.equal(0, code, errors)
      assert.truthy(output:find("tsadmin", 1, true))
      assert.falsy((output .. errors):find(KEY, 1, true))
    end)

    it("by a profile whose secret is in a private file", function()
      local path = folder .. "/key"
      command.write(path, KEY .. "\n")
      command.check("chmod 640 " .. path)
      local text = profile(',"secret_key_file":"' .. path .. '"')
      local code, _, errors = whoami(text, "--profile prod")
      assert.equal(2, code)
      assert.truthy(errors:find("can be read by others", 1, true), errors)
      command.check("chmod 600 " .. path)
      code, _, errors = whoami(text, "--profile prod")
      assert.equal(0, code, errors)
      command.write(path, "\239\187\191" .. KEY .. "\r\n")
      code, _, errors = whoami(text, "--profile prod")
      assert.equal(0, code, errors)
      command.write(path, "\255\254" .. KEY:gsub(".", "%0\0"))
      code, _, errors = whoami(text, "--profile prod")
      assert.equal(2, code)
      assert.truthy(errors:find("key: is UTF-16", 1, true), errors)
    end)

    it("by a profile whose secret a command writes with a byte order mark",
      function()
        assert.equal(0, (whoami(profile([[,"secret_key_command":]]
          .. [["printf '\\357\\273\\277%s' sandbox-secret-key"]]),
          "--profile prod")))
      end)

    it("never by a profile that other users could have written", function()
      local text = profile(',"secret_key_command":"echo ' .. KEY .. '"')
      assert.equal(0, (whoami(text, "--profile prod")))
      command.check("chmod 664 " .. folder .. "/thoughtspot/profiles.json")
      local code, _, errors = whoami(nil, "--profile prod")
      assert.equal(2, code)
      assert.truthy(errors:find("can be written by others", 1, true),
        errors)
    end)

    it("by the profile default, unless another is named", function()
      local text = profile(',"secret_key_command":"echo ' .. KEY .. '"')
      assert.equal(0, (whoami((text:gsub("prod", "default")))))
      local code, _, errors = whoami(text)
      assert.equal(2, code)
      assert.truthy(errors:find("set THOUGHTSPOT_HOST", 1, true), errors)
      assert.truthy(errors:find(folder .. "/thoughtspot/profiles.json", 1,
        true), errors)
      code, _, errors = whoami("{}", "",
        { THOUGHTSPOT_HOST = users.server.https })
      assert.equal(2, code)
      assert.truthy(errors:find("THOUGHTSPOT_SECRET_KEY", 1, true), errors)
    end)

    it("by options first, then the environment, then the profile", function()
      local text = profile(',"secret_key_command":"exit 1"')
      local code, _, errors = whoami((text:gsub("https://[^\"]+",
        "https://127.0.0.1:1")), "--profile prod", {
          THOUGHTSPOT_HOST = users.server.https,
          THOUGHTSPOT_USERNAME = "tsadmin", THOUGHTSPOT_PASSWORD = "secret",
        })
      assert.equal(0, code, errors)
      assert.truthy(errors:find("using " .. users.server.https .. ", which "
        .. "takes precedence over the profile's "
        .. "https://127.0.0.1:1", 1, true), errors)
      code, _, errors = whoami(text, "--profile prod --host "
        .. users.server.https, {
          THOUGHTSPOT_HOST = "https://127.0.0.1:1",
          THOUGHTSPOT_USERNAME = "tsadmin", THOUGHTSPOT_PASSWORD = "secret",
        })
      assert.equal(0, code, errors)
    end)

    it("never sends a profile's secret to a host from the environment",
      function()
        local code, _, errors = whoami(profile(
          ',"secret_key_command":"echo ' .. KEY .. '"'), "--profile prod",
          { THOUGHTSPOT_HOST = "https://127.0.0.1:1" })
        assert.equal(2, code)
        assert.truthy(errors:find("unset THOUGHTSPOT_HOST", 1, true), errors)
      end)

    it("never by an invalid profile", function()
      for text, part in pairs {
        ["{"] = "not a JSON object of profiles",
        ["{}"] = 'there is no profile "prod"',
        ['{"prd":{}}'] = 'did you mean prd?',
        ['{"prod":7}'] = "expected an object",
        [profile ',"secret_key":"x"'] = "secret_key is not allowed",
        [profile ',"password":"x"'] = "password is not allowed",
        [profile ',"hots":"x"'] = 'did you mean host?',
        [profile ',"org_id":"Acme"'] = "org_id must be a whole number",
        [profile ',"secret_key_command":"echo x; exit 3"'] =
          "failed with status 3",
        [profile ',"secret_key_command":"true"'] = "wrote nothing",
        [profile ',"secret_key_command":"a","secret_key_file":"b"'] =
          "not both",
        [profile ',"secret_key_file":"/none/there"'] = "/none/there",
      } do
        local code, _, errors = whoami(text, "--profile prod")
        assert.equal(2, code)
        assert.truthy(errors:find(part, 1, true), errors)
      end
      assert.same({}, users.server:control "requests")
    end)
  end)
end)
