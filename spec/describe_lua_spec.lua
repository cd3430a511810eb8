-- thoughtspot.describe: the endpoint table as data, and as text for a REPL.

local core = require "thoughtspot.core"
local thoughtspot = require "thoughtspot"

local describe_ = thoughtspot.describe

local function field(schema, name)
  for _, candidate in ipairs(schema.fields) do
    if candidate.name == name then
      return candidate
    end
  end
end

describe("describe()", function()
  it("lists the endpoints", function()
    assert.same(core.describe(), describe_())
  end)

  it("has a line about each endpoint", function()
    local text = tostring(describe_())
    for _, name in ipairs(core.describe()) do
      assert.truthy(("\n" .. text):find("\n" .. name .. " +%u"), name)
    end
  end)
end)

describe("describe of an endpoint", function()
  it("returns the table of the core", function()
    for _, name in ipairs(core.describe()) do
      assert.same(core.describe(name), describe_(name))
    end
  end)

  it("has a readable text", function()
    assert.equal([[
client:reset_user_password(request, options)
  Sets the password of a user, as an administrator.
  Returns true, or nil and an error.
  Needs the privilege ADMINISTRATION, or USER_ADMINISTRATION if the cluster has
  RBAC.
  POST /api/rest/2.0/users/reset-password, in clusters since 9.0.0.cl.
  Options: thoughtspot.describe "CallOptions".

ResetUserPasswordRequest
  new_password (string, required): new password of the user
  user_identifier (string, required): user (name or GUID)]],
      tostring(describe_ "reset_user_password"))
  end)

  it("shows the identifier, enums, defaults and the tables inside", function()
    local text = tostring(describe_ "update_user")
    for _, expected in ipairs {
      "client:update_user(user_identifier, request, options)",
      "one of ADD, REMOVE, REPLACE;", "when absent: REPLACE",
      "favorite_metadata (list of Favorite)", "\nFavorite\n",
      "\n  type (string): kind of object, required if identifier is",
    } do
      assert.truthy(text:find(expected, 1, true), expected)
    end
    assert.truthy(tostring(describe_ "search_users"):find(
      "a list of User (thoughtspot.describe \"User\")", 1, true))
  end)

  it("fits a terminal", function()
    for _, name in ipairs(core.describe()) do
      for line in tostring(describe_(name)):gmatch "[^\n]+" do
        assert.is_true(#line <= 79, line)
      end
    end
  end)

  it("says what an absent field means", function()
    local import = describe_ "import_users".request
    assert.equal("true", field(import, "dry_run").default)
    local search = describe_ "search_users".request
    assert.equal("10", field(search, "record_size").default)
    assert.is_nil(field(search, "account_status").default)
  end)

  it("names the privilege that the endpoint needs, if any", function()
    assert.truthy(describe_ "create_user".privilege:find "ADMINISTRATION")
    assert.is_nil(describe_ "get_current_user_info".privilege)
    -- Anybody may search.
    assert.is_nil(describe_ "search_users".privilege)
    assert.falsy(tostring(describe_ "get_current_user_info"):find "privilege")
  end)
end)

describe("describe of a table", function()
  it("finds the types of results and of nested tables", function()
    for _, name in ipairs { "User", "ImportUser", "ImportResultUser",
      "CreateUserRequest", "RuntimeFilter", "Options", "CallOptions" } do
      local schema = assert(describe_(name))
      assert.equal(name, schema.name)
      assert.equal(name .. "\n", tostring(schema):sub(1, #name + 1))
    end
  end)

  it("gives nested tables their own text", function()
    local import = describe_ "import_users".request
    assert.truthy(tostring(field(import, "users").schema):find "^ImportUser\n")
  end)

  it("shows the defaults of options", function()
    local text = tostring(describe_ "Options"):gsub("\n      ", " ")
    for name, default in pairs {
      timeout = "60", deadline = "180", max_retries = "4", verify = "true",
    } do
      assert.truthy(text:find("\n  " .. name .. " %b(): [^\n]*; when absent: "
        .. default .. "\n"), name)
      assert.equal(default, field(describe_ "Options", name).default)
    end
  end)
end)

describe("describe of an unknown name", function()
  it("says where to find the names", function()
    local described, err = describe_ "crate_user"
    assert.is_nil(described)
    assert.equal("argument", err.kind)
    assert.truthy(err.message:find("\"crate_user\"", 1, true))
  end)

  it("says where the methods that are no endpoints are described", function()
    local internal = { new = true, check = true, prepare = true,
      finish = true }
    for name, value in pairs(require "thoughtspot.client") do
      if type(value) == "function" and not name:find "^__"
        and not internal[name] and not core.describe(name) then
        local _, err = describe_(name)
        assert.equal(("\"%s\" is described in doc/reference.md"):format(name),
          err.message)
      end
    end
  end)

  it("raises when the name is not a string", function()
    assert.error_matches(function()
      describe_ {}
    end, "expected a name, got table")
  end)
end)

it("the kinds of errors have a readable text", function()
  local errors = thoughtspot.describe "Error"
  local text = tostring(errors)
  for _, kind in ipairs(errors.kinds) do
    assert.truthy(text:find("\n  " .. kind.name, 1, true), kind.name)
  end
  assert.falsy(text:find "[`]")
  assert.truthy(text:gsub("%s+", " "):find("were rejected; check the "
    .. "credentials: see doc/authentication.md", 1, true))
  for line in text:gmatch "[^\n]+" do
    assert.is_true(#line <= 79)
  end
end)
