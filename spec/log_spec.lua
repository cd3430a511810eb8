-- The log of events: what it writes, and when.

local command = require "spec.support.command"
local thoughtspot = require "thoughtspot"

local SCRIPT = [[
  local thoughtspot = require "thoughtspot"
  local sandbox = thoughtspot.sandbox { secret_key = "a-secret-key" }
  sandbox:fail {
    endpoint = "search_users", status = 429,
    headers = { ["Retry-After"] = "0" },
  }
  local seen = {}
  local client = assert(thoughtspot.new {
    host = "https://acme.thoughtspot.cloud", username = "tsadmin",
    secret_key = "a-secret-key", transport = sandbox, on_event = ON_EVENT,
  })
  assert(client:search_users { name_pattern = "confidential%" })
  print(#seen)
]]

-- Runs the script; returns its output, and the lines of its standard error.
local function run(on_event, debug_variable)
  local script = SCRIPT:gsub("ON_EVENT", on_event)
  local code, out, errors = command.run(command.lua() .. " -e "
    .. command.quote(script), {
      environment = { THOUGHTSPOT_DEBUG = debug_variable },
    })
  assert.equal(0, code, errors)
  local lines = {}
  for line in errors:gmatch "[^\n]+" do
    lines[#lines + 1] = line:gsub("%d+%.%d%d%d s", "N s")
      :gsub("%d+ bytes", "N bytes")
  end
  return out:match "%d+", lines, errors
end

local EXPECTED = {
  "thoughtspot: get_full_access_token sends N bytes",
  "thoughtspot: get_full_access_token HTTP 200, N bytes after N s",
  "thoughtspot: search_users has a new token",
  "thoughtspot: search_users sends N bytes",
  "thoughtspot: search_users HTTP 429, N bytes after N s",
  "thoughtspot: search_users tries again in N s",
  "thoughtspot: search_users sends N bytes, attempt 2",
  "thoughtspot: search_users HTTP 200, N bytes after N s",
}

describe("the log", function()
  it("writes a line for each event, without secrets", function()
    local _, lines, text = run("thoughtspot.log", false)
    assert.same(EXPECTED, lines)
    for _, secret in ipairs { "a-secret", "sandbox-token", "confidential" } do
      assert.is_nil(text:find(secret, 1, true), secret)
    end
  end)

  it("is on for all clients with THOUGHTSPOT_DEBUG", function()
    local _, lines = run("nil", "1")
    assert.same(EXPECTED, lines)
    _, lines = run("thoughtspot.log", "1")
    assert.same(EXPECTED, lines)
    for _, value in ipairs { "0", "" } do
      _, lines = run("nil", value)
      assert.same({}, lines)
    end
    _, lines = run("nil", false)
    assert.same({}, lines)
  end)

  it("keeps the caller's on_event", function()
    local listener = "function(event) seen[#seen + 1] = event end"
    local count, lines = run(listener, "1")
    assert.equal("8", count)
    assert.same(EXPECTED, lines)
    count, lines = run("setmetatable({}, { __call = function(_, event) "
      .. "seen[#seen + 1] = event end })", "yes")
    assert.equal("8", count)
    assert.same(EXPECTED, lines)
    count, lines = run(listener, false)
    assert.equal("8", count)
    assert.same({}, lines)
  end)

  it("reports a missing reply", function()
    local written, stderr = "", io.stderr
    rawset(io, "stderr", {
      write = function(_, ...)
        written = written .. table.concat { ... }
      end,
    })
    for _, event in ipairs {
      { type = "response", bytes = 0, seconds = 1.5 },
      { type = "request", bytes = 1, seconds = 0 },
      { type = "wait", bytes = 0, seconds = 0.25 },
    } do
      event.endpoint, event.attempt = "create_user", 1
      thoughtspot.log(event)
    end
    rawset(io, "stderr", stderr)
    assert.equal("thoughtspot: create_user no reply, 0 bytes after 1.500 s\n"
      .. "thoughtspot: create_user sends 1 byte\n"
      .. "thoughtspot: create_user waits 0.250 s for the rate limit\n",
      written)
  end)
end)
