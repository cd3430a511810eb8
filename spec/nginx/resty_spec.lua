local cjson = require("cjson").new()
local command = require "spec.support.command"
local core = require "thoughtspot.core"
local server = require "spec.nginx.server"

local SLOWER = tonumber(os.getenv "SLOWER" or 1)

describe("resty.thoughtspot", function()
  local upstream, application

  local function count(name)
    return cjson.decode(upstream:get "/counts")[name] or 0
  end

  -- Runs an act several times at once, until each worker has run it.
  local function in_all_workers(path)
    local seen, number, all = {}, 0, {}
    repeat
      local urls = {}
      for index = 1, 20 do
        urls[index] = "'" .. application.url .. path .. "'"
      end
      local pipe = io.popen(command.CURL .. " -Z --max-time 30 "
        .. "--parallel-immediate --parallel-max 20 "
        .. table.concat(urls, " ") .. " 2>/dev/null")
      local answers = pipe:read "*a"
      pipe:close()
      for json in answers:gmatch "%b[]" do
        local answer = cjson.decode(json)[1]
        all[#all + 1] = answer
        if not seen[answer.worker] then
          seen[answer.worker] = true
          number = number + 1
        end
      end
    until number == 2
    return all
  end

  setup(function()
    upstream = server.start "spec/nginx/upstream.conf"
  end)

  teardown(function()
    upstream:stop()
  end)

  local function start()
    upstream:get "/set?latency=0"
    upstream:get "/reset"
    application = server.start("spec/nginx/application.conf", {
      WORKERS = 2, UPSTREAM = upstream.url,
    })
    -- Both workers have begun, and made the calls of init_worker.
    upstream:get "/wait?name=users/search&count=3"
    upstream:get "/reset"
  end

  local function stop()
    assert.same({}, application:errors())
    application:stop()
  end

  describe("in a new nginx", function()
    before_each(start)
    after_each(stop)

    it("uses one token in all workers", function()
      upstream:get "/set?latency=0.02"
      for _, answer in ipairs(in_all_workers "/do/shared") do
        assert.equal(1, answer.found, answer.err)
      end
      assert.equal(1, count "auth/token/full")
    end)

    it("requests one new token when that is refused", function()
      in_all_workers "/do/shared"
      upstream:get "/revoke"
      upstream:get "/reset"
      upstream:get "/set?latency=0.02"
      for _, answer in ipairs(in_all_workers "/do/shared") do
        assert.equal(1, answer.found, answer.err)
      end
      assert.equal(1, count "auth/token/full")
    end)

    it("keeps no secret in its keys, and no lock", function()
      in_all_workers "/do/shared"
      local keys = cjson.decode(application:get "/do/keys")[1]
      assert.same({ "token " .. upstream.url .. " tsadmin " }, keys)
    end)

    it("releases the lock when a login fails", function()
      upstream:get "/fail?mints=1"
      local answer = cjson.decode(application:get "/do/shared")[1]
      assert.matches("could not log in: not now", answer.err)
      assert.same({}, cjson.decode(application:get "/do/keys")[1])
      in_all_workers "/do/shared"
      assert.equal(2, count "auth/token/full")
    end)

    it("releases the lock if the light thread of a login is killed", function()
      upstream:get "/set?latency=3600"
      local pid = application:ask "/do/never?shared=1"
      upstream:get "/wait?name=auth/token/full&count=1"
      os.execute("kill " .. pid)
      upstream:get "/wait?name=aborted&count=1"
      assert.is_true(cjson.decode(application:get "/do/unlocked")[1])
      upstream:get "/set?latency=0"
      for _, answer in ipairs(in_all_workers "/do/shared?deadline=5") do
        assert.equal(1, answer.found, answer.err)
      end
      assert.equal(2, count "auth/token/full")
    end)

    it("shares the rate limit", function()
      local began = core.now()
      local calls = #in_all_workers "/do/limited"
      local seconds = core.now() - began
      -- Ten at once, then one in 20 ms; the login counts, too.
      assert.is_true(seconds >= (calls + 1 - 10) * 0.02, seconds)
      assert.equal(calls, count "users/search")
    end)

    it("has one rate limit for all users of a cluster", function()
      local keys = cjson.decode(application:get "/do/paced")[1]
      table.sort(keys)
      assert.same({
        "token https://cluster.test ada ", "token https://cluster.test bob ",
        "used https://cluster.test",
      }, keys)
    end)
  end)

  describe("in the same nginx", function()
    setup(start)
    teardown(stop)

    it("does not wait for permits of calls that were killed", function()
      local seconds = cjson.decode(application:get "/do/queue")[1]
      assert.is_true(seconds < 2 * SLOWER, seconds)
    end)

    it("lets a burst through, logins included, and then no more", function()
      assert.same({ "found", "found", "found", "rate_limit" },
        cjson.decode(application:get "/do/recorded?life=300")[1].outcomes)
    end)

    it("releases a lock and a token before they expire", function()
      local lock_key = "lock https://cluster.test ada "
      local token_key = "token https://cluster.test ada "
      -- A tenth of its life before the end of a token, or half a minute; a
      -- second may begin meanwhile.
      for life, expected in pairs { [100] = 90, [3000] = 2970 } do
        local seconds = cjson.decode(application:get("/do/recorded?life="
          .. life))[1].seconds
        assert.equal(1.9, seconds[lock_key])
        assert.near(expected, seconds[token_key], 2)
      end
    end)

    it("works when the dict is full", function()
      local answer = application:get "/do/recorded?life=300&full=1"
      assert.same({ "found", "found", "found", "found" },
        cjson.decode(answer)[1].outcomes)
    end)

    it("keeps passwords out of the dict", function()
      local dumped = cjson.decode(application:get "/do/dumped")[1]
      assert.matches("resty.thoughtspot (" .. upstream.url .. ")", dumped, 1,
        true)
      assert.is_nil(dumped:find("secret", 1, true))
    end)

    it("keeps the users of token providers apart", function()
      assert.same({ "Bearer ada", "Bearer bob" },
        cjson.decode(application:get "/do/provided")[1])
    end)

    it("raises a string for unusable options", function()
      local answers = cjson.decode(application:get "/do/refused")[1]
      assert.matches("shared_dict: expected the name of a lua_shared_dict",
        answers[1])
      assert.matches("host: is required", answers[2])
      assert.matches("token_store: is not an option here", answers[3])
    end)
  end)
end)
