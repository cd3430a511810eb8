--- The groups to which users can be added and from which they can be removed:
-- those of the org that the command acts in. A user shows the groups of all
-- orgs.

local received = require "thoughtspot.received"

local org_groups = {}

local GROUPS_A_PAGE = 500

--- Reads these groups.
-- @return set of GUIDs; or nil, if the cluster does not tell
function org_groups.read(client)
  local ids, offset = {}, 0
  local me = client:get_current_user_info()
  local org = me and received.user(me).current_org
  while true do
    local page = client:search_groups {
      record_offset = offset, record_size = GROUPS_A_PAGE,
      include_users = false, include_sub_groups = false,
      org_identifiers = org and org.id and { ("%.0f"):format(org.id) }
        or nil,
    }
    if not page then
      return nil
    end
    local is_new = false
    for _, group in ipairs(page) do
      if group.id ~= nil and not ids[group.id] then
        ids[group.id], is_new = true, true
      end
    end
    -- A short page is not the end; a page with nothing new is.
    if not is_new then
      return ids
    end
    offset = offset + #page
  end
end

return org_groups
