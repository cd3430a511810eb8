-- How the servers of the specs and of the demo start and stop.

local command = require "spec.support.command"
local nginx = require "spec.support.nginx"

local quote = command.quote

describe("a server", function()
  local folder

  before_each(function()
    folder = command.new_folder()
  end)

  after_each(function()
    command.remove(folder)
  end)

  -- Starts a shell script in place of nginx.
  local function start(script)
    command.write(folder .. "/template.conf", "")
    command.write(folder .. "/script", "echo $$ >nginx.pid\n" .. script)
    local output = command.check(("cd %s && %s/build/listen 1 template.conf "
      .. "nginx.conf sh script"):format(quote(folder), quote(nginx.root)))
    command.write(folder .. "/pid", output:match "^%d+")
    return output:match "^%d+"
  end

  local function expect_end(pid)
    assert.is_false(command.is_running(pid))
    assert.equal(0, (command.run("flock -n " .. quote(folder .. "/lock")
      .. " true")))
  end

  it("that misses a signal is sent another", function()
    local pid = start [[
      trap 'trap "rm nginx.pid; exit" TERM' TERM
      while :; do sleep 0.01; done]]
    nginx.stop(folder)
    expect_end(pid)
    assert.is_nil(command.read(folder .. "/nginx.pid"))
  end)

  it("that does not end is killed with its children", function()
    local pid = start [[
      trap '' TERM
      sleep 1000 &
      while :; do sleep 0.01; done]]
    nginx.stop(folder, 0.2)
    expect_end(pid)
  end)

  it("that ended by itself is not waited for", function()
    local pid = start ""
    nginx.wait(folder)
    nginx.stop(folder)
    expect_end(pid)
  end)

  it("that cannot be started says so at once", function()
    local started, why = pcall(nginx.start, folder, "nonsense @PORT1@;")
    assert.is_false(started)
    assert.matches("nginx does not start\n.*unknown directive \"nonsense\"",
      why)
    assert.equal(0, (command.run("flock -n " .. quote(folder .. "/lock")
      .. " true")))
  end)

  it("on a port in use says so at once", function()
    local template = "@USER@ pid nginx.pid; events { } http { access_log "
      .. "off; client_body_temp_path body; proxy_temp_path proxy; "
      .. "fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path "
      .. "scgi; server { listen 127.0.0.1:@PORT1@; } }"
    local ports = nginx.start(folder, template)
    local other = command.new_folder()
    local started, why = pcall(nginx.start, other, template, nil,
      { port = ports[1] })
    command.remove(other)
    nginx.stop(folder)
    assert.is_false(started)
    assert.matches("port " .. ports[1] .. ": Address already in use", why, 1,
      true)
    -- And gets it once it is free.
    assert.same(ports, nginx.start(folder, template, nil,
      { port = ports[1] }))
    nginx.stop(folder)
  end)
end)
