--- Properties of the terminal.

local core = require "thoughtspot.core"

local terminal = {}

terminal.is = core.is_terminal

local DEFAULT_WIDTH = 80

--- Returns the width of the terminal: COLUMNS, else what the terminal reports.
function terminal.width()
  local width = tonumber(os.getenv "COLUMNS")
  if not width then
    local pipe = io.popen "stty size 2>/dev/null </dev/tty"
    width = pipe and tonumber((pipe:read "*l" or ""):match "(%d+)%s*$")
    if pipe then
      pipe:close()
    end
  end
  return width and width >= 20 and width or DEFAULT_WIDTH
end

--- Returns whether standard output can show colours.
function terminal.has_colour()
  local no_colour, kind = os.getenv "NO_COLOR", os.getenv "TERM"
  return core.is_terminal(io.stdout) and (no_colour or "") == ""
    and kind ~= nil and kind ~= "" and kind ~= "dumb"
end

--- Returns the mark of a text that was cut, one column wide.
function terminal.cut_mark()
  for _, name in ipairs { "LC_ALL", "LC_CTYPE", "LANG" } do
    local locale = os.getenv(name)
    if locale and locale ~= "" then
      return locale:lower():find "utf%-?8" and "…" or "~"
    end
  end
  return "~"
end

local COLOURS = { green = 32, yellow = 33, red = 31, bold = 1 }

--- Returns a text in a colour.
function terminal.paint(value, colour)
  return ("\27[%dm%s\27[0m"):format(COLOURS[colour], value)
end

return terminal
