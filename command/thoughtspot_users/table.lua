--- Formats a table for people.

local terminal = require "thoughtspot_users.terminal"
local text = require "thoughtspot_users.text"

local GAP = 2
local NARROWEST = 6

-- Returns the widest column, from a given one on, that can be narrower; or
-- nil.
local function find_widest(widths, first)
  local widest
  for index = first, #widths do
    if widths[index] > (widest and widths[widest] or NARROWEST) then
      widest = index
    end
  end
  return widest
end

-- Narrows the widest columns until all fit; the first one, which identifies
-- the row, only if the others cannot be narrower.
local function fit(widths, available)
  local total = GAP * (#widths - 1)
  for _, width in ipairs(widths) do
    total = total + width
  end
  while total > available do
    local widest = find_widest(widths, 2) or find_widest(widths, 1)
    if not widest then
      return
    end
    widths[widest] = widths[widest] - 1
    total = total - 1
  end
end

local function widths_of(columns, rows)
  local widths = {}
  for index, column in ipairs(columns) do
    widths[index] = text.width(column.name)
  end
  for _, row in ipairs(rows) do
    for index, value in ipairs(row) do
      row[index] = text.clean(value)
      widths[index] = math.max(widths[index], text.width(row[index]))
    end
  end
  return widths
end

--- Returns the lines of a table.
-- @param columns list of { name, colour }: colour is function(value) that
--   returns the name of a colour
-- @param rows list of lists of texts; their control characters are escaped
-- @param options width, the maximum, or nil; colour, whether to use colours;
--   mark, which ends a text that was cut
return function(columns, rows, options)
  local widths = widths_of(columns, rows)
  if options.width then
    fit(widths, options.width)
  end
  local lines = {}
  local function add(values, is_heading)
    local cells = {}
    for index, value in ipairs(values) do
      local shown = text.cut(value, widths[index], options.mark)
      local padding = index < #values
        and (" "):rep(widths[index] - text.width(shown) + GAP) or ""
      local colour = options.colour and not is_heading
        and columns[index].colour and columns[index].colour(value)
      cells[index] = (colour and terminal.paint(shown, colour) or shown)
        .. padding
    end
    lines[#lines + 1] = table.concat(cells):gsub(" +$", "")
  end
  local headings = {}
  for index, column in ipairs(columns) do
    headings[index] = column.name
  end
  add(headings, true)
  for _, row in ipairs(rows) do
    add(row)
  end
  return table.concat(lines, "\n") .. "\n"
end
