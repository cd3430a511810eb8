local core = require "thoughtspot.core"
local support = require "spec.support.exchange"

local function copy(value)
  if type(value) ~= "table" then
    return value
  end
  local same = {}
  for key, item in pairs(value) do
    same[key] = copy(item)
  end
  return same
end

-- Calls visit(path, field, put) for each field of a schema, including nested
-- objects; put(value) returns a request that is valid except for this field.
local function each_field(schema, put_object, prefix, visit)
  for _, field in ipairs(schema.fields) do
    local function put(value)
      local object = support.minimal(schema)
      object[field.name] = value
      return put_object(object)
    end
    visit(prefix .. field.name, field, put)
    if field.schema then
      local inside = prefix .. field.name .. (field.list and "[1]." or ".")
      each_field(field.schema, function(object)
        return put(field.list and { object } or object)
      end, inside, visit)
    end
  end
end

local function each_request_field(visit)
  for _, name in ipairs(core.describe()) do
    local endpoint = core.describe(name)
    if endpoint.request then
      each_field(endpoint.request, copy, "", function(path, field, put)
        visit(name, path, field, put)
      end)
    end
  end
end

local nan, infinity = 0 / 0, math.huge

-- A value of each type.
local values = {
  string = "x", number = 1, boolean = true, table = {},
  ["function"] = print, userdata = io.stdout,
  thread = coroutine.create(function() end),
}
local lua_type = { integer = "number" }

describe("the validation of requests", function()
  local client
  local refuse

  before_each(function()
    client = support.client {}
    refuse = function(endpoint, request)
      local exchange, err = support.prepare(client, endpoint, request)
      assert.is_nil(exchange)
      assert.equal("argument", err.kind)
      assert.equal(endpoint, err.endpoint)
      assert.equal("no", err.applied)
      assert.equal(0, err.attempts)
      if err.field then
        assert.equal(err.field .. ": ",
          err.message:sub(1, #err.field + 2))
      end
      return err
    end
  end)

  it("accepts a value of the right type in every field", function()
    each_request_field(function(endpoint, _, field, put)
      assert(support.prepare(client, endpoint, put(support.sample(field))))
    end)
  end)

  it("refuses a value of any other type in every field", function()
    each_request_field(function(endpoint, path, field, put)
      local right = field.list and "table"
        or lua_type[field.type] or field.type
      for given, value in pairs(values) do
        if given ~= right then
          local err = refuse(endpoint, put(value))
          assert.equal(path, err.field)
          assert.matches("^: expected an? [%l ]+ %(",
            err.message:sub(#path + 1))
          assert.equal((" (%s), got %s"):format(field.doc, given),
            err.message:match " %(.*")
        end
      end
    end)
  end)

  it("refuses an element of any other type in every list", function()
    each_request_field(function(endpoint, path, field, put)
      local right = lua_type[field.type] or field.type
      for given, value in pairs(values) do
        if field.list and given ~= right then
          local good = support.sample(field)[1]
          local err = refuse(endpoint, put { good, value })
          assert.equal(path .. "[2]", err.field)
          assert.equal((" (%s), got %s"):format(field.doc, given),
            err.message:match " %(.*")
        end
      end
    end)
  end)

  it("refuses secrets, and the name of a login, with a line end at their ends",
    function()
      local seen = 0
      each_request_field(function(endpoint, path, field, put)
        local is_login = endpoint == "get_full_access_token"
          and path == "username"
        if field.type == "string" and (field.secret or is_login) then
          seen = seen + 1
          for _, text in ipairs { "Pass-1\n", "a\r\n", "\nb", "\r" } do
            local err = refuse(endpoint, put(text))
            assert.equal(path .. ": begins or ends with a line end; give it "
              .. "without", err.message)
            assert.equal(path, err.field)
          end
          assert.equal(path .. ": begins with a byte order mark, as some "
            .. "files do; give it without",
            refuse(endpoint, put "\239\187\191Pass-1").message)
        end
      end)
      assert.is_true(seen > 10)
    end)

  it("refuses null, except where the contract allows it", function()
    local nullable = 0
    each_request_field(function(endpoint, path, field, put)
      if field.nullable then
        nullable = nullable + 1
        assert(support.prepare(client, endpoint, put(core.null)))
      else
        local err = refuse(endpoint, put(core.null))
        assert.equal(path, err.field)
        assert.equal(path .. ": " .. (field.required
          and "is required: " .. field.doc
          or "must not be null; omit it instead"), err.message)
      end
      if field.list then
        assert.equal(path .. "[1]", refuse(endpoint, put { core.null }).field)
      end
    end)
    assert.is_true(nullable > 20)
  end)

  it("reports missing required fields", function()
    local required = 0
    each_request_field(function(endpoint, path, field, put)
      if field.required then
        required = required + 1
        local err = refuse(endpoint, put(nil))
        assert.equal(path, err.field)
        assert.equal(path .. ": is required: " .. field.doc, err.message)
      elseif endpoint ~= "revoke_token" -- one of its fields is
        and not (endpoint == "activate_user" and field.filled) then
        assert(support.prepare(client, endpoint, put(nil)))
      end
    end)
    assert.is_true(required > 20)
  end)

  it("knows the values of every enum", function()
    local enums = 0
    each_request_field(function(endpoint, path, field, put)
      if field.values then
        enums = enums + 1
        local wrong = "NO_SUCH_VALUE"
        for _, value in ipairs(field.values) do
          assert(support.prepare(client, endpoint,
            put(field.list and { value } or value)))
        end
        local err = refuse(endpoint, put(field.list and { wrong } or wrong))
        assert.equal(path .. (field.list and "[1]" or ""), err.field)
        assert.matches('"NO_SUCH_VALUE" is not one of '
          .. table.concat(field.values, ", "), err.message, 1, true)
      end
    end)
    assert.is_true(enums > 15)
  end)

  it("refuses empty values where they would be dangerous", function()
    each_request_field(function(endpoint, path, field, put)
      local nothing = field.type == "string" and not field.list and ""
        or field.list and {} or nil
      if nothing and not field.values and field.name ~= "confirm" then
        local replaces = endpoint == "update_user"
          and (path == "group_identifiers" or path == "org_identifiers")
        if replaces then
          assert.equal(path, refuse(endpoint, put(nothing)).field)
        elseif field.nonempty then
          local err = refuse(endpoint, put(nothing))
          assert.equal(path, err.field)
          assert.equal(path .. (field.list and ": is an empty list"
            or ": is empty"), err.message)
        else
          assert(support.prepare(client, endpoint, put(nothing)))
        end
      end
    end)
  end)

  it("accepts only 32-bit integers", function()
    local integers = 0
    each_request_field(function(endpoint, path, field, put)
      if field.type == "integer" then
        integers = integers + 1
        for _, value in ipairs { -2147483648, -1, 0, 2147483647 } do
          assert(support.prepare(client, endpoint, put(value)))
        end
        for _, value in ipairs { -2147483649, 2147483648, 1.5, nan, infinity,
          -infinity } do
          assert.equal(path .. ": expected a 32-bit integer",
            refuse(endpoint, put(value)).message)
        end
      end
    end)
    assert.equal(6, integers)
  end)

  it("requires valid UTF-8 in every string", function()
    each_request_field(function(endpoint, path, field, put)
      if field.type == "string" and field.name ~= "confirm" then
        for text, message in pairs {
          ["a\0b"] = "contains a NUL byte",
          ["ab\255"] = "is not valid UTF-8 (byte 3)",
        } do
          local at = path .. (field.list and "[1]" or "")
          assert.equal(at .. ": " .. message,
            refuse(endpoint, put(field.list and { text } or text)).message)
        end
      end
    end)
  end)

  describe("of UTF-8", function()
    local function name_of(text)
      return support.prepare(client, "update_user", { name = text })
    end

    it("follows RFC 3629", function()
      for _, text in ipairs { "\1", "\127", "\194\128", "\223\191",
        "\224\160\128", "\237\159\191", "\238\128\128", "\239\191\191",
        "\240\144\128\128", "\244\143\191\191", "Zoë \240\159\152\128" } do
        assert(name_of(text))
      end
      for text, byte in pairs {
        ["\128"] = 1, ["\191x"] = 1, ["\192\128"] = 1, ["\193\191"] = 1,
        ["\194"] = 1, ["\194x"] = 1, ["\194\192"] = 1,
        ["\224\159\191"] = 1, ["\224\160"] = 1, ["\237\160\128"] = 1,
        ["\240\143\191\191"] = 1, ["\244\144\128\128"] = 1,
        ["\245\128\128\128"] = 1, ["\240\144\128"] = 1, ["aé\254"] = 4,
        ["\225\128\192"] = 1, ["\241\128\127\128"] = 1,
      } do
        local _, err = name_of(text)
        assert.equal("name: is not valid UTF-8 (byte " .. byte .. ")",
          err and err.message)
      end
    end)
  end)

  describe("of tables", function()
    it("refuses unknown keys, and suggests the right one", function()
      for path, request in pairs {
        nmae = { nmae = "x" },
        ["favorite_metadata[1].typ"] =
          { favorite_metadata = { { typ = "ANSWER" } } },
      } do
        assert.equal(path, refuse("update_user", request).field)
      end
      assert.equal("nmae: is not a field here; did you mean name?",
        refuse("update_user", { nmae = "x" }).message)
      assert.equal("zzzzzz: is not a field here",
        refuse("update_user", { zzzzzz = 1 }).message)
      assert.equal("sort_options.filed_name: is not a field here; did you "
        .. "mean field_name?", refuse("search_users",
        { sort_options = { filed_name = "NAME" } }).message)
    end)

    it("shows the beginning of the value, on one line", function()
      local long = ("x"):rep(1e6)
      local cut = ("x"):rep(60) .. "..."
      for key, shown in pairs { [long] = cut,
        ["a\nb\27[31m\127"] = "a?b?[31m?",
        [("é"):rep(99)] = ("é"):rep(30) .. "...",
        ["a" .. ("é"):rep(99)] = "a" .. ("é"):rep(29) .. "...",
        [("x"):rep(60)] = ("x"):rep(60),
        [("x"):rep(57) .. "\240\159\152\128"] = ("x"):rep(57) .. "..." } do
        local err = refuse("update_user", { [key] = 1 })
        assert.equal(shown, err.field)
        assert.equal(shown .. ": is not a field here", err.message)
        err = refuse("update_user", { extended_properties = { [key] = nan } })
        assert.equal("extended_properties." .. shown, err.field)
        assert.equal("org_identifiers: expected a list, got a table with the "
          .. "key \"" .. shown .. '"', refuse("update_user",
          { org_identifiers = { [key] = "a" } }).message)
        assert.matches('visibility: "' .. shown .. '" is not one of',
          refuse("update_user", { visibility = key }).message, 1, true)
        local _, refused = client:prepare("search_users", {},
          { headers = { [key] = 1 } })
        assert.equal("headers." .. shown, refused.field)
        _, refused = client:prepare("search_users", {},
          { headers = { [key .. "\n"] = "1" } })
        assert.is_true(#refused.field < 80 and not refused.field:find "%c")
      end
      assert.equal("name?x: is not a field here; did you mean name?",
        refuse("update_user", { ["name\0x"] = 1 }).message)
    end)

    it("requires string keys", function()
      for key, shown in pairs { [1] = "1", [1.5] = "1.5", [true] = "of type "
        .. "boolean", [print] = "of type function" } do
        local err = refuse("update_user", { [key] = "x" })
        assert.is_nil(err.field)
        assert.equal("expected a table of named fields, got the key " .. shown,
          err.message)
      end
      local err = refuse("import_users", { users = { { "ada" } } })
      assert.equal("users[1]", err.field)
    end)

    it("requires lists without holes", function()
      local function orgs(list)
        return refuse("update_user", { org_identifiers = list }).message
      end
      assert.equal("org_identifiers[2]: is nil: the list has a hole",
        orgs { "a", nil, "c" })
      assert.equal("org_identifiers[1]: is nil: the list has a hole",
        orgs { [2] = "b" })
      assert.equal("org_identifiers[1]: is nil: the list has a hole",
        orgs { [2 ^ 40] = "b" })
      for key, shown in pairs { name = '"name"', [0] = "0", [-1] = "-1",
        [1.5] = "1.5", [1e300] = "1e+300", [-math.huge] = "-inf",
        [true] = "of type boolean" } do
        assert.equal("org_identifiers: expected a list, got a table with the "
          .. "key " .. shown, orgs { [key] = "a" })
      end
    end)

    it("calls no metamethod", function()
      local function never()
        error("called")
      end
      local odd = setmetatable({ name = "ada" }, { __index = never,
        __len = never, __pairs = never })
      assert(client:prepare("update_user", "ada", odd))
    end)

    it("refuses a table whose contents come from a metatable", function()
      local function proxy(content)
        return setmetatable({}, { __index = content })
      end
      local function never()
        error("called")
      end
      local what = "expected a plain table, got one that is empty except for "
        .. "its metatable"
      local function expect(field, err)
        assert.equal(field, err and err.field)
        assert.equal((field and field .. ": " or "") .. what, err.message)
      end
      expect(nil, refuse("update_user", proxy { email = "new@x" }))
      expect("group_identifiers", refuse("update_user",
        { group_identifiers = proxy { "g" } }))
      expect("sort_options", refuse("search_users",
        { sort_options = proxy { field_name = "NAME" } }))
      expect("users[1]", refuse("import_users", { users = { proxy {} } }))
      expect("extended_properties", refuse("update_user",
        { extended_properties = proxy { a = 1 } }))
      expect("extended_properties.a", refuse("update_user",
        { extended_properties = { a = proxy { 1 } } }))
      for _, event in ipairs { "__pairs", "__len" } do
        expect(nil, refuse("search_users",
          setmetatable({}, { [event] = never })))
      end
      for field, options in pairs { [1] = proxy {}, fields =
        { fields = proxy { "id" } }, headers = { headers = proxy {} } } do
        expect(field ~= 1 and field or nil,
          select(2, client:prepare("search_users", {}, options)))
      end
      expect(nil, select(2, core.new(proxy { host = "https://acme.test" })))
      assert(client:prepare("update_user", "ada",
        setmetatable({}, { __name = "empty" })))
    end)

    it("does not touch the request", function()
      local request = { users = { { user_identifier = "a",
        display_name = "b", org_identifiers = { "0" } } } }
      local before = copy(request)
      assert(client:prepare("import_users", request))
      assert.same(before, request)
    end)
  end)

  describe("of free-form objects", function()
    local function properties(value)
      return client:prepare("update_user", "ada",
        { extended_properties = value })
    end
    local function message(value)
      local exchange, err = properties(value)
      assert.is_nil(exchange)
      return err.message
    end

    it("accepts what JSON can express", function()
      for _, value in ipairs { {}, { a = "b" }, { a = { 1, 2, { b = true } } },
        { a = core.null }, { a = {} }, { a = 0.5, b = -1 },
        { a = 1e300 } } do
        assert(properties(value))
      end
    end)

    it("refuses everything else", function()
      local deep = {}
      deep.itself = deep
      local cases = {
        { { 1, 2 }, "extended_properties: expected an object, got a table "
          .. "with the key 1" },
        { { [3] = 1 }, "extended_properties: expected an object, got a table "
          .. "with the key 3" },
        { { [1.5] = 1 }, "extended_properties: expected an object, got a "
          .. "table with the key 1.5" },
        { { a = { 1, b = 2 } }, "extended_properties.a: expected an object, "
          .. "got a table with the key 1" },
        { { a = { 1, nil, 3 } }, "extended_properties.a[2]: is nil: the list "
          .. "has a hole" },
        { { a = nan }, "extended_properties.a: expected a finite number" },
        { { a = { -infinity } }, "extended_properties.a[1]: expected a "
          .. "finite number" },
        { { a = { b = "\255" } }, "extended_properties.a.b: is not valid "
          .. "UTF-8 (byte 1)" },
        { { a = { { "\0" } } }, "extended_properties.a[1][1]: contains a NUL "
          .. "byte" },
      }
      for _, case in ipairs(cases) do
        assert.equal(case[2], message(case[1]))
      end
      assert.equal("extended_properties.a: expected a value that JSON can "
        .. "represent, "
        .. "got function", message { a = print })
      assert.matches("itself: is nested too deep, or contains itself$",
        message(deep))
      assert.matches("is not valid UTF%-8 %(byte 2%)$",
        message { ["a\255"] = 1 })
      assert.matches("contains a NUL byte$", message { ["a\0b"] = 1 })
    end)

    it("accepts 64 levels", function()
      local function nest(levels)
        local value = {}
        for _ = 2, levels do
          value = { a = value }
        end
        return value
      end
      assert(properties(nest(64)))
      assert.matches("nested too deep", message(nest(65)))
    end)
  end)

  describe("with strict = false", function()
    before_each(function()
      client = support.client { strict = false }
    end)

    it("accepts unknown fields and enum values", function()
      local exchange = client:prepare("search_users", {
        account_status = "FROZEN", privileges = { "FLY" },
        sort_options = { field_name = "AGE" },
        brand_new = { a = { 1, 2 } },
      })
      assert.equal('{"privileges":["FLY"],"account_status":"FROZEN",'
        .. '"sort_options":{"field_name":"AGE"},"brand_new":{"a":[1,2]}}',
        support.send(exchange).body)
    end)

    it("does not list fields for an unknown object", function()
      local user = { user_identifier = "a", display_name = "b", foo = print }
      assert.equal("users[1].foo: expected a value that JSON can represent, "
        .. "got "
        .. "function", refuse("import_users", { users = { user } }).message)
    end)

    it("still checks types, required fields and what JSON can "
      .. "express", function()
      for field, request in pairs {
        account_status = { account_status = 1 },
        brand_new = { brand_new = print },
        ["brand_new.a"] = { brand_new = { a = nan } },
      } do
        assert.equal(field, refuse("search_users", request).field)
      end
      assert.equal("name", refuse("create_user", {}).field)
      assert.matches("UTF%-8", refuse("search_users", { ["a\255"] = 1 })
        .message)
    end)
  end)
end)
