local Patience = require "thoughtspot.bulk.patience"

local WINDOW = 2000

describe("patience with a list", function()
  local patience

  before_each(function()
    patience = Patience.new(WINDOW)
  end)

  -- Notes a reply that ends with the same user as the one before.
  local function stagnate()
    patience:note_last_row({ last_rank = 5, total = 9 }, 5)
  end

  it("ends after 17 replies without progress", function()
    for _ = 1, 16 do
      stagnate()
      assert.is_false(patience:is_exhausted())
    end
    stagnate()
    assert.is_true(patience:is_exhausted())
  end)

  it("is restored by a new user, and by a later known one in part", function()
    for _ = 1, 17 do
      stagnate()
    end
    patience:note_last_row({ last_rank = 6, total = 9 }, 5)
    assert.is_false(patience:is_exhausted())
    stagnate()
    assert.is_true(patience:is_exhausted())
    patience:note_last_row({ last_rank = 10, total = 9 }, 5)
    for _ = 1, 16 do
      stagnate()
    end
    assert.is_false(patience:is_exhausted())
  end)

  it("ends when more users were repeated than can be remembered", function()
    patience:note_known(2 * WINDOW)
    assert.is_false(patience:is_exhausted())
    -- A reply counts as 16 users, even if it is empty.
    patience:note_known(0)
    assert.equal(2 * WINDOW + 16, patience.repeated)
    assert.is_true(patience:is_exhausted())
    patience:renew()
    assert.is_false(patience:is_exhausted())
  end)

  it("ends when rows that were passed over change again and again",
    function()
      for _ = 1, 16 do
        patience:note_change()
      end
      assert.is_false(patience:is_exhausted())
      patience:note_no_change()
      patience:note_change()
      assert.equal(1, patience.changes)
    end)

  it("allows so many failures of a kind, until a new user comes", function()
    for method, most in pairs {
      note_failure = 500, note_skipped = 16, note_break = 3,
    } do
      for _ = 1, 2 do
        for _ = 1, most do
          assert.is_true(patience[method](patience), method)
        end
        assert.is_false(patience[method](patience), method)
        patience:renew()
      end
    end
  end)

  it("lets the end be reopened three times", function()
    for _ = 1, 2 do
      for _ = 1, 3 do
        assert.is_true(patience:may_reopen())
        patience:note_reopened()
      end
      assert.is_false(patience:may_reopen())
      patience:renew()
    end
  end)
end)
