--- The users of the benchmark's cluster, inside nginx.
--
-- Users are texts of equal length, in segments. A page consists of whole
-- segments except at its ends, so that its cost does not depend on its offset.
-- After the last segment the first ones follow again.

local cjson = require "cjson"
local users = require "users"

local SEGMENT = 10 -- users
local SEGMENTS = 10000

-- Number of segments passed to nginx at once.
local TOGETHER = 100

-- Seconds that a create takes.
local LATENCY = 0.020

local segments = {}
for segment = 1, SEGMENTS do
  local texts = {}
  for index = 0, SEGMENT - 1 do
    texts[#texts + 1] = index > 0 and "," or nil
    users.add(texts, (segment - 1) * SEGMENT + index)
  end
  segments[segment] = table.concat(texts)
end

local stride = (#segments[1] + 1) / SEGMENT -- with the comma

local cluster = {}

-- Appends the users from 'first' to before 'last', counted from 0, all in one
-- segment.
local function add_part(texts, first, last)
  local segment = segments[math.floor(first / SEGMENT) % SEGMENTS + 1]
  local from, count = first % SEGMENT, last - first
  if count < SEGMENT then
    segment = segment:sub(from * stride + 1, (from + count) * stride - 1)
  end
  texts[#texts + 1] = segment
end

-- Sends the users from 'first' to before 'last'.
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

--- Replies to a search in a cluster of 'total' users.
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

local function answer(text)
  ngx.header.content_type = "application/json"
  ngx.header.content_length = #text
  ngx.print(text)
end

--- Replies with the first user, which the client acts as.
function cluster.own_user()
  answer(segments[1]:sub(1, stride - 1))
end

--- Replies with the groups of all users.
function cluster.groups()
  ngx.req.read_body()
  local request = cjson.decode(ngx.req.get_body_data())
  answer(request.record_offset > 0 and "[]" or users.groups())
end

--- Replies to a create, after a delay.
function cluster.create()
  ngx.req.read_body()
  ngx.sleep(LATENCY)
  local created = segments[1]:sub(1, stride - 1)
  ngx.header.content_type = "application/json"
  ngx.header.content_length = #created
  ngx.print(created)
end

return cluster
