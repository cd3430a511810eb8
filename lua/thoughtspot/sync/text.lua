--- Formats a plan for people.

local leavers = require "thoughtspot.sync.leavers"
local scope = require "thoughtspot.sync.scope"

-- Number of actions of a kind that are shown.
local SHOWN = 50

-- Characters of a name to which the others are padded, at most.
local WIDEST_NAME = 32

-- Kinds of actions, in order; and the mark at the beginning of their lines.
local kinds = { "create", "update", "strip", "deactivate", "delete" }
local marks = {
  create = "+", update = "~", strip = "-", deactivate = "-", delete = "x",
}

-- Names come from the cluster and the source: replaces characters that would
-- move the cursor or change the direction of the text with a question mark.
local function clean(text)
  return (tostring(text):gsub("[%z\1-\31\127]", "?")
    :gsub("\194[\128-\159]", "?"):gsub("\226\128[\139-\143\168-\174]", "?")
    :gsub("\226\129[\160-\175]", "?"))
end

local function number(value)
  local text = ("%d"):format(value)
  local count
  repeat
    text, count = text:gsub("^(%d+)(%d%d%d)", "%1,%2")
  until count == 0
  return text
end

local function amount(value, one, many)
  return number(value) .. " " .. (value == 1 and one or many)
end

local function shown(value)
  return (value == nil or value == "") and "none" or clean(value)
end

local function names(list)
  local texts = {}
  for index, entry in ipairs(list) do
    texts[index] = clean(entry.name)
  end
  return table.concat(texts, ", ")
end

local function pad(text, width)
  local length = select(2, text:gsub("[^\128-\191]", ""))
  return text .. (" "):rep(width - length)
end

local function creation_lines(action)
  local set = action.set
  local parts = { clean(set.display_name) .. ", " .. clean(set.email) }
  for _, kind in ipairs { "groups", "orgs" } do
    local list = action.add and action.add[kind]
    if list then
      parts[#parts + 1] = kind .. " " .. names(list)
    end
  end
  return { table.concat(parts, "; ") }
end

local function unit_line(action, kind)
  local parts = {}
  for _, entry in ipairs(action.add and action.add[kind] or {}) do
    parts[#parts + 1] = "+ " .. clean(entry.name)
  end
  for _, entry in ipairs(action.remove and action.remove[kind] or {}) do
    parts[#parts + 1] = "- " .. clean(entry.name)
  end
  return parts[1] and kind .. ": " .. table.concat(parts, ", ")
end

local function update_lines(action)
  local fields, lines = {}, {}
  for name in pairs(action.change or {}) do
    fields[#fields + 1] = name
  end
  table.sort(fields)
  for _, name in ipairs(fields) do
    local change = action.change[name]
    lines[#lines + 1] = ("%s: %s -> %s"):format(name, shown(change.from),
      shown(change.to))
  end
  lines[#lines + 1] = unit_line(action, "groups")
  lines[#lines + 1] = unit_line(action, "orgs")
  return lines
end

local function leaver_lines(action, plan)
  local text = "not in the source"
  if action.action == "delete" then
    local days = leavers.days_since(action.modified, plan.made)
    text = ("%s; inactive and unchanged for %s"):format(text,
      amount(days, "day", "days"))
  elseif action.remove then
    text = text .. "; groups: - " .. names(action.remove.groups)
  end
  return { text }
end

local describers = {
  create = creation_lines, update = update_lines, strip = leaver_lines,
  deactivate = leaver_lines, delete = leaver_lines,
}

local function widest(lists, most)
  local width = 0
  for _, list in ipairs(lists) do
    for index = 1, math.min(#list, most) do
      local length = select(2, clean(list[index].user):gsub("[^\128-\191]",
        ""))
      width = math.max(width, math.min(length, WIDEST_NAME))
    end
  end
  return width
end

local function add_actions(lines, plan, lists, width, most)
  for index, kind in ipairs(kinds) do
    local list = lists[index]
    for position = 1, math.min(#list, most) do
      local action = list[position]
      local prefix = ("  %s %s  %s  "):format(marks[kind], pad(kind, 10),
        pad(clean(action.user), width))
      for _, line in ipairs(describers[kind](action, plan)) do
        lines[#lines + 1] = prefix .. line
        prefix = (" "):rep(18 + width)
      end
    end
    if #list > most then
      lines[#lines + 1] = ("  %s %s  and %s more"):format(marks[kind],
        pad(kind, 10), number(#list - most))
    end
  end
end

local function left_text(entry)
  local text = ""
  if entry.field and entry.wanted ~= nil then
    text = ("%s: %s, not %s: "):format(entry.field, shown(entry.is),
      shown(entry.wanted))
  elseif entry.field then
    text = entry.field .. (entry.is and " " .. clean(entry.is) or "") .. ": "
  end
  return text .. clean(entry.reason)
end

local function add_notes(lines, title, list, width, most, describe)
  if #list == 0 then
    return
  end
  lines[#lines + 1] = title
  for index = 1, math.min(#list, most) do
    lines[#lines + 1] = ("    %s  %s"):format(pad(clean(list[index].user),
      width), describe(list[index]))
  end
  if #list > most then
    lines[#lines + 1] = ("    and %s more"):format(number(#list - most))
  end
end

local function summary(plan)
  local parts = {}
  for _, kind in ipairs(kinds) do
    if plan.counts[kind] > 0 then
      parts[#parts + 1] = number(plan.counts[kind]) .. " to " .. kind
    end
  end
  return (parts[1] and table.concat(parts, ", ") or "Nothing to do") .. "; "
    .. number(plan.counts.unchanged) .. " unchanged."
end

local function reason_of(limit)
  if not limit.percent then
    return ""
  end
  return (" (%s of %s%s)"):format(limit.percent, number(limit.of),
    limit.most and ", " .. number(limit.most) .. " at most" or "")
end

local function limit_lines(plan)
  local lines, parts = {}, {}
  for index, limit in ipairs(plan.limits) do
    parts[index] = ("%s %s of %s"):format(limit.limit, number(limit.count),
      number(limit.allowed))
    if limit.count > limit.allowed then
      lines[#lines + 1] = ("Over a limit: %s %s, %s allowed%s: nothing would "
        .. "be done. Is the source complete?"):format(number(limit.count),
        limit.limit, number(limit.allowed), reason_of(limit))
    end
  end
  if not lines[1] then
    lines[1] = "Limits: " .. table.concat(parts, ", ") .. "."
  end
  return lines
end

local function heading(plan)
  local first = ("Plan for %s%s, as %s"):format(clean(plan.host),
    plan.org_id and ", org " .. ("%d"):format(plan.org_id) or "",
    clean(plan.acts_as.name))
  local second = amount(plan.people, "person", "people")
  if plan.scope then
    second = second .. "; in scope " .. amount(plan.in_scope, "user", "users")
      .. " (" .. (scope.is_all(plan.scope) and "everybody"
        or clean(scope.text(plan.scope))) .. ")"
  end
  return first, second
end

--- Returns the text of a plan.
-- @param options table: all, whether all actions are listed, not only the
--   first fifty of each kind
return function(plan, options)
  local most = options.all and math.huge or SHOWN
  local lists, by_kind = {}, {}
  for index, kind in ipairs(kinds) do
    lists[index] = {}
    by_kind[kind] = lists[index]
  end
  for _, action in ipairs(plan.actions) do
    table.insert(by_kind[action.action], action)
  end
  local width = widest({ lists[1], lists[2], lists[3], lists[4], lists[5],
    plan.left, plan.kept }, most)
  local lines = { heading(plan) }
  lines[#lines + 1] = ""
  if #plan.actions > 0 then
    add_actions(lines, plan, lists, width, most)
    lines[#lines + 1] = ""
  end
  local notes = #lines
  add_notes(lines, "Left as they are:", plan.left, width, most, left_text)
  add_notes(lines, "Kept, though not in the source:", plan.kept, width, most,
    function(entry)
      return clean(entry.reason)
    end)
  if #lines > notes then
    lines[#lines + 1] = ""
  end
  lines[#lines + 1] = summary(plan)
  for _, line in ipairs(limit_lines(plan)) do
    lines[#lines + 1] = line
  end
  return table.concat(lines, "\n")
end
