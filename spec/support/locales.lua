--- Makes locales, which need not be installed.

local command = require "spec.support.command"

local locales = {}

-- The source of a locale without its collation order, which no spec needs and
-- takes localedef longest to compile.
local function source_of(name)
  local lines = { 'LC_COLLATE', 'copy "POSIX"', 'END LC_COLLATE' }
  for _, category in ipairs { "LC_IDENTIFICATION", "LC_CTYPE", "LC_NUMERIC",
    "LC_MONETARY", "LC_TIME", "LC_MESSAGES" } do
    lines[#lines + 1] = ('%s\ncopy "%s"\nEND %s'):format(category, name,
      category)
  end
  return table.concat(lines, "\n") .. "\n"
end

--- Makes a locale in UTF-8, which is called "de_DE.UTF-8", say, if LOCPATH
--- names the folder. Some machines cannot.
function locales.make(folder, name)
  command.write(folder .. "/source", source_of(name))
  command.run(("localedef -c -i %s/source -f UTF-8 %s/%s.UTF-8"):format(
    folder, folder, name))
end

return locales
