--- What a subcommand works with: its flags, the output, and a client that is
-- made when it is first needed.

local core = require "thoughtspot.core"
local settings = require "thoughtspot_users.settings"
local text = require "thoughtspot_users.text"

local USER_AGENT = "thoughtspot-users/" .. core._VERSION

local Context = {}
Context.__index = Context

-- Members of events that are shown, in order.
local SHOWN = { "endpoint", "attempt", "status", "seconds", "bytes" }

-- Writes an event, as in "request: search_users 1".
local function write_event(event)
  local parts = {}
  for _, name in ipairs(SHOWN) do
    local value = event[name]
    if value ~= nil then
      parts[#parts + 1] = ("%s=%s"):format(name, name == "seconds"
        and ("%.3f"):format(value) or tostring(value))
    end
  end
  io.stderr:write(text.clean(("%s: %s"):format(event.type,
    table.concat(parts, " "))), "\n")
end

--- Returns the client.
function Context:client()
  if not self.connected then
    self.connected, self.host = settings.connect(self.flags, {
      user_agent = USER_AGENT,
      on_event = self.flags.verbose and write_event or nil,
    })
  end
  return self.connected
end

--- Returns the address of the cluster, once there is a client.
function Context:address()
  self:client()
  return self.host
end

--- @param flags as argparse read them
-- @param output of thoughtspot_users.output
-- @param parser the command line's
return function(flags, output, parser)
  return setmetatable({
    flags = flags, output = output, parser = parser,
  }, Context)
end
