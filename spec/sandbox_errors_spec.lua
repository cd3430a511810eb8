local errors = require "thoughtspot.sandbox.errors"
local json = require "thoughtspot.sandbox.json"

local function refusal(refuse, ...)
  local done, raised = pcall(refuse, ...)
  assert.is_false(done)
  return raised
end

describe("an error of the sandbox", function()
  it("is different from a bug of the sandbox", function()
    assert.is_true(errors.is_refusal(refusal(errors.refuse, 400, 1, "x")))
    assert.is_true(errors.is_refusal(refusal(errors.refuse_unknown, "x")))
    assert.is_false(errors.is_refusal("a text"))
    assert.is_false(errors.is_refusal { status = 400 })
    assert.is_false(errors.is_refusal(nil))
  end)

  it("has a code and an incident id", function()
    local raised = refusal(errors.refuse, 403, 10023, "not you")
    assert.equal(403, raised.status)
    assert.same({ error = { message = {
      code = 10023, debug = "not you", incident_id_guid = "i-1",
      trace_id_guid = "i-1",
    } } }, json.decode(errors.body(raised, "incident", "i-1")))
  end)

  it("has a list inside a string when an object does not exist", function()
    local raised = refusal(errors.refuse_unknown, 'a"b')
    assert.equal(400, raised.status)
    assert.equal('{"error":{"message":{"debug":{"code":13003,'
      .. '"debug":"[\\"a\\\\\\"b\\"]"}}}}',
      errors.body(raised, "incident", "i-1"))
  end)

  it("has shorter forms", function()
    local raised = refusal(errors.refuse, 400, 10002, "what")
    assert.same({ error = { code = 10002, message = "what" } },
      json.decode(errors.body(raised, "short", "i-1")))
    assert.same({
      error = "10002", message = "what", debug = "what", incident_id = "i-1",
    }, json.decode(errors.body(raised, "flat", "i-1")))
  end)
end)
