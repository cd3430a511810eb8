--- Collects the data of a plan while the users are read: how the user of each
-- row differs from it, and the users in scope without a row.

local cluster = require "thoughtspot.sync.cluster"
local compare = require "thoughtspot.sync.compare"
local core = require "thoughtspot.core"
local leavers = require "thoughtspot.sync.leavers"
local Match = require "thoughtspot.sync.match"
local protect = require "thoughtspot.sync.protect"
local scope = require "thoughtspot.sync.scope"

local Draft = {}
Draft.__index = Draft

-- Number of users read between two reports of progress.
local REPORTED = 1000

--- Creates a draft.
-- @param source as Source.read returns it
-- @param policy derived from the options, see plan.lua
-- @param options of sync.plan
-- @param identity as cluster.identify returns it
function Draft.new(source, policy, options, identity)
  return setmetatable({
    source = source, policy = policy, options = options, identity = identity,
    match = Match.new(source),
    -- The GUIDs of the users in scope; true: everybody.
    scope = {},
    -- Numbers of users read, and of those in scope.
    users = 0, in_scope = 0,
    has_own = false,
    -- Row = how its user differs, false if not at all; and row = GUID of its
    -- user.
    results = {}, ids = {},
    -- Leavers: { action, email }.
    leaving = {},
    -- Entries of the lists kept and left of the plan.
    kept = {}, left = {},
  }, Draft)
end

--- Reads the users in scope.
-- @return true, or nil and an error
function Draft:read_scope(client)
  local filter = self.options.scope
  if not filter then
    return true
  elseif scope.is_all(filter) then
    self.scope = true
    return true
  end
  return cluster.each_user(client, filter, { "id", "name" }, function(user)
    self.scope[user.id] = true
  end)
end

-- Returns the fields of users to read; others are not decoded.
local function fields_of(self, mentioned)
  local policy = self.policy
  return compare.merge(compare.fields(mentioned), protect.fields,
    policy.leavers ~= "keep" and leavers.fields or {},
    scope.fields(self.options.scope or {}),
    next(policy.groups.references) and { "user_groups" } or {},
    next(policy.orgs.references) and { "orgs" } or {})
end

local function add_kept(self, user, reason)
  self.kept[#self.kept + 1] = {
    user = user.name, id = user.id, reason = reason,
  }
end

-- Records what happens to a leaver, or why the user is kept.
local function add_leaver(self, user, reason)
  local policy = self.policy
  reason = reason or protect.reason(policy.protect, user)
    or policy.leavers == "keep" and "leavers = \"keep\""
    or policy.leavers ~= "strip"
    and scope.reason_of_orgs(self.options.scope, user)
  if reason then
    add_kept(self, user, reason)
    return
  end
  local action = leavers.decide(user, policy)
  if action then
    self.leaving[#self.leaving + 1] = { action = action, email = user.email }
  end
end

-- Collects the groups or orgs that a user shows, unless the cluster lists
-- them.
local function see_units(units, entries)
  if not units.complete then
    for _, entry in ipairs(entries or {}) do
      units:add(entry)
    end
  end
end

local function is_in_scope(self, user)
  return self.scope == true or self.scope[user.id] or false
end

local function visit(self, user)
  local policy = self.policy
  self.users = self.users + 1
  self.has_own = self.has_own or user.id == self.identity.acts_as.id
  see_units(policy.groups, user.user_groups)
  see_units(policy.orgs, user.orgs)
  local in_scope, outside = is_in_scope(self, user), nil
  if in_scope and not scope.covers(self.options.scope, user) then
    outside = "outside the scope, judging by its fields"
  elseif in_scope then
    self.in_scope = self.in_scope + 1
  end
  local row, reason, twin = self.match:find(user)
  if row then
    self.results[row] = compare.user(self.source.people[row], user, policy,
      row) or false
    self.ids[row] = user.id
  elseif in_scope then
    add_leaver(self, user, outside or reason)
  end
  if twin and is_in_scope(self, twin) then
    add_kept(self, twin, Match.reason(row))
  end
end

--- Reads all users.
-- @param mentioned set of the fields that the rows have
-- @return true, or nil and an error: the list is incomplete
function Draft:read_users(client, mentioned)
  local report = self.options.on_progress
  local read, err = cluster.each_user(client, {}, fields_of(self, mentioned),
    function(user)
      visit(self, user)
      if report and self.users % REPORTED == 0 then
        report(self.users)
      end
    end)
  if not read then
    return nil, err
  elseif not self.has_own then
    return nil, core.error("api", "the list of users is incomplete: the user "
      .. "that the client acts as is missing", "search_users")
  end
  if report then
    report(self.users, self.users)
  end
  return true
end

return Draft
