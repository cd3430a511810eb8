--- The users of the cluster, and a search over them.
--
-- The cluster searches names by pattern, but display names and addresses only
-- as a whole, and returns no total. So a worker reads all users, keeps them
-- for a while and searches them itself. It reads them again after a change by
-- any worker, because the page shows what the cluster says.

local directory = {}

-- Seconds after which the users are read again.
local MAX_AGE = 30

local FIELDS = { "id", "name", "display_name", "email", "account_status" }

local shared = ngx.shared.admin

-- The last result of this worker: users, own_id, time, and the number of
-- changes before.
local last

-- Returns a small letter of Latin-1 beyond ASCII in UTF-8, given the second
-- byte of its capital letter, À to Þ; nil for ×, which is no letter.
local function lower_second_byte(byte)
  return byte ~= "\151" and "\195" .. string.char(byte:byte() + 32) or nil
end

-- Folds case, so that texts that differ only in case become equal.
local function fold(text)
  return (text:lower():gsub("\195([\128-\158])", lower_second_byte))
end

-- Returns the text in which a user is searched. No word of a search contains a
-- line feed.
local function searchable(user)
  return fold(table.concat({
    user.name, user.display_name or "", user.email or "",
  }, "\n"))
end

local function changes()
  return shared:get "changes" or 0
end

-- Reads all users, and which user the client acts as.
local function read(client)
  local before = changes()
  local own, err = client:get_current_user_info()
  if not own then
    return nil, err
  end
  local pages = client:user_pages({
    sort_options = { field_name = "NAME", order = "ASC" },
  }, { fields = FIELDS })
  local users = {}
  local page
  page, err = pages:next()
  while page do
    for _, user in ipairs(page) do
      user.searchable = searchable(user)
      users[#users + 1] = user
    end
    page, err = pages:next()
  end
  if err then
    return nil, err
  end
  return { users = users, own_id = own.id, time = ngx.now(), changes = before }
end

--- Makes all workers read the users again at the next use.
function directory.changed()
  shared:incr("changes", 1, 0)
end

--- Returns the users, or nil and an error.
-- @param client the client of this worker
-- @return table: users, a list in the order of their names, and own_id, the
--   GUID of the user that the client acts as
function directory.get(client)
  if last and last.changes == changes()
    and ngx.now() < last.time + MAX_AGE then
    return last
  end
  local read_now, err = read(client)
  last = read_now or last
  return read_now, err
end

-- Returns whether every word occurs in the name, the display name or the
-- address.
local function has_words(user, words)
  for _, word in ipairs(words) do
    if not user.searchable:find(word, 1, true) then
      return false
    end
  end
  return true
end

--- Returns the users that a search finds, in their order.
-- @param users a list
-- @param text words; without words, all users match
-- @param status "ACTIVE"; "INACTIVE", which is any other; or nil: all
function directory.search(users, text, status)
  local words, found = {}, {}
  for word in fold(text):gmatch "%S+" do
    words[#words + 1] = word
  end
  for _, user in ipairs(users) do
    local is_active = user.account_status == "ACTIVE"
    if (not status or is_active == (status == "ACTIVE"))
      and has_words(user, words) then
      found[#found + 1] = user
    end
  end
  return found
end

return directory
