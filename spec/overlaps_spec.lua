local overlaps = require "thoughtspot.bulk.overlaps"

describe("the overlap of pages", function()
  it("is eight rows, or an eighth of a small page, or two", function()
    for size, overlap in pairs {
      [1] = 2, [16] = 2, [24] = 3, [63] = 7, [64] = 8, [1000] = 8,
    } do
      assert.equal(overlap, overlaps.of(size), size)
    end
  end)

  it("has anchors in its first half: two to 32", function()
    for overlap, anchors in pairs {
      [0] = 0, [1] = 1, [2] = 2, [3] = 2, [8] = 4, [64] = 32, [1008] = 32,
    } do
      assert.equal(anchors, overlaps.anchors(overlap), overlap)
    end
  end)

  it("grows up to 64 rows, or half a page if that is more", function()
    assert.equal(32, overlaps.grown(8, 1000, false))
    assert.equal(500, overlaps.grown(128, 1000, false))
    assert.equal(64, overlaps.grown(32, 10, false))
    -- Not beyond what the server returns.
    assert.equal(7, overlaps.grown(2, 14, true))
    assert.equal(6, overlaps.grown(6, 7, true))
  end)

  it("goes back a page, or 64 rows if the server returns as many", function()
    assert.equal(1000, overlaps.step_back(1000, false))
    assert.equal(64, overlaps.step_back(10, false))
    assert.equal(10, overlaps.step_back(10, true))
  end)
end)
