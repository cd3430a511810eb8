local Caller = require "spec.support.sandbox_caller"
local json = require "thoughtspot.sandbox.json"
local thoughtspot = require "thoughtspot"

local DAY = 24 * 60 * 60

describe("the sandbox", function()
  local now, sandbox, admin

  before_each(function()
    now = 1700000000
    admin = Caller.with {
      clock = function()
        return now
      end,
      orgs = { "Sales" },
      groups = { "readers", "writers", { name = "readers", org = "Sales" } },
      users = {
        { name = "ada", email = "ada@acme.test", password = "old",
          groups = { "writers" } },
        { name = "bob", password = "b", orgs = { "Primary", "Sales" } },
      },
    }
    sandbox = admin.sandbox
  end)

  local function sales_admin()
    return Caller.new(sandbox, {
      username = "tsadmin", password = "secret", org_id = 1,
    })
  end

  local function names(list)
    local found = {}
    for index, entry in ipairs(list) do
      found[index] = entry.name
    end
    return table.concat(found, " ")
  end

  local function user_names()
    local _, users = admin:post("users/search", { record_size = -1 })
    return names(users)
  end

  local function assert_refused(status, code, debug, ...)
    assert.same({ status, code, debug }, { ... })
  end

  local function can_log_in(username, password)
    return (pcall(Caller.new, sandbox,
      { username = username, password = password }))
  end

  local function is_logged_in(caller)
    return caller:get "auth/session/user" == 200
  end

  describe("searches groups", function()
    local function found(caller, request)
      local status, groups = caller:post("groups/search", request)
      assert.equal(200, status)
      local texts = {}
      for index, group in ipairs(groups) do
        texts[index] = group.name .. "@" .. group.orgs[1].name
      end
      return table.concat(texts, " ")
    end

    it("of the token's org, or of the named orgs", function()
      assert.equal("readers@Primary writers@Primary", found(admin, {}))
      assert.equal("readers@Sales", found(sales_admin(), {}))
      assert.equal("readers@Sales",
        found(admin, { org_identifiers = { "Sales" } }))
      assert.equal("readers@Primary readers@Sales writers@Primary",
        found(admin, { org_identifiers = { "0", "1" }, record_size = -1 }))
    end)

    it("by their properties", function()
      for expected, request in pairs {
        ["readers@Primary"] = { group_identifier = "readers" },
        ["writers@Primary"] = { name_pattern = "WRIT%" },
        [""] = { display_name = "writer" },
        ["readers@Primary writers@Primary"] = { type = "LOCAL_GROUP" },
      } do
        assert.equal(expected, found(admin, request))
      end
      assert.equal("", found(admin, { visibility = "NON_SHARABLE" }))
      assert.equal("writers@Primary",
        found(admin, { user_identifiers = { "ada" } }))
      assert.equal("", found(admin, { privileges = { "AUTHORING" } }))
    end)

    it("page by page, with their users or without", function()
      assert.equal("writers@Primary",
        found(admin, { record_offset = 1, record_size = 5 }))
      local _, groups = admin:post("groups/search",
        { group_identifier = "writers" })
      assert.equal("ada", names(groups[1].users))
      _, groups = admin:post("groups/search",
        { group_identifier = "writers", include_users = false })
      assert.same({}, groups[1].users)
    end)
  end)

  it("searches orgs", function()
    local function found(request)
      local _, orgs = admin:post("orgs/search", request)
      return names(orgs)
    end
    assert.equal("Primary Sales", found {})
    assert.equal("Sales", found { org_identifier = "1" })
    assert.equal("Primary", found { user_identifiers = { "ada" } })
    assert.equal("", found { status = "IN_ACTIVE" })
    assert.equal("", found { visibility = "HIDDEN" })
    assert.equal("", found { description = "x" })
  end)

  it("has the group All, which nobody leaves, as an option", function()
    admin = Caller.with { group_all = true, groups = { "Staff" },
      orgs = { "Sales" }, users = {
        { name = "ada", groups = { "Staff" } } } }
    local function groups_of(name)
      local _, users = admin:post("users/search", { user_identifier = name })
      return names(users[1].user_groups)
    end
    assert.equal("All Staff", groups_of "ada")
    assert.equal(204, admin:post("users/ada/update",
      { group_identifiers = { "All", "Staff" }, operation = "REMOVE" }))
    assert.equal("All", groups_of "ada")
    assert.equal(204, admin:post("users/ada/update",
      { group_identifiers = {}, operation = "REPLACE" }))
    assert.equal("All", groups_of "ada")
    assert.equal(204, admin:post("users/ada/update",
      { org_identifiers = { "1" }, operation = "ADD" }))
    assert.equal("All All", groups_of "ada")
    assert.equal(200, admin:post("users/create",
      { name = "bob", display_name = "Bob", email = "b@acme.test" }))
    assert.equal("All", groups_of "bob")
  end)

  it("can confirm changes that it does not make", function()
    sandbox.quirks.ignore_writes = true
    assert.equal(204, admin:post("users/ada/update", { email = "new" }))
    assert.equal(204, admin:post "users/bob/delete")
    assert.equal("ada@acme.test", sandbox:user "ada".email)
    assert.truthy(sandbox:user "bob")
    assert.equal(400, (admin:post("users/eve/update", {})))
  end)

  it("can leave users inactive on an update", function()
    sandbox.quirks.ignore_activation = true
    admin:post("users/ada/update", { account_status = "INACTIVE" })
    assert.equal("INACTIVE", sandbox:user "ada".account_status)
    assert.equal(204, admin:post("users/ada/update",
      { account_status = "ACTIVE", email = "new" }))
    assert.equal("INACTIVE", sandbox:user "ada".account_status)
    assert.equal("new", sandbox:user "ada".email)
  end)

  it("shows super users and system users", function()
    admin = Caller.with { users = { { name = "root", super_user = true },
      { name = "daemon", system_user = true }, { name = "ada" } } }
    local shown = {}
    for _, name in ipairs { "root", "daemon", "ada" } do
      local user = admin.sandbox:user(name)
      shown[#shown + 1] = tostring(user.super_user) .. " "
        .. tostring(user.system_user)
    end
    assert.same({ "true false", "false true", "false false" }, shown)
  end)

  describe("searches users", function()
    it("ten at a time", function()
      local status, users, response = admin:post("users/search", "{}")
      assert.equal(200, status)
      assert.equal("application/json", response.headers["Content-Type"])
      assert.equal("ada bob tsadmin", names(users))
      assert.equal("[]", select(3, admin:post("users/search",
        { email = "nobody" })).body)
    end)

    it("for every caller", function()
      local ada = Caller.new(sandbox, { username = "ada", password = "old" })
      assert.equal("bob", names(select(2, ada:post("users/search",
        { name_pattern = "B%" }))))
    end)

    it("of every org, whatever the token's org", function()
      assert.equal("ada bob tsadmin",
        names(select(2, sales_admin():post("users/search", "{}"))))
    end)

    it("with their favourites on request", function()
      admin:post("users/ada/update", {
        favorite_metadata = { { identifier = "L", type = "ANSWER" } },
      })
      local function favorites(asked)
        return select(2, admin:post("users/search", {
          user_identifier = "ada", include_favorite_metadata = asked,
        }))[1].favorite_metadata
      end
      assert.same({ { id = "L", name = "L", type = "ANSWER" } },
        favorites(true))
      assert.equal(json.null, favorites(false))
      assert.equal(json.null, favorites(nil))
    end)

    it("with 404 when a row refers to something deleted", function()
      sandbox.quirks.dangling_user = "bob"
      assert_refused(404, 10002, "a row of the page refers to a deleted "
        .. "object", admin:refusal("users/search", "{}"))
      assert.equal("ada", names(select(2,
        admin:post("users/search", { record_size = 1 }))))
      assert.equal("tsadmin", names(select(2,
        admin:post("users/search", { record_offset = 2 }))))
    end)
  end)

  describe("creates a user", function()
    it("with the defaults of the contract", function()
      local status, user = admin:post("users/create", {
        name = "eve", display_name = "Eve", email = "eve@acme.test",
      })
      assert.equal(200, status)
      assert.equal("LOCAL_USER", user.account_type)
      assert.equal("ACTIVE", user.account_status)
      assert.equal("SHARABLE", user.visibility)
      assert.is_true(user.notify_on_share)
      assert.is_true(user.show_onboarding_experience)
      assert.is_false(user.onboarding_experience_completed)
      assert.equal("Primary", names(user.orgs))
      assert.equal(sandbox:user("tsadmin").id, user.author_id)
      assert.same(user, select(2, admin:post("users/search",
        { user_identifier = user.id }))[1])
    end)

    it("with all fields", function()
      local request = {
        name = "eve", display_name = "Eve", email = "e", password = "pw",
        account_type = "SAML_USER", account_status = "ACTIVE",
        visibility = "NON_SHARABLE", notify_on_share = false,
        show_onboarding_experience = false,
        onboarding_experience_completed = true, preferred_locale = "de-CH",
        use_browser_language = false,
      }
      local text = json.encode(request):gsub("}$", ',"org_identifiers":'
        .. '["Sales","0"],"group_identifiers":["readers"],'
        .. '"home_liveboard_identifier":"L","extended_properties":{"a":[1]},'
        .. '"extended_preferences":{"b":null},"favorite_metadata":'
        .. '[{"identifier":"F"}],"trigger_welcome_email":false}')
      local _, user = admin:post("users/create", text)
      request.password = nil
      for field, value in pairs(request) do
        assert.equal(value, user[field], field)
      end
      assert.equal("Primary Sales", names(user.orgs))
      assert.equal("readers", names(user.user_groups))
      assert.equal("L", user.home_liveboard.id)
      assert.same({ a = { 1 } }, user.extended_properties)
      assert.same({ b = json.null }, user.extended_preferences)
      assert.same({ { id = "F", name = "F", type = "LIVEBOARD" } },
        sandbox:user("eve").favorite_metadata)
      assert.is_true(can_log_in("eve", "pw"))
    end)

    it("unless the name is taken, in any case", function()
      assert_refused(409, 10002, "a user named ADA exists already",
        admin:refusal("users/create", {
          name = "ADA", display_name = "Ada", email = "a",
        }))
      assert.equal("ada bob tsadmin", user_names())
    end)

    it("unless a group or org does not exist in the token's org", function()
      local function create(field, identifier)
        return admin:refusal("users/create", {
          name = "eve", display_name = "Eve", email = "e",
          [field] = { identifier },
        })
      end
      assert_refused(400, 13003, '["nowhere"]',
        create("org_identifiers", "nowhere"))
      assert_refused(400, 13003, '["nobody"]',
        create("group_identifiers", "nobody"))
      local _, in_sales = sales_admin():post("users/create", {
        name = "fred", display_name = "Fred", email = "f",
        group_identifiers = { "readers" },
      })
      assert_refused(400, 13003, json.encode { in_sales.user_groups[1].id },
        create("group_identifiers", in_sales.user_groups[1].id))
      assert.is_nil(sandbox:user "eve")
    end)

    it("with the locale of the browser on request", function()
      local _, user = admin:post("users/create", {
        name = "eve", display_name = "Eve", email = "e",
        preferred_locale = "de-CH", use_browser_language = true,
      })
      assert.equal(json.null, user.preferred_locale)
    end)
  end)

  describe("updates a user", function()
    local function update(request, caller, identifier)
      return (caller or admin):post("users/" .. (identifier or "ada")
        .. "/update", request)
    end

    local function groups_after(identifiers, operation, caller)
      assert.equal(204, (update({
        group_identifiers = json.list(identifiers), operation = operation,
      }, caller)))
      return names(sandbox:user("ada").user_groups)
    end

    it("and leaves other fields alone", function()
      local before = sandbox:user "ada"
      now = now + 5
      local status, _, response = update { email = "new@acme.test" }
      assert.equal(204, status)
      assert.equal("", response.body)
      local after = sandbox:user "ada"
      assert.equal("new@acme.test", after.email)
      assert.equal(before.modification_time_in_millis + 5000,
        after.modification_time_in_millis)
      assert.equal(sandbox:user("tsadmin").id, after.modifier_id)
      after.email, after.modifier_id = before.email, before.modifier_id
      after.modification_time_in_millis = before.modification_time_in_millis
      assert.same(before, after)
    end)

    it("by its GUID", function()
      update({ email = "x" }, admin, sandbox:user("ada").id)
      assert.equal("x", sandbox:user("ada").email)
    end)

    it("to a name that is free", function()
      local id = sandbox:user("ada").id
      assert.equal(204, (update { name = "ADA" }))
      assert.equal(204, (update { name = "Countess" }))
      assert.equal(id, sandbox:user("countess").id)
      assert.is_nil(sandbox:user "ada")
      assert_refused(409, 10002, "a user named Bob exists already",
        admin:refusal("users/countess/update", { name = "Bob" }))
      assert_refused(400, 10002, "name is empty",
        admin:refusal("users/countess/update", { name = "" }))
    end)

    it("in groups: REPLACE is the default", function()
      assert.equal("readers", groups_after { "readers" })
      assert.equal("readers writers", groups_after({ "writers" }, "ADD"))
      assert.equal("writers", groups_after({ "readers" }, "REMOVE"))
      assert.equal("readers", groups_after({ "readers" }, "REPLACE"))
      assert.equal("", groups_after {})
      assert.equal("", groups_after({ "readers" }, "REMOVE"))
    end)

    it("in the groups of the token's org alone", function()
      local sales = sales_admin()
      assert.equal("writers readers", groups_after({ "readers" }, nil, sales))
      assert.equal("writers", groups_after({}, nil, sales))
      groups_after({ "readers" }, nil, sales)
      assert.equal("readers readers", groups_after { "readers" })
      assert_refused(400, 13003, '["writers"]',
        sales:refusal("users/ada/update",
          { group_identifiers = { "writers" } }))
    end)

    it("in orgs: REPLACE is the default", function()
      local function orgs_after(identifiers, operation)
        update { org_identifiers = identifiers, operation = operation }
        return names(sandbox:user("ada").orgs)
      end
      assert.equal("Primary Sales", orgs_after({ "1" }, "ADD"))
      assert.equal("Primary", orgs_after({ "Sales" }, "REMOVE"))
      assert.equal("Sales", orgs_after { "Sales" })
      assert.equal("writers", names(sandbox:user("ada").user_groups))
    end)

    it("in favourites", function()
      local function favorites_after(identifier, operation)
        update {
          favorite_metadata = { { identifier = identifier } },
          operation = operation,
        }
        return names(sandbox:user("ada").favorite_metadata)
      end
      assert.equal("a", favorites_after "a")
      assert.equal("a b", favorites_after("b", "ADD"))
      assert.equal("b", favorites_after("a", "REMOVE"))
      assert.equal("c", favorites_after "c")
      assert_refused(400, 10002, "favorite_metadata needs an identifier",
        admin:refusal("users/ada/update", { favorite_metadata = { {} } }))
    end)

    it("completely or not at all", function()
      assert_refused(400, 13003, '["nobody"]',
        admin:refusal("users/ada/update", {
          email = "x", group_identifiers = { "readers", "nobody" },
        }))
      assert.equal("ada@acme.test", sandbox:user("ada").email)
      assert.equal("writers", names(sandbox:user("ada").user_groups))
    end)

    it("but not the password", function()
      update { password = "new" }
      assert.is_true(can_log_in("ada", "old"))
    end)

    it("unless there is none", function()
      assert_refused(400, 13003, '["eve"]',
        admin:refusal("users/eve/update", "{}"))
    end)
  end)

  describe("deletes a user", function()
    it("and ends its sessions", function()
      local ada = Caller.new(sandbox, { username = "ada", password = "old" })
      assert.equal(204, (admin:post "users/ada/delete"))
      assert.equal("bob tsadmin", user_names())
      assert.is_false(is_logged_in(ada))
      assert_refused(400, 13003, '["ada"]', admin:refusal "users/ada/delete")
    end)
  end)

  describe("imports users", function()
    local rows = {
      { user_identifier = "ada", display_name = "Ada L.",
        group_identifiers = { "readers" } },
      { user_identifier = "eve", display_name = "Eve", password = "own" },
      { user_identifier = "fay", display_name = "Fay" },
    }

    it("for real only if dry_run is false", function()
      for _, dry_run in ipairs { "", ',"dry_run":true', ',"dry_run":null' } do
        local status, report = admin:post("users/import",
          '{"users":' .. json.encode(rows) .. dry_run .. "}")
        assert.equal(200, status)
        assert.same({ { id = json.null, name = "eve" },
          { id = json.null, name = "fay" } }, report.users_added)
        assert.same({ { id = sandbox:user("ada").id, name = "ada" } },
          report.users_updated)
        assert.equal(json.null, report.users_deleted)
        assert.equal("ada bob tsadmin", user_names())
        assert.equal("ada", sandbox:user("ada").display_name)
      end
    end)

    it("and reports what it did", function()
      local _, report = admin:post("users/import", {
        users = rows, dry_run = false, default_password = "default",
      })
      assert.equal("eve fay", names(report.users_added))
      assert.equal(sandbox:user("fay").id, report.users_added[2].id)
      assert.equal("ada", names(report.users_updated))
      assert.equal("ada bob eve fay tsadmin", user_names())
      local ada = sandbox:user "ada"
      assert.equal("Ada L.", ada.display_name)
      assert.equal("ada@acme.test", ada.email)
      assert.equal("readers", names(ada.user_groups))
      assert.is_true(can_log_in("ada", "old"))
      assert.is_true(can_log_in("eve", "own"))
      assert.is_true(can_log_in("fay", "default"))
    end)

    it("and gives the default password to those who have none", function()
      admin:post("users/create",
        { name = "gil", display_name = "Gil", email = "g" })
      admin:post("users/import", {
        users = { { user_identifier = "gil", display_name = "Gil" } },
        dry_run = false, default_password = "default",
      })
      assert.is_true(can_log_in("gil", "default"))
    end)

    it("and deletes unlisted users on request, except system users",
      function()
        for _, name in ipairs { "guest", "system", "su" } do
          admin:post("users/create",
            { name = name, display_name = name, email = name })
        end
        local request = { users = rows, delete_unspecified_users = true }
        local _, report = admin:post("users/import", request)
        assert.equal("bob", names(report.users_deleted))
        assert.is_table(sandbox:user "bob")
        request.dry_run = false
        admin:post("users/import", request)
        assert.equal("ada eve fay guest su system tsadmin", user_names())
        request.users = json.list()
        _, report = admin:post("users/import", request)
        assert.equal("ada eve fay", names(report.users_deleted))
        assert.equal("guest su system tsadmin", user_names())
      end)

    it("and deletes the caller, too", function()
      local other = Caller.with { admin = { name = "root", password = "r" } }
      assert.equal(200, (other:post("users/import", {
        users = json.list(), dry_run = false,
        delete_unspecified_users = true,
      })))
      assert.is_false(is_logged_in(other))
    end)

    it("all or none", function()
      for _, bad in ipairs {
        { user_identifier = "x", display_name = "x",
          group_identifiers = { "nobody" } },
        { user_identifier = "bob", display_name = "x",
          org_identifiers = { "nowhere" } },
        { user_identifier = "EVE", display_name = "x" },
        { user_identifier = "ada", display_name = "" },
      } do
        local users = { rows[1], rows[2], bad }
        local status = admin:post("users/import",
          { users = users, dry_run = false })
        assert.equal(400, status)
        assert.equal("ada bob tsadmin", user_names())
        assert.equal("ada", sandbox:user("ada").display_name)
      end
      assert_refused(400, 10002, "EVE is listed twice",
        admin:refusal("users/import", { users = { rows[2],
          { user_identifier = "EVE", display_name = "x" } } }))
    end)
  end)

  describe("sets a password", function()
    it("given the current one", function()
      local request = { user_identifier = "ada", current_password = "wrong",
        new_password = "new" }
      assert_refused(400, 10002, "the current password is wrong",
        admin:refusal("users/change-password", request))
      assert.is_true(can_log_in("ada", "old"))
      request.current_password = "old"
      assert.equal(204, (admin:post("users/change-password", request)))
      assert.is_true(can_log_in("ada", "new"))
      assert.is_false(can_log_in("ada", "old"))
    end)

    it("as an administrator", function()
      local request = { user_identifier = "ada", new_password = "new" }
      assert.equal(204, (admin:post("users/reset-password", request)))
      assert.is_true(can_log_in("ada", "new"))
      request.user_identifier = "eve"
      assert_refused(400, 13003, '["eve"]',
        admin:refusal("users/reset-password", request))
    end)
  end)

  describe("deactivates a user", function()
    local function deactivate()
      local status, answer = admin:post("users/deactivate",
        { user_identifier = "ada", base_url = "https://acme.test/" })
      assert.equal(200, status)
      return answer.activation_link:match(
        "^https://acme%.test/#/activate%?id=" .. sandbox:user("ada").id
        :gsub("%-", "%%-") .. "&token=(.+)$")
    end

    local function activate(token)
      return admin:refusal("users/activate", {
        user_identifier = "ada", auth_token = token, password = "again",
      })
    end

    it("and ends its sessions", function()
      local ada = Caller.new(sandbox, { username = "ada", password = "old" })
      local token = deactivate()
      assert.equal("INACTIVE", sandbox:user("ada").account_status)
      assert.is_false(is_logged_in(ada))
      assert.is_false(can_log_in("ada", "old"))
      activate(token)
      assert.is_false(is_logged_in(ada))
    end)

    it("until it is activated, once, with the token of the link", function()
      local token = deactivate()
      assert_refused(400, 10002, "the activation token is not valid",
        activate "wrong")
      local status, user = admin:post("users/activate", {
        user_identifier = "ada", auth_token = token, password = "again",
      })
      assert.equal(200, status)
      assert.equal("ACTIVE", user.account_status)
      assert.is_true(can_log_in("ada", "again"))
      assert_refused(400, 10002, "the activation token is not valid",
        activate(token))
    end)

    it("with a link that is valid for 14 days", function()
      local token = deactivate()
      now = now + 14 * DAY
      admin = Caller.new(sandbox)
      assert_refused(400, 10002, "the activation token is not valid",
        activate(token))
      now = now - 1
      assert.equal(200, (activate(token)))
    end)

    it("with a new link each time", function()
      local old = deactivate()
      deactivate()
      assert.equal(400, (activate(old)))
    end)

    it("but no other user can be activated", function()
      assert_refused(400, 10002, "the activation token is not valid",
        activate "x")
    end)
  end)

  describe("logs out", function()
    local ada, bob

    before_each(function()
      ada = Caller.new(sandbox, { username = "ada", password = "old" })
      bob = Caller.new(sandbox, { username = "bob", password = "b" })
    end)

    it("the listed users", function()
      assert.equal(204, (admin:post("users/force-logout",
        { user_identifiers = { "ada" } })))
      assert.is_false(is_logged_in(ada))
      assert.is_true(is_logged_in(bob))
      assert.is_true(is_logged_in(admin))
    end)

    it("nobody if one of them is unknown", function()
      assert_refused(400, 13003, '["eve"]',
        admin:refusal("users/force-logout",
          { user_identifiers = { "ada", "eve" } }))
      assert.is_true(is_logged_in(ada))
    end)

    for _, body in ipairs {
      "{}", '{"user_identifiers":null}', '{"user_identifiers":[]}',
      '{"user_identifiers":{}}', '{"user_identifier":["ada"]}',
    } do
      it("everybody for " .. body, function()
        assert.equal(204, (admin:post("users/force-logout", body)))
        assert.is_false(is_logged_in(ada))
        assert.is_false(is_logged_in(bob))
        assert.is_false(is_logged_in(admin))
      end)
    end
  end)

  describe("issues a token", function()
    local function mint(request)
      return admin:post("auth/token/full", request)
    end

    local function refused(request)
      return admin:refusal("auth/token/full", request)
    end

    local function assert_no_credentials(request)
      assert_refused(401, 10097, "the credentials are not valid",
        refused(request))
    end

    it("for a password, valid for five minutes", function()
      local status, session = mint { username = "ada", password = "old" }
      assert.equal(200, status)
      assert.equal(now * 1000, session.creation_time_in_millis)
      assert.equal((now + 300) * 1000, session.expiration_time_in_millis)
      assert.same({ access_type = "FULL", org_id = 0,
        metadata_id = json.null }, session.scope)
      assert.equal(sandbox:user("ada").id, session.valid_for_user_id)
      assert.equal("ada", session.valid_for_username)
    end)

    it("for the secret key, which wins over a password", function()
      local key = "sandbox-secret-key"
      assert.equal(200, (mint { username = "ada", secret_key = key }))
      assert.equal(200, (mint { username = "ada", secret_key = key,
        password = "wrong" }))
      assert_no_credentials { username = "ada", secret_key = "wrong",
        password = "old" }
      assert.equal(200, (mint { username = "ada", secret_key = "",
        password = "old" }))
    end)

    it("only for users who may log in", function()
      assert_no_credentials { username = "ada", password = "wrong" }
      assert_no_credentials { username = "ada", password = "" }
      assert_no_credentials { username = "ada" }
      assert_no_credentials { username = "eve", password = "old" }
      assert_no_credentials { username = "eve",
        secret_key = "sandbox-secret-key" }
      admin:post("users/ada/update", { account_status = "LOCKED" })
      assert_no_credentials { username = "ada", password = "old" }
      assert_no_credentials { username = "ada",
        secret_key = "sandbox-secret-key" }
    end)

    it("only for the secret key, if the user has no password", function()
      admin:post("users/create",
        { name = "gil", display_name = "Gil", email = "g" })
      assert_no_credentials { username = "gil" }
      assert.equal(200, (mint { username = "gil",
        secret_key = "sandbox-secret-key" }))
    end)

    it("for the secret key that it was given", function()
      local other = thoughtspot.sandbox { secret_key = "another key" }
      for key, expected in pairs {
        ["another key"] = true, ["sandbox-secret-key"] = false,
      } do
        local client = assert(thoughtspot.new {
          host = "https://sandbox.test", transport = other,
          username = "tsadmin", secret_key = key,
        })
        assert.equal(expected, client:search_users() ~= nil)
      end
    end)

    it("not for a password where MFA is on", function()
      sandbox.quirks.mfa = true
      assert_no_credentials { username = "ada", password = "old" }
      assert.equal(200, (mint { username = "ada",
        secret_key = "sandbox-secret-key" }))
    end)

    it("with the requested lifetime", function()
      local _, session = mint { username = "ada", password = "old",
        validity_time_in_sec = 60 }
      local ada = { sandbox = sandbox, token = session.token }
      setmetatable(ada, getmetatable(admin))
      now = now + 59
      assert.is_true(is_logged_in(ada))
      now = now + 1
      assert.is_false(is_logged_in(ada))
      assert_refused(400, 10002, "validity_time_in_sec is not positive",
        refused { username = "ada", password = "old",
          validity_time_in_sec = 0 })
    end)

    it("in an org of the user", function()
      local _, session = mint { username = "bob", password = "b", org_id = 1 }
      assert.equal(1, session.scope.org_id)
      for _, org_id in ipairs { 1, 7, 0.4, -1, 1e300 } do
        assert_refused(400, 13090, "no access to the org",
          refused { username = "ada", password = "old", org_id = org_id })
      end
    end)

    it("in the primary org when the org is not a number", function()
      for _, org_id in ipairs { '"Sales"', '"1"', "null", "{}", "[1]" } do
        local status, session = mint(
          '{"username":"bob","password":"b","org_id":' .. org_id .. "}")
        assert.equal(200, status)
        assert.equal(0, session.scope.org_id)
      end
      local _, session = mint { username = "bob", password = "b",
        org_identifier = "1" }
      assert.equal(0, session.scope.org_id)
    end)

    describe("with auto_create", function()
      local function provision(fields)
        fields.secret_key = "sandbox-secret-key"
        fields.auto_create = true
        return mint(fields)
      end

      it("for a user that it creates", function()
        local status, session = provision { username = "eve", email = "e@x",
          display_name = "Eve", group_identifiers = { "readers" } }
        assert.equal(200, status)
        local eve = sandbox:user "eve"
        assert.equal(eve.id, session.valid_for_user_id)
        assert.equal("Eve", eve.display_name)
        assert.equal("e@x", eve.email)
        assert.equal("readers", names(eve.user_groups))
        assert.equal("Primary", names(eve.orgs))
        provision { username = "fay", org_id = 1 }
        assert.equal("fay", sandbox:user("fay").display_name)
        assert.equal("Sales", names(sandbox:user("fay").orgs))
      end)

      it("for a user whose groups it replaces", function()
        provision { username = "ada", group_identifiers = { "readers" } }
        local ada = sandbox:user "ada"
        assert.equal("readers", names(ada.user_groups))
        assert.equal("ada@acme.test", ada.email)
      end)

      it("only with the right key, and in an org that exists", function()
        assert_no_credentials { username = "eve", auto_create = true,
          password = "x" }
        assert_no_credentials { username = "eve", auto_create = true,
          secret_key = "x" }
        assert_refused(400, 13090, "no access to the org",
          refused { username = "eve", auto_create = true, org_id = 9,
            secret_key = "sandbox-secret-key" })
        assert.is_nil(sandbox:user "eve")
      end)

      it("not for an inactive user", function()
        admin:post("users/ada/update", { account_status = "INACTIVE" })
        assert_no_credentials { username = "ada", auto_create = true,
          secret_key = "sandbox-secret-key" }
      end)
    end)
  end)

  it("says whose a token is, and how long it is valid", function()
    local status, view = admin:post("auth/token/validate",
      { token = admin.token })
    assert.equal(200, status)
    assert.equal("Bearer", view.token_type)
    assert.equal(sandbox:user("tsadmin").id, view.valid_for_user_id)
    assert.equal((now + 300) * 1000, view.expiration_time_in_millis)
    assert.equal(0, view.scope.org_id)
    assert.is_nil(view.token)
    local expired = Caller.new(sandbox, { username = "ada", password = "old",
      validity_time_in_sec = 1 }).token
    now = now + 1
    for _, token in ipairs { expired, "malformed" } do
      assert_refused(400, 10002, "the token is not valid",
        admin:refusal("auth/token/validate", { token = token }))
    end
  end)

  describe("revokes", function()
    local first, second, bob

    before_each(function()
      first = Caller.new(sandbox, { username = "ada", password = "old" })
      second = Caller.new(sandbox, { username = "ada", password = "old" })
      bob = Caller.new(sandbox, { username = "bob", password = "b" })
    end)

    local function logged_in()
      return { is_logged_in(first), is_logged_in(second), is_logged_in(bob) }
    end

    it("a token", function()
      assert.equal(204, (admin:post("auth/token/revoke",
        { token = first.token })))
      assert.same({ false, true, true }, logged_in())
      assert.is_true(is_logged_in(admin))
    end)

    it("all tokens of a user", function()
      admin:post("auth/token/revoke", { user_identifier = "ada" })
      assert.same({ false, false, true }, logged_in())
      assert.is_true(is_logged_in(admin))
    end)

    it("nothing without either", function()
      assert_refused(400, 10002, "user_identifier or token is required",
        first:refusal("auth/token/revoke", {}))
      assert.same({ true, true, true }, logged_in())
    end)
  end)

  it("returns the user of the token, and the org", function()
    local status, user = sales_admin():get "auth/session/user"
    assert.equal(200, status)
    assert.equal("tsadmin", user.name)
    assert.same({ id = 1, name = "Sales" }, user.current_org)
    assert.equal("Primary",
      select(2, admin:get "auth/session/user").current_org.name)
  end)

  it("issues a new token for the session, valid for a day", function()
    local sales = sales_admin()
    local status, session = sales:get "auth/session/token"
    assert.equal(200, status)
    assert.not_equal(sales.token, session.token)
    assert.equal((now + DAY) * 1000, session.expiration_time_in_millis)
    assert.equal("tsadmin", session.valid_for_username)
    assert.is_nil(session.scope)
    now = now + DAY - 1
    assert.is_false(is_logged_in(sales))
    sales.token = session.token
    assert.equal("Sales",
      select(2, sales:get "auth/session/user").current_org.name)
  end)
end)
