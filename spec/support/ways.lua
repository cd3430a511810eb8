--- Runs the specs of a sandbox twice: in memory, and over HTTPS, through
-- libcurl, nginx and TLS.
--
--   local ways = require "spec.support.ways"
--   ways.describe("a plan", function()
--     … thoughtspot.new(ways.reach(sandbox, options)) …
--   end)

local busted = require "busted"
local command = require "spec.support.command"
local transport_server = require "spec.support.transport_server"

local ways = {}

-- The server, while specs run over HTTPS.
local server

-- The clients of a spec, which are closed after it, because their connections
-- are open files.
local clients = {}

--- Like busted's describe, for each way.
function ways.describe(name, block)
  busted.describe(name, block)
  busted.describe(name .. ", over HTTPS,", function()
    busted.setup(function()
      server = transport_server.start()
    end)
    busted.after_each(function()
      for index, client in ipairs(clients) do
        client:close()
        clients[index] = nil
      end
    end)
    busted.teardown(function()
      server:stop()
      server = nil
    end)
    block()
  end)
end

--- Returns whether the specs that run now use HTTPS.
function ways.over_https()
  return server ~= nil
end

--- Returns the address of all clusters.
function ways.host()
  return server and server.url or "https://sandbox.test"
end

--- Returns a different address, at which a client reaches its cluster if its
-- option host is this one.
function ways.other_host()
  return server and server.other_url or "https://other.test"
end

--- Makes the options of a client that reaches a transport, such as a sandbox.
-- @param options other options of the client
function ways.reach(transport, options)
  if server then
    return server:reach(transport, options)
  end
  local all = {
    host = ways.host(), transport = transport, sleep = command.pause,
  }
  for name, value in pairs(options) do
    all[name] = value
  end
  return all
end

--- Closes a client at the end of its spec, if it has connections.
function ways.close_later(client)
  if server then
    clients[#clients + 1] = client
  end
end

return ways
