-- Creates, changes and deletes three users. Only this script uses their names;
-- existing users with these names are deleted, at the beginning and at the
-- end. Reads THOUGHTSPOT_HOST and the other variables of thoughtspot.from_env.
--
--   lua quickstart.lua

local thoughtspot = require "thoughtspot"

-- Does what assert does, which in Lua 5.1 accepts only a string as message.
local function check(result, err)
  return result or error(err, 0)
end

local PREFIX = "lua-quickstart-"
local ADA, ALAN = PREFIX .. "ada", PREFIX .. "alan"

local people = {
  { name = ADA, display_name = "Ada Lovelace", email = "ada@acme.test" },
  { name = PREFIX .. "grace", display_name = "Grace Hopper",
    email = "grace@acme.test" },
  { name = ALAN, display_name = "Alan Turing", email = "alan@acme.test" },
}

-- Deletes the users, some of which an interrupted run may have left.
local function delete_all(client)
  for _, person in ipairs(people) do
    local deleted, err = client:delete_user(person.name)
    if not deleted and err.kind ~= "not_found" then
      error(err, 0)
    end
  end
end

local function list(client)
  print(("\n  %-20s %-18s %-20s %s"):format("name", "display name", "e-mail",
    "status"))
  for user in client:each_user { name_pattern = PREFIX .. "%" } do
    print(("  %-20s %-18s %-20s %s"):format(user.name, user.display_name,
      user.email or "", user.account_status or ""))
  end
end

local function run(client)
  print "\ncreate"
  for _, person in ipairs(people) do
    local user = check(client:create_user(person))
    print("  " .. user.name .. " is " .. user.id)
  end
  list(client)

  print "\nupdate ada, deactivate alan"
  check(client:update_user(ADA, { email = "countess@acme.test" }))
  local link = check(client:deactivate_user {
    user_identifier = ALAN,
    base_url = os.getenv "THOUGHTSPOT_HOST",
  }).activation_link
  list(client)

  print "\nactivate alan"
  check(client:activate_user {
    user_identifier = ALAN,
    auth_token = link:match "token=([^&]+)",
    password = "a new password 1!",
  })
  list(client)
end

local function main()
  local client = check(thoughtspot.from_env())
  local me = check(client:get_current_user_info())
  print(("connected to %s as %s"):format(os.getenv "THOUGHTSPOT_HOST",
    me.name))
  delete_all(client)
  local done, err = pcall(run, client)
  print "\ndelete them"
  delete_all(client)
  client:close()
  check(done, err)
  print "\nDone. The three users are deleted."
end

local done, err = pcall(main)
if not done then
  -- The error that Ctrl-C raises in the interpreter.
  local interrupted = tostring(err):find "interrupted!$"
  io.stderr:write("quickstart.lua: ", interrupted and "interrupted"
    or tostring(err), "\n")
  os.exit(interrupted and 130 or 2)
end
