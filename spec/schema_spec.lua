local support = require "spec.support.exchange"

-- What was written, and the guess, if there is one.
local fields = {
  { "display_nam", "display_name" }, { "displayname", "display_name" },
  { "dispaly_name", "display_name" }, { "DISPLAY_NAME", "display_name" },
  { "emial", "email" }, { "mail", "email" }, { "e_mail", "email" },
  { "group_identifier", "group_identifiers" },
  { "groups_identifiers", "group_identifiers" },
  { "org_identifers", "org_identifiers" }, { "org", "org_identifiers" },
  { "group", "group_identifiers" }, { "status" }, { "x" },
  { "na" }, { "password" },
  { "name_with_much_more_behind_it", "name" },
  { ("display_name"):rep(5) },
}
local values = {
  { "ACTVE", "ACTIVE" }, { "active", "ACTIVE" }, { "INACTIV", "INACTIVE" },
  { "EXPIRE", "EXPIRED" }, { "DELETED" }, { "" },
}

describe("guesses", function()
  local client

  before_each(function()
    client = support.client {}
  end)

  for _, case in ipairs(fields) do
    it(("take the field %q for %s"):format(case[1], case[2] or "nothing"),
      function()
        local err = support.refusal(client, "update_user", "ada",
          { [case[1]] = 1 })
        assert.equal(case[1] .. ": is not a field here" .. (case[2]
          and "; did you mean " .. case[2] .. "?" or ""), err.message)
      end)
  end

  for _, case in ipairs(values) do
    it(("take the value %q for %s"):format(case[1], case[2] or "nothing"),
      function()
        local err = support.refusal(client, "update_user", "ada",
          { account_status = case[1] })
        assert.equal('account_status: "' .. case[1] .. '" is not one of '
          .. "ACTIVE, INACTIVE, EXPIRED, LOCKED, PENDING, SUSPENDED"
          .. (case[2] and "; did you mean " .. case[2] .. "?" or ""),
          err.message)
      end)
  end

  it("count two swapped letters as one mistake", function()
    local err = support.refusal(client, "search_users",
      { sort_options = { order = "ACS" } })
    assert.equal('sort_options.order: "ACS" is not one of ASC, DESC; did you '
      .. "mean ASC?", err.message)
  end)

  it("show the beginning of a long value", function()
    local err = support.refusal(client, "update_user", "ada",
      { account_status = ("x"):rep(1000) })
    assert.matches('"' .. ("x"):rep(60) .. '..." is not', err.message)
  end)
end)
