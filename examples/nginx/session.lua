--- The browser's session: a random text in a cookie.
--
-- It signs the forms, because another site can make a browser send a form but
-- does not know the token; and it stores a message for the next request, so
-- that the message need not be in the URL.

local cjson = require "cjson.safe"

local session = {}

local COOKIE = "session"

-- Seconds after which an unread message is dropped.
local MESSAGE_AGE = 60

local store = ngx.shared.admin

local function random_text()
  local source = assert(io.open("/dev/urandom", "rb"))
  local bytes = source:read(32)
  source:close()
  return (ngx.encode_base64(bytes):gsub("[+/=]", { ["+"] = "-", ["/"] = "_",
    ["="] = "" }))
end

local function sign(text)
  return ngx.encode_base64(ngx.hmac_sha1(store:get "signature", text))
end

-- Compares in constant time.
local function is_same(a, b)
  if #a ~= #b then
    return false
  end
  local different = 0
  for index = 1, #a do
    different = different + (a:byte(index) == b:byte(index) and 0 or 1)
  end
  return different == 0
end

-- Returns the session of the browser, or nil.
local function current()
  return ngx.var["cookie_" .. COOKIE]
end

local function message_key()
  return "message " .. sign(current())
end

--- Creates the signing key, unless it was kept during a reload.
function session.init()
  store:safe_add("signature", random_text())
end

--- Returns the token for the browser's forms. Starts a session if there is
-- none.
function session.token()
  local text = current()
  if not text or #text < 32 then
    text = random_text()
    ngx.header["Set-Cookie"] = COOKIE .. "=" .. text
      .. "; Path=/; HttpOnly; SameSite=Strict"
      .. (ngx.var.scheme == "https" and "; Secure" or "")
  end
  return sign(text)
end

--- Returns whether a token is that of this browser.
function session.is_valid(token)
  local text = current()
  return text ~= nil and type(token) == "string" and is_same(token, sign(text))
end

--- Stores a message for the browser's next page. The session must be valid.
-- @param message a table of texts
function session.leave(message)
  -- If the dict is full, drops the message rather than the signing key.
  store:safe_set(message_key(), cjson.encode(message), MESSAGE_AGE)
end

--- Returns the stored message of this browser, once; or nil.
function session.take()
  if not current() then
    return nil
  end
  local key = message_key()
  local text = store:get(key)
  store:delete(key)
  return text and cjson.decode(text)
end

return session
