-- Gives a cluster some people for the demo.
-- Reads THOUGHTSPOT_HOST and the other variables of thoughtspot.from_env.

local thoughtspot = require "thoughtspot"

local first_names = {
  "Ada", "Alan", "Barbara", "Carla", "Donald", "Edsger", "Frances", "Grace",
  "Hedy", "Ivan", "John", "Katherine", "Leslie", "Margaret",
}
local last_names = { "Berg", "Ito", "Moreau", "Okafor" }

local people = {
  -- A name that has to be escaped wherever it is shown.
  {
    name = "o'brien", display_name = [[<b>Bob</b> "Tables" O'Brien & Sons]],
    email = "obrien@acme.test", account_status = "ACTIVE",
  },
}
for index, first in ipairs(first_names) do
  for _, last in ipairs(last_names) do
    local name = (first .. "." .. last):lower()
    people[#people + 1] = {
      name = name, display_name = first .. " " .. last,
      email = name .. "@acme.test",
      account_status = (index + #last) % 4 == 0 and "INACTIVE" or "ACTIVE",
      group_identifiers = { index % 3 == 0 and "Sales" or "Analysts" },
    }
  end
end

local client = assert(thoughtspot.from_env())
local report = assert(client:batch("create_user", people))
assert(report.failed == 0, report.failures[1] and report.failures[1].err)
client:close()
