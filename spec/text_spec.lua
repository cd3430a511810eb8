-- Messages of every length, through all code that assembles one.

local core = require "thoughtspot.core"
local support = require "spec.support.exchange"

local LONGEST = 3000

local function text_of(err)
  return (err.endpoint and err.endpoint .. ": " or "") .. err.message .. " ("
    .. err.kind .. (err.status and ", HTTP " .. err.status or "")
    .. (err.code and ", code " .. err.code or "")
    .. (err.incident_id and ", incident " .. err.incident_id or "")
    .. (err.applied == "maybe" and ", may have been applied" or "") .. ")"
    .. (err.hint and "; " .. err.hint or "")
end

-- The error of a creation that was answered with this body.
local function failing(status, body)
  local client = support.client { max_retries = 0 }
  local exchange = support.prepare(client, "create_user",
    { name = "ada", display_name = "Ada", email = "a@acme.test" })
  local _, err = support.outcome(exchange, status, body)
  return err
end

describe("a message of any length", function()
  for _, field in ipairs { "message", "hint", "endpoint", "incident_id" } do
    it("is whole, whatever the length of its " .. field, function()
      for length = 0, LONGEST do
        local err = core.error("conflict", "there", "create_user")
        err.hint, err.status, err.applied, err.code = "see", 409, "maybe", 7
        err.incident_id = "i-1"
        err[field] = ("x"):rep(length)
        local wanted = text_of(err)
        if length == 0 and field == "endpoint" then
          wanted = wanted:sub(3)
        end
        if tostring(err) ~= wanted then
          assert.equal(wanted, tostring(err), "length " .. length)
        end
      end
    end)
  end

  it("is complete, whatever a server says", function()
    for _, status in ipairs { 403, 409, 500 } do
      for length = 0, 1100 do
        local err = failing(status, ('{"debug":"%s","incident_id":"%s"}')
          :format(("d"):rep(length), ("i"):rep(1100 - length)))
        if tostring(err) ~= text_of(err) then
          assert.equal(text_of(err), tostring(err), "length " .. length)
        end
      end
    end
  end)

  it("is complete, if it is made from a list", function()
    for length = 0, 1000 do
      local err = failing(400, ('{"code":13003,"debug":"[\\"%s\\",\\"b\\"]"}')
        :format(("a"):rep(length)))
      local first = length > 0 and ("a"):rep(length) .. ", " or ""
      if err.message ~= "not found: " .. first .. "b" then
        assert.equal("not found: " .. first .. "b", err.message)
      end
    end
  end)

  it("names a deeply nested field", function()
    local client = support.client()
    for depth = 0, 40 do
      for last = 1, 60 do
        local value = { [("z"):rep(last)] = print }
        local path = ("z"):rep(last)
        for _ = 1, depth do
          value = { [("k"):rep(60)] = value }
          path = ("k"):rep(60) .. "." .. path
        end
        local _, err = client:prepare("create_user", { name = "ada",
          display_name = "Ada", email = "a@b", extended_properties = value })
        local wanted = "extended_properties." .. path
        if err.field ~= wanted or tostring(err) ~= text_of(err)
          or err.message:sub(1, #wanted) ~= wanted then
          assert.equal(wanted, err.field)
          assert.equal(text_of(err), tostring(err))
        end
      end
    end
  end)

  it("shows only the beginning of a value", function()
    local client = support.client()
    for length = 1, LONGEST do
      local name = ("v"):rep(length)
      local shown = length > 60 and ("v"):rep(60) .. "..." or name
      local _, by_value = client:prepare("create_user", { name = "ada",
        display_name = "Ada", email = "a@b", account_type = name })
      local _, by_header = client:prepare("search_users", {},
        { headers = { [name .. ":"] = "x" } })
      local wanted = '"' .. shown .. '" is not one of'
      local header = "headers." .. (length < 60 and name .. ":"
        or ("v"):rep(60) .. "...")
      if not by_value.message:find(wanted, 1, true)
        or by_header.field ~= header then
        assert.equal(wanted, by_value.message)
        assert.equal(header, by_header.field)
      end
    end
  end)
end)
