-- The output in doc/command.md is what the command prints on the sandbox of
-- make sandbox.

local command = require "spec.support.command"
local sandbox_server = require "spec.support.sandbox_server"
local users_command = require "spec.support.users_command"

describe("the guide of the command", function()
  local server, users, folder

  setup(function()
    server = sandbox_server.start()
    users = users_command.new(server)
  end)

  teardown(function()
    server:stop()
  end)

  before_each(function()
    folder = command.new_folder()
    server:control("reset", require "examples.people")
  end)

  after_each(function()
    command.remove(folder)
  end)

  -- Writes the file that the guide plans with: the users whose name begins
  -- with a, one of them gone, one with another address.
  local function write_people()
    local code, output = users.run "export --name 'a%' --quiet"
    assert.equal(0, code)
    output = output:gsub("[^\n]*alan%.ito[^\n]*\n", "")
      :gsub("ada%.berg@acme", "ada@acme")
    command.write(folder .. "/users.csv", output)
  end

  -- Returns what a line shows on a terminal where "y" is typed.
  local function answered(line)
    local _, _, refusal = users.run(line)
    local question = refusal:match "thoughtspot%-users: (.-) There is no "
    local _, output, errors = users.run(line .. " --yes")
    return errors .. question .. " [y/N] y\n" .. output
  end

  -- Returns what a line prints.
  local function printed(line, is_asked)
    line = line:gsub("([%w]+%.csv)", folder .. "/%1")
    if is_asked then
      return answered(line)
    end
    local code, output = users.run(line, { after = " 2>&1" })
    assert.equal(0, code, output)
    return (output:gsub(server.https:gsub("%p", "%%%0"),
      "https://acme.thoughtspot.cloud")
      :gsub("(thoughtspot%-users [%d.]+), Lua[^\n]*", "%1, Lua 5.4"))
  end

  local guide = command.read "doc/command.md"
  for block in guide:gmatch "\n```console\n(.-)```" do
    for line, output in (block .. "$ "):gmatch
      "thoughtspot%-users ([^\n]+)\n(.-)%f[$]" do
      it("shows what this prints: " .. line, function()
        write_people()
        assert.equal(output, printed(line, output:find("[y/N]", 1, true)))
      end)
    end
  end
end)
