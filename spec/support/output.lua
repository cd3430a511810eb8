--- The output of busted: a sign for each test, at the end the skipped and the
-- failed tests, and a last line for programs:
--   N passed, N failed[, N skipped]
-- An error outside a test (a file that does not load, a setup) counts as a
-- failure. If the variable REPORT names a file, the end is written there, for
-- run.sh, which merges the reports of all processes.

local base = require "busted.outputHandlers.base"
local busted = require "busted"
local pretty = require "pl.pretty"
local system = require "system"

-- An unreferenced client keeps its sockets until it is collected. One test
-- leaves few of them, and a collection takes as long as a short test.
local TESTS_PER_COLLECTION = 16

local SIGNS = { success = "+", failure = "-", error = "*", pending = "." }

local function text_of(message)
  if message == nil then
    return nil
  end
  return type(message) == "string" and message or pretty.write(message)
end

local function place_of(entry)
  local trace = entry.element.trace or entry.trace
  return trace and trace.short_src
    and trace.short_src .. ":" .. trace.currentline or "?"
end

-- One line with the skipped test and the reason.
local function skip_line(entry)
  local why = text_of(entry.message)
  -- pending() puts a position inside busted before it.
  why = why and why:gsub("^[^:]+:%d+: ", "")
  return ("skipped %s: %s%s"):format(place_of(entry), entry.name,
    why and ": " .. why or "")
end

local function failure_text(entry, verbose)
  local text = ("\nfailed %s: %s\n%s"):format(place_of(entry), entry.name,
    text_of(entry.message) or "nil error")
  if verbose and entry.trace and entry.trace.traceback then
    text = text .. "\n" .. entry.trace.traceback
  end
  return text
end

local function all_lines(handler, times)
  local lines = {}
  for _, entry in ipairs(handler.pendings) do
    lines[#lines + 1] = skip_line(entry)
  end
  for _, list in ipairs { handler.failures, handler.errors } do
    for _, entry in ipairs(list) do
      lines[#lines + 1] = failure_text(entry, handler.options.verbose)
    end
  end
  if os.getenv "SLOWEST" then
    for _, entry in ipairs(times) do
      lines[#lines + 1] = ("took %.2f s: %s"):format(entry.seconds,
        entry.name)
    end
  end
  local sum = ("%d passed, %d failed"):format(handler.successesCount,
    handler.failuresCount + handler.errorsCount)
  if handler.pendingsCount > 0 then
    sum = sum .. (", %d skipped"):format(handler.pendingsCount)
  end
  lines[#lines + 1] = sum
  return table.concat(lines, "\n") .. "\n"
end

return function()
  local handler = base()
  local times, began = {}, 0

  local function sign(status)
    io.write(SIGNS[status])
    io.flush()
    return nil, true
  end

  busted.subscribe({ "test", "start" }, function()
    began = system.monotime()
    return nil, true
  end)
  busted.subscribe({ "test", "end" }, function(element, _, status)
    times[#times + 1] = {
      name = handler.getFullName(element),
      seconds = system.monotime() - began,
    }
    if #times % TESTS_PER_COLLECTION == 0 then
      collectgarbage()
    end
    return sign(status)
  end, { predicate = handler.cancelOnPending })
  for _, where in ipairs { "file", "describe" } do
    for _, what in ipairs { "error", "failure" } do
      busted.subscribe({ what, where }, function()
        return sign "error"
      end)
    end
  end

  busted.subscribe({ "exit" }, function()
    local path = os.getenv "REPORT"
    local file = path and assert(io.open(path, "w")) or io.stdout
    file:write(path and "" or "\n\n", all_lines(handler, times))
    file:flush()
    return nil, true
  end)

  return handler
end
