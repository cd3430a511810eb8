-- Regressions that fuzzing found; see fuzz/.

local support = require "spec.support.exchange"

local function error_of(status, body, headers)
  local client = support.client { max_retries = 0 }
  local exchange = assert(support.prepare(client, "activate_user"))
  local value, err = support.outcome(exchange, status, body, headers)
  assert.is_nil(value)
  return err
end

describe("fuzz", function()
  it("1: a debug text that begins like a list", function()
    assert.equal("[oops", error_of(400, [[{"debug":"[oops"}]]).debug)
  end)

  it("2: DEL in a text is not shown in the line of an error", function()
    for _, err in ipairs {
      error_of(302, "", { Location = "http://x/\127\253" }),
      error_of(400, "{\"debug\":\"a\127b\"}"),
    } do
      assert.falsy(tostring(err):find "%c")
    end
  end)

  it("3: a code that does not fit an integer", function()
    for _, code in ipairs { "1e300", "-1e300", '"nan"', '"inf"', '"1e999"',
                            "4294967296", "1.5" } do
      local body = ([[{"error":{"code":%s,"message":"m"}}]]):format(code)
      local err = error_of(400, body)
      assert.is_nil(err.code)
      assert.equal("m", err.debug)
    end
  end)

  it("4: a reply when no field is requested", function()
    local client = support.client {}
    local exchange = support.prepare(client, "search_users", {},
      { fields = {} })
    if exchange then
      assert.is_table(support.outcome(exchange, 200, [=[[{"id":"1"}]]=]))
    end
  end)
end)
