--- Shared by the specs of thoughtspot.sync.

local command = require "spec.support.command"
local sandbox_json = require "thoughtspot.sandbox.json"
local thoughtspot = require "thoughtspot"
local ways = require "spec.support.ways"

local support = {}

support.DAY = 24 * 60 * 60

--- Like busted's describe, once for each way to reach a cluster.
support.describe = ways.describe

--- Returns the address of all clusters.
support.host = ways.host

--- Returns a different address at which a client reaches its cluster.
support.other_host = ways.other_host

--- Returns whether the clusters are reached over HTTPS.
support.over_https = ways.over_https

--- A client of a transport.
-- @param options of the client
function support.client(transport, options)
  local all = {
    rate_limit = false, username = "tsadmin", password = "secret",
  }
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  local client = assert(thoughtspot.new(ways.reach(transport, all)))
  ways.close_later(client)
  return client
end

--- A sandbox and a client of it.
-- @param options of the sandbox; clock is os.time unless it is given
function support.cluster(options)
  local sandbox = thoughtspot.sandbox(options)
  local admin = options and options.admin
  return support.client(sandbox, { username = admin and admin.name }),
    sandbox
end

--- The requests that a sandbox received since the last call, as "endpoint
-- body", without logins, searches and dry runs, which change nothing.
function support.writes(sandbox)
  local writes = {}
  for _, request in ipairs(sandbox.requests) do
    local endpoint = request.endpoint
    if not endpoint:find "^search_" and not endpoint:find "^get_"
      and not (request.body or ""):find('"dry_run":true', 1, true) then
      writes[#writes + 1] = endpoint .. " "
        .. (request.body or request.path:match "users/(.-)/delete")
    end
  end
  sandbox.requests = {}
  return writes
end

--- The number of requests per endpoint that a sandbox received since.
function support.counts(sandbox)
  local counts = {}
  for _, request in ipairs(sandbox.requests) do
    counts[request.endpoint] = (counts[request.endpoint] or 0) + 1
  end
  sandbox.requests = {}
  return counts
end

--- "action user" of a list of actions.
function support.actions(list)
  local texts = {}
  for index, action in ipairs(list) do
    texts[index] = action.action .. " " .. action.user
  end
  return texts
end

--- { user = reason } of plan.kept or plan.left; the reasons for a user are
-- joined.
function support.reasons(list)
  local reasons = {}
  for _, entry in ipairs(list) do
    local text = (entry.field and entry.field .. ": " or "") .. entry.reason
    reasons[entry.user] = reasons[entry.user]
      and reasons[entry.user] .. "; " .. text or text
  end
  return reasons
end

--- "row field: message" of problems.
function support.problems(list)
  local texts = {}
  for index, problem in ipairs(list or {}) do
    texts[index] = ("%d %s: %s"):format(problem.index,
      tostring(problem.field), problem.message)
  end
  return texts
end

--- The names of the groups of a user.
function support.groups(sandbox, name)
  local names = {}
  for _, group in ipairs(sandbox:user(name).user_groups) do
    names[#names + 1] = group.name
  end
  table.sort(names)
  return table.concat(names, " ")
end

--- The lines of a file of JSON, decoded.
function support.lines(path)
  local lines = {}
  for line in command.read(path):gmatch "[^\n]+" do
    lines[#lines + 1] = sandbox_json.decode(line)
  end
  return lines
end

return support
