--- What is read from a source: people, their places, notes and errors.

local exported = require "thoughtspot_users.exported"
local failure = require "thoughtspot_users.failure"
local files = require "thoughtspot_users.files"
local person = require "thoughtspot_users.person"

local Reading = {}
Reading.__index = Reading

--- Columns of an export that only the cluster sets.
Reading.READ_ONLY = exported.read_only

--- Other names of fields in sources.
Reading.ALIASES = { name = "user_identifier" }

--- Begins to read a source.
-- @param path of the file, or "-": standard input
-- @param map { field = column }, or nil
function Reading.new(path, map)
  return setmetatable({
    path = path, map = map or {}, people = {}, places = {}, notes = {},
    problems = {},
  }, Reading)
end

--- Ends the command with an error about the source.
function Reading:refuse(message)
  failure.raise(files.name(self.path) .. ": " .. message)
end

--- Notes what a person should know of a place in the source.
function Reading:note(place, message)
  self.notes[#self.notes + 1] = place .. ": " .. message
end

--- Records an error at a place.
-- @param field of the person, or nil
function Reading:problem(place, field, message)
  self.problems[#self.problems + 1] = {
    place = place, field = field, message = message,
  }
end

--- Adds a person, and notes what may be wrong with the name: the users of the
-- cluster show whether that matters.
function Reading:add(place, candidate)
  local field, fault = person.fault(candidate)
  if field then
    self:note(place, field .. ": " .. fault)
  end
  self.people[#self.people + 1] = candidate
  self.places[#self.people] = place
    .. (type(candidate.user_identifier) == "string"
      and ", " .. candidate.user_identifier or "")
end

--- Sets a field of a person from a text.
function Reading:set(place, candidate, field, value)
  local converted, fault, change = person.from_text(field, value)
  if fault then
    self:problem(place, field, fault)
  elseif change then
    self:note(place, field .. ": " .. change)
  end
  candidate[field] = converted
end

--- Checks that all columns in --map exist: a misspelled one would count as
-- empty.
-- @param has function(name): returns whether somebody has it
function Reading:check_map(has)
  for field, name in pairs(self.map) do
    if not has(name) then
      self:refuse(("--map %s=%s: nobody has \"%s\""):format(field, name,
        name))
    end
  end
end

return Reading
