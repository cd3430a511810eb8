--- Reads what a sync needs from a cluster.

local core = require "thoughtspot.core"
local find = require "thoughtspot.find"
local received = require "thoughtspot.received"

local cluster = {}

-- Kinds of errors that mean that an endpoint is not available to this user or
-- in this cluster.
local unavailable = { forbidden = true, not_found = true, api = true }

local GROUPS_A_PAGE = 500

--- Finds out which user the client acts as.
-- @return { host, org_id, acts_as = { id, name } } and the user; or nil and
--   an error
function cluster.identify(client)
  local me, err = client:get_current_user_info()
  if not me then
    return nil, err
  elseif type(me.id) ~= "string" or type(me.name) ~= "string" then
    return nil, core.error("decode", "the reply does not tell who the "
      .. "client's user is", "get_current_user_info")
  end
  received.user(me)
  client.core:know_user(me.id, me.name)
  local org = me.current_org or {}
  return {
    host = client.core:host(),
    org_id = org.id,
    acts_as = { id = me.id, name = me.name },
  }, me
end

--- Calls visit(user) for each user that a filter finds. A row that cannot be
-- read is an error, because the plan would miss that user.
-- @param fields names of the wanted fields
-- @return true, or nil and an error
function cluster.each_user(client, filter, fields, visit)
  local pages = client:user_pages(filter, { fields = fields })
  while true do
    local user, err = pages:next_user()
    if not user then
      return err == nil or nil, err
    end
    if type(user.id) ~= "string" or type(user.name) ~= "string" then
      pages:close()
      return nil, core.error("decode", "the list contains a user without a "
        .. "name or GUID", "search_users")
    end
    received.user(user)
    visit(user)
  end
end

local function is_in(org_id, group)
  if org_id == nil or type(group.orgs) ~= "table" or #group.orgs == 0 then
    return true
  end
  for _, org in ipairs(group.orgs) do
    if tonumber(org.id) == org_id then
      return true
    end
  end
  return false
end

--- Adds the groups of an org to a collection.
-- @param groups of units.lua
-- @return whether the client may read them; or nil and an error
function cluster.read_groups(client, org_id, groups)
  local offset, known = 0, {}
  while true do
    local page, err = client:search_groups {
      record_offset = offset, record_size = GROUPS_A_PAGE,
      include_users = false, include_sub_groups = false,
      org_identifiers = org_id and { ("%d"):format(org_id) } or nil,
    }
    if not page then
      if unavailable[err.kind] then
        return false
      end
      return nil, err
    end
    local news = false
    for _, group in ipairs(page) do
      received.group(group)
      if type(group.id) == "string" and not known[group.id] then
        news, known[group.id] = true, true
        if is_in(org_id, group) then
          groups:add(group)
        end
      end
    end
    -- A short page is not the end, because the cluster filters rows out after
    -- it has cut the page.
    if not news then
      groups.complete = true
      return true
    end
    offset = offset + #page
  end
end

--- Adds all orgs to a collection.
-- @param orgs of units.lua
-- @return as read_groups
function cluster.read_orgs(client, orgs)
  local list, err = client:search_orgs {}
  if not list then
    if unavailable[err.kind] then
      return false
    end
    return nil, err
  end
  for _, org in ipairs(list) do
    orgs:add(received.org(org))
  end
  orgs.complete = true
  return true
end

--- Finds out whether a group exists if groups cannot be listed: imports the
-- client's own user into the group, as a dry run.
-- @return true or false; or nil and an error
function cluster.has_group(client, me, identifier)
  local reply, err = client:import_users {
    dry_run = true,
    users = { {
      user_identifier = me.name, display_name = me.display_name or me.name,
      group_identifiers = { identifier },
    } },
  }
  if reply then
    return true
  elseif (err.kind == "api" or err.kind == "not_found")
    and not err.login_failed and find.names(err, identifier) then
    return false
  end
  return nil, err
end

return cluster
