--- The file with activation links: CSV of time, name, link.
--
-- A link is as powerful as a password for 14 days; only the owner of the file
-- can read it.

local csv = require "thoughtspot_users.csv"
local failure = require "thoughtspot_users.failure"
local files = require "thoughtspot_users.files"

local TIME = "!%Y-%m-%dT%H:%M:%SZ"
local LIFETIME = 14 * 24 * 60 * 60

local Links = {}
Links.__index = Links

-- Reads a file; a device is empty.
local function read_all(file, path)
  local size = file:seek "end" or 0
  if size == 0 then
    return ""
  end
  file:seek "set"
  local content, err = file:read(size)
  file:seek "end" -- between reading and writing
  return content or failure.raise(path .. ": " .. tostring(err))
end

-- Returns the latest link of each user that is still valid, by the name in
-- lower case.
local function parse(content, path)
  local records, err = csv.parse(content)
  if not records then
    failure.raise(path .. ": " .. err)
  end
  local since = os.date(TIME, os.time() - LIFETIME)
  local valid = {}
  for _, record in ipairs(records) do
    if record[1] > since and record[2] then
      valid[record[2]:lower()] = record[3]
    end
  end
  return valid
end

--- Opens the file for reading and appending; locks out others.
-- @param output to which the removal of permissions is noted
function Links.open(path, output)
  local file = files.open_private(path, output)
  return setmetatable({
    path = path, file = file, valid = parse(read_all(file, path), path),
  }, Links)
end

--- Reads the file.
function Links.read(path)
  files.expect_private(path, "activation links")
  return setmetatable({ path = path, valid = parse(files.read(path), path) },
    Links)
end

--- Returns the link of a user if it is still valid, or nil.
function Links:of(user)
  return self.valid[user.name:lower()]
end

--- Stores the link of a user.
-- @return true, or nil and a message
function Links:keep(user, link)
  return files.append(self.file, self.path, csv.line({ os.date(TIME),
    user.name, link }, 3))
end

--- Closes the file.
-- @return true, or nil and a message
function Links:close()
  local closed, err = self.file:close()
  return closed, err and self.path .. ": " .. tostring(err)
end

return Links
