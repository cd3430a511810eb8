--- Writes a plan as lines of JSON, and reads it.
--
-- The lines are a header, the actions, the notes, and an end mark with a
-- checksum of all lines before it; then the outcomes of actions, as the
-- journal appends them. Unknown members are ignored; an unknown version is
-- refused.

local cjson = require("cjson").new()
local core = require "thoughtspot.core"
local limits = require "thoughtspot.sync.limits"

local format = {}

local VERSION = 1

-- Members of the header, besides the version.
local header_members = {
  "host", "org_id", "acts_as", "made", "people", "in_scope", "scope",
  "protect", "protect_admins", "limits", "counts",
}

local action_names = {
  create = true, update = true, strip = true, deactivate = true,
  delete = true,
}
local states = { sent = true, done = true, already = true, failed = true }

local to_integer = math.tointeger or tonumber -- luacheck: ignore 143

-- Converts whole numbers to integers if Lua has them, because lua-cjson
-- decodes all numbers as floats. Drops nulls.
local function tidy(value)
  if type(value) == "table" then
    for key, item in pairs(value) do
      value[key] = tidy(item)
    end
    return value
  elseif type(value) == "number" then
    return to_integer(value) or value
  elseif value == cjson.null then
    return nil
  end
  return value
end

local function decode(line)
  local decoded, value = pcall(cjson.decode, line)
  return decoded and type(value) == "table" and tidy(value) or nil
end

-- Members in a readable order; the others follow by name.
local order = {}
for position, name in ipairs {
  "thoughtspot_sync", "note", "run", "host", "org_id", "n", "at", "state",
  "limit", "action", "user", "id", "name", "field", "end",
} do
  order[name] = position
end

local function in_order(a, b)
  local first, second = order[a] or math.huge, order[b] or math.huge
  if first ~= second then
    return first < second
  end
  return a < b
end

local function encode_text(text)
  return '"' .. text:gsub('[%z\1-\31\127"\\]', function(character)
    return (character == '"' or character == "\\") and "\\" .. character
      or ("\\u%04x"):format(character:byte())
  end) .. '"'
end

local encode

local function encode_table(value)
  local parts = {}
  if value[1] ~= nil then
    for index, item in ipairs(value) do
      parts[index] = encode(item)
    end
    return "[" .. table.concat(parts, ",") .. "]"
  end
  local names = {}
  for name in pairs(value) do
    names[#names + 1] = name
  end
  table.sort(names, in_order)
  for index, name in ipairs(names) do
    parts[index] = encode_text(name) .. ":" .. encode(value[name])
  end
  return "{" .. table.concat(parts, ",") .. "}"
end

-- Encodes deterministically, which lua-cjson does not.
function encode(value)
  if type(value) == "table" then
    return encode_table(value)
  elseif type(value) == "string" then
    return encode_text(value)
  elseif type(value) == "number" and value % 1 == 0 then
    return ("%.0f"):format(value)
  end
  return cjson.encode(value)
end

format.encode = encode

-- --- Writing ---------------------------------------------------------------

local function note(kind, entry)
  local line = { note = kind }
  for name, value in pairs(entry) do
    line[name] = value
  end
  if type(entry.action) == "table" then
    line.action = entry.action.n
  end
  return line
end

-- Plan = its text, as read or to be written.
local texts = setmetatable({}, { __mode = "k" })

local function make_text(plan)
  local lines, header = {}, { thoughtspot_sync = VERSION }
  for _, name in ipairs(header_members) do
    header[name] = plan[name]
  end
  lines[1] = encode(header)
  for _, action in ipairs(plan.actions) do
    lines[#lines + 1] = encode(action)
  end
  for _, kind in ipairs { "left", "kept", "withheld" } do
    for _, entry in ipairs(plan[kind]) do
      lines[#lines + 1] = encode(note(kind, entry))
    end
  end
  local sum = 0
  for _, line in ipairs(lines) do
    sum = core.checksum(line, sum)
  end
  lines[#lines + 1] = encode { ["end"] = #plan.actions,
    sum = ("%08x"):format(sum) }
  return table.concat(lines, "\n") .. "\n"
end

--- Returns the text of a plan without outcomes; always the same.
function format.write(plan)
  texts[plan] = texts[plan] or make_text(plan)
  return texts[plan]
end

-- --- Reading ---------------------------------------------------------------

local function fail(number, message)
  return nil, ("line %d: %s"):format(number, message)
end

local function read_header(line)
  local header = decode(line)
  if not header or not header.thoughtspot_sync then
    return fail(1, "is not the header of a plan")
  elseif header.thoughtspot_sync ~= VERSION then
    return fail(1, ("a plan of version %s; this library knows version %d")
      :format(tostring(header.thoughtspot_sync), VERSION))
  elseif type(header.host) ~= "string" or type(header.made) ~= "number"
    or type(header.acts_as) ~= "table" or type(header.limits) ~= "table"
    or type(header.counts) ~= "table" then
    return fail(1, "the header is incomplete")
  end
  local plan = { actions = {}, left = {}, kept = {}, outcomes = {} }
  for _, name in ipairs(header_members) do
    plan[name] = header[name]
  end
  return plan
end

local function is_action(entry, n)
  return entry.n == n and action_names[entry.action]
    and type(entry.user) == "string"
    and (entry.action == "create" and type(entry.set) == "table"
      or type(entry.id) == "string")
    and (entry.action ~= "delete" or type(entry.modified) == "number")
end

-- Reads a line between header and end mark. Returns true, or nil and a
-- message.
local function read_entry(plan, entry, number)
  if not entry then
    return fail(number, "is damaged")
  elseif entry.note == "left" or entry.note == "kept" then
    local list = plan[entry.note]
    entry.note = nil
    list[#list + 1] = entry
  elseif entry.note == nil then
    if not is_action(entry, #plan.actions + 1) then
      return fail(number, "is not the expected action")
    end
    plan.actions[#plan.actions + 1] = entry
  end
  return true
end

-- Reads header, actions and notes, up to the end mark. Returns the plan and
-- the number of the line of the mark, or nil and a message.
local function read_head(lines)
  local plan, message = read_header(lines[1] or "")
  if not plan then
    return nil, message
  end
  local sum = core.checksum(lines[1])
  for number = 2, #lines do
    local entry = decode(lines[number])
    local count = entry and entry["end"]
    if count then
      if count ~= #plan.actions
        or entry.sum ~= ("%08x"):format(sum) then
        return fail(number, "the plan was changed after it was written")
      end
      return plan, number
    end
    local read
    read, message = read_entry(plan, entry, number)
    if not read then
      return nil, message
    end
    sum = core.checksum(lines[number], sum)
  end
  return nil, "the plan has no end: it was not written completely"
end

local function read_outcome(plan, entry)
  local n = entry.n
  if type(n) ~= "number" or not plan.actions[n] or not states[entry.state]
  then
    return false
  end
  plan.outcomes[n] = entry
  return true
end

-- The last line of a run that died may be incomplete. It is ignored if it is
-- the last one, or if the next line records the start of another run.
local function read_outcomes(plan, lines, first)
  for number = first, #lines do
    local entry = decode(lines[number])
    if entry and entry.n ~= nil then
      if not read_outcome(plan, entry) then
        return fail(number, "is not an outcome of this plan")
      end
    elseif not entry then
      local after = lines[number + 1] and decode(lines[number + 1])
      if number < #lines and not (after and after.run == "began") then
        return fail(number, "is damaged")
      end
    end
  end
  return true
end

-- Splits a text into lines; the last one may be incomplete, or lack only its
-- line end. Uses no pattern, because one that ends with $ would take time
-- proportional to the square of the length.
local function split(text)
  local lines, first = {}, 1
  while first <= #text do
    local after = text:find("\n", first, true) or #text + 1
    lines[#lines + 1] = text:sub(first, after - 1)
    first = after + 1
  end
  return lines
end

local function restore_withheld(plan)
  -- Counts again, because the notes are for people.
  for _, limit in ipairs(plan.limits) do
    if not limits.has(limit.limit) or type(limit.allowed) ~= "number" then
      return fail(1, "the limits are incomplete")
    end
  end
  plan.limits = limits.recount(plan.actions, plan.limits)
  plan.withheld = limits.withheld(plan.actions, plan.limits)
  return true
end

--- Reads a plan.
-- @param text the content of a file
-- @return the fields of a plan, with outcomes { [n] = { state, kind, applied,
--   … } }; or nil and a message
function format.read(text)
  local lines = split(text)
  local plan, last = read_head(lines)
  if not plan then
    return nil, last
  end
  local read, message = restore_withheld(plan)
  if read then
    read, message = read_outcomes(plan, lines, last + 1)
  end
  if not read then
    return nil, message
  end
  texts[plan] = table.concat(lines, "\n", 1, last) .. "\n"
  return plan
end

--- Returns the error for a file that cannot be used.
function format.error(path, message)
  return core.error("argument", ("%s: %s"):format(path, message), nil, "plan")
end

return format
