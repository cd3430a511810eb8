--- Shares a token between the programs of one user on one machine, whether
-- they run at the same time or one after the other: a hundred short runs mint
-- one token.
--
--   local file = require "thoughtspot.store.file"
--   local client = assert(thoughtspot.new(file.share({
--     host = …, username = …, secret_key = …,
--   }, os.getenv "HOME" .. "/.cache/thoughtspot-token")))
--
-- Only its owner can read the file. It is replaced atomically, so that nobody
-- reads half of it. The lock is the file PATH.lock: the system releases it
-- when its holder ends, in whatever way.

local core = require "thoughtspot.core"
local common = require "thoughtspot.store.common"

---@type thoughtspot.store.file
local file = {}

local FORMAT = "thoughtspot token 1\n%s\n%d %d %s\n"
local PATTERN = "^thoughtspot token 1\n([^\n]*)\n(%d+) (%d+) ([^\n]+)\n$"

local function read_all(path)
  local opened = io.open(path)
  local text = opened and opened:read "*a"
  if opened then
    opened:close()
  end
  return text
end

-- Returns whether the holder of a lock has not extended it in time. The file
-- contains the time of the last extension by the monotonic clock, which all
-- processes of the machine share: whole milliseconds, because a process may
-- have a decimal comma.
local function is_stale(lock_path)
  local extended = (read_all(lock_path) or ""):match "(%d+)\n$"
  local age = extended and core.now() - tonumber(extended) / 1000
  return age and (age > common.LEASE or age < -1)
end

local function write_time(lock)
  lock:write(("%d\n"):format(math.floor(core.now() * 1000)))
  lock:flush()
end

-- Takes the lock. Returns an open file; false: another process has it; or nil
-- and a message.
local function take(lock_path)
  local lock, message = core.open_private(lock_path)
  if lock then
    io.open(lock_path, "w"):close() -- drops the times of earlier holders
    write_time(lock)
    return lock
  elseif message:find "in use" then
    return false
  end
  return nil, message
end

-- Returns why the file at the path must not be replaced, or nil: a device, for
-- example, would be lost for everybody.
local function find_fault(path)
  local there = io.open(path)
  if there then
    there:close()
    local old, message = core.open_private(path)
    if old then
      old:close()
    elseif message:find("not a regular file", 1, true) then
      return message
    end
  end
end

-- Replaces the token file.
local function replace(path, text)
  local new_path = path .. ".new"
  os.remove(new_path)
  local new_file = core.open_private(new_path)
  if new_file then
    local written = new_file:write(text) and new_file:close()
    if not written or not os.rename(new_path, path) then
      os.remove(new_path)
    end
  end
end

local function new_store(path, identity)
  local lock_path, lock = path .. ".lock", nil
  local store = {}

  -- Returns the token and its expiry, if it belongs to this user and is not
  -- the refused one.
  local function read(refused)
    local whose, until_time, expires, token = (read_all(path) or "")
      :match(PATTERN)
    if whose == identity and token ~= refused
      and tonumber(until_time) > os.time() then
      return token, tonumber(expires)
    end
  end

  local function release()
    if lock then
      lock:close()
      lock = nil
    end
  end

  function store.get(refused)
    local token, expires = read(refused)
    if token then
      return token, expires
    elseif lock and is_stale(lock_path) then
      release() -- the coroutine that took it was abandoned
    end
    local taken, message = take(lock_path)
    local fault = taken and find_fault(path)
    if fault then
      taken:close()
      error(fault, 0)
    elseif taken == nil then
      error(message, 0)
    elseif not taken then
      if is_stale(lock_path) then
        return nil
      end
      return false, common.RECHECK
    end
    lock = taken
    token, expires = read(refused)
    if token then
      release()
    end
    return token, expires
  end

  function store.extend()
    if lock then
      write_time(lock)
    end
  end

  function store.set(token, expires)
    local life, early = common.life_of(expires)
    if token and life >= 1 then
      local until_time = math.floor(os.time() + life)
      replace(path, FORMAT:format(identity, until_time,
        math.floor(until_time + early), token))
    end
    release()
  end

  return store
end

--- Adds the store to the options of a client that logs in with a password or a
-- secret key.
-- @param options of thoughtspot.new
-- @param path of the file, in an existing directory
-- @return a copy of the options, with token_store
function file.share(options, path)
  if type(options) ~= "table" then
    error("share: expected a table of options, got " .. type(options), 2)
  elseif type(path) ~= "string" or path == "" then
    error("share: expected the path of a file, got " .. (path == ""
      and "an empty string" or type(path)), 2)
  end
  local shared = common.copy(options)
  shared.token_store = new_store(path, common.identity_of(options))
  return shared
end

return file
