--- Makes a plan: compares a source with a cluster, and changes nothing.

local assemble = require "thoughtspot.sync.assemble"
local read_options = require "thoughtspot.options".read
local cluster = require "thoughtspot.sync.cluster"
local compare = require "thoughtspot.sync.compare"
local core = require "thoughtspot.core"
local Draft = require "thoughtspot.sync.draft"
local new_user = require "thoughtspot.sync.new_user"
local protect = require "thoughtspot.sync.protect"
local rows = require "thoughtspot.sync.options"
local scope = require "thoughtspot.sync.scope"
local Source = require "thoughtspot.sync.source"
local Units = require "thoughtspot.sync.units"

local function refuse(message, field)
  return core.error("argument", message, nil, field)
end

-- Returns what is wrong with the options, or nil.
local function find_fault(options)
  if options.leavers ~= "keep" and not options.scope then
    return refuse("is required if leavers is \"" .. options.leavers
      .. "\": a filter of search_users, or {} for everybody", "scope")
  end
  return options.scope and scope.find_fault(options.scope)
    or type(options.create) == "table"
    and new_user.find_fault_of_defaults(options.create) or nil
end

-- Returns the policy of the options.
local function new_policy(options, identity)
  return {
    update = options.update, create = options.create ~= false,
    defaults = type(options.create) == "table" and options.create or nil,
    reactivate = options.reactivate, rename = options.rename,
    update_sso = options.update_sso,
    leavers = options.leavers, delete_after = options.delete_after,
    now = os.time(),
    protect = protect.new(options.protect or {}, options.protect_admins,
      identity.acts_as),
    groups = Units.new "group", orgs = Units.new "org",
    -- Renames found: { row, to, id }.
    renames = {},
  }
end

-- --- Groups and orgs -------------------------------------------------------

-- Collects the groups and orgs that the rows name. Returns the set of fields
-- of the rows, or nil and an error.
local function enter_units(source, policy, options)
  local mentioned = {}
  for row = 1, source.count do
    local record = source.people[row] or {}
    for name in pairs(record) do
      mentioned[name] = true
    end
    record.groups = record.group_identifiers
      and policy.groups:want(record.group_identifiers, row)
    record.orgs = record.org_identifiers
      and policy.orgs:want(record.org_identifiers, row)
    -- Rows with the same list share it.
    record.group_identifiers, record.org_identifiers = nil, nil
  end
  policy.compared = compare.rows(mentioned)
  policy.groups:manage(options.groups)
  policy.orgs:manage(options.orgs)
  if policy.leavers == "strip" and not policy.groups.managed[1] then
    return nil, refuse("there is no managed group to remove users from: name "
      .. "groups in the source, or list them in groups", "leavers")
  end
  return mentioned
end

-- Reports an error about a group or an org at the place that names it first: a
-- row, or an option.
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

-- Reads the named groups. Returns true, or nil and an error.
local function read_groups(client, me, draft, faults)
  local groups = draft.policy.groups
  if not next(groups.references) then
    return true
  end
  local read, err = cluster.read_groups(client, draft.identity.org_id, groups)
  if read == nil then
    return nil, err
  end
  local fail = unit_fault(draft.source, groups, faults)
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

-- Reads the named orgs; if they cannot be listed, users show them later.
-- Returns true, or nil and an error.
local function read_orgs(client, draft, faults)
  local orgs = draft.policy.orgs
  if not next(orgs.references) then
    return true
  end
  local read, err = cluster.read_orgs(client, orgs)
  if read == nil then
    return nil, err
  end
  local fail = unit_fault(draft.source, orgs, faults)
  local unknown = orgs:resolve(fail)
  for _, found in ipairs(orgs.complete and unknown or {}) do
    fail(found, is_missing(orgs, found))
  end
  return true
end

-- Resolves groups and orgs that could not be listed: by now the users have
-- shown which ones exist.
local function settle_units(draft, faults)
  for _, units in ipairs { draft.policy.groups, draft.policy.orgs } do
    if not units.complete and next(units.references) then
      local fail = unit_fault(draft.source, units, faults)
      local unknown = units:resolve(fail)
      for _, found in ipairs(units.kind == "org" and unknown or {}) do
        if not found.text:find "^%d+$" then
          fail(found, is_missing(units, found) .. ", judging by the users")
        end
      end
    end
  end
end

-- Checks that the groups of a scope that finds nobody exist. Returns true, or
-- nil and an error.
local function check_empty_scope(client, me, draft)
  local filter = draft.options.scope
  if draft.in_scope > 0 or not filter then
    return true
  end
  for _, group in ipairs(filter.group_identifiers or {}) do
    local there, err = cluster.has_group(client, me, group)
    if there == nil then
      return nil, err
    elseif not there then
      return nil, refuse(("there is no group called %q in the client's org")
        :format(group), "scope.group_identifiers")
    end
  end
  return true
end

-- --- The plan --------------------------------------------------------------

-- Reads what a plan needs, step by step. Returns true, or nil and an error.
local function read_cluster(client, me, draft, mentioned, faults)
  local read, err = read_groups(client, me, draft, faults)
  if read then
    read, err = read_orgs(client, draft, faults)
  end
  if read then
    read, err = draft:read_scope(client)
  end
  if read then
    read, err = draft:read_users(client, mentioned)
  end
  if read then
    read, err = check_empty_scope(client, me, draft)
  end
  return read, err
end

--- Makes a plan; see sync.plan.
-- @return its fields, and the passwords of new users by the number of the
--   action, separate because plans are shown and written; or nil, an error and
--   the problems
return function(client, people, given)
  local options, fault = read_options(rows.PlanOptions, given)
  fault = fault or find_fault(options)
  if fault then
    return nil, fault
  end
  -- The source is read first: if it fails, nothing is sent.
  local source, err = Source.read(people)
  if not source then
    return nil, err
  end
  local identity, me = cluster.identify(client)
  if not identity then
    return nil, me
  end
  local policy = new_policy(options, identity)
  local mentioned
  mentioned, err = enter_units(source, policy, options)
  if not mentioned then
    return nil, err
  end
  local draft, faults = Draft.new(source, policy, options, identity), {}
  local read
  read, err = read_cluster(client, me, draft, mentioned, faults)
  if not read then
    return nil, err
  end
  settle_units(draft, faults)
  local plan, passwords = assemble(draft)
  fault = source:fault() or faults[1]
  if fault then
    return nil, fault, source.problems
  end
  return plan, passwords
end
