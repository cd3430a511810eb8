--- Writes results to standard output, in the requested format, and everything
-- else to standard error.
--
-- A failed write does not stop the work: close() reports it.

local csv = require "thoughtspot_users.csv"
local errors = require "thoughtspot_users.errors"
local json = require "thoughtspot_users.json"
local new_table = require "thoughtspot_users.table"
local terminal = require "thoughtspot_users.terminal"
local text = require "thoughtspot_users.text"

local PROGRAM = "thoughtspot-users"

local Output = {}
Output.__index = Output

--- Creates the output of a run.
-- @param flags format, quiet, no_color
function Output.new(flags)
  return setmetatable({
    format = flags.format or "table",
    quiet = flags.quiet or false,
    colour = not flags.no_color and terminal.has_colour(),
    to_terminal = terminal.is(io.stdout),
    extra = nil, -- members of the document of a failure
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

--- Returns whether the results are for people.
function Output:is_for_people()
  return self.format == "table"
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

--- Writes the single result of a subcommand as data: the document of json, or
-- a line of jsonl. For people, it is written elsewhere.
-- @param order names of members that come first
function Output:document(value, order)
  if self.format == "json" or self.format == "jsonl" then
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
    for name, value in pairs(self.format == "json" and self.extra or {}) do
      document[name] = value
    end
    self:document(document, errors.members)
  end
end

-- Returns a cell as text; on a terminal without control characters.
local function cell(output, column, record)
  local value = column.text(record)
  if value ~= nil and output.to_terminal then
    return text.clean(value)
  end
  return value
end

local function object_of(columns, record)
  local object = {}
  for _, column in ipairs(columns) do
    object[column.name] = column.value(record)
  end
  return object
end

local Records = {}
Records.__index = Records

--- Starts a list of records.
-- @param columns list of { name, text = function(record), value =
--   function(record), colour = function(text) or nil }: text returns the cell
--   of a table or of CSV, value the member of an object in JSON
-- @return an object to which records are added, and which must be closed
function Output:records(columns)
  local names = {}
  for index, column in ipairs(columns) do
    names[index] = column.name
  end
  if self.format == "csv" then
    self:write(csv.line(names, #names))
  end
  return setmetatable({
    output = self, columns = columns, names = names, rows = {}, count = 0,
  }, Records)
end

--- Adds a record.
function Records:add(record)
  local output, columns = self.output, self.columns
  self.count = self.count + 1
  if output.format == "csv" then
    local values = {}
    for index, column in ipairs(columns) do
      values[index] = cell(output, column, record)
    end
    output:write(csv.line(values, #columns))
  elseif output.format == "table" then
    local values = {}
    for index, column in ipairs(columns) do
      values[index] = column.text(record) or ""
    end
    self.rows[self.count] = values
  else
    local encoded = json.encode(object_of(columns, record), self.names)
    if output.format == "jsonl" then
      output:write(encoded .. "\n")
    else
      self.rows[self.count] = encoded
    end
  end
end

--- Ends the list.
function Records:close()
  local output = self.output
  if output.format == "json" then
    output:write("[" .. table.concat(self.rows, ",\n") .. "]\n")
    output.has_document = true
  elseif output.format == "table" and self.count > 0 then
    output:write(new_table(self.columns, self.rows, {
      width = output.to_terminal and terminal.width() or nil,
      colour = output.colour,
      mark = terminal.cut_mark(),
    }))
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
