--- Fails if a function in one of the files given has more than 80 lines:
--   long_functions FILE…
-- Relies on the indentation, which the style checkers enforce: a function ends
-- at the first line with the indentation of its first one that closes it.

local MOST_LINES = 80

local found = false

local function report(path, first, last, text)
  if last - first + 1 > MOST_LINES then
    found = true
    print(("%s:%d: %d lines: %s"):format(path, first, last - first + 1,
      text:match "^%s*(.*)$"))
  end
end

-- Checks a C file. A definition begins at the margin, perhaps with several
-- lines of parameters, and its body ends with a brace at the margin.
local function check_c(path)
  local number, first, text = 0, nil, nil
  for line in io.lines(path) do
    number = number + 1
    if line == "}" and first then
      report(path, first, number, text)
      first = nil
    elseif line:find "^[%a_].*%(" and not line:find ";$" then
      first, text = number, line
    elseif line:find "^[%a_}#/]" then
      first = nil
    end
  end
end

-- Drops the functions that began with more indentation than a line that ends
-- one: they were part of a statement with several lines.
local function drop_deeper(open, indent)
  for other in pairs(open) do
    if #other > #indent then
      open[other] = nil
    end
  end
end

-- Checks a Lua file. A function ends at the first "end" that is indented like
-- its first line. The blocks of a spec do not count, only what is in them.
local function check_lua(path)
  local number, open = 0, {}
  for line in io.lines(path) do
    number = number + 1
    local indent, rest = line:match "^(%s*)(.*)$"
    local first = open[indent]
    if rest:find "^end" then
      if first and not first.line:find "describe%(" then
        report(path, first.number, number, first.line)
      end
      open[indent] = nil
      drop_deeper(open, indent)
    elseif line:find "%f[%w_]function[%s%w_.:]*%(" and not rest:find "^%-%-"
      and not line:find "%f[%w_]end[^%w_]*$" then
      open[indent] = { number = number, line = line }
    end
  end
end

for _, path in ipairs(arg) do
  if path:find "%.lua$" then
    check_lua(path)
  else
    check_c(path)
  end
end
os.exit(found and 1 or 0)
