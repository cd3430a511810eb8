--- The bodies of replies, as a cluster writes them.

local cjson = require("cjson").new()

local replies = {}

local function with(fields, more)
  local all = {}
  for _, source in ipairs { fields, more or {} } do
    for name, value in pairs(source) do
      if value == false then
        all[name] = nil
      else
        all[name] = value
      end
    end
  end
  return all
end

--- A list: lua-cjson cannot tell an empty one.
function replies.list(items)
  local texts = {}
  for index, item in ipairs(items) do
    texts[index] = cjson.encode(item)
  end
  return "[" .. table.concat(texts, ",") .. "]"
end

--- A token of the administrator that lives for 300 seconds.
-- @param fields table, or nil: values that replace the default ones; false
--   removes a field
function replies.token(fields)
  return cjson.encode(with({
    token = "minted-token",
    creation_time_in_millis = 0,
    expiration_time_in_millis = 300000,
    scope = { access_type = "FULL", org_id = 0 },
    valid_for_user_id = "guid-of-admin",
    valid_for_username = "admin",
  }, fields))
end

--- An error.
function replies.failure(code, text)
  return cjson.encode {
    error = { message = { code = code, debug = text } },
  }
end

return replies
