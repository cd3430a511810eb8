--- Makes a plan: compares a source with a cluster, and writes nothing.

local check_options = require "thoughtspot.options".check
local core = require "thoughtspot.core"
local cluster = require "thoughtspot.sync.cluster"
local compare = require "thoughtspot.sync.compare"
local leavers = require "thoughtspot.sync.leavers"
local limits = require "thoughtspot.sync.limits"
local Match = require "thoughtspot.sync.match"
local person = require "thoughtspot.sync.person"
local protect = require "thoughtspot.sync.protect"
local rows = require "thoughtspot.sync.options"
local scope = require "thoughtspot.sync.scope"
local Source = require "thoughtspot.sync.source"
local Units = require "thoughtspot.sync.units"

local READ_REPORT = 1000

local function refuse(message, field)
  return core.error("argument", message, nil, field)
end

-- What is wrong with options that are valid one by one.
local function find_fault(options)
  local fault = check_options(rows.PlanOptions, options)
  if fault then
    return fault
  end
  local mode = options.leavers or "keep"
  if mode ~= "keep" and not options.scope then
    return refuse("is required where leavers is \"" .. mode .. "\": a filter "
      .. "of search_users, or {} for everybody", "scope")
  elseif mode == "strip" and options.groups == "add" then
    return refuse("with groups = \"add\" there are no groups to leave",
      "leavers")
  end
  return options.scope and person.check_scope(options.scope)
    or type(options.create) == "table"
    and person.check_defaults(options.create) or nil
end

-- What a plan is made by.
local function new_policy(options, identity)
  return {
    update = options.update ~= false,
    create = options.create ~= false,
    defaults = type(options.create) == "table" and options.create or nil,
    reactivate = options.reactivate, rename = options.rename,
    update_sso = options.update_sso,
    leavers = options.leavers or "keep",
    delete_after = options.delete_after or 30,
    now = os.time(),
    protect = protect.new(options.protect or {},
      options.protect_admins ~= false, identity.acts_as),
    groups = Units.new "group", orgs = Units.new "org",
    renames = {},
  }
end

-- --- Groups and orgs -------------------------------------------------------

local function enter_units(source, policy, options)
  local mentioned = {}
  for row = 1, source.count do
    local record = source.people[row]
    for name in pairs(record or {}) do
      mentioned[name] = true
    end
    if record and record.group_identifiers then
      record.groups = policy.groups:want(record.group_identifiers, row)
    end
    if record and record.org_identifiers then
      record.orgs = policy.orgs:want(record.org_identifiers, row)
    end
  end
  policy.groups:manage(options.groups or "named")
  policy.orgs:manage(options.orgs or "add")
  if policy.leavers == "strip" and not policy.groups.managed[1] then
    return nil, refuse("there is no managed group to leave: name groups in "
      .. "the source, or list them in groups", "leavers")
  end
  return mentioned
end

-- Notes a fault with a group or an org where it is named first.
local function unit_fault(source, units, faults)
  return function(found, message)
    if found.row then
      source:refuse(found.row, units.kind .. "_identifiers", message)
    else
      faults[#faults + 1] = refuse(message, units.kind .. "s")
    end
  end
end

local function is_missing(units, found)
  return ("there is no %s called %q%s"):format(units.kind, found.text,
    units.kind == "group" and " in the client's org" or "")
end

-- Reads the groups that are named. Returns true, or nil and an error.
local function read_groups(client, me, identity, source, policy, faults)
  local groups = policy.groups
  if not next(groups.references) then
    return true
  end
  local read, err = cluster.read_groups(client, identity.org_id, groups)
  if read == nil then
    return nil, err
  end
  local fail = unit_fault(source, groups, faults)
  for _, found in ipairs(groups:resolve(fail)) do
    local there = false
    if not groups.complete then
      there, err = cluster.has_group(client, me, found.text)
      if there == nil then
        return nil, err
      end
    end
    if not there then
      fail(found, is_missing(groups, found))
    end
  end
  return true
end

local function read_orgs(client, source, policy, faults)
  local orgs = policy.orgs
  if not next(orgs.references) then
    return true
  end
  local read, err = cluster.read_orgs(client, orgs)
  if read == nil then
    return nil, err
  end
  local fail = unit_fault(source, orgs, faults)
  local unknown = orgs:resolve(fail)
  -- Where they are not listed, the users tell, later.
  for _, found in ipairs(orgs.complete and unknown or {}) do
    fail(found, is_missing(orgs, found))
  end
  return true
end

-- --- Reading the users -----------------------------------------------------

local function fields_of(mentioned, policy, options)
  local set, list = {}, {}
  for _, names in ipairs {
    compare.fields(mentioned), protect.fields,
    policy.leavers ~= "keep" and leavers.fields or {},
    scope.fields(options.scope or {}),
    next(policy.groups.references) and { "user_groups" } or {},
    next(policy.orgs.references) and { "orgs" } or {},
  } do
    for _, name in ipairs(names) do
      set[name] = true
    end
  end
  for name in pairs(set) do
    list[#list + 1] = name
  end
  table.sort(list)
  return list
end

-- The GUIDs of the users in scope; true: of everybody. Or nil and an error.
local function read_scope(client, filter)
  if not filter or scope.is_all(filter) then
    return filter and true or {}
  end
  local ids = {}
  local read, err = cluster.each_user(client, filter, { "id", "name" },
    function(user)
      ids[user.id] = true
    end)
  if not read then
    return nil, err
  end
  return ids
end

-- Keeps what a leaver becomes, or why nothing becomes of it.
local function add_leaver(draft, user, reason)
  local policy = draft.policy
  reason = reason or protect.reason(policy.protect, user)
    or policy.leavers == "keep" and "leavers = \"keep\""
  if reason then
    draft.kept[#draft.kept + 1] = {
      user = user.name, id = user.id, reason = reason,
    }
  else
    draft.leaving[#draft.leaving + 1] = leavers.decide(user, policy)
  end
end

local function see_units(units, entries)
  if not units.complete then
    for _, entry in ipairs(type(entries) == "table" and entries or {}) do
      units:add(entry)
    end
  end
end

local function visit(draft, user)
  local policy, filter = draft.policy, draft.options.scope
  draft.users = draft.users + 1
  draft.has_own = draft.has_own or user.id == draft.identity.acts_as.id
  see_units(policy.groups, user.user_groups)
  see_units(policy.orgs, user.orgs)
  local in_scope = filter and (draft.scope == true or draft.scope[user.id])
  local outside = in_scope and not scope.covers(filter, user)
    and "outside of the scope, as far as the cluster shows"
  if in_scope and not outside then
    draft.in_scope = draft.in_scope + 1
  end
  local row, reason, twin = draft.match:find(user)
  if row then
    draft.results[row] = compare.user(draft.source.people[row], user, policy,
      row) or false
    draft.targets[row] = { user = user.name, id = user.id }
    if twin and (draft.scope == true or draft.scope[twin.id]) then
      add_leaver(draft, twin, "its name differs from another's of the source "
        .. "in spelling alone")
    end
  elseif in_scope then
    add_leaver(draft, user, outside or reason)
  end
end

local function read_users(client, draft, fields)
  local report = draft.options.on_progress
  local read, err = cluster.each_user(client, {}, fields, function(user)
    visit(draft, user)
    if report and draft.users % READ_REPORT == 0 then
      report(draft.users)
    end
  end)
  if not read then
    return nil, err
  elseif not draft.has_own then
    return nil, core.error("api", "the list of users is not whole: the user "
      .. "that the client acts as is not in it", "search_users")
  end
  if report then
    report(draft.users, draft.users)
  end
  return true
end

-- --- Putting it together ---------------------------------------------------

local function leave(draft, entry)
  draft.left[#draft.left + 1] = entry
end

-- Notes all that differs, instead of an update.
local function leave_result(draft, target, result, reason)
  for name, change in pairs(result.change or {}) do
    leave(draft, { user = target.user, id = target.id, field = name,
      is = change.from, wanted = change.to, reason = reason })
  end
  for _, kind in ipairs { "groups", "orgs" } do
    for _, way in ipairs { "add", "remove" } do
      local list = result[way] and result[way][kind]
      if list then
        leave(draft, { user = target.user, id = target.id, field = kind,
          reason = reason })
        break
      end
    end
  end
end

local function add_update(draft, row)
  local result, target = draft.results[row], draft.targets[row]
  for _, entry in ipairs(result.left) do
    leave(draft, entry)
  end
  if not (result.change or result.add or result.remove) then
    return
  elseif not draft.policy.update then
    leave_result(draft, target, result, "update = false")
    return
  end
  draft.updates[#draft.updates + 1] = {
    action = "update", user = target.user, id = target.id,
    change = result.change, add = result.add, remove = result.remove,
  }
end

local function unit_list(units, wanted)
  return wanted and units:missing({}, wanted)
end

local function add_creation(draft, row, record)
  local policy = draft.policy
  local name = record.user_identifier
  if record.id or draft.source.by_id[(name or ""):lower()] == row then
    leave(draft, { user = name or record.id, id = record.id or name,
      field = "id", reason = "no user has this GUID" })
    return
  elseif not policy.create then
    leave(draft, { user = name, reason = "not a user; create = false" })
    return
  end
  local set = person.new_user(record, policy.defaults)
  local field, message = person.find_missing(record, set)
  if field then
    draft.source:refuse(row, field, message)
    return
  end
  local groups = unit_list(policy.groups, record.groups)
  local orgs = unit_list(policy.orgs, record.orgs)
  local action = {
    action = "create", user = name, set = set,
    add = (groups or orgs) and { groups = groups, orgs = orgs } or nil,
  }
  draft.creations[#draft.creations + 1] = action
  action.needs_password = record.password ~= nil or nil
  draft.secrets[action] = record.password
end

local function refuse_taken_names(draft)
  for _, rename in ipairs(draft.policy.renames) do
    local holder = draft.match.holders[rename.row]
    if holder and holder.id ~= rename.id then
      draft.source:refuse(rename.row, "user_identifier",
        ("the name %q is another user's"):format(rename.to))
    end
  end
end

-- Where search_groups or search_orgs is forbidden, the users have shown what
-- there is.
local function settle_units(draft, faults)
  for _, units in ipairs { draft.policy.groups, draft.policy.orgs } do
    if not units.complete and next(units.references) then
      local fail = unit_fault(draft.source, units, faults)
      local unknown = units:resolve(fail)
      for _, found in ipairs(units.kind == "org" and unknown or {}) do
        if not found.text:find "^%d+$" then
          fail(found, is_missing(units, found) .. ", as far as users show")
        end
      end
    end
  end
end

-- Entries of groups and orgs whose ids were learned later.
local function complete_ids(policy, action)
  for _, kind in ipairs { "groups", "orgs" } do
    for _, entry in ipairs(action.add and action.add[kind] or {}) do
      local found = policy[kind].references[entry.name]
      entry.id = entry.id or found and found.id
    end
  end
end

local function by_user(a, b)
  if a.user ~= b.user then
    return a.user < b.user
  end
  return (a.id or "") < (b.id or "")
end

-- What adds comes first, so that a run that breaks off leaves people in.
local function in_order(draft)
  local actions, counts = {}, {
    create = 0, update = 0, strip = 0, deactivate = 0, delete = 0,
  }
  local deletions, others = {}, {}
  for _, action in ipairs(draft.leaving) do
    local list = action.action == "delete" and deletions or others
    list[#list + 1] = action
  end
  for _, list in ipairs { draft.creations, draft.updates, others, deletions }
  do
    table.sort(list, by_user)
    for _, action in ipairs(list) do
      complete_ids(draft.policy, action)
      actions[#actions + 1] = action
      action.n = #actions
      counts[action.action] = counts[action.action] + 1
    end
  end
  return actions, counts
end

local function new_draft(options, identity, source, policy, ids)
  return {
    options = options, identity = identity, source = source, policy = policy,
    scope = ids, match = Match.new(source),
    users = 0, in_scope = 0, has_own = false,
    results = {}, targets = {},
    creations = {}, updates = {}, leaving = {}, kept = {}, left = {},
    secrets = {},
  }
end

local function conclude(draft, faults)
  local source = draft.source
  draft.match:close()
  refuse_taken_names(draft)
  settle_units(draft, faults)
  local unchanged = 0
  for row = 1, source.count do
    local record = source.people[row]
    if draft.results[row] then
      local before = #draft.updates
      add_update(draft, row)
      unchanged = unchanged + 1 - (#draft.updates - before)
    elseif draft.results[row] == false then
      unchanged = unchanged + 1
    elseif record then
      add_creation(draft, row, record)
    end
  end
  if source:fault() or faults[1] then
    return nil, source:fault() or faults[1], source.problems
  end
  local actions, counts = in_order(draft)
  counts.unchanged = unchanged
  table.sort(draft.kept, by_user)
  table.sort(draft.left, by_user)
  local sizes = { scope = draft.in_scope, people = source.count }
  local limit_counts = limits.count(actions, draft.options, sizes)
  local secrets = {}
  for action, secret in pairs(draft.secrets) do
    secrets[action.n] = secret
  end
  local identity = draft.identity
  return {
    host = identity.host, org_id = identity.org_id,
    acts_as = identity.acts_as, made = draft.policy.now,
    people = source.count, in_scope = draft.in_scope,
    scope = draft.options.scope, protect = draft.options.protect,
    protect_admins = draft.options.protect_admins,
    actions = actions, kept = draft.kept, left = draft.left,
    limits = limit_counts, withheld = limits.withheld(actions, limit_counts),
    counts = counts,
  }, secrets
end

--- Makes a plan; see sync.plan.
-- @return its fields, and the passwords of those to be created by the number
--   of the action, which are kept apart because they are never shown; or nil,
--   an error and the problems
return function(client, people, options)
  local fault = find_fault(options)
  if fault then
    return nil, fault
  end
  -- The source comes first: where it fails, nothing is sent.
  local source, err = Source.read(people)
  if not source then
    return nil, err
  end
  local identity, me = cluster.identify(client)
  if not identity then
    return nil, me
  end
  local policy, faults = new_policy(options, identity), {}
  local read, mentioned, ids
  mentioned, err = enter_units(source, policy, options)
  if not mentioned then
    return nil, err
  end
  read, err = read_groups(client, me, identity, source, policy, faults)
  if read then
    read, err = read_orgs(client, source, policy, faults)
  end
  if not read then
    return nil, err
  end
  ids, err = read_scope(client, options.scope)
  if not ids then
    return nil, err
  end
  local draft = new_draft(options, identity, source, policy, ids)
  read, err = read_users(client, draft, fields_of(mentioned, policy, options))
  if not read then
    return nil, err
  end
  return conclude(draft, faults)
end
