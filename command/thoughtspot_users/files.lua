--- Reads whole files, and creates private ones.

local core = require "thoughtspot.core"
local failure = require "thoughtspot_users.failure"
local text = require "thoughtspot_users.text"

local files = {}

--- Quotes a word for the shell.
function files.quote(word)
  return "'" .. word:gsub("'", "'\\''") .. "'"
end

--- Quotes a word that is shown to be pasted into a shell, if that is needed.
function files.word(word)
  return word:find "^[%w_./][%w_./:@%%+-]*$" and word or files.quote(word)
end

--- Returns the name of a file for messages.
function files.name(path)
  return path == "-" and "standard input" or path
end

-- Opens a file for reading; "-" is standard input.
local function open(path)
  if path == "-" then
    return io.stdin
  end
  return io.open(path, "rb")
end

--- Reads a whole file.
-- @param path of the file, or "-": the standard input
function files.read(path)
  local file, err = open(path)
  if not file then
    failure.raise(err)
  end
  local content
  content, err = file:read "*a"
  if file ~= io.stdin then
    file:close()
  end
  if not content then
    failure.raise(files.name(path) .. ": " .. tostring(err))
  end
  return content
end

local UTF_8 = "save it as UTF-8 (Excel: \"CSV UTF-8\"; PowerShell: "
  .. "-Encoding utf8)"

-- First bytes = the encoding or type of a file that begins with them.
local ENCODINGS = {
  { "^\255\254", "is UTF-16, which Excel calls Unicode text; " .. UTF_8 },
  { "^\254\255", "is UTF-16, which Excel calls Unicode text; " .. UTF_8 },
  { "^[^%z]%z[^%z]%z", "is UTF-16 without a byte order mark; " .. UTF_8 },
  { "^%z[^%z]%z[^%z]", "is UTF-16 without a byte order mark; " .. UTF_8 },
}
local KINDS = {
  { "^PK\3\4", "is a workbook or another archive, not text; save it as CSV" },
  { "^\208\207\017\224", "is a workbook or document of Microsoft Office, not "
    .. "text; save it as CSV" },
  { "^%%PDF%-", "is a PDF, not text; export the data as CSV" },
  { "^%s*<", "is HTML or XML, perhaps a page of a login or an error" },
  { "^\239\187\191%s*<", "is HTML or XML, perhaps a page of a login or an "
    .. "error" },
  { "^\31\139", "is compressed; unpack it first" },
}

local function line_of(content, at)
  local _, line_ends = content:sub(1, at):gsub("\n", "")
  return line_ends + 1
end

local function refuse_kinds(path, content, kinds)
  for _, kind in ipairs(kinds) do
    if content:find(kind[1]) then
      failure.raise(files.name(path) .. ": " .. kind[2])
    end
  end
end

--- Returns the first line of a text, without a byte order mark.
function files.first_line_of(content)
  return content:gsub("^\239\187\191", ""):match "^[^\r\n]*"
end

--- Reads the first line of a file that holds a secret, in any form that is not
-- UTF-16; drops a byte order mark, which nobody can type.
function files.read_secret(path)
  local content = files.read(path)
  refuse_kinds(path, content, ENCODINGS)
  return files.first_line_of(content)
end

--- Reads a text file, which must be UTF-8; drops a byte order mark.
function files.read_text(path)
  local content = files.read(path)
  refuse_kinds(path, content, ENCODINGS)
  refuse_kinds(path, content, KINDS)
  local at = text.find_invalid(content)
  if at then
    failure.raise(("%s: line %d is not UTF-8 (byte 0x%02X), but perhaps "
      .. "Latin-1 or Windows-1252; %s"):format(files.name(path),
      line_of(content, at), content:byte(at), UTF_8))
  end
  return (content:gsub("^\239\187\191", ""))
end

--- Returns the first line of output of a shell command, or nil.
function files.first_line(command)
  local pipe = io.popen(command)
  local line = pipe and pipe:read "*l"
  if pipe then
    pipe:close()
  end
  return line
end

--- Returns the path of a file that is to be replaced atomically: follows
-- links.
-- @return its path; or nil if it can only be written to: a device or a pipe,
--   which must not be replaced by a file
function files.place_of(path)
  local quoted = files.quote(path:find "^/" and path or "./" .. path)
  local kind = files.first_line("ls -ldL " .. quoted .. " 2>/dev/null")
  if kind and kind:find "^d" then
    failure.raise(path .. ": is a directory")
  elseif kind and not kind:find "^%-" then
    return nil
  end
  return files.first_line("readlink -f " .. quoted .. " 2>/dev/null") or path
end

-- Returns the permissions of others in a line of ls -l, such as "r--r--".
local function others_in(line)
  return line:match "^[-%a][-%a][-%a][-%a]([-%a]+)"
end

-- Returns the permissions of others on a file.
local function rights_of_others(path)
  local line = files.first_line("ls -ldL -- " .. files.quote(path)
    .. " 2>&1") or ""
  return others_in(line) or failure.raise(line ~= "" and line
    or path .. ": cannot be examined")
end

--- Ends the command if others than its owner can read a file.
-- @param what it holds
function files.expect_private(path, what)
  if rights_of_others(path):find "[rwx]" then
    failure.raise(("%s: contains %s and can be read by others; run chmod 600 "
      .. "on it"):format(path, what))
  end
end

--- Ends the command if others than its owner can write a file.
-- @param why that matters
function files.expect_own(path, why)
  if rights_of_others(path):find("w", 1, true) then
    failure.raise(("%s: can be written by others, but %s; run chmod go-w on "
      .. "it"):format(path, why))
  end
end

--- Ends the command if a path that must be that of a file is "-".
-- @param path or nil
function files.expect_path(path)
  if path == "-" then
    failure.raise("-: must be a file, not standard output; write ./- for a "
      .. "file of that name")
  end
end

--- Appends a line and flushes it to the disk.
-- @return true, or nil and a message that names the file
function files.append(file, path, line)
  local written, err = file:write(line)
  if written then
    written, err = core.sync(file)
  end
  if not written then
    return nil, path .. ": " .. tostring(err)
  end
  return true
end

--- Says that a file which is about to be opened as a private one loses the
-- permissions of others, if they have some.
-- @param path or nil: there is no file
function files.note_privacy(path, output)
  local line = path and files.first_line("ls -ld -- " .. files.quote(path)
    .. " 2>/dev/null")
  local others = line and line:find "^%-" and others_in(line)
  if others and others:find "[rwx]" then
    output:note(path .. ": had permissions for others, which are removed; "
      .. "its mode is 600 from now on")
  end
end

--- Opens a private file for reading and appending. Revokes the permissions of
-- others, and says so; a lock keeps out a second run. Ends a last line that
-- was cut, so that the next one does not continue it.
function files.open_private(path, output)
  files.expect_path(path)
  files.note_privacy(path, output)
  local file = failure.check(core.open_private(path))
  if file:seek("end", -1) then -- it is not empty
    local last = file:read(1)
    file:seek "end" -- between reading and writing
    if last ~= "\n" then
      failure.check(files.append(file, path, "\n"))
    end
  end
  return file
end

return files
