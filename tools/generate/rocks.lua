--- The files of the rocks.

local files = require "tools.files"
local tables = require "tools.generate.tables"

local text_of = tables.text

-- Name of a derived part = function that returns its text.
local parts = {}

--- Returns the C files of the core.
function parts.sources()
  return text_of(tables.map(files.c_files(), function(path)
    return ("        %q,"):format(path)
  end))
end

--- Returns the Lua files, by the names under which they are required.
function parts.modules()
  return text_of(tables.map(files.lua_files "lua", function(path)
    return ("    [%q] = %q,"):format(files.module_of(path, "lua"), path)
  end))
end

--- Returns the files of the command, by the names under which they are
-- required. Paths are relative to command/, which is the root of that rock.
function parts.command_modules()
  return text_of(tables.map(files.lua_files "command/thoughtspot_users",
    function(path)
      local name = files.module_of(path, "command")
      path = path:gsub("^command/", "")
      local line = ("    [%q] = %q,"):format(name, path)
      return #line < 80 and line
        or ("    [%q] =\n      %q,"):format(name, path)
    end))
end

return parts
