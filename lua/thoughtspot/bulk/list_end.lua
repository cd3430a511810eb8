--- Decides whether a list has ended, from the replies to requests around the
-- apparent end; sends nothing itself.
--
-- A short reply is the last one, or the server has cut it, or has hidden rows.
-- So the end is searched with these ranges, one after the other:
--
-- * "beyond": the rows after the end alone. There must be none. It is not
--   necessary if the server has shown with full pages that it does not cut
--   replies anywhere.
-- * "confirm": the last known rows, and what follows. If they are in their
--   places, the range before was the right one. A wide one overlaps more rows
--   than a page has, to show whether the server limits replies.
-- * "far": pages further on, because the server may limit replies and hide a
--   whole page. The fewer signs of that, the fewer pages are requested.
-- * "reversed": the first rows in the opposite order. An unknown user among
--   them is behind hidden rows, or has come meanwhile. So the list is read
--   again, once; if there is still one, far pages are requested further and
--   further away. If these are empty, and it is the same user, the list cannot
--   be read.

local ListEnd = {}
ListEnd.__index = ListEnd

-- Pages requested at once beyond the apparent end, and the least number of
-- rows.
local REACH = 10
local LEAST_REACH = 1000

-- If a full reply has so many rows, or the product of the numbers of rows in
-- several full replies is so large, they are not full by chance: the server
-- does not cut replies anywhere.
local LONG_REPLY = 1000
local ENOUGH_TRUST = 1e6

-- A reply of more rows than these and more than a page shows that the server
-- does not limit replies.
local FREE_SIZE = 100

-- Rows that a wide range overlaps in addition, because some may be deleted.
local SPARE = 8

-- The far pages to request, counted from the end: if nothing is known of the
-- server, if it limits replies to a page, and if it has sent a short reply in
-- the middle of the list. Fewer are needed if a reversed range follows and
-- there are users to compare it with.
local FAR_PAGES = {
  unknown = { 1, 3 },
  limited = { 1, 2, 3, 6, 10 },
  short = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 },
}
local FAR_PAGES_BEFORE_REVERSED = {
  unknown = { 1 },
  limited = { 1, 2, 3, 6 },
  short = FAR_PAGES.short,
}

-- The number of rows after the end that is far enough for the last far page.
local FARTHEST = 1e6

-- No server is expected to limit replies to fewer rows than ThoughtSpot's
-- default.
local LEAST_LIMIT = 10

-- Pages that are requested one by one to find the first row behind hidden
-- ones.
local MOST_SCANNED = 100

-- Replies in succession that must have as many rows as a short one before them
-- to show that this is the limit.
local EQUAL_REPLIES = 2

-- Ranges in succession that must end with the same user to prove the end
-- although rows have shifted.
local SAME_ENDS = 6

local min, max = math.min, math.max

--- Creates the state of a list of which nothing is known.
-- @param size rows per page
-- @param most_remembered up to how many users a reversed range can be compared
--   with; -1: none can be requested
function ListEnd.new(size, most_remembered)
  return setmetatable({
    most_remembered = most_remembered,
    -- How many users were read so far; and whether a reversed range can be
    -- compared with them, and shows the other end of the list.
    total = 0,
    can_reverse = false,
    -- Rows per page; and whether the server returns no more.
    size = size,
    is_capped = false,
    -- The most rows of any reply, and of one to a request for a page.
    most = 0,
    longest_page = 0,
    -- The fewest rows of a short reply that was not the last one; and whether
    -- such replies have another reason than a limit.
    least = nil,
    erratic = false,
    -- The product of the numbers of rows in full replies.
    trust = 1,
    -- Whether the server is known to send more rows than a page has, if they
    -- are requested; and whether it is known not to.
    is_free = false,
    is_limited = false,
    -- Whether more rows than a page may be requested.
    reaches = true,
    -- The number of rows in a reply that may have been the last one; and
    -- whether all rows had been requested.
    suspect = nil,
    suspects_all = false,
    -- The number of rows in a short reply after which the list has gone on;
    -- and how many replies in succession had as many.
    short = nil,
    equals = 0,
    -- Whether nothing came from beyond the end; and whether the last known
    -- rows were found in their places.
    is_empty_beyond = false,
    is_confirmed = false,
    -- The number of rows that a range to confirm overlaps, at least.
    least_overlap = 0,
    -- The number of far pages that were requested; how many rows after the
    -- end are known to be hidden; and at which row after the end one was found
    -- that is not.
    far = 0,
    covered = 0,
    -- The factor by which the next range beyond the end is further away.
    stride = 1,
    scans_to = nil,
    -- Whether a reversed range was requested; and whether far pages are
    -- requested wherever unread rows may be.
    is_reversed = false,
    is_deep = false,
    -- Whether the server ignores the offset.
    ignores_offset = false,
    -- The id of an unknown user because of whom the list was read again; and
    -- whether that did not find the user.
    unknown_id = nil,
    is_contradicted = false,
    -- The range that showed the end last; and how many ranges in succession
    -- ended with the same user.
    last_shown = nil,
    same_ends = 0,
  }, ListEnd)
end

--- Returns how many rows to request at once if few or none are expected.
function ListEnd:most_rows()
  return self.reaches and max(self.size * REACH, LEAST_REACH) or self.size
end

--- Returns whether the server has sent enough full replies, and no others.
function ListEnd:is_trusted()
  return self.trust == ENOUGH_TRUST and not self.erratic
end

-- Returns the number of rows up to which a reply does not show whether the
-- server limits replies.
local function width(list_end)
  return max(list_end.size, list_end.longest_page, FREE_SIZE)
end

--- Notes the number of rows in a reply.
-- @param size how many were requested; or -1: all
-- @param has_new whether there were new users among them
-- @param total how many users were read so far
function ListEnd:note_reply(count, size, has_new, total)
  self.total = total
  self.can_reverse = total <= self.most_remembered
  if size > 0 and size <= self.size then
    self.longest_page = max(self.longest_page, count)
  end
  self.most = max(self.most, count)
  self.is_free = self.is_free or count > width(self)
  if has_new and size > 0 and count >= size then
    self.trust = count >= LONG_REPLY and ENOUGH_TRUST
      or min(self.trust * count, ENOUGH_TRUST)
  end
end

--- Begins the search for the end after a reply that may have been the last
-- one.
-- @param is_all whether it was the one to the request for all
function ListEnd:begin(count, is_all)
  self.suspect, self.suspects_all = count, is_all
  self.is_empty_beyond, self.is_confirmed = false, false
  self.least_overlap = 0
  self.far, self.scans_to = 0, nil
  self.stride = 1
  self.is_reversed, self.is_deep, self.is_contradicted = false, false, false
end

--- Stops the search.
function ListEnd:stop()
  self.suspect, self.scans_to = nil, nil
end

local function multiples(numbers, unit)
  local products = {}
  for index, number in ipairs(numbers) do
    products[index] = number * unit
  end
  return products
end

-- Returns numbers of rows, each twice the one before, until one is far enough.
local function doubles(unit)
  local rows = { unit }
  while rows[#rows] < FARTHEST do
    rows[#rows + 1] = 2 * rows[#rows]
  end
  return rows
end

-- Returns the numbers of rows after the end to request far pages from.
local function far_rows(list_end)
  if list_end.is_free then
    return {}
  end
  local signs = list_end.least and "short"
    or list_end.is_limited and "limited" or "unknown"
  local pages = list_end.can_reverse and list_end.total > 0
    and FAR_PAGES_BEFORE_REVERSED or FAR_PAGES
  local unit = max(list_end.most, signs == "unknown" and LEAST_LIMIT or 1)
  return list_end.is_deep and doubles(unit) or multiples(pages[signs], unit)
end

-- Returns the number of rows after the end that a far page begins at, or nil:
-- no more are needed.
local function next_far(list_end, index)
  if list_end.scans_to then
    return min(list_end.covered, list_end.scans_to)
  end
  return far_rows(list_end)[index]
end

-- Returns the overlap of a wide range; or nil: it would show nothing.
local function wide_overlap(list_end, known)
  if list_end.is_free or list_end.is_limited or not list_end.reaches
    or known <= list_end.most then
    return nil
  end
  return min(known, width(list_end) + SPARE)
end

--- Returns whether a page confirms the end if it has only known rows: the
-- server does not cut replies, the page reaches as far as the first far page
-- needs, and a wide range would show nothing.
-- @param known the number of rows before the end that can be overlapped
function ListEnd:may_confirm(page, known)
  return self:is_trusted() and not self.is_free and page.size >= self.most
    and not wide_overlap(self, known)
end

-- Returns whether a reversed range is to be requested after the far pages.
local function needs_reversed(list_end)
  return list_end.can_reverse
    and not (list_end.is_reversed or list_end.is_free)
end

--- Returns the range to request next.
-- @param known the number of rows before the end that can be overlapped
-- @return "beyond"; or "confirm", and its overlap if it is wide; or "far", and
--   the number of rows after the end; or "reversed"; or nil: the list has
--   ended
function ListEnd:step(known)
  local overlap = wide_overlap(self, known)
  if not self.is_empty_beyond and not self.is_confirmed
    and (known == 0 or not self:is_trusted()
      or overlap and overlap <= width(self)) then
    return "beyond"
  elseif not self.is_confirmed and known > 0 then
    return "confirm", overlap
  end
  local rows = next_far(self, self.far + 1)
  if not rows and needs_reversed(self) then
    return "reversed"
  end
  return rows and "far", rows
end

--- Returns the range that follows if one of the search shows nothing.
-- @return "far", the number of rows after the end, and the number of the page;
--   or "reversed"; or nil: that depends on what the range shows
function ListEnd:step_ahead(range)
  if self.scans_to or range.step ~= "confirm" and range.step ~= "far"
    or range.is_wide then
    return nil
  end
  local index = (range.far or self.far) + 1
  local rows = next_far(self, index)
  if not rows and needs_reversed(self) then
    return "reversed"
  end
  return rows and "far", rows, index
end

--- Notes that nothing came from beyond the end. If the whole list came from
-- shortly before, its end is known.
function ListEnd:note_empty_beyond()
  self.is_empty_beyond = true
  self.is_confirmed = self.is_confirmed or self.stride > 1
end

--- Returns how many rows to go on after a range beyond the end with the number
-- of known rows: so many, or more and more if these are the whole list again
-- and again, because many are hidden before it.
-- @param last_rank the rank of the last known user
-- @param farthest where the first user shows that the offset is ignored
function ListEnd:rows_to_go(range, last_rank, farthest)
  local is_whole = range.starts_over and range.last_rank == last_rank
  local rows = range.count * self.stride
  if range.offset + rows >= farthest then
    rows, self.stride = range.count, 1
  else
    self.stride = is_whole and 2 * self.stride or 1
  end
  return rows
end

--- Notes that known rows came from beyond the end. If they end with the last
-- known user again and again, no other follows.
-- @param last_rank the rank of that user
-- @return whether they do
function ListEnd:note_known_beyond(range, last_rank)
  local is_same_end = range.last_rank == last_rank and not range.starts_over
    and range.count ~= self.most
  self.same_ends = is_same_end and self.same_ends + 1 or 0
  if self.same_ends >= SAME_ENDS then
    self.is_empty_beyond = true
    self.least = self.least or max(self.suspect, 1)
  end
  return is_same_end
end

--- Notes a far page.
-- @param has_unread whether it has rows that were not read
-- @return true: the first rows that are not hidden are on this page; or false:
--   other ranges are needed; or nil: there are too many hidden rows
function ListEnd:note_far(range, has_unread)
  local rows = range.after
  self.most = max(self.most, range.count)
  if has_unread and rows <= self.covered then
    return true
  elseif has_unread then
    self.scans_to = rows
    if rows - self.covered > MOST_SCANNED * max(self.most, 1) then
      return nil
    end
    return false
  elseif self.scans_to and rows == self.scans_to then
    self:begin(self.suspect, false) -- the rows found there are gone
    return false
  end
  if rows <= self.covered then
    self.covered = rows + max(self.most, 1)
  end
  self.far = self.scans_to and self.far or range.far
  return false
end

--- Notes a reversed range.
-- @param range the range that came; or nil: it cannot be returned
-- @param may_reread whether the list may be read again
-- @return whether to read it again
function ListEnd:note_reversed(range, may_reread)
  local id = range and range.unknown_id
  self.is_reversed = true
  self.can_reverse = range ~= nil and not range.is_forward
    and (range.count > 0 or self.total == 0)
  self.is_contradicted = id ~= nil
    and (self.ignores_offset or id == self.unknown_id)
  if id and self.ignores_offset then
    return false
  elseif id and may_reread and not self.unknown_id then
    self.unknown_id = id
    return true
  end
  if id then
    self.is_deep, self.far = true, 0
  end
  return false
end

--- Notes that the server ignores the offset, and has sent all users, it seems.
-- Only a reversed range can show others.
-- @param count how many
function ListEnd:note_ignored_offset(count)
  self:begin(count, true)
  self.ignores_offset = true
  self.is_empty_beyond, self.is_confirmed = true, true
  self.far = #far_rows(self)
end

--- Notes that the server limits replies: a wide range had no more rows than a
-- page.
function ListEnd:note_limit()
  self.is_limited = true
end

-- Returns whether a range shows the end where it was when the rows were read,
-- or where the range that showed it last did. Otherwise rows have shifted, and
-- what is beyond the end has to be requested again.
local function is_unchanged(list_end, range, is_in_place)
  local last = list_end.last_shown
  list_end.last_shown = range
  list_end.same_ends = list_end.same_ends + 1
  return is_in_place or list_end.same_ends >= SAME_ENDS
    or last and last.offset == range.offset and last.count == range.count
      and last.last_rank == range.last_rank
end

--- Notes that a range has shown the end.
-- @param is_in_place whether the rows that it overlaps were in their places
function ListEnd:note_end(range, is_in_place)
  if not self.suspect then
    self:begin(range.count, false)
  end
  self.covered = self.most
  if range.overlap == 0 then
    self.is_empty_beyond = true
    return
  elseif range.is_wide and range.overlap > width(self)
    and not self.is_free then
    self.is_limited = true -- assumed: too many were deleted to tell
    return
  end
  local is_same = is_unchanged(self, range, is_in_place)
  self.is_empty_beyond = self.is_empty_beyond and is_same
  self.is_confirmed = is_same or self:is_trusted()
end

--- Notes that new users came: what showed the end before no longer counts.
function ListEnd:forget_ends()
  self.same_ends, self.last_shown = 0, nil
end

-- Notes that the short reply was not the last one.
local function note_short(list_end)
  local suspect = list_end.suspect
  list_end.least = max(min(list_end.least or suspect, suspect), 1)
end

--- Notes that the short reply was not the last one, because rows were found
-- beyond the end.
function ListEnd:reopen()
  if not self.suspects_all then -- else the server takes -1 for its default
    note_short(self)
    self.short, self.equals = self.suspect, 0
  end
  self:stop()
end

--- Notes that rows were found behind hidden ones.
function ListEnd:note_hidden()
  note_short(self)
  self.erratic = true
  self:stop()
end

--- Notes the number of rows in a reply with new users, which may follow a
-- short one. If the next replies have as many rows as the short one, that is
-- the server's limit.
-- @return whether the limit has just been found
function ListEnd:learn(count)
  if self.suspect and not self.is_empty_beyond then
    self:reopen()
  end
  local short = self.short
  if not short or self.erratic then
    return false
  elseif count ~= short or count == 1 then
    self.erratic, self.short = true, nil
    return false
  end
  self.equals = self.equals + 1
  if self.equals < EQUAL_REPLIES then
    return false
  end
  self.size, self.is_capped = count, true
  self.is_limited, self.short = true, nil
  return true
end

--- Notes that the server refuses to return more than a page.
function ListEnd:note_refused_size()
  self.reaches, self.is_capped = false, true
end

--- Notes that the server refuses to read beyond the end: no more than a page
-- is requested there from now on. If that is refused, too, there are no rows.
-- @param step the kind of the range
-- @return whether the search can continue
function ListEnd:refuse(step)
  if step == "reversed" then
    self:note_reversed(nil)
    return true
  end
  local shorter = self.reaches
  self.reaches = false
  if not shorter and step ~= "confirm" then
    self.is_empty_beyond = true
    self.far = step == "far" and #far_rows(self) or 0
    return true
  end
  return shorter
end

return ListEnd
