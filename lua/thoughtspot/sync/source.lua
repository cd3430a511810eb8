--- Reads the source: the people who should be users.

local core = require "thoughtspot.core"
local fold = require "thoughtspot.fold"
local person = require "thoughtspot.sync.person"

local Source = {}
Source.__index = Source

local GUID = "^%x%x%x%x%x%x%x%x%-%x%x%x%x%-%x%x%x%x%-%x%x%x%x%-%x+$"

--- Records an error.
-- @param index of the row
-- @param field of the row, or nil
function Source:refuse(index, field, message)
  self.problems[#self.problems + 1] = {
    index = index, field = field, message = message,
  }
end

-- Returns whether no earlier row has the key; if one has it, records an error.
local function is_free(self, map, key, index, field, shown)
  local first = key and map[key]
  if first then
    self:refuse(index, field, ("%q is already in row %d; remove one of them")
      :format(shown, first))
  end
  return not first
end

local function add(self, index, row)
  self.row = index
  local record = person.read(row, self.refuse_field)
  if not record then
    return
  end
  local name, id = record.user_identifier, record.id
  if name and not id and name:find(GUID) then
    -- user_identifier may be a GUID; whether it is shows when users are read.
    id = name
  end
  local key, guid = name and fold.key(name), id and id:lower()
  if is_free(self, self.by_key, key, index, "user_identifier", name)
    and is_free(self, self.by_id, guid, index,
      record.id and "id" or "user_identifier", id) then
    self.people[index] = record
    if key then
      self.by_key[key] = index
    end
    if guid then
      self.by_id[guid] = index
    end
  end
end

local function fail(what)
  return nil, core.error("argument", what, nil, "people")
end

-- Reads the rows that a function returns. If it fails, all of them are
-- discarded, because the people missing would become leavers.
local function read_function(self, next_person)
  while true do
    local called, row, err = pcall(next_person)
    if not called or row == nil and err ~= nil then
      err = not called and row or err
      if type(err) == "table" and err.kind then
        return nil, err
      end
      return fail(("the source failed after %d rows: %s"):format(self.count,
        tostring(err)))
    elseif row == nil then
      return true
    end
    self.count = self.count + 1
    add(self, self.count, row)
  end
end

local function read_list(self, list)
  local count = 0
  for _ in pairs(list) do
    count = count + 1
  end
  for index = 1, count do
    if list[index] == nil then
      return fail "expected a list without holes, or a function"
    end
  end
  self.count = count
  for index = 1, count do
    add(self, index, list[index])
  end
  return true
end

--- Reads a source.
-- @param people list of rows, or function that returns the next one, then nil
-- @return { people, count, by_key, by_id, problems }: the records by row, and
--   the rows by the key of their name and by GUID in lower case; or nil and
--   an error
function Source.read(people)
  local self = setmetatable({
    people = {}, count = 0, by_key = {}, by_id = {}, problems = {},
  }, Source)
  -- One function for all rows, which are read in order.
  function self.refuse_field(field, message)
    self:refuse(self.row, field, message)
  end
  local read, err
  if type(people) == "function" then
    read, err = read_function(self, people)
  else
    read, err = read_list(self, people)
  end
  if not read then
    return nil, err
  elseif self.count == 0 then
    return fail "the source is empty; no plan is made from an empty source"
  end
  return self
end

--- Returns the error that accompanies the problems; nil: there are none.
function Source:fault()
  local first = self.problems[1]
  if not first then
    return nil
  end
  table.sort(self.problems, function(a, b)
    if a.index ~= b.index then
      return a.index < b.index
    end
    return tostring(a.field) < tostring(b.field)
  end)
  first = self.problems[1]
  return core.error("argument", ("%s: row %d: %s%s"):format(
    #self.problems == 1 and "an error in the source"
      or #self.problems .. " errors in the source; the first", first.index,
    first.field and first.field .. ": " or "", first.message), nil, "people")
end

return Source
