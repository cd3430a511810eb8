-- The module as its users run it: over HTTPS and HTTP/2, against a sandbox in
-- nginx.
--
-- Takes long.

local core = require "thoughtspot.core"
local fault = require "spec.support.fault_server"
local open_files = require "spec.support.open_files"
local sandbox_server = require "spec.support.sandbox_server"
local thoughtspot = require "thoughtspot"

local BASE_URL = "https://acme.test"
local SLOWER = tonumber(os.getenv "SLOWER" or 1)

describe("over HTTPS", function()
  local server, client

  setup(function()
    server = sandbox_server.start()
  end)

  teardown(function()
    server:stop()
  end)

  -- A client with options in place of the usual ones, and without some.
  local function connect(options, without)
    local all = {
      host = server.https, ca_file = server.ca_file, rate_limit = false,
      username = server.username, password = server.password,
    }
    for name, value in pairs(options or {}) do
      all[name] = value
    end
    for _, name in ipairs(without or {}) do
      all[name] = nil
    end
    return assert(thoughtspot.new(all))
  end

  local function reset(options)
    server:control("reset", options)
    client = connect()
  end

  before_each(function()
    reset {
      orgs = { "Sales" }, groups = { "readers", "writers" },
      users = { { name = "ada", display_name = "Ada", email = "ada@acme.test",
        password = "old", groups = { "readers" } } },
    }
  end)

  after_each(function()
    client:close()
  end)

  local function state(identifier)
    return server:control("user", { identifier = identifier })
  end

  -- The requests that the server received for an endpoint, or for all.
  local function requests(endpoint)
    local list = {}
    for _, request in ipairs(server:control "requests") do
      if not endpoint or request.endpoint == endpoint then
        list[#list + 1] = request
      end
    end
    return list
  end

  local function names(list)
    local found = {}
    for index, entry in ipairs(list) do
      found[index] = entry.name
    end
    return table.concat(found, " ")
  end

  -- Whether a user can log in with this password.
  local function can_log_in(username, password)
    local session, err = client:get_full_access_token {
      username = username, password = password,
    }
    if not session then
      assert.equal("auth", err.kind)
    end
    return session ~= nil
  end

  -- A client with a token of its own for somebody.
  local function session_of(username, password)
    return connect({
      token = assert(client:get_full_access_token {
        username = username, password = password,
      }).token,
    }, { "username", "password" })
  end

  describe("the endpoint", function()
    it("search_users finds", function()
      local users = assert(client:search_users {
        group_identifiers = { "readers" }, account_status = "ACTIVE",
      })
      assert.equal(1, #users)
      assert.equal("ada", users[1].name)
      assert.equal("ada@acme.test", users[1].email)
      assert.equal("readers", names(users[1].user_groups))
      assert.same({}, client:search_users { email = "nobody@acme.test" })
    end)

    it("create_user creates", function()
      local user = assert(client:create_user {
        name = "eve", display_name = "Eve", email = "eve@acme.test",
        password = "pw", org_identifiers = { "Sales", "0" },
        group_identifiers = { "writers" }, notify_on_share = false,
        favorite_metadata = { { identifier = "L", type = "LIVEBOARD" } },
        extended_properties = { team = "blue" },
      })
      local eve = state "eve"
      assert.equal(eve.id, user.id)
      assert.equal("Primary Sales", names(eve.orgs))
      assert.equal("writers", names(eve.user_groups))
      assert.is_false(eve.notify_on_share)
      assert.equal("L", eve.favorite_metadata[1].id)
      assert.equal("blue", user.extended_properties.team)
      assert.is_true(can_log_in("eve", "pw"))
    end)

    it("update_user updates", function()
      assert.is_true(client:update_user("ada", {
        email = "new@acme.test", group_identifiers = { "writers" },
        operation = "ADD",
      }))
      assert.equal("new@acme.test", state("ada").email)
      assert.equal("readers writers", names(state("ada").user_groups))
      assert.is_true(client:update_user(state("ada").id,
        { group_identifiers = {}, operation = "REPLACE" }))
      assert.equal("", names(state("ada").user_groups))
    end)

    it("delete_user deletes", function()
      assert.is_true(client:delete_user "ada")
      assert.is_nil(state "ada")
      local _, err = client:delete_user "ada"
      assert.equal(13003, err.code)
    end)

    it("import_users imports", function()
      local request = { dry_run = true, default_password = "pw", users = {
        { user_identifier = "ada", display_name = "Countess" },
        { user_identifier = "eve", display_name = "Eve" },
      } }
      assert.equal("eve", names(client:import_users(request).users_added))
      assert.is_nil(state "eve")
      request.dry_run = false
      local result = assert(client:import_users(request))
      assert.equal("ada", names(result.users_updated))
      assert.equal(state("eve").id, result.users_added[1].id)
      assert.equal("Countess", state("ada").display_name)
      assert.is_true(can_log_in("eve", "pw"))
    end)

    it("import_users deletes unlisted users", function()
      local result = assert(client:import_users {
        dry_run = false, delete_unspecified_users = true,
        users = { { user_identifier = "tsadmin", display_name = "Admin" } },
      })
      assert.equal("ada", names(result.users_deleted))
      assert.is_nil(state "ada")
    end)

    it("change_user_password changes it", function()
      assert.is_true(client:change_user_password {
        user_identifier = "ada", current_password = "old",
        new_password = "new",
      })
      assert.is_true(can_log_in("ada", "new"))
      assert.is_false(can_log_in("ada", "old"))
    end)

    it("reset_user_password sets it", function()
      assert.is_true(client:reset_user_password {
        user_identifier = "ada", new_password = "new" })
      assert.is_true(can_log_in("ada", "new"))
    end)

    it("deactivate_user and activate_user work", function()
      local activation = assert(client:deactivate_user {
        user_identifier = "ada", base_url = BASE_URL })
      assert.equal("INACTIVE", state("ada").account_status)
      assert.is_false(can_log_in("ada", "old"))
      local id, token = activation.activation_link:match(
        "^https://acme%.test/#/activate%?id=([^&]+)&token=(.+)$")
      local user = assert(client:activate_user {
        user_identifier = id, auth_token = token, password = "new" })
      assert.equal("ACTIVE", user.account_status)
      assert.is_true(can_log_in("ada", "new"))
    end)

    it("force_logout_users logs out the listed users", function()
      local ada = session_of("ada", "old")
      assert.equal("ada", ada:get_current_user_info().name)
      assert.is_true(client:force_logout_users {
        user_identifiers = { "ada" } })
      local _, err = ada:get_current_user_info()
      assert.equal("auth", err.kind)
      assert(client:get_current_user_info())
      assert.equal(1, #requests "force_logout_users")
      ada:close()
    end)

    it("force_logout_all_users logs out everybody; the next call logs in "
      .. "again",
      function()
        local ada = session_of("ada", "old")
        assert(client:search_users())
        local before = #requests "get_full_access_token"
        assert.is_true(client:force_logout_all_users {
          confirm = server.https })
        assert.is_nil(ada:get_current_user_info())
        assert.equal("tsadmin", client:get_current_user_info().name)
        assert.equal(before + 1, #requests "get_full_access_token")
        assert(client:search_users())
        assert.equal(before + 1, #requests "get_full_access_token")
        ada:close()
      end)

    it("get_full_access_token returns a token", function()
      local session = assert(client:get_full_access_token {
        username = "tsadmin", password = "secret", org_id = 1,
        validity_time_in_sec = 60,
      })
      assert.equal(1, session.scope.org_id)
      assert.equal(60000, session.expiration_time_in_millis
        - session.creation_time_in_millis)
      local other = connect({ token = session.token },
        { "username", "password" })
      assert.equal("Sales", other:get_current_user_info().current_org.name)
      other:close()
    end)

    it("validate_token describes a token", function()
      local session = assert(client:get_full_access_token {
        username = "ada", password = "old" })
      local view = assert(client:validate_token { token = session.token })
      assert.equal(state("ada").id, view.valid_for_user_id)
      local _, err = client:validate_token { token = "nonsense" }
      assert.equal(400, err.status)
      assert.equal(10002, err.code)
    end)

    it("revoke_token revokes a token", function()
      local ada = session_of("ada", "old")
      assert(ada:get_current_user_info())
      assert.is_true(client:revoke_token { user_identifier = "ada" })
      local _, err = ada:get_current_user_info()
      assert.equal(401, err.status)
      ada:close()
    end)

    it("get_current_user_info returns the client's user", function()
      local user = assert(client:get_current_user_info())
      assert.equal(state("tsadmin").id, user.id)
      assert.equal("Primary", user.current_org.name)
    end)

    it("get_current_user_token returns a token for a day", function()
      local session = assert(client:get_current_user_token())
      assert.equal(24 * 60 * 60 * 1000, session.expiration_time_in_millis
        - session.creation_time_in_millis)
      assert(client:validate_token { token = session.token })
    end)

    for _, name in ipairs(core.describe()) do
      it(name .. " is understood by its method", function()
        assert.is_function(client[name])
      end)
    end
  end)

  describe("the connection", function()
    it("is a single one of HTTP/2, with one login", function()
      for _ = 1, 3 do
        assert(client:search_users())
        assert(client:update_user("ada", { display_name = "x" }))
      end
      local received = requests()
      assert.equal(7, #received)
      assert.equal("get_full_access_token", received[1].endpoint)
      for _, request in ipairs(received) do
        assert.equal("HTTP/2.0", request.protocol)
        assert.equal(received[1].connection, request.connection)
      end
    end)

    it("does not keep the end of a page to itself that came with another",
      function()
        local users, longest = {}, 0
        for index = 1, 17 do
          users[index] = { name = "user" .. index, email = "u@acme.test" }
        end
        reset { users = users }
        client:close()
        client = connect { timeout = 5 }
        for _ = 1, 300 do
          local began, count = core.now(), 0
          for _ in client:each_user({}, { fields = { "name" } }) do
            count = count + 1
          end
          assert.equal(18, count)
          longest = math.max(longest, core.now() - began)
        end
        assert.is_true(longest < 4, "one read took " .. longest .. " s")
      end)

    it("is shared by calls in flight, and the login, too", function()
      server:control("latency", { seconds = 0.02 })
      local items = {}
      for index = 1, 20 do
        items[index] = { "ada", { display_name = "Ada " .. index } }
      end
      assert.equal(20, client:batch("update_user", items).succeeded)
      local received, connections = requests(), {}
      for _, request in ipairs(received) do
        connections[request.connection] = true
      end
      assert.equal(21, #received)
      assert.equal(1, #requests "get_full_access_token")
      assert.is_nil(next(connections, next(connections)))
    end)

    it("is another one of HTTP/1.1 for calls that must not be repeated",
      function()
        assert(client:search_users())
        assert(client:delete_user "ada")
        assert(client:search_users())
        assert.is_nil(client:delete_user "ada")
        local protocols = {}
        for index, request in ipairs(requests()) do
          protocols[index] = request.protocol
        end
        assert.same({ "HTTP/2.0", "HTTP/2.0", "HTTP/1.1", "HTTP/2.0",
          "HTTP/1.1" }, protocols)
        local deletions = requests "delete_user"
        assert.equal(deletions[1].connection, deletions[2].connection)
      end)

    describe("brings each call its own reply", function()
      local it_with_many = open_files.suffice(1024) and it or pending

      -- Makes searches for one user each, up to 'most' at a time; 'prepare'
      -- makes the exchange of a search.
      local function expect_own_replies(options, count, most, prepare)
        local users = {}
        for number = 1, 100 do
          users[number] = { name = "user" .. number, display_name = "U",
            email = "u@acme.test" }
        end
        reset { users = users }
        client = connect(options)
        local calls, begun, done = {}, 0, 0
        local give_up = core.now() + 30 * SLOWER
        local function begin()
          begun = begun + 1
          local filter = { user_identifier = "user" .. begun % 100 + 1 }
          calls[prepare(begun, filter)] = filter.user_identifier
        end
        repeat
          for exchange, name in pairs(calls) do
            if exchange:step() == "done" then
              local found = assert(exchange:result())
              assert.equal(name, found[1].name)
              calls[exchange] = nil
              done = done + 1
            end
          end
          for _ = begun + 1, math.min(begun + 20, done + most, count) do
            begin()
          end
          client.core:poll(0.001)
          assert(core.now() < give_up)
        until done == count
      end

      it_with_many("whatever the others' protocol", function()
        -- A search may be repeated, unless it is a call of request().
        expect_own_replies({ host = server.brief }, 1000, 1000,
          function(number, filter)
            return number % 3 == 0 and client.core:prepare("request",
              { path = "users/search", reply = "list", body = filter })
              or client.core:prepare("search_users", filter)
          end)
      end)

      describe("if only some machines of the cluster support HTTP/2",
        function()
          local balancer

          before_each(function()
            balancer = fault.start {
              server.brief:match "%d+$", server.mtls:match "%d+$",
            }
          end)

          after_each(function()
            client:close()
            balancer:stop()
          end)

          local function balanced(options)
            options.host = "https://localhost:" .. balancer.port
            options.client_cert = server.client_cert
            options.client_key = server.client_key
            return options
          end

          local function prepare(_, filter)
            return client.core:prepare("search_users", filter)
          end

          it_with_many("and many are in flight", function()
            expect_own_replies(balanced {}, 3000, 200, prepare)
          end)

          it("and another is cancelled meanwhile", function()
            reset { users = {
              { name = "ada", display_name = "A", email = "a@acme.test" },
              { name = "bob", display_name = "B", email = "b@acme.test" },
            } }
            local token = assert(client:get_full_access_token {
              username = server.username, password = server.password,
            }).token
            client = connect(balanced { token = token },
              { "username", "password" })
            local function send(name)
              local exchange = prepare(1, { user_identifier = name })
              local give_up = core.now() + 0.2
              repeat
                client.core:poll(0.01)
              until exchange:step() == "done" or core.now() > give_up
              return exchange
            end
            -- libcurl sends bob's second request by the connection of ada's,
            -- which is older than that of his first one.
            server:control("latency", { seconds = 1 })
            local ada = send "ada"
            server:control("latency", { seconds = 0 })
            assert.equal("done", send "bob":step())
            local bob = send "bob"
            ada:cancel()
            while bob:step() ~= "done" do
              client.core:poll(0.01)
            end
            assert.equal("bob", assert(bob:result())[1].name)
          end)
        end)
    end)

    it("may end at any time, and no write is in doubt", function()
      local users, names_of_users = {}, {}
      for index = 1, 200 do
        names_of_users[index] = "user-" .. index
        users[index] = { name = names_of_users[index],
          email = "user@acme.test" }
      end
      reset { users = users }
      -- The connections of both batches are open together, and there may be no
      -- more than 64 files.
      local concurrent = { concurrency = 16 }
      local brief = connect { host = server.brief }
      local report = brief:batch("delete_user", names_of_users, concurrent)
      assert.equal(200, report.succeeded)
      assert.equal(200, #requests "delete_user")
      for index = 1, 100 do
        names_of_users[index] = { "tsadmin", { display_name = "x" } }
        names_of_users[index + 100] = nil
      end
      report = brief:batch("update_user", names_of_users, concurrent)
      assert.equal(100, report.succeeded)
      brief:close()
    end)

    it("carries compressed replies", function()
      assert.equal("Ada", client:find_user("ada").display_name)
      local search = requests("search_users")[1]
      assert.equal("gzip", search.content_encoding)
      assert.is_truthy(search.headers["accept-encoding"]:find("gzip", 1, true))
    end)

    it("sends User-Agent and Accept", function()
      assert(client:search_users())
      local headers = requests("search_users")[1].headers
      assert.equal("application/json", headers["content-type"])
      assert.equal("application/json", headers["accept"])
      assert.is_truthy(headers["user-agent"]:find "^lua%-thoughtspot")
      assert.is_truthy(headers["authorization"]:find "^Bearer %S+$")
      local mint = requests("get_full_access_token")[1].headers
      assert.is_nil(mint["authorization"])
    end)

    it("is not made to a server with an unknown certificate", function()
      for _, options in ipairs {
        { ca_file = server.client_cert },
        -- Reaches the server by a name that is not in its certificate.
        { host = server.https:gsub("localhost", "other.localhost") },
      } do
        options.max_retries = 0
        local stranger = connect(options)
        local users, err = stranger:search_users()
        assert.is_nil(users)
        assert.equal("tls", err.kind)
        assert.equal("no", err.applied)
        stranger:close()
      end
      assert.equal(0, #requests())
    end)

    it("is made to any server with verify = false", function()
      local careless = connect({ verify = false }, { "ca_file" })
      assert(careless:search_users())
      careless:close()
    end)

    it("presents the client certificate when the server requests "
      .. "it", function()
      local known = connect { host = server.mtls,
        client_cert = server.client_cert, client_key = server.client_key }
      assert.equal("ada", known:find_user("ada").name)
      known:close()
      local unknown = connect { host = server.mtls }
      local users, err = unknown:search_users()
      assert.is_nil(users)
      assert.equal("no", err.applied)
      unknown:close()
      assert.equal(2, #requests())
    end)

    it("comes back after it was closed", function()
      assert(client:search_users())
      client:close()
      local _, err = client:search_users()
      assert.equal("closed", err.kind)
      client = connect()
      assert(client:search_users())
    end)
  end)

  describe("a failure", function()
    before_each(function()
      assert(client:search_users()) -- has a token from now on
    end)

    local function create_eve()
      return client:create_user { name = "eve", display_name = "Eve",
        email = "eve@acme.test" }
    end

    it("of 429 is retried after the time that the server says", function()
      server:control("fail", { endpoint = "create_user",
        fault = "too_many_retry_after" })
      local before = core.now()
      assert(create_eve())
      assert.is_true(core.now() - before >= 1)
      assert.equal(2, #requests "create_user")
      assert.is_table(state "eve")
    end)

    it("of 429 is retried when the server gives no time", function()
      server:control("fail", { endpoint = "create_user",
        fault = "too_many" })
      assert(create_eve())
      assert.equal(2, #requests "create_user")
    end)

    it("of 503 with an HTML page is of kind gateway", function()
      server:control("fail", { fault = "unavailable" })
      local _, err = create_eve()
      assert.equal("gateway", err.kind)
      assert.equal(503, err.status)
      assert.is_truthy(err.body:find("503 Service Unavailable", 1, true))
    end)

    it("of 503 is retried where the call may be repeated", function()
      server:control("fail", { endpoint = "search_users",
        fault = "unavailable" })
      assert(client:search_users())
      assert.equal(3, #requests "search_users")
    end)

    it("includes 200 with an HTML page", function()
      server:control("fail", { fault = "maintenance" })
      local _, err = client:search_users()
      assert.equal("gateway", err.kind)
      assert.equal(200, err.status)
    end)

    it("does not include 200 in place of 204", function()
      server:control("quirks", { ok_for_no_content = true })
      assert.is_true(client:update_user("ada", { email = "x@acme.test" }))
      assert.is_true(client:delete_user "ada")
    end)

    it("of the connection is retried where the call may be repeated",
      function()
        server:control("fail", { endpoint = "search_users", fault = "reset" })
        assert.equal(2, #client:search_users())
      end)

    it("of the connection leaves it open whether a user was created",
      function()
        server:control("fail", { endpoint = "create_user", fault = "reset",
          applied = true })
        local created, err = create_eve()
        assert.is_nil(created)
        assert.equal("network", err.kind)
        assert.equal("maybe", err.applied)
        assert.is_table(state "eve")
        assert.equal(1, #requests "create_user")
      end)

    it("of 500 is not retried", function()
      server:control("fail", { fault = "server_error" })
      local _, err = client:search_users()
      assert.equal("server", err.kind)
      assert.equal(10038, err.code)
      assert.equal(2, #requests "search_users")
    end)
  end)

  describe("a name", function()
    it("with a slash is looked up, and replaced by its GUID", function()
      client:create_user { name = "a/b", display_name = "x",
        email = "e@acme.test" }
      local id = state("a/b").id
      assert.is_true(client:update_user("a/b", { email = "new@acme.test" }))
      assert.equal("new@acme.test", state("a/b").email)
      assert.is_true(client:delete_user "a/b")
      assert.is_nil(state "a/b")
      assert.equal("/api/rest/2.0/users/" .. id .. "/delete",
        requests("delete_user")[1].path)
    end)

    for _, name in ipairs {
      "Ärger 字", "50% of %41", "a b+c&d=e?f#g", "%2E%2E", "..x", "a\\b\"c",
      "ada@acme.test", ";:,'()*!$[]{}|^`~",
    } do
      it(("may be %q"):format(name), function()
        assert(client:create_user { name = name, display_name = name,
          email = "e@acme.test" })
        assert.equal(name, state(name).name)
        assert.equal(name, client:find_user(name).display_name)
        assert.is_true(client:update_user(name, { email = "n@acme.test" }))
        assert.equal("n@acme.test", state(name).email)
        assert.is_true(client:delete_user(name))
        assert.is_nil(state(name))
      end)
    end
  end)

  describe("many users", function()
    local COUNT = 2500

    before_each(function()
      local users = {}
      for index = 1, COUNT do
        users[index] = { name = ("user-%04d"):format(index),
          email = ("user-%04d@acme.test"):format(index) }
      end
      reset { users = users }
    end)

    local function walk(filter, options)
      local count, last = 0, nil
      for user in client:each_user(filter, options) do
        count, last = count + 1, user
      end
      return count, last
    end

    it("come page by page, in order", function()
      local expected = 1
      for user in client:each_user({ name_pattern = "user-%" },
        { page_size = 400 }) do
        assert.equal(("user-%04d"):format(expected), user.name)
        expected = expected + 1
      end
      assert.equal(COUNT + 1, expected)
      local offsets = {}
      for _, request in ipairs(requests "search_users") do
        -- Not the range that confirms the end, which is longer.
        if request.body:find '"record_size":400[,}]' then
          offsets[#offsets + 1] = tonumber(
            request.body:match '"record_offset":(%d+)')
        end
      end
      table.sort(offsets)
      assert.equal(0, offsets[1])
      for index = 2, 7 do
        assert.equal((index - 1) * 392, offsets[index])
      end
    end)

    it("come as lists, page by page", function()
      local pages, total = client:user_pages({}, { page_size = 1000 }), 0
      local sizes = {}
      while true do
        local page, err = pages:next()
        assert.is_nil(err)
        if not page then
          break
        end
        sizes[#sizes + 1] = #page
        total = total + #page
      end
      assert.same({ 1000, 1000, COUNT + 1 - 2000 }, sizes)
    end)

    it("come in one streamed reply", function()
      assert.equal(COUNT + 1, (walk({}, { page_size = -1 })))
      -- The others find nobody beyond the end.
      assert.equal(3, #requests "search_users")
      assert.is_truthy(requests("search_users")[1].body
        :find('"record_size":-1', 1, true))
    end)

    it("come with the requested fields only", function()
      local count, last = walk({}, { fields = { "name", "email" } })
      assert.equal(COUNT + 1, count)
      assert.same({ name = "user-2500", email = "user-2500@acme.test" }, last)
    end)

    it("come up to the limit", function()
      local count, last = walk({}, { limit = 1234, page_size = 500 })
      assert.equal(1234, count)
      assert.equal("user-1233", last.name) -- after tsadmin
    end)

    it("come once each although a connection breaks", function()
      server:control("fail", { endpoint = "search_users", fault = "reset" })
      server:control("fail", { endpoint = "search_users",
        fault = "unavailable" })
      assert.equal(COUNT + 1, (walk({}, { page_size = 500 })))
    end)

    it("may include one that the cluster cannot return", function()
      server:control("quirks", { dangling_user = "user-0700" })
      local skipped
      local count = walk({}, { on_skipped = function(row)
        skipped = row
      end })
      assert.equal(COUNT, count)
      assert.equal(700, skipped.offset)
      assert.equal(404, skipped.err.status)
    end)

    it("do not come into the next reply when a stream is cancelled",
      function()
        local function ask()
          return assert(client.core:prepare("search_users",
            { record_size = -1 })):stream()
        end
        -- The other one keeps the connection in use.
        local cancelled, other = ask(), ask()
        local give_up = core.now() + 20
        while not cancelled:take() or not other:take() do
          assert(core.now() < give_up)
          cancelled:step()
          other:step()
          client.core:poll(0.01)
        end
        cancelled:cancel()
        for _ = 1, 2 do
          assert.equal(COUNT + 1, (walk {}))
        end
        other:cancel()
      end)

    it("are not read forever when offsets are ignored", function()
      server:control("quirks", { ignore_offset = true })
      local done, err = pcall(walk, {}, { page_size = 100 })
      assert.is_false(done)
      assert.equal("api", err.kind)
    end)

    it("are imported in a body that nginx buffers in a file", function()
      local users = {}
      for index = 1, 5000 do
        users[index] = { user_identifier = ("new-%04d"):format(index),
          display_name = ("Ä"):rep(100), email = "new@acme.test" }
      end
      local result = assert(client:import_users {
        users = users, dry_run = false })
      assert.equal(5000, #result.users_added)
      assert.equal(("Ä"):rep(100), state("new-5000").display_name)
      local import = requests("import_users")[1]
      assert.is_true(import.spooled)
      assert.is_true(#import.body > 1000000)
    end)
  end)
end)
