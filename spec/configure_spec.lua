local core = require "thoughtspot.core"
local support = require "spec.support.exchange"

local function refuse(options)
  local client, err = core.new(options)
  assert.is_nil(client)
  assert.equal("argument", err.kind)
  assert.is_nil(err.endpoint)
  assert.equal(err.field .. ": ", err.message:sub(1, #err.field + 2))
  return err.message, err.field
end

local https = "must begin with https:// (or, for this machine, http://)"
local clear = "would send credentials in the clear; use https://, or "
  .. "allow_http = true"
local refused_hosts = {
  { "acme.thoughtspot.cloud",
    "has no scheme; put https:// before the name" },
  { "", "is empty" },
  { "ftp://acme.test", https },
  { "file:///etc/passwd", https },
  { "https://", "is not a valid host name" },
  { "https:///prefix", "is not a valid host name" },
  { "https://a b", "contains white space" },
  { "https://acme.test\n", "must not contain control characters, such as a "
    .. "line end" },
  { " https://acme.test", "contains white space" },
  { "https://[::1", "is not a valid host name" },
  { "https://[::g]", "is not a valid host name" },
  { "https://[::g]/x", "is not a valid host name" },
  { "https://[::g]:1", "is not a valid host name" },
  { "https://[::g]1", "has no valid port" },
  { "https://[]", "is not a valid host name" },
  { "https://acme.test:", "has no valid port" },
  { "https://acme.test:0", "has no valid port" },
  { "https://acme.test:65536", "has no valid port" },
  { "https://acme.test:99999999999999999999", "has no valid port" },
  { "https://acme.test:8a", "has no valid port" },
  { "https://[::1]8443", "has no valid port" },
  { "https://ada:pw@acme.test", "must not contain a user name; use the "
    .. "option username" },
  { "https://acme.test?a=b", "must not contain a query or fragment; give "
    .. "only the address of the cluster" },
  { "https://acme.test/#/home", "must not contain a query or fragment; give "
    .. "only the address of the cluster" },
  { "https://acme.test/a b", "contains white space" },
  { "https://acme.test/a|b", "has an invalid path" },
  { "https://acme.test/../x", "has an invalid path" },
  { "https://acme.test/x/..", "has an invalid path" },
  { "https://acme.test/./x", "has an invalid path" },
  { "https://acme.test/%2e%2E/x", "has an invalid path" },
  { "https://acme.test/x/.%2e", "has an invalid path" },
  { "https://acme.test/%2e", "has an invalid path" },
  { "https://acme.test/api/rest/2.0", "must end before /api/rest: give only "
    .. "the address of the cluster" },
  { "http://acme.test", clear },
  { "http://localhost.acme.test", clear },
  { "http://127.0.0.1.acme.test", clear },
  { "http://127.0.0", clear },
  { "http://127.00.001", clear },
  { "http://127.0.0.0.1", clear },
  { "http://1270.0.0.1", clear },
  { "http://128.0.0.1", clear },
  { "http://[::2]", clear },
  { "http://127.0.0.256", clear },
  { "http://" .. ("a"):rep(63) .. ".test", clear },
  { "http://127.0.0.1." .. ("a"):rep(45), clear },
  { "http://127.0..01", clear },
  { "http://127.1", clear },
  { "http://127.0.0.01", clear },
  { "http://0x7f.0.0.1", clear },
  { "http://2130706433", clear },
  { "http://localhost.", clear },
  { "http://[::ffff:127.0.0.1]", clear },
  { "https://ex%61mple.test", "is not a valid host name" },
  { "https://acme.test\\@evil.test", "must not contain a user name; use the "
    .. "option username" },
  { "https://acme.test\\evil.test", "is not a valid host name" },
  { "https://acme:1:2", "has no valid port" },
  { "https:/acme.test", "has no scheme; put https:// before the name" },
  { "https:////acme.test", "is not a valid host name" },
  { "https:/acme.test://[::1]", https },
  { "https:/http://localhost", https },
  { "https://[fe80::1%25eth0]", "is not a valid host name" },
}

describe("the host", function()
  for _, case in ipairs(refused_hosts) do
    it(("is not %q"):format(case[1]), function()
      local message, field = refuse { host = case[1], token = "t" }
      assert.equal("host", field)
      assert.equal("host: " .. case[2], message)
    end)
  end

  it("is an https address, or this machine", function()
    for host, base in pairs {
      ["https://acme.test"] = "https://acme.test",
      ["https://acme.test/"] = "https://acme.test",
      ["https://acme.test//"] = "https://acme.test",
      ["https://Acme-1.test:1"] = "https://Acme-1.test:1",
      ["https://acme.test:65535/a/b~c%20/"] =
        "https://acme.test:65535/a/b~c%20",
      ["https://acme.test/.a/b./..c/..."] = "https://acme.test/.a/b./..c/...",
      ["https://10.0.0.1"] = "https://10.0.0.1",
      ["https://[2001:db8::1]:8443"] = "https://[2001:db8::1]:8443",
      ["http://localhost:8080"] = "http://localhost:8080",
      ["http://127.0.0.1"] = "http://127.0.0.1",
      ["http://127.255.0.9:1/x"] = "http://127.255.0.9:1/x",
      ["http://[::1]:80"] = "http://[::1]:80",
      ["http://[0:0::0001]"] = "http://[0:0::0001]",
      ["HTTPS://acme.test"] = "https://acme.test",
      ["hTTps://Acme.test/X"] = "https://Acme.test/X",
      ["HTTP://LocalHost:1"] = "http://LocalHost:1",
    } do
      local client = support.client { host = host }
      local request = support.send(client:prepare("get_current_user_info"))
      assert.equal(base .. "/api/rest/2.0/auth/session/user", request.url)
      assert.equal("thoughtspot client (" .. host .. ")", tostring(client))
    end
  end)

  it("may be reached without TLS when the options allow it", function()
    assert(core.new { host = "http://acme.test", token = "t",
      allow_http = true })
    refuse { host = "http://acme.test", token = "t", allow_http = false }
  end)
end)

describe("the way to authenticate", function()
  local function credentials(options)
    options.host = support.host
    return options
  end

  it("must be exactly one", function()
    local message = ": give one way to authenticate: username with password, "
      .. "username with secret_key, token, or token_provider"
    for _, case in ipairs {
      { "username", {} },
      { "token", { token = "t", username = "ada", password = "p" } },
      { "token", { token = "t", secret_key = "k" } },
      { "token", { token = "t", token_provider = print } },
      { "token_provider", { token_provider = print, password = "p",
        username = "ada" } },
    } do
      local said, field = refuse(credentials(case[2]))
      assert.equal(case[1], field)
      assert.equal(case[1] .. message, said)
    end
  end)

  it("names missing credentials", function()
    local said, field = refuse(credentials {
      username = "ada", secret_key = os.getenv "NO_SUCH_VARIABLE",
    })
    assert.equal("username", field)
    assert.equal("username: secret_key or password is missing: username "
      .. "requires one of them, and both are nil", said)
  end)

  it("must be complete, and make sense", function()
    for message, options in pairs {
      ["password: give password or secret_key, not both"] =
        { username = "ada", password = "p", secret_key = "k" },
      ["username: is required with password or secret_key"] =
        { password = "p" },
      ["token_store: cannot be combined with token"] =
        { token = "t", token_store = {} },
      ["org_id: cannot change the org of a given token"] =
        { token = "t", org_id = 1 },
      ["token: is not a bearer token"] = { token = "a b" },
      ["token: is empty"] = { token = "" },
      ["username: is empty"] = { username = "", password = "p" },
      ["password: is empty"] = { username = "a", password = "" },
      ["secret_key: is empty"] = { username = "a", secret_key = "" },
    } do
      assert.equal(message, (refuse(credentials(options))))
    end
    for _, token in ipairs { "a\r\nb", "a\tb", "a\127", "Bearer x",
      "a\195\169" } do
      assert.equal("token: is not a bearer token",
        (refuse(credentials { token = token })))
    end
  end)

  it("shows in what is sent for a token", function()
    for body, options in pairs {
      ['{"username":"ada","password":"p\\"w"}'] =
        { username = "ada", password = 'p"w' },
      ['{"username":"ada","secret_key":"k"}'] =
        { username = "ada", secret_key = "k" },
      ['{"username":"ada","secret_key":"k","validity_time_in_sec":600,'
        .. '"org_id":0}'] = { username = "ada", secret_key = "k",
        token_validity = 600, org_id = 0 },
      ['{"username":"ada","password":"p","org_id":-7}'] =
        { username = "ada", password = "p", org_id = -7 },
    } do
      local client = support.client(options)
      local request = support.send(client:prepare("search_users"))
      assert.equal("POST", request.method)
      assert.equal("https://acme.test/api/rest/2.0/auth/token/full",
        request.url)
      assert.equal(body, request.body)
      assert.is_nil(request.headers.Authorization)
      assert.equal("application/json", request.headers["Content-Type"])
    end
  end)
end)

describe("options", function()
  it("are refused when they make no sense", function()
    for message, options in pairs {
      ["max_retries: expected zero or more"] = { max_retries = -1 },
      ["max_response_bytes: expected a whole number"] =
        { max_response_bytes = 0.5 },
      ["max_response_bytes: is larger than the address space"] =
        { max_response_bytes = 1e300 },
      ["client_cert: is required with client_key"] = { client_key = "k" },
      ["timeout: expected a number above zero"] = { timeout = 0 },
      ["connect_timeout: expected a number above zero"] =
        { connect_timeout = -1 },
      ["deadline: expected a finite number"] = { deadline = math.huge },
      ["token_validity: expected a number above zero"] =
        { token = false, username = "a", password = "p",
          token_validity = 0 },
      ["rate_limit.per_second: expected a number above zero"] =
        { rate_limit = { per_second = 0 } },
      ["rate_limit.burst: expected a number above zero"] =
        { rate_limit = { per_second = 1, burst = 0 } },
      ["rate_limit.per_second: is required: requests per second"] =
        { rate_limit = {} },
      ["rate_limit.brust: is not a field here; did you mean burst?"] =
        { rate_limit = { per_second = 1, brust = 1 } },
    } do
      options.host = support.host
      if options.token == nil then
        options.token = "t"
      end
      options.token = options.token or nil
      assert.equal(message, (refuse(options)))
    end
  end)

  it("that name unreadable files are refused", function()
    for _, option in ipairs { "ca_file", "client_cert", "client_key" } do
      for name, why in pairs { ["/no/such/file"] = "No such file or directory",
        ["/"] = "Is a directory" } do
        local options = { host = support.host, token = "t",
          client_cert = "LICENSE" }
        options[option] = name
        assert.equal(option .. ": cannot be read: " .. why,
          (refuse(options)))
      end
    end
  end)

  it("of a call are refused likewise", function()
    local client = support.client {}
    for message, options in pairs {
      ["max_retries: expected zero or more"] = { max_retries = -1 },
      ["timeout: expected a number above zero"] = { timeout = 0 },
      ["deadline: expected a number above zero"] = { deadline = -1 },
      ["fields: is an empty list"] = { fields = {} },
      ["max_retrys: is not a field here; did you mean max_retries?"] =
        { max_retrys = 1 },
    } do
      local err = support.refusal(client, "search_users", {}, options)
      assert.equal("search_users", err.endpoint)
      assert.equal(message, err.message)
    end
  end)
end)

describe("the proxy", function()
  local function proxy(address)
    return { host = support.host, token = "t", proxy = address }
  end

  it("must be one that libcurl can use", function()
    for _, address in ipairs { "proxy.acme.test", "proxy.acme.test:3128",
      "http://10.0.0.1:1", "https://[::1]:8443/", "socks5h://ada:pw@proxy",
      "SOCKS4A://proxy", "http://ada:p%40w@proxy:65535" } do
      assert(core.new(proxy(address)))
    end
  end)

  it("is refused when it is invalid, without being shown", function()
    local none = "proxy: is not a proxy address: expected one like "
      .. "http://name:port, with special characters in a password "
      .. "percent-encoded"
    for _, address in ipairs { "http://", "http://proxy:99999",
      "http://joe:hunter2@proxy:port", "http://a b", "http://[::1",
      "http://joe:hunter%002@proxy" } do
      assert.equal(none, (refuse(proxy(address))))
    end
    for _, address in ipairs { "ftp://proxy", "httpx://proxy:1" } do
      assert.equal("proxy: has no proxy scheme: expected http, https, "
        .. "socks4, socks4a, socks5 or socks5h", (refuse(proxy(address))))
    end
  end)
end)
