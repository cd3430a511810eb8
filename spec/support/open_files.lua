--- How many files a process may have open; some environments allow few.

local command = require "spec.support.command"

local open_files = {}

local most = tonumber(command.output "ulimit -n") or math.huge

--- Returns whether the specs can have so many files open:
--   local it = open_files.suffice(256) and it or pending
function open_files.suffice(needed)
  return most >= needed
end

return open_files
