-- Calls in the phases of a TLS handshake. In ssl_client_hello and
-- ssl_session_fetch only some builds of nginx and OpenSSL can be suspended.

local command = require "spec.support.command"
local server = require "spec.nginx.server"

local CERTIFICATE = "cd %s && openssl req -x509 -newkey ec -pkeyopt "
  .. "ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost "
  .. "-keyout server.key -out server.pem 2>&1"

describe("in nginx, a call in the phase", function()
  local folder, upstream, application, https

  setup(function()
    folder = command.new_folder()
    command.check(CERTIFICATE:format(command.quote(folder)))
    upstream = server.start "spec/nginx/upstream.conf"
    application = server.start("spec/nginx/tls_phases.conf", {
      UPSTREAM = upstream.url, FOLDER = folder,
    })
    https = application.url:gsub("^http:", "https:")
    -- One handshake, and others that resume its session.
    command.check(("echo | timeout 20 openssl s_client -connect %s -tls1_2 "
      .. "-reconnect >/dev/null 2>&1 || :"):format(https:match "//(.*)"))
  end)

  teardown(function()
    assert.same({}, application:errors())
    application:stop()
    upstream:stop()
    command.remove(folder)
  end)

  local function outcome(phase)
    return command.check(command.CURL .. " -k --max-time 20 "
      .. command.quote(https .. "/?of=" .. phase))
  end

  it("ssl_certificate waits", function()
    assert.equal("found 1", outcome "ssl_certificate")
  end)

  for _, phase in ipairs { "ssl_client_hello", "ssl_session_fetch" } do
    it(phase .. " waits, or is refused and sends nothing", function()
      local said = outcome(phase)
      assert.is_true(said == "found 1" or said == "argument: this nginx "
        .. "cannot let a call wait in the phase " .. phase .. ", unlike "
        .. "OpenResty; make the call earlier, in a timer, and keep the result",
        said)
    end)
  end
end)
