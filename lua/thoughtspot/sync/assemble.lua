--- Builds a plan, once all users have been read.

local fold = require "thoughtspot.fold"
local limits = require "thoughtspot.sync.limits"
local new_user = require "thoughtspot.sync.new_user"

-- Records a user, or a difference, that is left as it is.
local function leave(draft, entry)
  draft.left[#draft.left + 1] = entry
end

-- Records that all differences of a user are left as they are.
local function leave_all(draft, result, reason)
  for name, change in pairs(result.change or {}) do
    leave(draft, { user = result.user, id = result.id, field = name,
      is = change.from, wanted = change.to, reason = reason })
  end
  for _, kind in ipairs { "groups", "orgs" } do
    if result.add and result.add[kind] or result.remove and result.remove[kind]
    then
      leave(draft, { user = result.user, id = result.id, field = kind,
        reason = reason })
    end
  end
end

-- Returns why a user must not be updated, or nil.
local function reason_to_leave(draft, row, result)
  local holder = draft.match.holders[row]
  if holder and holder.id ~= result.id then
    -- GUID and name of the row belong to different users, as if a column of
    -- the source had been moved.
    return ("the name in row %d belongs to another user"):format(row)
  elseif not draft.policy.update then
    return "update = false"
  end
end

-- Adds the update of a row's user. Returns whether there is anything to
-- update.
local function add_update(draft, row, updates)
  local result = draft.results[row]
  for _, entry in ipairs(result.left) do
    leave(draft, entry)
  end
  if not (result.change or result.add or result.remove) then
    return false
  end
  local reason = reason_to_leave(draft, row, result)
  if reason then
    leave_all(draft, result, reason)
    return false
  end
  updates[#updates + 1] = {
    action = "update", user = result.user, id = result.id,
    change = result.change, add = result.add, remove = result.remove,
  }
  return true
end

local function unit_list(units, wanted)
  return wanted and units:missing({}, wanted)
end

-- Adds the creation of a user, and stores the password separately.
local function add_creation(draft, row, creations, passwords)
  local policy, record = draft.policy, draft.source.people[row]
  local name = record.user_identifier
  if record.id or draft.source.by_id[name:lower()] == row then
    leave(draft, { user = name or record.id, id = record.id or name,
      field = "id", reason = "no user has this GUID" })
    return
  elseif not policy.create then
    leave(draft, { user = name, reason = "not a user; create = false" })
    return
  end
  local set = new_user.fields(record, policy.defaults)
  local field, message = new_user.find_missing(record, set)
  if field then
    draft.source:refuse(row, field, message)
    return
  end
  local groups = unit_list(policy.groups, record.groups)
  local orgs = unit_list(policy.orgs, record.orgs)
  local action = {
    action = "create", user = name, set = set,
    add = (groups or orgs) and { groups = groups, orgs = orgs } or nil,
    needs_password = record.password ~= nil or nil,
  }
  creations[#creations + 1] = action
  passwords[action] = record.password
end

-- --- Leavers ---------------------------------------------------------------

-- Drops leavers who have a row or are in the list twice: a user who was
-- renamed while the list was read may be in it under both names.
local function drop_known_leavers(draft)
  local known, list = {}, {}
  if #draft.leaving == 0 then
    return
  end
  for _, id in pairs(draft.ids) do
    known[id] = true
  end
  for _, leaver in ipairs(draft.leaving) do
    if not known[leaver.action.id] then
      known[leaver.action.id] = true
      list[#list + 1] = leaver
    end
  end
  draft.leaving = list
end

-- Texts that a leaver and a new user share if they are most likely one person:
-- the key by which they are compared; where a creation and a leaver have the
-- text; and what the plan says about the leaver and about the creation.
local LIKENESSES = {
  {
    key = fold.key,
    of_creation = function(creation) return creation.set.email end,
    of_leaver = function(leaver) return leaver.email end,
    leaver_has = "has the e-mail address of %q",
    creation_has = "has the same e-mail address",
  },
  {
    key = fold.likeness,
    of_creation = function(creation) return creation.user end,
    of_leaver = function(leaver) return leaver.action.user end,
    leaver_has = "has nearly the name of %q",
    creation_has = "has nearly the same name",
  },
}

-- Returns key = item for texts that a single item has, and key = false for
-- those that several have.
local function by_text(list, text_of, key_of)
  local found = {}
  for _, entry in ipairs(list) do
    local text = text_of(entry)
    local key = type(text) == "string" and key_of(text) or ""
    if key ~= "" then
      found[key] = found[key] == nil and entry
    end
  end
  return found
end

-- Finds leavers and new users who share an e-mail address, or nearly a name,
-- with nobody else: most likely one person who was renamed. Neither is
-- touched. Returns the set of such leavers and creations.
local function hold_renamed(draft, creations)
  local held = {}
  if #draft.leaving == 0 then
    return held
  end
  for _, like in ipairs(LIKENESSES) do
    local created = by_text(creations, like.of_creation, like.key)
    local leaving = by_text(draft.leaving, like.of_leaver, like.key)
    for key, leaver in pairs(leaving) do
      local creation = created[key]
      if leaver and creation and not held[leaver] and not held[creation] then
        held[leaver], held[creation] = true, true
        draft.kept[#draft.kept + 1] = {
          user = leaver.action.user, id = leaver.action.id,
          reason = (like.leaver_has .. ", who would be created; if they are "
            .. "the same person, give the row this GUID as id"):format(
            creation.user),
        }
        leave(draft, {
          user = creation.user, reason = ("not created: %q "
            .. like.creation_has .. " and is a leaver"):format(
            leaver.action.user),
        })
      end
    end
  end
  return held
end

-- --- The plan --------------------------------------------------------------

local function refuse_taken_names(draft)
  for _, rename in ipairs(draft.policy.renames) do
    local holder = draft.match.holders[rename.row]
    if holder and holder.id ~= rename.id then
      draft.source:refuse(rename.row, "user_identifier",
        ("the name %q belongs to another user"):format(rename.to))
    end
  end
end

-- Adds the ids of groups and orgs that became known while the users were read.
local function complete_ids(policy, action)
  for _, kind in ipairs { "groups", "orgs" } do
    for _, entry in ipairs(action.add and action.add[kind] or {}) do
      local found = policy[kind].references[entry.name]
      if entry.id == nil and found then
        entry.id = found.id
      end
    end
  end
end

local function by_user(a, b)
  if a.user ~= b.user then
    return a.user < b.user
  end
  return (a.id or "") < (b.id or "")
end

-- Returns the actions in order, and how many there are of each kind. Additions
-- come first, so that an interrupted run does not lock people out.
local function in_order(draft, creations, updates, held)
  local actions, deletions, others = {}, {}, {}
  local counts = { create = 0, update = 0, strip = 0, deactivate = 0,
    delete = 0 }
  for _, leaver in ipairs(draft.leaving) do
    if not held[leaver] then
      local list = leaver.action.action == "delete" and deletions or others
      list[#list + 1] = leaver.action
    end
  end
  for _, list in ipairs { creations, updates, others, deletions } do
    table.sort(list, by_user)
    for _, action in ipairs(list) do
      if not held[action] then
        complete_ids(draft.policy, action)
        actions[#actions + 1] = action
        action.n = #actions
        counts[action.action] = counts[action.action] + 1
      end
    end
  end
  return actions, counts
end

-- Returns the creations and updates for the rows, the passwords by creation,
-- and the number of unchanged users.
local function read_rows(draft)
  local creations, updates, passwords, unchanged = {}, {}, {}, 0
  for row = 1, draft.source.count do
    local result = draft.results[row]
    if result == nil and draft.source.people[row] then
      add_creation(draft, row, creations, passwords)
    elseif result == false or result and not add_update(draft, row, updates)
    then
      unchanged = unchanged + 1
    end
  end
  return creations, updates, passwords, unchanged
end

local function passwords_by_number(passwords)
  local by_number = {}
  for action, password in pairs(passwords) do
    if action.n then
      by_number[action.n] = password
    end
  end
  return by_number
end

--- Builds a plan.
-- @return its fields, and the passwords of new users by the number of the
--   action; nil if the source is invalid
return function(draft)
  local source, options = draft.source, draft.options
  draft.match:close()
  refuse_taken_names(draft)
  local creations, updates, passwords, unchanged = read_rows(draft)
  if source.problems[1] then
    return nil
  end
  drop_known_leavers(draft)
  local held = hold_renamed(draft, creations)
  local actions, counts = in_order(draft, creations, updates, held)
  counts.unchanged = unchanged
  table.sort(draft.kept, by_user)
  table.sort(draft.left, by_user)
  local limit_counts = limits.count(actions, options, {
    scope = draft.in_scope, people = source.count,
  })
  local identity = draft.identity
  return {
    host = identity.host, org_id = identity.org_id,
    acts_as = identity.acts_as, made = draft.policy.now,
    people = source.count, in_scope = draft.in_scope,
    scope = options.scope, protect = options.protect,
    protect_admins = options.protect_admins,
    actions = actions, kept = draft.kept, left = draft.left,
    limits = limit_counts, withheld = limits.withheld(actions, limit_counts),
    counts = counts,
  }, passwords_by_number(passwords)
end
