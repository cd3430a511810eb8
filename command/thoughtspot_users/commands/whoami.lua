--- whoami: checks the credentials.

local core = require "thoughtspot.core"
local failure = require "thoughtspot_users.failure"
local json = require "thoughtspot_users.json"
local received = require "thoughtspot.received"

local ORDER = {
  "host", "name", "id", "display_name", "email", "account_type",
  "account_status", "org", "privileges", "versions",
}

local function org_text(org)
  return org and ("%s (%s)"):format(org.name or "?", tostring(org.id))
    or "?"
end

-- Returns the release of the cluster, if this user may read it.
local function release_of(client)
  local system = client:request({
    method = "GET", path = "system", safe = true,
  }, { max_retries = 0 })
  return system and type(system.release_version) == "string"
    and system.release_version or nil
end

local function describe(user, host, release)
  return {
    host = host, name = user.name, id = user.id,
    display_name = user.display_name, email = user.email,
    account_type = user.account_type, account_status = user.account_status,
    org = user.current_org, privileges = json.list(user.privileges),
    versions = {
      cluster = release, lua_thoughtspot = core._VERSION,
      lua = rawget(_G, "jit") and rawget(_G, "jit").version or _VERSION,
    },
  }
end

local function run(context)
  local client, output = context:client(), context.output
  local user = received.user(failure.check(client:get_current_user_info()))
  local me = describe(user, context:address(), release_of(client))
  if output.format.has_objects then
    output:document(me, ORDER)
    return
  end
  local lines = {
    { "host", me.host }, { "user", me.name }, { "id", me.id },
    { "display name", me.display_name }, { "e-mail", me.email },
    { "status", me.account_status }, { "org", org_text(me.org) },
    { "privileges", #me.privileges > 0 and table.concat(me.privileges, ", ")
      or "none" },
    { "versions", ("%sthoughtspot-users %s, %s"):format(me.versions.cluster
      and "ThoughtSpot " .. me.versions.cluster .. ", " or "",
      core._VERSION, me.versions.lua) },
  }
  if not output.format.is_for_people then
    local records = output:records {
      { name = "what", text = function(line) return line[1] end },
      { name = "value", text = function(line) return line[2] end },
    }
    for _, line in ipairs(lines) do
      records:add(line)
    end
    return records:close()
  end
  for _, line in ipairs(lines) do
    if line[2] and line[2] ~= "" then
      output:line(("%-13s %s"):format(line[1], line[2]))
    end
  end
end

return {
  {
    name = "whoami",
    run = run,
  },
}
