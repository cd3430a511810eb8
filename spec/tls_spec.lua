-- Which servers a client trusts: with certificates made for the specs, and the
-- openssl program as the server.

local core = require "thoughtspot.core"
local command = require "spec.support.command"
local fault = require "spec.support.fault_server"

local USER = [[{"id":"1","name":"ada"}]]
local KEY = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"

local folder
local servers = {}

local function run(what, ...)
  local line = ("cd %s && { %s; } 2>&1 && echo done")
    :format(folder, what:format(...))
  local output = command.output(line)
  assert(output:find "done\n$", output)
end

local function path(name)
  return folder .. "/" .. name
end

local function write(name, text)
  local file = assert(io.open(path(name), "w"))
  file:write(text)
  file:close()
end

local function make_request(name)
  run("openssl req %s -keyout %s.key -out %s.csr -subj /CN=%s", KEY, name,
    name, name)
end

-- Makes NAME.pem and NAME.key, signed by an authority or by itself.
local function make_certificate(name, options)
  make_request(name)
  write(name .. ".ext",
    options.extensions or "subjectAltName=IP:127.0.0.1\n")
  run("openssl x509 -req -in %s.csr -out %s.pem -extfile %s.ext -days %d %s",
    name, name, name, options.days or 2, options.issuer
      and ("-CA %s.pem -CAkey %s.key -CAcreateserial")
        :format(options.issuer, options.issuer)
      or ("-signkey %s.key"):format(name))
end

-- An expired certificate: openssl x509 cannot set dates in the past, openssl
-- ca can.
local function make_expired(name)
  make_request(name)
  run("touch index && echo 77 > serial && printf '[ca]\\ndefault_ca=d\\n[d]"
    .. "\\ndatabase=index\\nserial=serial\\nnew_certs_dir=.\\n"
    .. "default_md=sha256\\npolicy=p\\nx509_extensions=e\\n[p]\\n"
    .. "commonName=supplied\\n[e]\\nsubjectAltName=IP:127.0.0.1\\n' > ca.cnf")
  run("openssl ca -batch -config ca.cnf -cert ca.pem -keyfile ca.key "
    .. "-in %s.csr -out %s.pem -startdate 20200101000000Z "
    .. "-enddate 20200102000000Z", name, name)
end

-- Starts a server that answers get_current_user_info; returns its address.
local function start(options)
  local pipe = assert(io.popen("cd " .. folder .. " && echo $$ && exec "
    .. "openssl s_server -accept 127.0.0.1:0 -HTTP " .. options .. " 2>&1"))
  servers[#servers + 1] = { pipe = pipe, process = pipe:read "*l" }
  local seen = {}
  for line in pipe:lines() do
    local port = line:match "^ACCEPT 127%.0%.0%.1:(%d+)"
    if port then
      return "127.0.0.1:" .. port
    end
    seen[#seen + 1] = line
  end
  error("openssl s_server: " .. table.concat(seen, "\n"))
end

local function start_with(name, options)
  return start(("-cert %s.pem -key %s.key %s"):format(name, name,
    options or ""))
end

local function call(address, options)
  local all = {
    host = "https://" .. address, token = "t0ken", max_retries = 0,
    timeout = 20, ca_file = path "ca.pem",
  }
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  if all.ca_file == "" then
    all.ca_file = nil
  end
  local client = assert(core.new(all))
  local value, err = client:get_current_user_info()
  local name = value and value.name
  client:close()
  return name, err
end

local function expect_refusal(address, options, message)
  local name, err = call(address, options)
  assert.is_nil(name)
  assert.equal("tls", err.kind, tostring(err))
  assert.equal("no", err.applied)
  assert.equal(1, err.attempts)
  local text = err.message:lower()
  -- GnuTLS has one message for all errors of a certificate.
  if message and not text:find "^server certificate verification failed" then
    assert.truthy(text:find(message), err.message)
  end
end

describe("tls", function()
  local good

  setup(function()
    folder = command.new_folder()
    make_certificate("ca", { extensions = "basicConstraints=CA:TRUE\n" })
    make_certificate("good", { issuer = "ca" })
    run("mkdir -p api/rest/2.0/auth/session")
    write("api/rest/2.0/auth/session/user", fault.ok(USER))
    good = start_with "good"
  end)

  teardown(function()
    for _, one in ipairs(servers) do
      command.output("kill " .. one.process)
      one.pipe:close()
    end
    command.remove(folder)
  end)

  it("trusts the given authority", function()
    assert.equal("ada", (assert(call(good))))
  end)

  it("refuses an unknown authority", function()
    expect_refusal(good, { ca_file = "" }, "certificate")
  end)

  it("refuses a certificate for another name", function()
    make_certificate("other", { issuer = "ca",
      extensions = "subjectAltName=DNS:other.test\n" })
    expect_refusal(start_with "other", {}, "127%.0%.0%.1")
  end)

  it("refuses a name that is only in the subject", function()
    make_certificate("127.0.0.1", { issuer = "ca",
      extensions = "subjectAltName=DNS:other.test\n" })
    expect_refusal(start_with "127.0.0.1", {}, "127%.0%.0%.1")
  end)

  it("refuses a self-signed certificate", function()
    make_certificate("alone", {})
    expect_refusal(start_with "alone", {}, "certificate")
  end)

  it("refuses an expired certificate", function()
    make_expired "expired"
    expect_refusal(start_with "expired", {}, "expired")
  end)

  -- Allows them whatever the settings of the system.
  it("refuses protocols older than TLS 1.2", function()
    write("old.cnf", "openssl_conf=a\n[a]\nssl_conf=b\n[b]\n"
      .. "system_default=c\n[c]\nMinProtocol=TLSv1\n"
      .. "CipherString=ALL:@SECLEVEL=0\n")
    write("old.lua", [[
      local client = require "thoughtspot.core".new {
        host = "https://" .. ..., token = "t", max_retries = 0,
        verify = false,
      }
      local user, err = client:get_current_user_info()
      print(user and user.name or err.kind)]])
    local line = ("OPENSSL_CONF=%s %s %s "):format(path "old.cnf",
      arg[-1], path "old.lua")
    local answers = {}
    for i, version in ipairs { "-tls1", "-tls1_1", "-tls1_2" } do
      answers[i] = command.output(line .. start_with("good", version
        .. " -cipher ALL:@SECLEVEL=0"))
    end
    assert.same({ "tls\n", "tls\n", "ada\n" }, answers)
  end)

  it("speaks TLS 1.2 and 1.3", function()
    assert.equal("ada", (assert(call(start_with("good", "-tls1_2")))))
    assert.equal("ada", (assert(call(start_with("good", "-tls1_3")))))
  end)

  it("presents a client certificate", function()
    make_certificate("client", { issuer = "ca" })
    local strict = start_with("good", "-Verify 1 -verify_return_error "
      .. "-CAfile ca.pem -tls1_2")
    assert.equal("ada", (assert(call(strict, {
      client_cert = path "client.pem", client_key = path "client.key",
    }))))
    expect_refusal(strict)
  end)

  it("takes a client certificate and its key from one file", function()
    run("cat client.pem client.key > both.pem")
    local strict = start_with("good", "-Verify 1 -verify_return_error "
      .. "-CAfile ca.pem")
    assert.equal("ada", (assert(call(strict, {
      client_cert = path "both.pem",
    }))))
  end)

  it("reports files that are not certificates", function()
    expect_refusal(good, { ca_file = path "ca.ext" })
    expect_refusal(good, { client_cert = path "good.pem",
      client_key = path "ca.key" })
  end)

  it("refuses a server without TLS", function()
    local plain = fault.start()
    local before = core.now()
    local name, err = call(plain.address, { connect_timeout = 0.2 })
    assert.is_nil(name)
    -- That is, by connect_timeout and not by timeout.
    assert.is_true(core.now() - before < 20)
    assert.equal("no", err.applied)
    plain:stop()
  end)

  it("trusts anybody with verify = false, and only then", function()
    assert.equal("ada", (assert(call(good,
      { verify = false, ca_file = "" }))))
    for _, options in ipairs {
      { verfiy = false }, { verify_peer = false }, { insecure = true },
      { ssl_verify = false }, { Verify = false },
    } do
      options.host, options.token = "https://" .. good, "t"
      local client, err = core.new(options)
      assert.is_nil(client)
      assert.equal("argument", err.kind)
    end
    for _, value in ipairs { 0, "false", "no", "" } do
      local client, err = core.new {
        host = "https://" .. good, token = "t", verify = value,
      }
      assert.is_nil(client)
      assert.equal("verify", err.field)
    end
  end)
end)
