-- The server that the demo and the specs run on.

local command = require "spec.support.command"
local sandbox_server = require "spec.support.sandbox_server"
local thoughtspot = require "thoughtspot"

local SCRIPT = "spec/support/sandbox_server.lua"
local quote = command.quote

local function is_there(path)
  return (command.run("test -e " .. quote(path))) == 0
end

local function pid_of(folder)
  return command.read(folder .. "/pid"):match "%d+"
end

local function connect(host, ca_file)
  return assert(thoughtspot.new {
    host = host, ca_file = ca_file, username = "tsadmin",
    password = "secret",
  })
end

-- What start prints, as a table.
local function settings_of(output)
  local settings = {}
  for name, value in output:gmatch "([%u_]+)='([^\n]*)'\n" do
    settings[name] = value
  end
  return settings
end

describe("the sandbox server", function()
  it("starts, answers, and leaves nothing behind", function()
    local server = sandbox_server.start()
    local pid = pid_of(server.folder)
    assert.is_true(command.is_running(pid))
    local client = connect(server.https, server.ca_file)
    assert.equal("tsadmin", client:get_current_user_info().name)
    client:close()
    client = connect(server.http)
    assert.equal("tsadmin", client:get_current_user_info().name)
    client:close()
    server:stop()
    assert.is_false(command.is_running(pid))
    assert.is_false(is_there(server.folder))
  end)

  it("runs beside another one", function()
    local first = sandbox_server.start { own_authority = true }
    local second = sandbox_server.start()
    assert.not_equal(first.https, second.https)
    assert.not_equal(first.folder, second.folder)
    local client = connect(first.https, first.ca_file)
    assert(client:create_user { name = "ada", display_name = "Ada",
      email = "ada@acme.test" })
    client:close()
    assert.is_table(first:control("user", { identifier = "ada" }))
    assert.is_nil(second:control("user", { identifier = "ada" }))
    -- Each has an authority of its own.
    client = connect(second.https, first.ca_file)
    local _, err = client:search_users()
    assert.equal("tls", err.kind)
    client:close()
    first:stop()
    assert.same({}, second:control "requests")
    second:stop()
  end)

  it("takes commands", function()
    local server = sandbox_server.start()
    server:control("reset", { users = { { name = "ada" } } })
    assert.equal("ada",
      server:control("user", { identifier = "ada" }).name)
    local client = connect(server.https, server.ca_file)
    assert(client:search_users())
    local requests = server:control "requests"
    assert.equal(2, #requests)
    assert.equal("HTTP/2.0", requests[2].protocol)
    server:control "reset"
    assert.is_nil(server:control("user", { identifier = "ada" }))
    client:close()
    server:stop()
  end)

  it("explains a wrong command", function()
    local server = sandbox_server.start()
    local done, message = pcall(server.control, server, "reset",
      { users = { { nmae = "ada" } } })
    assert.is_false(done)
    assert.is_truthy(message:find("there is no field of a user called nmae",
      1, true))
    server:stop()
  end)

  it("is not reachable from other machines", function()
    local server = sandbox_server.start()
    local config = command.read(server.folder .. "/nginx.conf")
    local count = 0
    for address in config:gmatch "listen ([%d.]+):%d+" do
      assert.equal("127.0.0.1", address)
      count = count + 1
    end
    assert.equal(4, count)
    assert.equal(4, select(2, config:gsub("listen ", "")))
    server:stop()
  end)

  describe("from the shell", function()
    local lua = quote(command.lua())

    it("starts and stops", function()
      local code, output = command.run(lua .. " " .. SCRIPT .. " start")
      assert.equal(0, code)
      local settings = settings_of(output)
      local folder = settings.SANDBOX_FOLDER
      local pid = pid_of(folder)
      assert.equal("tsadmin", settings.THOUGHTSPOT_USERNAME)
      assert.equal("secret", settings.THOUGHTSPOT_PASSWORD)
      local client = connect(settings.THOUGHTSPOT_HOST,
        settings.THOUGHTSPOT_CA_FILE)
      assert(client:search_users())
      client:close()
      code, output = command.run(lua .. " " .. SCRIPT .. " stop "
        .. quote(folder))
      assert.equal(0, code)
      assert.equal("", output)
      assert.is_false(command.is_running(pid))
      assert.is_false(is_there(folder))
    end)

    it("says how to use it", function()
      local code, _, errors = command.run(lua .. " " .. SCRIPT)
      assert.equal(2, code)
      assert.equal("usage: sandbox_server.lua start [PORT] | "
        .. "stop FOLDER\n", errors)
      assert.equal(2, (command.run(lua .. " " .. SCRIPT .. " stop")))
    end)
  end)

  it("works for an ordinary user", function()
    -- To become one takes root, and the user must reach this folder.
    if command.run("su nobody -s /bin/sh -c 'cd spec/support && test -r "
      .. "sandbox_server.lua && test -x ../../build/listen'") ~= 0 then
      return pending "cannot run as the user nobody"
    end
    local as_nobody = "su nobody -s /bin/sh -c "
    local code, output, errors = command.run(as_nobody
      .. quote(quote(command.lua()) .. " " .. SCRIPT .. " start"))
    assert.equal("", errors)
    assert.equal(0, code)
    local settings = settings_of(output)
    local folder = settings.SANDBOX_FOLDER
    local pid = pid_of(folder)
    local _, owner = command.run("stat -c %U /proc/" .. pid)
    assert.equal("nobody", owner:match "%S+")
    local client = connect(settings.THOUGHTSPOT_HOST,
      settings.THOUGHTSPOT_CA_FILE)
    assert(client:search_users())
    local users = {}
    for index = 1, 2000 do
      users[index] = { user_identifier = "user-" .. index,
        display_name = "A body that goes through a file" }
    end
    assert(client:import_users { users = users, dry_run = false })
    client:close()
    assert.equal(0, (command.run(as_nobody .. quote(quote(command.lua())
      .. " " .. SCRIPT .. " stop " .. quote(folder)))))
    assert.is_false(command.is_running(pid))
    assert.is_false(is_there(folder))
  end)
end)
