--- Derives parts of the documentation from the tables of the code, and the
-- rockspecs. The parts are made by the modules in tools/generate/.
--
-- A derived part is between two lines, in Markdown
--   <!-- derived: NAME -->  and  <!-- end derived -->
-- and in Lua
--   -- derived: NAME  and  -- end derived
-- `make docs` writes the parts; a spec fails if they are out of date.

local tables = require "tools.generate.tables"

local generate = {}

--- The files that have derived parts.
generate.files = {
  "README.md", "doc/authentication.md", "doc/command.md", "doc/errors.md",
  "doc/migration.md", "doc/reference.md", "doc/sandbox.md",
  "doc/several-hosts.md", "doc/sync.md",
  "lua/thoughtspot/meta.lua", "lua/thoughtspot/sandbox/contract.lua",
}

local SCM_ROCKSPECS = {
  "lua-thoughtspot-scm-1.rockspec",
  "command/thoughtspot-users-scm-1.rockspec",
}
for _, path in ipairs(SCM_ROCKSPECS) do
  table.insert(generate.files, path)
end

local VERSION_HEADER = "src/binding/version.h"

--- Name of a derived part = function that returns its text.
generate.parts = {}

for _, module in ipairs { "markdown", "annotations", "contract", "rocks" } do
  for name, part in pairs(require("tools.generate." .. module)) do
    generate.parts[name] = part
  end
end

--- Returns the rockspecs of this version: those of the source tree with
-- another source.
-- @return list of { path, text }
function generate.releases()
  local version = generate.read(VERSION_HEADER)
    :match 'TS_VERSION "([^"]*)"'
  return tables.map(SCM_ROCKSPECS, function(path)
    local text = generate.render(generate.read(path))
      :gsub('version = "scm%-1"', ('version = "%s-1"'):format(version))
      :gsub('(url = "git%+[^\n]*)', ('%%1\n  tag = "v%s",'):format(version))
    return { path = path:gsub("scm", version), text = text }
  end)
end

-- --- Files -----------------------------------------------------------------

local marks = {
  { "(<!%-%- derived: (%w+) %-%->\n).-(<!%-%- end derived %-%->)", "" },
  { "(%-%- derived: ([%w_]+)\n).-(%-%- end derived\n)", "\n" },
}

--- Replaces the derived parts of a text.
-- @param text the content of a file
-- @return the text as it should be
function generate.render(text)
  for _, mark in ipairs(marks) do
    local pattern, space = mark[1], mark[2]
    text = text:gsub(pattern, function(first, name, last)
      local part = generate.parts[name]
      if not part then
        error("there is no part called " .. name)
      end
      return first .. space .. part() .. "\n" .. space .. last
    end)
  end
  return text
end

--- Reads a whole file.
function generate.read(path)
  local file = assert(io.open(path))
  local text = file:read "*a"
  file:close()
  return text
end

local function write(path, text)
  local file = assert(io.open(path, "w"))
  assert(file:write(text))
  assert(file:close())
end

--- Writes the derived parts of all files, and the rockspecs of this version.
function generate.write()
  for _, path in ipairs(generate.files) do
    write(path, generate.render(generate.read(path)))
  end
  for _, release in ipairs(generate.releases()) do
    write(release.path, release.text)
  end
end

return generate
