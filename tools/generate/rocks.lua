--- The files of the rocks.

local tables = require "tools.generate.tables"

local text_of = tables.text

-- Name of a derived part = function that returns its text.
local parts = {}

local function lines_of(command)
  local lines, pipe = {}, io.popen(command)
  for line in pipe:lines() do
    lines[#lines + 1] = line
  end
  pipe:close()
  table.sort(lines)
  return lines
end

--- The C files of the core.
function parts.sources()
  return text_of(tables.map(lines_of "ls src/*/*.c", function(path)
    return ("        %q,"):format(path)
  end))
end

--- The Lua files, by the names under which they are required.
function parts.modules()
  return text_of(tables.map(lines_of "find lua -name '*.lua'", function(path)
    local name = path:match "^lua/(.*)%.lua$":gsub("/", ".")
      :gsub("%.init$", "")
    return ("    [%q] = %q,"):format(name, path)
  end))
end

--- The files of the command, by the names under which they are required.
function parts.command_modules()
  return text_of(tables.map(
    lines_of "cd command && find thoughtspot_users -name '*.lua'",
    function(path)
      local name = path:match "^(.*)%.lua$":gsub("/", ".")
      local line = ("    [%q] = %q,"):format(name, path)
      return #line < 80 and line
        or ("    [%q] =\n      %q,"):format(name, path)
    end))
end

return parts
