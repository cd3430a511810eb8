local cjson = require "cjson"
local core = require "thoughtspot.core"
local support = require "spec.support.exchange"

local function body_of(endpoint, request, options)
  local exchange = assert(support.prepare(support.client(options), endpoint,
    request))
  return support.send(exchange).body
end

describe("encoding", function()
  it("fills nothing in", function()
    assert.equal("{}", body_of("search_users", {}))
    assert.equal("{}", body_of("update_user", {}))
  end)

  it("tells absent, null, false and empty apart", function()
    assert.equal('{"group_identifiers":[],"notify_on_share":null,'
      .. '"show_onboarding_experience":false,"favorite_metadata":[]}',
      body_of("search_users", { group_identifiers = {}, favorite_metadata = {},
        notify_on_share = core.null, show_onboarding_experience = false }))
  end)

  it("keeps the order of the schema, whatever that of the table", function()
    for _, keys in ipairs { { "email", "name", "display_name" },
      { "name", "display_name", "email" } } do
      local request = {}
      for _, key in ipairs(keys) do
        request[key] = key
      end
      assert.equal('{"name":"name","display_name":"display_name",'
        .. '"email":"email"}', body_of("create_user", request))
    end
  end)

  it("writes whole numbers as such", function()
    for number, written in pairs { [0] = "0", [-1] = "-1", [1e3] = "1000",
      [-2147483648] = "-2147483648", [2147483647] = "2147483647" } do
      assert.equal('{"record_size":' .. written .. "}",
        body_of("search_users", { record_size = number }))
    end
  end)

  it("writes lists as lists and objects as objects", function()
    assert.equal('{"favorite_metadata":[{},{"type":"ANSWER"}],'
      .. '"sort_options":{}}', body_of("search_users",
      { favorite_metadata = { {}, { type = "ANSWER" } }, sort_options = {} }))
  end)

  it("leaves free-form objects to cjson", function()
    local value = { list = { 1, 2.5, "x" }, yes = true, no = false,
      none = core.null, text = "/\"\\\n é", inner = { a = { b = "c" } } }
    local body = body_of("update_user", { extended_properties = value })
    assert.same({ extended_properties = value }, cjson.decode(body))
    assert.equal('{"extended_properties":{},"extended_preferences":{}}',
      body_of("update_user", { extended_properties = {},
        extended_preferences = {} }))
  end)

  it("writes every digit that it lets through", function()
    local body = body_of("update_user", { extended_properties = {
      n = 12345678901234 } })
    assert.equal('{"extended_properties":{"n":12345678901234}}', body)
  end)

  it("does not care how the shared cjson is set up", function()
    cjson.encode_number_precision(3)
    local ok, body = pcall(body_of, "update_user", { extended_properties = {
      n = 1234567 } })
    cjson.encode_number_precision(14)
    assert.is_true(ok)
    assert.equal('{"extended_properties":{"n":1234567}}', body)
  end)

  it("writes fields that it does not know after the others", function()
    assert.equal('{"record_size":1,"a_new_one":["x"]}',
      body_of("search_users", { a_new_one = { "x" }, record_size = 1 },
        { strict = false }))
  end)
end)
