--- Makes locales, which need not be installed.

local command = require "spec.support.command"
local support = require "spec.support.exchange"

local unpack = table.unpack or unpack -- luacheck: ignore 113 143

local locales = {}

-- The source of a locale. What no spec needs and takes localedef long to
-- compile is that of POSIX: the collation order, and the classes of
-- characters, unless they differ in ASCII, as the Turkish i and I do.
local function source_of(name)
  local origins = { LC_COLLATE = "POSIX", LC_CTYPE = "POSIX" }
  if name == "tr_TR" then
    origins.LC_CTYPE = name
  end
  local lines = {}
  for _, category in ipairs { "LC_COLLATE", "LC_IDENTIFICATION", "LC_CTYPE",
    "LC_NUMERIC", "LC_MONETARY", "LC_TIME", "LC_MESSAGES" } do
    lines[#lines + 1] = ('%s\ncopy "%s"\nEND %s'):format(category,
      origins[category] or name, category)
  end
  return table.concat(lines, "\n") .. "\n"
end

-- The characters of UTF-8 that these locales name: Latin, Arabic, punctuation,
-- currencies. The others take localedef long to read.
local BLOCKS = { { 0, 0x24F }, { 0x600, 0x6FF }, { 0x2000, 0x20CF } }

-- The bytes of a character, as localedef reads them.
local function bytes_of(code)
  local bytes = {}
  if code < 0x80 then
    bytes[1] = code
  elseif code < 0x800 then
    bytes[1], bytes[2] = 0xC0 + math.floor(code / 64), 0x80 + code % 64
  else
    bytes[1] = 0xE0 + math.floor(code / 4096)
    bytes[2], bytes[3] = 0x80 + math.floor(code / 64) % 64, 0x80 + code % 64
  end
  return (("/x%02x"):rep(#bytes)):format(unpack(bytes))
end

local function character_map()
  local lines = { "<code_set_name> UTF-8", "<comment_char> %",
    "<escape_char> /", "<mb_cur_min> 1", "<mb_cur_max> 6", "CHARMAP" }
  for _, block in ipairs(BLOCKS) do
    for code = block[1], block[2] do
      lines[#lines + 1] = ("<U%04X> %s X"):format(code, bytes_of(code))
    end
  end
  lines[#lines + 1] = "END CHARMAP\n"
  return table.concat(lines, "\n")
end

--- Makes a locale in UTF-8, which is called "de_DE.UTF-8", say, if LOCPATH
-- names the folder. Some machines cannot.
function locales.make(folder, name)
  command.write(folder .. "/source", source_of(name))
  command.write(folder .. "/characters", character_map())
  command.run(("localedef -c -i %s/source -f %s/characters %s/%s.UTF-8")
    :format(folder, folder, folder, name))
end

--- Runs a program in a locale in which numbers are written differently.
-- @param name such as "de_DE"
-- @return as support.run; or nil and why the locale cannot be made here
function locales.run(name, program)
  local folder = command.new_folder()
  locales.make(folder, name)
  local output = support.run(([[
    print(os.setlocale("%s.UTF-8", "numeric"))
  ]]):format(name) .. program, "LOCPATH=" .. folder)
  command.remove(folder)
  local rest = output:match("^" .. name .. "%.UTF%-8\n(.*)$")
  return rest, "localedef cannot make the locale " .. name .. " here"
end

return locales
