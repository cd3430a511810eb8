local Store = require "thoughtspot.sandbox.store"
local search = require "thoughtspot.sandbox.search"

describe("the search of the sandbox", function()
  local store

  before_each(function()
    store = Store.new(function()
      return 1000
    end)
    store:add_org "Primary"
    store:add_org "Sales"
    store:add_group("readers", 0)
    store:add_group("writers", 0)
  end)

  local function add(name, fields)
    fields = fields or {}
    fields.name = name
    fields.display_name = fields.display_name or name
    return store:add_user(fields)
  end

  local function found(request)
    local names = {}
    for index, user in ipairs(search.page(store, request)) do
      names[index] = user.name
    end
    return table.concat(names, " ")
  end

  local function assert_refused(request, message)
    local done, raised = pcall(search.page, store, request)
    assert.is_false(done)
    assert.equal(400, raised.status)
    assert.equal(message, raised.debug)
  end

  describe("by name_pattern", function()
    local cases = {
      { "ada", "ada", true }, { "ADA", "ada", true }, { "ad", "ada", false },
      { "da", "ada", false }, { "ad%", "ada", true }, { "%da", "ada", true },
      { "%d%", "ada", true }, { "%", "ada", true }, { "%%", "ada", true },
      { "", "ada", false }, { "a%a", "ada", true }, { "a%a", "a", false },
      { "ada%", "ada", true }, { "_da", "ada", true },
      { "__a", "ada", true }, { "____", "ada", false },
      { "_%_", "ada", true }, { "%x%", "ada", false },
      { "%ab", "aab", true }, { "%ab%ab", "abcab", true },
      { "a.a", "ada", false }, { "a.a", "a.a", true },
      { "[a]%", "[A]da", true }, { "a-b", "a-b", true },
      { "%-b", "a-b", true }, { "a\0b", "a\0b", true },
      { "a\0%", "ada", false }, { "zo_", "zoé", true },
      { "zo__", "zoé", false }, { "%é", "zoé", true },
      { "_a", "字a", true },
    }
    for _, case in ipairs(cases) do
      it(("%q %s %q"):format(case[1], case[3] and "finds" or "does not find",
        case[2]), function()
        add(case[2])
        assert.equal(case[3] and case[2] or "",
          found { name_pattern = case[1] })
      end)
    end

    it("is fast with many wildcards", function()
      add(("a"):rep(2000))
      local before = os.clock()
      assert.equal("", found { name_pattern = ("a%"):rep(50) .. "b" })
      assert.is_true(os.clock() - before < 1)
    end)
  end)

  it("finds a user by name or GUID", function()
    local ada = add "Ada"
    add "adam"
    assert.equal("Ada", found { user_identifier = "ada" })
    assert.equal("Ada", found { user_identifier = ada.id })
    assert.equal("", found { user_identifier = "ad" })
    assert.equal("", found { user_identifier = "" })
  end)

  it("compares plain fields, false among them", function()
    add("a", { email = "x", notify_on_share = true, visibility = "SHARABLE",
      account_type = "LOCAL_USER", account_status = "ACTIVE",
      show_onboarding_experience = true, home_liveboard_identifier = "L",
      onboarding_experience_completed = true, display_name = "One" })
    add("b", { email = "y", notify_on_share = false,
      visibility = "NON_SHARABLE", account_type = "SAML_USER",
      account_status = "LOCKED", show_onboarding_experience = false,
      onboarding_experience_completed = false, display_name = "Two" })
    for field, values in pairs {
      email = { "x", "y" }, notify_on_share = { true, false },
      visibility = { "SHARABLE", "NON_SHARABLE" },
      account_type = { "LOCAL_USER", "SAML_USER" },
      account_status = { "ACTIVE", "LOCKED" },
      show_onboarding_experience = { true, false },
      onboarding_experience_completed = { true, false },
      display_name = { "One", "Two" },
    } do
      assert.equal("a", found { [field] = values[1] }, field)
      assert.equal("b", found { [field] = values[2] }, field)
    end
    assert.equal("a", found { home_liveboard_identifier = "L" })
    assert.equal("a b", found {})
  end)

  it("matches any value of a list", function()
    local readers, writers = store:group("readers", 0),
      store:group("writers", 0)
    add("a", { groups = { [readers] = true }, privileges = { "AUTHORING" },
      roles = { "editor" }, orgs = { [store:org "0"] = true } })
    add("b", { groups = { [writers] = true }, privileges = { "DEVELOPER" },
      roles = { "viewer" }, orgs = { [store:org "1"] = true } })
    add "c"
    for field, values in pairs {
      group_identifiers = { "readers", writers.id },
      privileges = { "AUTHORING", "DEVELOPER" },
      role_identifiers = { "editor", "viewer" },
      org_identifiers = { "Primary", "1" },
    } do
      assert.equal("a", found { [field] = { values[1] } }, field)
      assert.equal("b", found { [field] = { values[2] } }, field)
      assert.equal("a b", found { [field] = values }, field)
      assert.equal("", found { [field] = { "nobody" } }, field)
      assert.equal("a b c", found { [field] = {} }, field)
    end
  end)

  it("finds favourites by identifier, by type, and by both", function()
    add("a", { favorites = { x = "LIVEBOARD", y = "ANSWER" } })
    add("b", { favorites = { x = "ANSWER" } })
    add "c"
    local function favorites(...)
      return found { favorite_metadata = { ... } }
    end
    assert.equal("a b", favorites { identifier = "x" })
    assert.equal("a", favorites { identifier = "x", type = "LIVEBOARD" })
    assert.equal("a", favorites { identifier = "y" })
    assert.equal("a b", favorites { type = "ANSWER" })
    assert.equal("a b", favorites({ identifier = "y" },
      { identifier = "x", type = "ANSWER" }))
    assert.equal("", favorites { identifier = "z" })
  end)

  it("combines filters with AND", function()
    add("a", { email = "x", visibility = "SHARABLE" })
    add("b", { email = "x", visibility = "NON_SHARABLE" })
    assert.equal("b", found { email = "x", visibility = "NON_SHARABLE" })
    assert.equal("", found { email = "y", visibility = "NON_SHARABLE" })
  end)

  it("sorts by name, or as requested", function()
    add("b", { display_name = "1" })
    add("a", { display_name = "2" })
    assert.equal("a b", found {})
    assert.equal("a b", found { sort_options = {} })
    assert.equal("b a", found { sort_options = { order = "DESC" } })
    assert.equal("b a", found {
      sort_options = { field_name = "DISPLAY_NAME" },
    })
    assert.equal("a b", found {
      sort_options = { field_name = "DISPLAY_NAME", order = "DESC" },
    })
  end)

  for _, filter in ipairs { false, "SHARABLE" } do
    it(("pages, %s a filter"):format(filter and "with" or "without"),
      function()
        for index = 1, 12 do
          add(("u%02d"):format(index))
        end
        local function page(offset, size)
          local names = found {
            record_offset = offset, record_size = size,
            visibility = filter or nil,
          }
          return select(2, names:gsub("u", "")), names:match "^%w+"
        end
        local function assert_page(count, first, offset, size)
          local got, name = page(offset, size)
          assert.equal(count, got)
          assert.equal(first, name)
        end
        assert_page(10, "u01")
        assert_page(2, "u11", 10)
        assert_page(5, "u03", 2, 5)
        assert_page(2, "u11", 10, 5)
        assert_page(0, nil, 12, 5)
        assert_page(0, nil, 99)
        assert_page(0, nil, 0, 0)
        assert_page(12, "u01", 0, -1)
        assert_page(9, "u04", 3, -1)
        assert_page(12, "u01", 0, 1000)
      end)
  end

  it("refuses an invalid offset or size", function()
    assert_refused({ record_offset = -1 }, "record_offset is negative")
    assert_refused({ record_size = -2 }, "record_size is less than -1")
  end)
end)
