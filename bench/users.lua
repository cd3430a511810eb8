--- The users of the benchmark: texts of equal length, which differ only in
-- what identifies a user.

local text = [[
{"id":"#GUID#","name":"user#NUMBER#","display_name":"User Number #NUMBER#",
"visibility":"SHARABLE","author_id":"59481331-ee53-42be-a548-bd87be6ddd4a",
"can_change_password":true,"complete_detail":true,
"creation_time_in_millis":1690790#NUMBER#,
"current_org":{"id":0,"name":"Primary"},"deleted":false,"deprecated":false,
"account_type":"LOCAL_USER","account_status":"ACTIVE",
"email":"user#NUMBER#@users.example.com",
"expiration_time_in_millis":1893452400000,"external":false,
"favorite_metadata":[],"first_login_time_in_millis":1690791#NUMBER#,
"group_mask":4,"hidden":false,"home_liveboard":null,
"incomplete_details":{},"is_first_login":false,
"modification_time_in_millis":1720000#NUMBER#,
"modifier_id":"59481331-ee53-42be-a548-bd87be6ddd4a",
"notify_on_share":true,"onboarding_experience_completed":false,
"orgs":[{"id":0,"name":"Primary"},{"id":1207,"name":"Sales \u0026 Marketing"}],
"owner_id":"#GUID#","parent_type":"GROUP",
"privileges":["DATADOWNLOADING","USERDATAUPLOADING","AUTHORING"],
"show_onboarding_experience":true,"super_user":false,"system_user":false,
"tags":[{"id":"e08c1d2b-1e2c-4f27-8b42-1a8f3cd9a2ba","name":"reviewed"}],
"tenant_id":"dd4e2b31-5d1c-4a3b-a8d7-0d7f8a1f3f50",
"user_groups":[{"id":"a4b4f4f7-6d3e-4f0a-9a0e-6a1f4bb3fd11",
"name":"Analysts, Northern Europe"},
{"id":"b3a61c59-6f3d-4f0c-8d53-2d3f1c0f9e02","name":"Everybody"}],
"user_inherited_groups":[{"id":"b3a61c59-6f3d-4f0c-8d53-2d3f1c0f9e02",
"name":"Everybody"}],"welcome_email_sent":true,
"org_privileges":{"0":["DATADOWNLOADING"],"1207":["AUTHORING"]},
"preferred_locale":"en-GB","use_browser_language":false,
"extended_properties":null,"extended_preferences":null,
"user_parameters":null,"access_control_properties":null,
"variable_values":null}]]
text = text:gsub("\n", "")

-- The text, split at the parts that differ, and these parts: { "…", "GUID",
-- "…", … }.
local pieces = {}
for piece in (text .. "#"):gmatch "(.-)#" do
  pieces[#pieces + 1] = piece
end

local users = {}

--- Appends the text of a user to a list of strings.
function users.add(texts, number)
  local digits = ("%06d"):format(number)
  local values = {
    NUMBER = digits,
    GUID = ("%08x-0000-4000-8000-000000%s"):format(number * 7919, digits),
  }
  for _, piece in ipairs(pieces) do
    texts[#texts + 1] = values[piece] or piece
  end
end

local GROUP = '{"id":"%s","name":"%s","display_name":"%s",'
  .. '"visibility":"SHARABLE","orgs":[{"id":"0","name":"Primary"}]}'

--- Returns the list of the groups of users, as text.
function users.groups()
  local texts = {}
  for id, name in text:match '"user_groups":(%b[])'
    :gmatch '{"id":"(.-)","name":"(.-)"}' do
    texts[#texts + 1] = GROUP:format(id, name, name)
  end
  return "[" .. table.concat(texts, ",") .. "]"
end

--- Returns a list of users, as text.
function users.list(count)
  local texts = { "[" }
  for number = 0, count - 1 do
    texts[#texts + 1] = number > 0 and "," or nil
    users.add(texts, number)
  end
  texts[#texts + 1] = "]"
  return table.concat(texts)
end

return users
