--- Makes one measurement, in its own process: measure HOST WORK [ARGUMENT …]
-- prints the seconds that the work took, wall-clock time unless the work
-- returns another, and the peak of memory in kilobytes.

local core = require "thoughtspot.core"

local host, work = arg[1], arg[2]

local function connect()
  return assert(require "thoughtspot".new {
    host = host, token = "token", rate_limit = false,
  })
end

-- Returns the bytes of a page, and the users in it.
local function fetch(size)
  local pipe = assert(io.popen(("curl -s -d '{\"record_size\":%d}' "
    .. "%s/api/rest/2.0/users/search"):format(size, host)))
  local page = pipe:read "*a"
  pipe:close()
  local users = {}
  local stride = (#page - 1) / size
  for index = 0, size - 1 do
    users[#users + 1] = page:sub(2 + index * stride, (index + 1) * stride)
  end
  return page, users
end

local works = {}

-- Makes searches, one after the other.
function works.search(calls, size)
  local client = connect()
  local request = { record_offset = 0, record_size = size }
  return function()
    for _ = 1, calls do
      assert(#assert(client:search_users(request)) == size)
    end
  end
end

-- Decodes the same pages with lua-cjson alone.
function works.decode_pages(calls, size)
  local decode, page = require("cjson").new().decode, fetch(size)
  return function()
    for _ = 1, calls do
      decode(page)
    end
  end
end

-- Returns a user with three fields only.
local function narrow(user)
  return ('{"id":%s,"name":%s,"email":%s}'):format(
    user:match '"id":("[^"]*")', user:match '"name":("[^"]*")',
    user:match '"email":("[^"]*")')
end

-- Decodes as many users, or three fields of each, with lua-cjson alone.
function works.decode_users(calls, size, _, fields)
  local decode = require("cjson").new().decode
  local _, users = fetch(size)
  for index, user in ipairs(users) do
    users[index] = fields and narrow(user) or user
  end
  return function()
    for _ = 1, calls do
      for index = 1, size do
        decode(users[index])
      end
    end
  end
end

function works.iterate(total, page_size, passes, fields)
  local client = connect()
  local options = { page_size = page_size }
  if fields then
    options.fields = { "id", "name", "email" }
  end
  return function()
    for _ = 1, passes do
      local count = 0
      for user in client:each_user(nil, options) do
        count = count + (user.email and 1 or 0)
      end
      assert(count == total, count)
    end
  end
end

function works.create(calls, concurrency)
  local client = connect()
  local made = 0
  local function next_user()
    made = made + 1
    return made <= calls and {
      name = "user" .. made, display_name = "User " .. made,
      email = "user" .. made .. "@users.example.com",
    } or nil
  end
  return function()
    local report = assert(client:batch("create_user", next_user, {
      concurrency = concurrency,
    }))
    assert(report.succeeded == calls)
  end
end

-- The fields that a plan reads.
local PLANNED = { "account_status", "account_type", "display_name", "email",
  "id", "modification_time_in_millis", "name", "org_privileges", "privileges",
  "super_user", "system_user", "user_groups" }

-- Returns a function that returns people, as from a file; 'changes' of them
-- have another address than their user.
local function new_source(total, changes)
  local index = -1
  return function()
    index = index + 1
    if index == total then
      return nil
    end
    local digits = ("%06d"):format(index)
    return {
      user_identifier = "user" .. digits,
      display_name = "User Number " .. digits,
      email = "user" .. digits .. (index % (total / changes) == 0
        and "@new.example.com" or "@users.example.com"),
      group_identifiers = { "Analysts, Northern Europe", "Everybody" },
    }
  end
end

-- Reads what a plan reads: the source and the users. Returns CPU seconds.
function works.read(total, changes)
  local client = connect()
  return function()
    local began, count = os.clock(), 0
    for _ in new_source(total, changes) do
      count = count + 1
    end
    for user in client:each_user({}, { fields = PLANNED }) do
      count = count + (user.email and 1 or 0)
    end
    assert(count == 2 * total, count)
    return os.clock() - began
  end
end

-- Makes a plan. Returns CPU seconds.
function works.plan(total, changes)
  local client = connect()
  return function()
    local began = os.clock()
    local plan = assert(require "thoughtspot.sync".plan(client,
      new_source(total, changes), { scope = {}, leavers = "delete" }))
    assert(#plan.actions == changes, #plan.actions)
    return os.clock() - began
  end
end

local function peak()
  for line in io.lines "/proc/self/status" do
    local kilobytes = line:match "^VmHWM:%s*(%d+)"
    if kilobytes then
      return kilobytes
    end
  end
end

local run = works[work](tonumber(arg[3]), tonumber(arg[4]), tonumber(arg[5]),
  arg[6])
local began = core.now()
local seconds = run()
print(("%.6f %s"):format(seconds or core.now() - began, peak()))
