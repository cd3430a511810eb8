local core = require "thoughtspot.core"
local endpoints = require "spec.support.endpoints"
local support = require "spec.support.exchange"

local unpack = table.unpack or unpack -- luacheck: ignore 113 143

local function squeeze(body)
  return body and (body:gsub("\n%s*", "")):gsub("^%s+", "")
end

-- The fields of a schema that are missing in a request.
local function not_given(schema, request)
  local missing = {}
  for _, field in ipairs(schema and schema.fields or {}) do
    if request[field.name] == nil then
      missing[#missing + 1] = field.name
    end
  end
  return missing
end

describe("endpoints", function()
  local client

  before_each(function()
    client = support.client {}
  end)

  it("are those of the contract, in its order", function()
    local names = {}
    for index, endpoint in ipairs(endpoints) do
      names[index] = endpoint.name
    end
    assert.same(names, core.describe())
  end)

  for _, endpoint in ipairs(endpoints) do
    local name = endpoint.name

    it("has all of " .. name .. " on the wire", function()
      local request = support.send(assert(client:prepare(name,
        unpack(endpoint.arguments))))
      assert.equal(endpoint.method, request.method)
      assert.equal("https://acme.test/api/rest/2.0/" .. endpoint.path,
        request.url)
      assert.equal(squeeze(endpoint.body), request.body)
      local headers = {
        ["Accept"] = "application/json",
        ["User-Agent"] = request.headers["User-Agent"],
        ["Content-Type"] = endpoint.body and "application/json",
        ["Authorization"] = not endpoint.anonymous
          and "Bearer fixed-token" or nil,
      }
      assert.same(headers, request.headers)
      assert.same({}, not_given(core.describe(name).request,
        endpoint.arguments[#endpoint.arguments]))
    end)

    it("says whether " .. name .. " may be retried, and what it returns",
      function()
        local description = core.describe(name)
        assert.equal(name, description.name)
        assert.equal(endpoint.effect, description.effect)
        assert.equal(endpoint.reply, description.reply)
        assert.equal(endpoint.reply ~= "none", description.returns ~= nil)
        assert.matches("^%d+%.%d+%.%d+%.cl$", description.since)
        assert.matches("%.$", description.doc)
      end)
  end

  it("send an empty object without a request", function()
    for _, request in ipairs { false, {} } do
      local exchange = client:prepare("search_users", request or nil)
      assert.equal("{}", support.send(exchange).body)
    end
    assert.equal("{}",
      support.send(client:prepare("update_user", "ada")).body)
  end)

  -- Each value that the contract mentions for a field of a request: the
  -- default, the enum values, and null.
  local function shown(field)
    local values = {}
    local default = field.default
    if default == "the client's host" then
      default = "https://acme.test"
    elseif default == "true" or default == "false" then
      default = default == "true"
    end
    values[1] = tonumber(default) or default
    for _, value in ipairs(field.values or {}) do
      values[#values + 1] = value
    end
    if field.list then
      for index, value in ipairs(values) do
        values[index] = { value }
      end
    end
    if field.nullable then
      values[#values + 1] = core.null
    end
    return values
  end

  -- Calls try(request) for a request with each of these values.
  local function try_all(schema, request, try)
    for _, field in ipairs(schema.fields) do
      for _, value in ipairs(shown(field)) do
        local before = request[field.name]
        request[field.name] = value
        try(field.name, value)
        request[field.name] = before
      end
      if field.schema then
        local before = request[field.name]
        local inner = support.minimal(field.schema)
        request[field.name] = field.list and { inner } or inner
        try_all(field.schema, inner, try)
        request[field.name] = before
      end
    end
  end

  for _, name in ipairs(core.describe()) do
    local schema = core.describe(name).request
    if schema then
      it("take what the contract shows for " .. name, function()
        local request = support.minimal(schema)
        try_all(schema, request, function(field, value)
          local exchange, err = support.prepare(client, name, request)
          assert(exchange, field .. " = " .. tostring(value) .. ": "
            .. tostring(err))
        end)
      end)
    end
  end

  it("send null where the contract allows it", function()
    for call, names in pairs {
      search_users = "sort_options", search_groups = "sort_options",
      get_full_access_token = "user_parameters",
    } do
      local request = support.minimal(core.describe(call).request)
      request[names] = core.null
      local body = support.send(support.prepare(client, call, request)).body
      assert.truthy(body:find('"' .. names .. '":null', 1, true), body)
    end
  end)

  it("are appended to the path prefix of the host", function()
    client = support.client { host = "https://acme.test:8443/ts/" }
    local request = support.send(client:prepare("delete_user", "ada"))
    assert.equal(
      "https://acme.test:8443/ts/api/rest/2.0/users/ada/delete", request.url)
  end)

  describe("with an identifier in the path", function()
    local refusals = {
      { nil, "user_identifier: is required: user (name or GUID)" },
      { "", "user_identifier: is empty" },
      { ".", 'user_identifier: "." cannot be used in a path; use the GUID' },
      { "..", 'user_identifier: ".." cannot be used in a path; use the GUID' },
      { 7, "user_identifier: expected a string (user (name or GUID)), "
        .. "got number" },
      { { "ada" }, "user_identifier: expected a string (user (name or "
        .. "GUID)), got table" },
      { core.null, "user_identifier: is required: user (name or GUID)" },
      { "a\0b", "user_identifier: contains a NUL byte" },
      { "a\255", "user_identifier: is not valid UTF-8 (byte 2)" },
    }
    for index = 1, 9 do
      it("refuse " .. tostring(refusals[index][2]), function()
        for _, name in ipairs { "update_user", "delete_user" } do
          local err = support.refusal(client, name, refusals[index][1])
          assert.equal("argument", err.kind)
          assert.equal(name, err.endpoint)
          assert.equal("user_identifier", err.field)
          assert.equal(refusals[index][2], err.message)
        end
      end)
    end
  end)

  describe("that log out everybody", function()
    it("require the host as it was given", function()
      for _, confirm in ipairs { "acme.test", "https://acme.test/", "" } do
        local err = support.refusal(client, "force_logout_all_users",
          { confirm = confirm })
        assert.equal("confirm", err.field)
        assert.equal("confirm: every user would be logged out; to confirm "
          .. "it, give the client's host, \"https://acme.test\"", err.message)
      end
      assert.equal("confirm", support.refusal(client,
        "force_logout_all_users").field)
    end)

    it("are not reached with a list that is missing or empty", function()
      local lists = { {}, { user_identifiers = {} },
        { user_identifiers = core.null }, { user_identifiers = { nil, "b" } },
        { user_identifiers = { "" } }, { user_identifiers = false } }
      for _, request in ipairs(lists) do
        local err = support.refusal(client, "force_logout_users", request)
        assert.equal("argument", err.kind)
        assert.matches("^user_identifiers", err.field)
      end
      assert.equal("user_identifiers",
        support.refusal(client, "force_logout_users").field)
    end)
  end)

  describe("that delete unlisted users", function()
    local ada = { user_identifier = "ada", display_name = "Ada" }

    local function import(users, dry_run, delete)
      return client:prepare("import_users", { users = users,
        dry_run = dry_run, delete_unspecified_users = delete })
    end

    it("require a list and dry_run", function()
      local _, err = import({}, true, true)
      assert.equal("users: is empty: with delete_unspecified_users every "
        .. "user would be deleted", err.message)
      assert.equal("users", err.field)
      for _, dry_run in ipairs { core.null, false } do
        _, err = import({ ada }, dry_run or nil, true)
        assert.equal("dry_run: must be given as true or false together with "
          .. "delete_unspecified_users", err.message)
        assert.equal("dry_run", err.field)
      end
      assert(import({ ada }, false, true))
      assert(import({ ada }, true, true))
    end)

    it("accept anything when nobody is deleted", function()
      assert(import({}, nil, nil))
      assert(import({}, nil, false))
      assert(import({}, nil, core.null))
    end)
  end)

  it("refuse non-tables, extra arguments and unknown names", function()
    local function raises(message, ...)
      local ok, err = pcall(client.prepare, client, ...)
      assert.is_false(ok)
      assert.matches(message, tostring(err))
    end
    raises("no such endpoint", "search_user")
    raises("table expected, got string", "search_users", "ada")
    raises("table expected, got number", "search_users", {}, 5)
    raises("table expected, got boolean", "delete_user", "ada", true)
    raises("no further argument expected", "search_users", {}, {}, {})
    raises("no further argument expected", "get_current_user_info", {}, {})
  end)
end)
