local core = require "thoughtspot.core"

local function names_of(schema)
  local names = {}
  for index, field in ipairs(schema.fields) do
    names[index] = field.name
  end
  return names
end

describe("describe", function()
  it("has the fields of a request", function()
    local endpoint = core.describe "create_user"
    assert.equal("POST", endpoint.method)
    assert.equal("users/create", endpoint.path)
    assert.equal("CreateUserRequest", endpoint.request.name)
    local name, password = endpoint.request.fields[1],
      endpoint.request.fields[3]
    assert.equal("name", name.name)
    assert.equal("string", name.type)
    assert.is_true(name.required and name.nonempty)
    assert.is_nil(name.secret)
    assert.is_true(password.secret)
    assert.is_nil(password.required)
  end)

  it("has enums, lists, objects and whether null is allowed", function()
    local fields = {}
    for _, field in ipairs(core.describe "search_users".request.fields) do
      fields[field.name] = field
    end
    assert.same({ "SHARABLE", "NON_SHARABLE" }, fields.visibility.values)
    assert.is_true(fields.privileges.list)
    assert.is_true(fields.notify_on_share.nullable)
    assert.equal("boolean", fields.notify_on_share.type)
    assert.equal("integer", fields.record_size.type)
    assert.equal("table", fields.sort_options.type)
    assert.same({ "field_name", "order" },
      names_of(fields.sort_options.schema))
  end)

  it("has the identifier of a path", function()
    local parameter = core.describe "update_user".path_parameter
    assert.equal("user_identifier", parameter.name)
    assert.is_true(parameter.required and parameter.nonempty)
    assert.is_nil(core.describe "create_user".path_parameter)
    assert.is_nil(core.describe "delete_user".request)
  end)

  it("has the options", function()
    assert.equal("host", core.describe "Options".fields[1].name)
    assert.same({ "timeout", "deadline", "max_retries", "headers", "fields" },
      names_of(core.describe "CallOptions"))
  end)

  it("refuses other names", function()
    assert.is_nil(core.describe "drop_user")
    assert.has_error(function() core.describe {} end)
  end)

  it("returns a copy each time", function()
    core.describe "create_user".request.fields[1].name = "x"
    assert.equal("name", core.describe "create_user".request.fields[1].name)
  end)
end)

describe("the description of errors", function()
  local errors = core.describe "Error"
  local retries = { never = true, renewed = true, ["if idempotent"] = true,
    ["unless applied"] = true, always = true }
  local applied = { no = true, ["if sent"] = true, maybe = true }

  it("has all kinds of errors", function()
    local names = {}
    for index, kind in ipairs(errors.kinds) do
      names[index] = kind.name
      assert.equal(kind.name, core.error(kind.name, "m").kind)
      assert.truthy(#kind.meaning > 5 and #kind.remedy > 5)
    end
    assert.same({ "argument", "auth", "forbidden", "not_found", "conflict",
      "rate_limit", "api", "server", "gateway", "connect", "tls", "timeout",
      "network", "decode", "limit", "closed", "cancelled" }, names)
  end)

  it("has a row for each way in which a call can fail", function()
    local kinds, causes = {}, {}
    for _, kind in ipairs(errors.kinds) do
      kinds[kind.name] = true
    end
    for _, row in ipairs(errors.outcomes) do
      assert.is_true(kinds[row.kind], row.cause)
      assert.is_true(retries[row.retried], row.cause)
      assert.is_true(applied[row.applied], row.cause)
      assert.is_nil(causes[row.cause])
      causes[row.cause] = row
    end
    assert.same({ "always", "no" },
      { causes["429"].retried, causes["429"].applied })
    assert.same({ "renewed", "no" },
      { causes["401"].retried, causes["401"].applied })
    assert.equal("never", causes["407"].retried)
  end)
end)
