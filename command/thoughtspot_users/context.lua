--- What a subcommand gets: its flags, the output, and a client that is created
-- on first use.

local core = require "thoughtspot.core"

local USER_AGENT = "thoughtspot-users/" .. core._VERSION

local Context = {}
Context.__index = Context

--- Returns the client.
function Context:client()
  if not self.connected then
    local settings = require "thoughtspot_users.settings"
    local thoughtspot = require "thoughtspot"
    self.connected, self.host = settings.connect(self.flags, {
      user_agent = USER_AGENT,
      on_event = self.flags.verbose and thoughtspot.log or nil,
    }, function(text)
      self.output:note(text)
    end)
  end
  return self.connected
end

--- Returns the address of the cluster, once there is a client.
function Context:address()
  self:client()
  return self.host
end

--- Returns the groups of the org in which the command acts: a set of GUIDs, or
-- false if the client may not read them.
function Context:org_groups()
  if self.groups == nil then
    local org_groups = require "thoughtspot_users.org_groups"
    self.groups = org_groups.read(self:client()) or false
  end
  return self.groups
end

--- Creates the context of a subcommand.
-- @param flags as argparse read them
-- @param output of thoughtspot_users.output
return function(flags, output)
  return setmetatable({
    flags = flags, output = output,
    -- The client and its address, once it is created.
    connected = nil, host = nil,
    -- What org_groups returns, once it is known.
    groups = nil,
  }, Context)
end
