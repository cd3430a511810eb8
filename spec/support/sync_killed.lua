--- Applies a plan from a file, and is killed before it ends:
--   sync_killed.lua HOST CA_FILE PLAN EVENT
-- where EVENT is the number of the request or response at which the process
-- ends, without a chance to clean up.

local sync = require "thoughtspot.sync"
local thoughtspot = require "thoughtspot"

local host, ca_file, path, last = arg[1], arg[2], arg[3], tonumber(arg[4])

local stat = assert(io.open "/proc/self/stat")
local pid = stat:read "*n"
stat:close()

local armed, events = false, 0

local client = assert(thoughtspot.new {
  host = host, ca_file = ca_file, username = "tsadmin", password = "secret",
  rate_limit = false,
  on_event = function(event)
    if armed and (event.type == "request" or event.type == "response")
      and event.endpoint ~= "search_users" then
      events = events + 1
      if events == last then
        os.execute(("kill -9 %d"):format(pid))
      end
    end
  end,
})
-- Logs in first, so that the events are those of the plan.
assert(client:get_current_user_info())
armed = true
local report = assert(sync.apply(client, assert(sync.read(path)),
  { concurrency = 3, verify = false }))
assert(#report.failures == 0, tostring(report))
print(events)
