-- The words of messages of the command.

local wording = require "thoughtspot_users.wording"

describe("wording", function()
  it("suggests the nearest name", function()
    local words = { "user_identifier", "display_name", "email",
      "group_identifiers" }
    for word, meant in pairs {
      mail = "email", ["Display Name"] = "display_name",
      emial = "email", group_identifier = "group_identifiers",
    } do
      assert.equal(meant, wording.suggest(word, words))
    end
    assert.is_nil(wording.suggest("salary", words))
    assert.is_nil(wording.suggest("x", words))
  end)

  it("hints at the word that was meant, or lists all", function()
    local words = { "csv", "json" }
    assert.equal("did you mean json?", wording.hint("jsno", words, "formats"))
    assert.equal("the formats are csv, json",
      wording.hint("xml", words, "formats"))
  end)

  it("counts things, and forms sentences", function()
    assert.equal("1 user", wording.count(1, "user"))
    assert.equal("0 groups", wording.count(0, "group"))
    assert.equal("Nothing was done.", wording.sentence "nothing was done")
  end)
end)
