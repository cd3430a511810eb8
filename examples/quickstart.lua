-- The life of three users, from creation to deletion.
-- Reads THOUGHTSPOT_HOST and the other variables of thoughtspot.from_env.

local thoughtspot = require "thoughtspot"

local client = assert(thoughtspot.from_env())
print("connected as " .. tostring(client))

local people = {
  { name = "ada", display_name = "Ada Lovelace", email = "ada@acme.test" },
  { name = "grace", display_name = "Grace Hopper", email = "grace@acme.test" },
  { name = "alan", display_name = "Alan Turing", email = "alan@acme.test" },
}

print("\ncreate")
for _, person in ipairs(people) do
  local user = assert(client:create_user(person))
  print("  " .. user.name .. " is " .. user.id)
end

local function list()
  print(("\n  %-12s %-18s %-20s %s"):format("name", "display name", "e-mail",
    "status"))
  for user in client:each_user({ name_pattern = "%" }) do
    print(("  %-12s %-18s %-20s %s"):format(user.name, user.display_name,
      user.email or "", user.account_status or ""))
  end
end
list()

print("\nupdate ada, deactivate alan")
assert(client:update_user("ada", { email = "countess@acme.test" }))
local link = assert(client:deactivate_user {
  user_identifier = "alan",
  base_url = os.getenv "THOUGHTSPOT_HOST",
}).activation_link
list()

print("\nactivate alan")
assert(client:activate_user {
  user_identifier = "alan",
  auth_token = link:match "token=([^&]+)",
  password = "a new password 1!",
})
list()

print("\ndelete all three")
for _, person in ipairs(people) do
  assert(client:delete_user(person.name))
end
list()
client:close()
