local Store = require "thoughtspot.sandbox.store"
local json = require "thoughtspot.sandbox.json"

describe("the store of the sandbox", function()
  local store, now

  before_each(function()
    now = 1000
    store = Store.new(function()
      return now
    end)
    store:add_org "Primary"
    store:add_org "Sales"
    store:add_group("readers", 0)
    store:add_group("readers", 1)
    store:add_group("writers", 0)
  end)

  local function add(fields)
    fields.display_name = fields.display_name or fields.name
    return store:add_user(fields)
  end

  local function names(...)
    local list = {}
    for index, user in ipairs(store:in_order(...)) do
      list[index] = user.name
    end
    return table.concat(list, " ")
  end

  it("makes the same GUIDs in the same order", function()
    local other = Store.new(os.time)
    local first, second = other:guid(), other:guid()
    assert.not_equal(first, second)
    assert.equal(first, Store.new(os.time):guid())
    assert.equal(36, #first)
  end)

  it("finds a user by GUID and by name, in any case", function()
    local user = add { name = "Ada" }
    assert.equal(user, store:user(user.id))
    assert.equal(user, store:user "aDA")
    assert.is_nil(store:user "ad")
  end)

  it("finds a renamed user by the new name only", function()
    local user = add { name = "Ada" }
    store:change_user(user, { name = "ADA" })
    assert.equal(user, store:user "ada")
    store:change_user(user, { name = "Bob" })
    assert.equal(user, store:user "bob")
    assert.is_nil(store:user "ada")
  end)

  it("finds groups in their org", function()
    local readers = store:group("readers", 1)
    assert.equal(1, readers.org_id)
    assert.not_equal(readers, store:group("readers", 0))
    assert.equal(readers, store:group(readers.id, 1))
    assert.is_nil(store:group(readers.id, 0))
    assert.is_nil(store:group("writers", 1))
  end)

  it("finds orgs by name and number", function()
    assert.equal("Sales", store:org("1").name)
    assert.equal(1, store:org("Sales").id)
    assert.is_nil(store:org "2")
  end)

  it("finds groups by name in all orgs", function()
    local both = store:matching("groups", { "readers", "nobody" })
    assert.same({
      [store:group("readers", 0)] = true, [store:group("readers", 1)] = true,
    }, both)
    assert.same({ [store:org "1"] = true }, store:matching("orgs", { "1" }))
  end)

  it("keeps a session until it expires", function()
    local token, session = store:add_token(add { name = "ada" }, 0, 300)
    assert.equal(1000000, session.created)
    assert.equal(1300000, session.expires)
    now = 1299.999
    assert.equal(session, store:token(token))
    now = 1300
    assert.is_nil(store:token(token))
    assert.is_nil(store:token "another")
  end)

  it("ends the sessions of one user, or of all", function()
    local ada, bob = add { name = "ada" }, add { name = "bob" }
    local first = store:add_token(ada, 0, 9)
    local second = store:add_token(ada, 0, 9)
    local other = store:add_token(bob, 0, 9)
    store:log_out(ada)
    assert.is_nil(store:token(first))
    assert.is_nil(store:token(second))
    assert.is_table(store:token(other))
    store:log_out()
    assert.is_nil(store:token(other))
  end)

  it("deletes a user with everything about it", function()
    local user = add { name = "ada" }
    local token = store:add_token(user, 0, 9)
    store:remove_user(user)
    assert.is_nil(store:user "ada")
    assert.is_nil(store:user(user.id))
    assert.is_nil(store:token(token))
    assert.equal("", names("NAME", false))
  end)

  it("sorts users, in both directions, and after each write", function()
    add { name = "b", display_name = "X", author_id = "2" }
    now = 1001
    local a = add { name = "A", display_name = "z", author_id = "1" }
    now = 1002
    add { name = "c", display_name = "Y", author_id = "3" }
    assert.equal("A b c", names("NAME", false))
    assert.equal("c b A", names("NAME", true))
    assert.equal("b c A", names("DISPLAY_NAME", false))
    assert.equal("A b c", names("AUTHOR", false))
    assert.equal("b A c", names("CREATED", false))
    assert.equal("c A b", names("MODIFIED", true))
    now = 1003
    store:change_user(a, { name = "d" })
    assert.equal("b c d", names("NAME", false))
    assert.equal("d c b", names("MODIFIED", true))
    add { name = "e" }
    assert.equal("b c d e", names("NAME", false))
  end)

  it("returns a user as in replies", function()
    local user = add {
      name = "ada", email = "ada@acme.test", password = "swordfish",
      orgs = { [store:org "Sales"] = true },
      groups = { [store:group("readers", 1)] = true },
      home_liveboard_identifier = "L", favorites = { B = "ANSWER" },
    }
    local text = store:text(user)
    local shown = json.decode(text)
    assert.equal(user.id, shown.id)
    assert.equal("ACTIVE", shown.account_status)
    assert.equal(1000000, shown.creation_time_in_millis)
    assert.same({ { id = 1, name = "Sales" } }, shown.orgs)
    assert.same({ id = 1, name = "Sales" }, shown.current_org)
    assert.same({ { id = store:group("readers", 1).id, name = "readers" } },
      shown.user_groups)
    assert.equal("L", shown.home_liveboard.id)
    assert.equal(json.null, shown.preferred_locale)
    assert.equal(json.null, shown.favorite_metadata)
    assert.is_nil(shown.password)
    assert.is_nil(text:find("swordfish", 1, true))
    assert.is_truthy(text:find('"tags":[]', 1, true))
  end)

  it("returns favourites and the org of a session on request", function()
    local user = add { name = "ada",
      favorites = { b = "ANSWER", a = "LIVEBOARD" } }
    store:text(user)
    local shown = json.decode(store:text(user, { favorites = true,
      org_id = 1 }))
    assert.same({
      { id = "a", name = "a", type = "LIVEBOARD" },
      { id = "b", name = "b", type = "ANSWER" },
    }, shown.favorite_metadata)
    assert.same({ id = 1, name = "Sales" }, shown.current_org)
  end)

  it("returns the latest state", function()
    local user = add { name = "ada", email = "old" }
    store:text(user)
    now = 2000
    store:change_user(user, { email = "new" })
    local shown = json.decode(store:text(user))
    assert.equal("new", shown.email)
    assert.equal(1000000, shown.creation_time_in_millis)
    assert.equal(2000000, shown.modification_time_in_millis)
  end)
end)
