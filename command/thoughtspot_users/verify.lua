--- Reads users again after a change, because a reply that says "done" proves
-- nothing.

local received = require "thoughtspot.received"

local verify = {}

--- Reads the users whose outcome is "done"; if one is not as it should be, the
-- outcome becomes "not in effect".
-- @param fault_of function(user or nil, outcome): returns what is wrong with
--   what the cluster shows now, or nil
function verify.users(context, outcomes, fault_of)
  local done, requests = {}, {}
  for index, outcome in outcomes:done() do
    done[index] = outcome
    requests[index] = { user_identifier = outcome.user.id, record_size = 1 }
  end
  if #done == 0 then
    return
  end
  local report, err = context:client():batch("search_users", requests)
  for index, outcome in ipairs(done) do
    local found = report and report.results[index]
    local fault
    if found then
      fault = fault_of(found[1] and received.user(found[1]), outcome)
    end
    if fault then
      outcome.state, outcome.err = "not in effect", fault
    end
  end
  if not report or report.failed > 0 then
    context.output:note("could not check whether the change is in effect: "
      .. tostring(err or report.failures[1].err))
  end
end

return verify
