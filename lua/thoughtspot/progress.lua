--- Shows the progress of a batch: as a bar on a terminal, otherwise, such as
-- in a log, as a line from time to time.

local core = require "thoughtspot.core"
local check_options = require "thoughtspot.options".check

local BAR_WIDTH = 30

-- Seconds between two updates.
local REDRAW = 0.1
local NEXT_LINE = 10

local progress = {}

progress.ProgressOptions = {
  { name = "what", kind = "a string", doc = "what is counted, such as users" },
  {
    name = "output", kind = "an open file", default_text = "io.stderr",
    doc = "where to draw or write",
  },
}

-- Formats seconds: 0:07, 12:30, 1:02:03.
local function clock(seconds)
  seconds = math.ceil(seconds)
  local minutes = math.floor(seconds / 60)
  local hours = math.floor(minutes / 60)
  if hours > 0 then
    return ("%d:%02d:%02d"):format(hours, minutes % 60, seconds % 60)
  end
  return ("%d:%02d"):format(minutes, seconds % 60)
end

local function rate(count, seconds)
  local per_second = seconds > 0 and count / seconds or 0
  return (per_second < 10 and "%.1f/s" or "%.0f/s"):format(per_second)
end

local function describe(state, done, total, seconds)
  local text = ("%d%s"):format(done, total and "/" .. total or "")
  if state.what then
    text = text .. " " .. state.what
  end
  text = text .. ", " .. rate(done, seconds)
  if total and done == total then
    return text .. ", in " .. clock(seconds)
  elseif total and done > 0 then
    text = text .. ", " .. clock(seconds / done * (total - done)) .. " left"
  end
  return text
end

local function bar(done, total)
  local filled = math.floor(BAR_WIDTH * (total > 0 and done / total or 1))
  return "[" .. ("="):rep(filled) .. (" "):rep(BAR_WIDTH - filled) .. "] "
end

local function show(state, done, total, seconds)
  local text = describe(state, done, total, seconds)
  if not state.terminal then
    state.output:write(text, "\n")
  else
    -- Returns to the start of the line, and erases the rest of the old text.
    state.output:write("\r", total and bar(done, total) or "", text, "\27[K",
      done == total and "\n" or "")
  end
  state.output:flush()
end

--- Creates the function; specs pass their own parameters.
-- @param terminal whether the output is a terminal
-- @param now function: monotonic seconds
function progress.new(what, output, terminal, now)
  local state = { what = what, output = output, terminal = terminal }
  local pause = terminal and REDRAW or NEXT_LINE
  local began = now()
  local shown_at = terminal and -math.huge or began
  return function(done, total)
    local time = now()
    if done == total or time - shown_at >= pause then
      shown_at = time
      show(state, done, total, time - began)
    end
  end
end

--- See thoughtspot.progress.
function progress.open(options)
  local fault = check_options(progress.ProgressOptions, options)
  if fault then
    error(fault, 3)
  end
  local output = options.output or io.stderr
  return progress.new(options.what, output, core.is_terminal(output),
    core.now)
end

return progress
