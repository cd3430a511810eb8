--- The files of the source tree, for what is derived from them and for specs.

local files = {}

-- Returns the lines that a shell command writes, sorted.
local function lines_of(command)
  local lines, pipe = {}, assert(io.popen(command))
  for line in pipe:lines() do
    lines[#lines + 1] = line
  end
  pipe:close()
  table.sort(lines)
  return lines
end

--- Returns the paths that match patterns of the shell, separated by spaces.
function files.matching(patterns)
  return lines_of("ls -d " .. patterns)
end

--- Returns the paths of the C files of the core.
function files.c_files()
  return files.matching "src/*/*.c"
end

--- Returns the paths of the Lua files below a folder.
function files.lua_files(folder)
  return lines_of("find " .. folder .. " -name '*.lua'")
end

--- Returns the name under which a Lua file is required.
-- @param path of the file, below the folder 'root'
function files.module_of(path, root)
  return (path:sub(#root + 2):gsub("%.lua$", ""):gsub("/", ".")
    :gsub("%.init$", ""))
end

return files
