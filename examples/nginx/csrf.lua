--- Form tokens: another site can make a browser send a form, but cannot know
-- what stands in it.
--
-- A browser gets a random session in a cookie; the token is the session's
-- signature.

local csrf = {}

local COOKIE = "session"

local keys = ngx.shared.admin

local function random_text()
  local source = assert(io.open("/dev/urandom", "rb"))
  local bytes = source:read(32)
  source:close()
  return (ngx.encode_base64(bytes):gsub("[+/=]", { ["+"] = "-", ["/"] = "_",
    ["="] = "" }))
end

local function sign(session)
  return ngx.encode_base64(ngx.hmac_sha1(keys:get "signature", session))
end

-- Takes the same time wherever the texts differ.
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

--- Makes the key that signs, unless a reload finds that of before.
function csrf.init()
  keys:safe_add("signature", random_text())
end

--- The token of the browser that asks, which is given a session when it has
-- none.
function csrf.token()
  local session = ngx.var["cookie_" .. COOKIE]
  if not session or #session < 32 then
    session = random_text()
    ngx.header["Set-Cookie"] = COOKIE .. "=" .. session
      .. "; Path=/; HttpOnly; SameSite=Strict"
      .. (ngx.var.scheme == "https" and "; Secure" or "")
  end
  return sign(session)
end

--- Whether a token is that of the browser that asks.
function csrf.is_valid(token)
  local session = ngx.var["cookie_" .. COOKIE]
  return session ~= nil and type(token) == "string"
    and is_same(token, sign(session))
end

return csrf
