local Gap = require "thoughtspot.bulk.gap"

-- Returns the range that is to be checked, as text.
local function due(gap)
  return ("%d+%d"):format(gap:range(8))
end

describe("rows that were passed over", function()
  it("are checked one by one, after the rows before them", function()
    local gap = Gap.new(5, 5, 0, false)
    gap.last = 6
    assert.is_false(gap:is_being_checked())
    assert.is_true(gap:check())
    assert.is_true(gap:is_being_checked())
    assert.equal("0+5", due(gap))
    assert.is_true(gap:is_unchanged { count = 5, size = 5, last_rank = 5 })
    assert.is_false(gap:is_unchanged { count = 5, size = 5, last_rank = 4 })
    assert.is_false(gap:is_unchanged { count = 4, size = 5, last_rank = 5 })
    assert.is_false(gap:is_unchanged { count = 5, size = 5, last_rank = 5,
      unanchored = true })
    assert.is_false(gap:is_unchanged(nil))
    for row = 5, 6 do
      assert.is_false(gap:pass())
      assert.equal(row .. "+1", due(gap))
      assert.is_true(gap:is_unchanged(nil))
      assert.is_false(gap:is_unchanged { count = 1, size = 1, last_rank = 1 })
    end
    assert.is_true(gap:pass())
  end)

  it("are checked alone, if no row before them can be requested", function()
    local gap = Gap.new(5, 5, 5, false)
    gap.last = 5
    assert.is_true(gap:check())
    assert.equal("5+1", due(gap))
    assert.is_true(gap:pass())
  end)

  it("are not checked if they are hidden, only the rows before", function()
    local gap = Gap.new(12, 12, 0, true)
    gap.last = 20
    assert.is_true(gap:check())
    assert.equal("4+8", due(gap))
    assert.is_true(gap:pass())
    assert.is_false(Gap.new(0, 0, 0, true):check())
  end)
end)
