--- Decides whether a batch or a sync must stop after a failure: because every
-- further call would fail in the same way, or because too many have failed.

-- Kinds of login failures after which it must stop, because a wrong password
-- that is tried for each item may lock the account.
local refusals = {
  auth = true, forbidden = true, not_found = true, api = true,
}

-- Returns whether the login was refused, by the cluster or a proxy in front of
-- it.
local function is_refused_login(err)
  local status = err.status or 0
  return err.login_failed and (refusals[err.kind]
    or err.kind == "gateway" and status >= 400 and status < 500
      and status ~= 408)
end

--- Returns why nothing more may be sent after an error, or nil.
-- @param what would stop, such as "batch"
-- @param failed how many have failed, this one included
-- @param stop_after how many may fail before it stops
return function(err, what, failed, stop_after)
  if err.status == 407 then
    return "the proxy rejected the credentials"
  elseif is_refused_login(err) then
    return "the client's login was refused"
  elseif failed >= stop_after then
    return ("the %s stopped at failure %d"):format(what, failed)
  end
end
