--- Writes results to standard output, in the requested format, and everything
-- else to standard error.
--
-- A failed write does not stop the work: close() reports it.

local errors = require "thoughtspot_users.errors"
local formats = require "thoughtspot_users.formats"
local json = require "thoughtspot_users.json"
local terminal = require "thoughtspot_users.terminal"
local text = require "thoughtspot_users.text"

local PROGRAM = "thoughtspot-users"

local Output = {}
Output.__index = Output

--- Creates the output of a run.
-- @param flags format, a name; quiet, no_color
-- @return an object whose format is a row of thoughtspot_users.formats
function Output.new(flags)
  return setmetatable({
    format = formats.by_name[flags.format] or formats.default,
    quiet = flags.quiet or false,
    colour = not flags.no_color and terminal.has_colour(),
    to_terminal = terminal.is(io.stdout),
    -- Whether a document was written: then a failure writes none.
    has_document = false,
    -- The error of a write that failed.
    lost = nil,
    -- Set by subcommands: further members of the document of a failure, and
    -- how to resume after an interrupt.
    extra = nil,
    how_to_go_on = nil,
  }, Output)
end

--- Writes to standard output.
function Output:write(value)
  local written, err = io.stdout:write(value)
  if not written then
    self.lost = err
  end
end

--- Writes a line for people, with control characters escaped.
function Output:line(value)
  self:write(text.clean(value or "", true) .. "\n")
end

-- Flushes standard output before standard error is written to, because both
-- may go to the same file.
local function flush(output)
  local flushed, err = io.stdout:flush()
  if not flushed then
    output.lost = err
  end
end

--- Writes a remark, unless the command is quiet.
function Output:note(value)
  if not self.quiet then
    flush(self)
    io.stderr:write(text.clean(value, true), "\n")
  end
end

--- Writes the first remarks about a source.
function Output:notes(list)
  for index, value in ipairs(list) do
    if index > 10 then
      self:note(("and %d more"):format(#list - 10))
      break
    end
    self:note(value)
  end
end

--- Writes an error message.
function Output:complain(value)
  flush(self)
  io.stderr:write(text.clean(value, true), "\n")
end

--- Writes the single result of a subcommand as data, if the format has
-- objects: the document of json, or a line of jsonl.
-- @param order names of members that come first
function Output:document(value, order)
  if self.format.has_objects then
    self:write(json.encode(value, order) .. "\n")
    self.has_document = true
  end
end

--- Writes the error that ended the subcommand.
-- @param err a text, or an error of the client's
-- @param code the exit code
-- @param kind if err is a text, or nil
function Output:fail(err, code, kind)
  self:complain(PROGRAM .. ": " .. errors.text(err))
  if not self.has_document then
    local document = { error = errors.describe(err, kind), exit_code = code }
    local extra = self.format.name == "json" and self.extra or {}
    for name, value in pairs(extra) do
      document[name] = value
    end
    self:document(document, errors.members)
  end
end

local Records = {}
Records.__index = Records

-- Returns how a table is laid out.
local function layout_of(output)
  return {
    width = output.to_terminal and terminal.width() or nil,
    colour = output.colour, mark = terminal.cut_mark(),
  }
end

--- Starts a list of records.
-- @param columns as thoughtspot_users.formats takes them
-- @return an object to which records are added, and which must be closed
function Output:records(columns)
  local first, row, last = self.format.write(columns, {
    is_shown = self.to_terminal,
    layout = function()
      return layout_of(self)
    end,
  })
  local records = setmetatable({
    output = self, row = row, last = last, count = 0,
    held = self.format.is_whole and {} or nil,
  }, Records)
  records:put(first)
  return records
end

--- Writes a part of the text, or holds it until the end.
function Records:put(piece)
  if self.held then
    self.held[#self.held + 1] = piece
  else
    self.output:write(piece)
  end
end

--- Adds a record.
function Records:add(record)
  self.count = self.count + 1
  self:put(self.row(record))
end

--- Ends the list.
function Records:close()
  local output = self.output
  self:put(self.last())
  if self.held then
    output:write(table.concat(self.held))
    output.has_document = output.format.has_objects
  end
end

--- Checks that everything was written.
-- @return true, or nil and a message; false if the reader has closed the pipe
function Output:close()
  local flushed, err = io.stdout:flush()
  if self.lost or not flushed then
    err = self.lost or err
    if tostring(err):find "[Bb]roken pipe" then
      return false
    end
    return nil, "standard output: " .. tostring(err)
  end
  return true
end

return Output
