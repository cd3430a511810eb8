--- The users of the benchmark's cluster, inside nginx.
--
-- Users are texts of one length, kept in segments. A page is made of whole
-- segments but for its ends, so that it costs as much wherever it begins.
-- Beyond the last segment the first ones come again.

local cjson = require "cjson"

local SEGMENT = 10 -- users
local SEGMENTS = 10000

-- Segments that are handed to nginx at once.
local TOGETHER = 100

-- Seconds that a create takes.
local LATENCY = 0.020

local user_text = [[
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
user_text = user_text:gsub("\n", "")

-- The text cut at what differs, and what differs: { "…", "GUID", "…", … }.
local pieces = {}
for piece in (user_text .. "#"):gmatch "(.-)#" do
  pieces[#pieces + 1] = piece
end

-- Appends the text of a user to a list of strings.
local function add_user(texts, number)
  local digits = ("%06d"):format(number)
  local values = {
    NUMBER = digits,
    GUID = ("%08x-0000-4000-8000-000000%s"):format(number * 7919, digits),
  }
  for _, piece in ipairs(pieces) do
    texts[#texts + 1] = values[piece] or piece
  end
end

local segments = {}
for segment = 1, SEGMENTS do
  local texts = {}
  for index = 0, SEGMENT - 1 do
    texts[#texts + 1] = index > 0 and "," or nil
    add_user(texts, (segment - 1) * SEGMENT + index)
  end
  segments[segment] = table.concat(texts)
end

local stride = (#segments[1] + 1) / SEGMENT -- with the comma

local cluster = {}

-- Appends the users from 'first' up to and without 'last', counted from 0,
-- which are of one segment.
local function add_part(texts, first, last)
  local segment = segments[math.floor(first / SEGMENT) % SEGMENTS + 1]
  local from, count = first % SEGMENT, last - first
  if count < SEGMENT then
    segment = segment:sub(from * stride + 1, (from + count) * stride - 1)
  end
  texts[#texts + 1] = segment
end

-- Sends the users from 'first' up to and without 'last'.
local function send(first, last)
  while first < last do
    local texts = {}
    while first < last and #texts < 2 * TOGETHER do
      local next_first = math.min(first - first % SEGMENT + SEGMENT, last)
      add_part(texts, first, next_first)
      first = next_first
      texts[#texts + 1] = first < last and "," or ""
    end
    ngx.print(texts)
    ngx.flush(true)
  end
end

--- Answers a search in a cluster of 'total' users.
function cluster.search(total)
  ngx.req.read_body()
  local request = cjson.decode(ngx.req.get_body_data())
  local first = math.min(request.record_offset or 0, total)
  local last = total
  if request.record_size ~= -1 then
    last = math.min(first + request.record_size, total)
  end
  ngx.header.content_type = "application/json"
  ngx.header.content_length = last == first and 2
    or (last - first) * stride + 1
  ngx.print "["
  send(first, last)
  ngx.print "]"
end

--- Answers a create, after a while.
function cluster.create()
  ngx.req.read_body()
  ngx.sleep(LATENCY)
  local created = segments[1]:sub(1, stride - 1)
  ngx.header.content_type = "application/json"
  ngx.header.content_length = #created
  ngx.print(created)
end

return cluster
