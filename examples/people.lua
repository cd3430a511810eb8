--- The content of the sandboxes of `make sandbox` and `make demo-nginx`: a
-- company with groups, two orgs, and people of all kinds. Options of
-- thoughtspot.sandbox.

local DAY = 24 * 60 * 60

-- Returns a time in milliseconds since the epoch.
local function days_ago(days)
  return (os.time() - days * DAY) * 1000
end

local first_names = {
  "Ada", "Alan", "Barbara", "Carla", "Donald", "Edsger", "Frances", "Grace",
  "Hedy", "Ivan", "John", "Katherine", "Leslie", "Margaret",
}
local last_names = { "Berg", "Ito", "Moreau", "Okafor" }
local departments = { "Analysts", "Sales", "Finance" }

local users = {
  -- A name that must be escaped in HTML.
  {
    name = "o'brien", display_name = [[<b>Bob</b> "Tables" O'Brien & Sons]],
    email = "obrien@acme.test", groups = { "Sales" },
    first_login_time_in_millis = days_ago(400),
  },
  -- Another administrator, and one who may only manage users.
  {
    name = "root", display_name = "Root", email = "root@acme.test",
    privileges = { "ADMINISTRATION" }, groups = { "Administrators" },
    first_login_time_in_millis = days_ago(900),
  },
  {
    name = "helpdesk", display_name = "Help Desk",
    email = "helpdesk@acme.test", privileges = { "USER_ADMINISTRATION" },
    groups = { "Administrators" },
    first_login_time_in_millis = days_ago(300),
  },
  -- A user with single sign-on, in both orgs.
  {
    name = "sso.guest", display_name = "A Guest", email = "guest@acme.test",
    account_type = "SAML_USER", orgs = { "Primary", "Europe" },
    groups = { "Sales" }, first_login_time_in_millis = days_ago(20),
  },
}

for first_index, first in ipairs(first_names) do
  for last_index, last in ipairs(last_names) do
    local number = first_index * #last_names + last_index
    local name = (first .. "." .. last):lower()
    users[#users + 1] = {
      name = name,
      display_name = first .. " " .. last,
      email = name .. "@acme.test",
      account_status = number % 7 == 0 and "INACTIVE" or "ACTIVE",
      -- Some are in no group, some in two, some have never logged in.
      groups = number % 9 ~= 0 and {
        departments[number % 3 + 1],
        number % 5 == 0 and "Interns" or nil,
      } or nil,
      privileges = number % 4 == 0 and { "DATADOWNLOADING" } or nil,
      first_login_time_in_millis = number % 8 ~= 0 and days_ago(number * 11)
        or nil,
    }
  end
end

return {
  -- Staff is empty: a sync fills it.
  groups = {
    "Administrators", "Analysts", "Sales", "Finance", "Interns", "Staff",
  },
  orgs = { "Europe" },
  users = users,
}
