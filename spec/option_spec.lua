local core = require "thoughtspot.core"
local support = require "spec.support.exchange"

local callable = setmetatable({}, { __call = print })

-- A valid value for each option.
local good = {
  username = "ada", password = "p", timeout = 0.5, connect_timeout = 1,
  deadline = 2, max_retries = 0, org_id = 3, token_validity = 60,
  headers = { A = "b" }, user_agent = "x", verify = false,
  ca_file = "LICENSE", client_cert = "LICENSE", client_key = "LICENSE",
  proxy = "http://127.0.0.1:1", allow_http = true,
  max_response_bytes = 1e6, strict = false, keep_null = true,
  protect_self = false, on_event = callable, sleep = print,
  transport = callable, rate_limit = { per_second = 1, burst = 2 },
}

local function with(name, value)
  local options = { host = support.host, username = "ada", password = "p" }
  options[name] = value
  return core.new(options)
end

describe("options", function()
  it("may all be given at once", function()
    local options = { host = support.host }
    for name, value in pairs(good) do
      options[name] = value
    end
    assert(core.new(options))
  end)

  it("have types", function()
    local types = { string = "x", number = 1, boolean = true, table = {},
      ["function"] = print }
    local options = 0
    for _, field in ipairs(core.describe "Options".fields) do
      options = options + 1
      local right = field.type == "integer" and "number" or field.type
      for given, value in pairs(types) do
        local takes = given == right
          or (field.name == "rate_limit" and given == "function")
        if not takes then
          local client, err = with(field.name, value)
          assert.is_nil(client)
          assert.equal(field.name, err.field)
          assert.matches("expected a .*, got " .. given .. "$", err.message)
        end
      end
      local _, err = with(field.name, core.null)
      assert.equal(field.name .. ": " .. (field.required
        and "is required: " .. field.doc
        or "must not be null; omit it instead"), err.message)
    end
    assert.is_true(options > 25)
  end)

  it("that are strings hold no line end", function()
    for _, field in ipairs(core.describe "Options".fields) do
      if field.type == "string" then
        for _, value in ipairs { "https://acme.test\n", "a\r\nb",
          "x\127" } do
          local options = { host = "https://acme.test" }
          if field.name ~= "token" then
            options.username = "ada"
            options[field.name == "secret_key" and field.name or "password"] =
              "secret"
          end
          if field.name == "client_key" then
            options.client_cert = "LICENSE"
          end
          options[field.name] = value
          local client, err = core.new(options)
          assert.is_nil(client, field.name)
          assert.equal(field.name, err.field)
          assert.matches(field.name == "token" and "is not a bearer token"
            or "must not contain control characters", err.message)
        end
      end
    end
  end)

  it("that are credentials begin with no byte order mark", function()
    for _, name in ipairs { "username", "password", "secret_key", "token" } do
      local options = { host = "https://acme.test" }
      if name ~= "token" then
        options.username = "ada"
        options[name == "secret_key" and name or "password"] = "secret"
      end
      options[name] = "\239\187\191secret"
      local client, err = core.new(options)
      assert.is_nil(client, name)
      assert.equal(name, err.field)
      assert.matches(name == "token" and "is not a bearer token"
        or "begins with a byte order mark", err.message)
    end
  end)

  it("that are functions may be callable tables", function()
    for _, name in ipairs { "on_event", "sleep", "transport" } do
      assert(with(name, callable))
      assert.is_nil((with(name, {})))
    end
    assert(core.new { host = support.host, token_provider = callable })
  end)

  it("have known names, and the nearest one is suggested", function()
    for name, guess in pairs { hots = "host", user = "username",
      pasword = "password", secretkey = "secret_key", timeuot = "timeout",
      orgid = "org_id", max_retry = "max_retries", header = "headers",
      cafile = "ca_file", on_events = "on_event" } do
      local client, err = with(name, 1)
      assert.is_nil(client)
      assert.equal(name, err.field)
      assert.equal(name .. ": is not a field here; did you mean " .. guess
        .. "?", err.message)
    end
    local _, err = with("zzzzzzzz", 1)
    assert.equal("zzzzzzzz: is not a field here", err.message)
    assert.matches("host: is required: ", select(2, core.new {}).message)
  end)

  it("have the documented effect", function()
    -- Options whose effect needs a network are in other specs.
    local exchange = with("transport", print):prepare("search_users")
    assert.equal("io", exchange:step())
    local client = support.client { keep_null = true }
    local value = support.outcome(client:prepare("get_current_user_info"),
      200, '{"id":"i","name":"n","a":null}')
    assert.equal(core.null, value.a)
    client = support.client { max_response_bytes = 10 }
    local _, err = support.outcome(client:prepare("get_current_user_info"),
      200, '{"a":"1234567890"}')
    assert.equal("limit", err.kind)
  end)
end)
