--- The groups, or the orgs, of a source and of users.
--
-- A user shows the groups of all its orgs without saying which org. So a group
-- is identified by its GUID if that can be found out: from search_groups,
-- which lists the groups of the client's org; or, if that is forbidden, from
-- the users, if no two groups share the name.

local fold = require "thoughtspot.fold"

local Units = {}
Units.__index = Units

--- Creates an empty collection.
-- @param kind "group" or "org"
function Units.new(kind)
  return setmetatable({
    kind = kind,
    -- Whether the cluster has listed all.
    complete = false,
    -- Entries { id, name }: by id; and lists of them, by name and by its key.
    by_id = {},
    by_name = {},
    by_key = {},
    -- Identifier = reference { text, id, name, row }.
    references = {},
    -- Identifiers of a list, joined to a text = the list of their references.
    wanted = {},
    -- The references of those from which users may be removed; and, once these
    -- are resolved, sets of their ids and texts.
    managed = {},
    managed_ids = {},
    managed_texts = {},
  }, Units)
end

--- Returns the id of a group or an org as text: those of orgs are numbers.
function Units.id_text(id)
  return type(id) == "number" and ("%d"):format(id) or id
end

local function append(map, key, entry)
  local list = map[key]
  if not list then
    map[key] = { entry }
  else
    list[#list + 1] = entry
  end
end

--- Adds a group or an org { id, name } that exists.
function Units:add(entry)
  local id = Units.id_text(entry.id)
  if type(id) ~= "string" or self.by_id[id] then
    return
  end
  local known = { id = entry.id, name = entry.name or id }
  self.by_id[id] = known
  append(self.by_name, known.name, known)
  append(self.by_key, fold.key(known.name), known)
end

-- Returns whether a name is that of the group All, which contains all users
-- and which nobody can leave.
local function is_all(self, name)
  return self.kind == "group" and fold.key(name) == "all"
end

local function reference(self, text, row)
  local found = self.references[text]
  if not found then
    found = { text = text, row = row }
    self.references[text] = found
  end
  return found
end

--- Returns the references of a list of identifiers.
-- @param row the row that has the list
-- @return a list; the same table for the same identifiers
function Units:want(identifiers, row)
  local joined = table.concat(identifiers, "\0")
  local wanted = self.wanted[joined]
  if not wanted then
    wanted = {}
    for _, text in ipairs(identifiers) do
      if not is_all(self, text) then
        wanted[#wanted + 1] = reference(self, text, row)
      end
    end
    self.wanted[joined] = wanted
  end
  return wanted
end

--- Sets from which of them users may be removed.
-- @param managed "named", "add", or a list of identifiers
function Units:manage(managed)
  if managed == "add" then
    return
  elseif managed == "named" then
    for _, found in pairs(self.references) do
      self.managed[#self.managed + 1] = found
    end
    return
  end
  for _, text in ipairs(managed) do
    self.managed[#self.managed + 1] = reference(self, text)
  end
end

-- Returns the only entry of a list; or nil, and whether there are several.
local function single(list)
  if list and #list == 1 then
    return list[1]
  end
  return nil, list ~= nil
end

-- Returns the entry of an identifier; or nil, and whether there are several.
local function find(self, text)
  if self.by_id[text] then
    return self.by_id[text]
  end
  local found, several = single(self.by_name[text])
  if found or several then
    return found, several
  end
  return single(self.by_key[fold.key(text)])
end

local function several_are_called(self, text)
  return ("several %ss are called %q; give the %s"):format(self.kind,
    text, self.kind == "group" and "GUID" or "number")
end

--- Resolves the identifiers as far as possible.
-- @param fail function(reference, message): called for an ambiguous one
-- @return list of the references that are unknown
function Units:resolve(fail)
  local unknown = {}
  for text, found in pairs(self.references) do
    local entry, several = find(self, text)
    if entry then
      found.id, found.name = entry.id, entry.name
    elseif several then
      fail(found, several_are_called(self, text))
    else
      unknown[#unknown + 1] = found
    end
  end
  table.sort(unknown, function(a, b)
    return a.text < b.text
  end)
  self.managed_ids, self.managed_texts = {}, {}
  for _, found in ipairs(self.managed) do
    if found.id then
      self.managed_ids[Units.id_text(found.id)] = true
    end
    self.managed_texts[found.text] = true
  end
  return unknown
end

-- Returns whether a reference means an entry of a user's list.
local function stands_for(found, entry)
  if found.id ~= nil then
    return found.id == entry.id
  end
  return found.text == entry.name or found.text == Units.id_text(entry.id)
end

-- Returns whether one of several references means an entry.
local function is_wanted(entry, wanted)
  for index = 1, #wanted do
    if stands_for(wanted[index], entry) then
      return true
    end
  end
  return false
end

-- Returns whether a reference means one of several entries.
local function stands_among(found, entries)
  for index = 1, #entries do
    if stands_for(found, entries[index]) then
      return true
    end
  end
  return false
end

-- Returns whether an entry may be removed from a user. If the cluster lists
-- the groups, the managed GUIDs are those of the client's org.
local function is_managed(self, entry)
  local id = Units.id_text(entry.id)
  if is_all(self, entry.name or "") then
    return false
  end
  return self.managed_ids[id] or not self.complete
    and (self.managed_texts[entry.name] or self.managed_texts[id])
end

local function show(found)
  return { id = found.id, name = found.name or found.text }
end

local function by_name(a, b)
  return a.name < b.name
end

-- Sorts a list by name and returns it; nil: there is none.
local function sorted(list)
  if list then
    table.sort(list, by_name)
  end
  return list
end

--- Returns the entries of a user's list that may be removed and are not
-- wanted: a list of { id, name }, or nil.
function Units:removable(entries, wanted)
  local list
  for _, entry in ipairs(entries or {}) do
    if not is_wanted(entry, wanted) and is_managed(self, entry) then
      list = list or {}
      list[#list + 1] = { id = entry.id, name = entry.name or entry.id }
    end
  end
  return sorted(list)
end

--- Returns the wanted entries that a user's list lacks: a list of
-- { id, name }, or nil.
function Units.missing(_, entries, wanted)
  local list
  for _, found in ipairs(wanted) do
    if not stands_among(found, entries or {}) then
      list = list or {}
      list[#list + 1] = show(found)
    end
  end
  return sorted(list)
end

return Units
