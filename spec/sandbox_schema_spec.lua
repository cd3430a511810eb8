local core = require "thoughtspot.core"
local errors = require "thoughtspot.sandbox.errors"
local routes = require "thoughtspot.sandbox.routes"
local schema = require "thoughtspot.sandbox.schema"

local function body_of(name)
  for _, route in ipairs(routes) do
    if route.name == name then
      return route.body
    end
  end
end

local function read(name, text, known_only)
  return schema.read(body_of(name), text, known_only)
end

local function refusal(name, text, known_only)
  local done, raised = pcall(read, name, text, known_only)
  assert.is_false(done, text)
  assert.is_true(errors.is_refusal(raised), tostring(raised))
  assert.equal(400, raised.status)
  assert.equal(10002, raised.code)
  return raised.debug
end

-- Texts of JSON by their kind.
local samples = {
  string = '"x"', number = "5", fraction = "1.5", boolean = "true",
  object = '{"a":1}', list_of_numbers = "[5]", list_of_nulls = "[null]",
  list_of_lists = '[["x"]]', large = "1e300",
}

-- Which of them a field of the client's description may be.
local function fits(field, kind)
  if field.name == "org_id" then
    return true -- passed over where it is no number
  elseif field.list then
    return false
  elseif field.type == "string" then
    return kind == "string" and not field.values
  elseif field.type == "integer" then
    return kind == "number"
  elseif field.type == "boolean" then
    return kind == "boolean"
  end
  return kind == "object" -- of fields that are passed over, or free
end

local function minimal(request, without)
  local parts = {}
  for _, field in ipairs(request.fields) do
    if (field.required or field.filled) and field.name ~= without then
      parts[#parts + 1] = ('"%s":%s'):format(field.name,
        field.list and "[]" or '"x"')
    end
  end
  return table.concat(parts, ",")
end

describe("the body of a request", function()
  for _, route in ipairs(routes) do
    local request = core.describe(route.name).request
    for _, field in ipairs(request and request.fields or {}) do
      -- The request that a cluster gets.
      local test = field.unsent and function() end or it
      local title = ("of %s has the right %s"):format(route.name, field.name)
      test(title, function()
        local others = minimal(request, field.name)
        for kind, sample in pairs(samples) do
          local text = ('{"%s":%s%s%s}'):format(field.name, sample,
            others ~= "" and "," or "", others)
          if fits(field, kind) then
            assert.is_not_nil(read(route.name, text)[field.name], text)
          else
            assert.equal(field.name, refusal(route.name, text)
              :match "^[%w_]+")
          end
        end
        for _, value in ipairs(field.values or {}) do
          local sample = field.list and '["' .. value .. '"]'
            or '"' .. value .. '"'
          read(route.name, ('{"%s":%s%s%s}'):format(field.name, sample,
            others ~= "" and "," or "", others))
        end
      end)
    end
  end

  it("is an object", function()
    for _, text in ipairs {
      "", "null", "[]", '["x"]', "5", '"x"', "{", '{"a":1}}', "NaN",
    } do
      assert.equal("the body is not a JSON object",
        refusal("search_users", text))
    end
    assert.equal("the body is not a JSON object",
      refusal("search_users", nil))
    assert.same({}, read("search_users", " \n{ }"))
  end)

  it("may hold null in optional fields", function()
    assert.same({}, read("search_users",
      '{"email":null,"record_size":null,"sort_options":null}'))
    assert.same({ sort_options = {} }, read("search_users",
      '{"sort_options":{"field_name":null,"order":null}}'))
    assert.equal("name is required",
      refusal("create_user", '{"name":null,"display_name":"a","email":"b"}'))
  end)

  it("must have all required fields", function()
    assert.equal("auth_token is required", refusal("activate_user",
      '{"user_identifier":"a","password":"b"}'))
    assert.equal("auth_token is required", refusal("activate_user",
      '{"user_identifier":"a","password":"b","auth_token":""}'))
    assert.equal("users is required", refusal("import_users", "{}"))
    assert.same({ users = {} }, read("import_users", '{"users":[]}'))
  end)

  it("keeps false", function()
    assert.same({ notify_on_share = false },
      read("search_users", '{"notify_on_share":false}'))
  end)

  it("may have unknown fields, unless the sandbox refuses them", function()
    local text = '{"nmae_pattern":"x"}'
    assert.same({}, read("search_users", text))
    assert.equal("nmae_pattern is not known",
      refusal("search_users", text, true))
    assert.equal("users[0].nmae is not known", refusal("import_users",
      '{"users":[{"user_identifier":"a","display_name":"b","nmae":1}]}',
      true))
  end)

  it("is validated at all levels", function()
    assert.equal("users[1].display_name is required", refusal("import_users",
      '{"users":[{"user_identifier":"a","display_name":"b"},'
      .. '{"user_identifier":"c"}]}'))
    assert.equal("users[0].group_identifiers[1] is not a string",
      refusal("import_users", '{"users":[{"user_identifier":"a",'
      .. '"display_name":"b","group_identifiers":["x",5]}]}'))
    assert.equal("sort_options.order is not one of ASC, DESC",
      refusal("search_users", '{"sort_options":{"order":"UP"}}'))
    assert.equal("favorite_metadata[0] is not an object",
      refusal("search_users", '{"favorite_metadata":["x"]}'))
  end)
end)
