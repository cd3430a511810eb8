--- export: all users as a file that plan and sync read.

local columns = require "thoughtspot_users.columns"
local exported = require "thoughtspot_users.exported"
local failure = require "thoughtspot_users.failure"
local files = require "thoughtspot_users.files"
local filters = require "thoughtspot_users.filters"
local formats = require "thoughtspot_users.formats"
local joined = require "thoughtspot_users.joined"
local progress = require "thoughtspot_users.progress"
local terminal = require "thoughtspot_users.terminal"
local wording = require "thoughtspot_users.wording"

local BYTE_ORDER_MARK = "\239\187\191"

-- Reads the users and writes them, one after the other.
-- @param write function(piece), which raises if it fails
-- @return the number of users
local function export(context, names, options, write)
  local fields, org = { "id" }, { others = 0 }
  for _, name in ipairs(names) do
    fields[#fields + 1] = name ~= "id" and exported.field_of(name) or nil
    if name == "group_identifiers" then
      org.groups = context:org_groups() or nil
    end
  end
  local first, row, last = options.format.write(exported.columns(names, org,
    options.excel), { is_shown = options.is_shown })
  local count_up, count = progress.start("users", context.flags.quiet
    or options.is_shown), 0
  if options.excel then
    write(BYTE_ORDER_MARK)
  end
  write(first)
  for user in filters.each_user(context, { fields = fields }) do
    write(row(user))
    count = count + 1
    count_up(count)
  end
  write(last())
  count_up(count, count)
  if org.others > 0 then
    context.output:note(("%d of the users are also in groups of other orgs, "
      .. "which are left out: see --org-id"):format(org.others))
  end
  return count
end

-- Writes a file that is visible only once it is complete; writes directly to a
-- device or a pipe.
local function export_to_file(context, names, options, path)
  local place = files.place_of(path)
  -- No other run writes to it, because addresses are random.
  local part = place and ("%s.%s.part"):format(place,
    tostring {}:match "%x+$")
  local function check(value, err)
    return value or failure.raise(path .. ": "
      .. tostring(err):gsub("^.*: ", ""))
  end
  local file = check(io.open(part or path, "wb"))
  local done, count = pcall(function()
    local written = export(context, names, options, function(piece)
      check(file:write(piece))
    end)
    check(file:flush())
    return written
  end)
  file:close()
  if not done then
    if part then
      os.remove(part)
    end
    error(count, 0)
  elseif not part then
    return count
  end
  local renamed, err = os.rename(part, place)
  if not renamed then
    os.remove(part)
    check(nil, err)
  end
  return count
end

local function run(context)
  local flags, output = context.flags, context.output
  local names = columns.parse(flags.fields, exported.names,
    exported.defaults)
  local path = flags.file ~= "-" and flags.file or nil
  local format = output.format.is_for_people and formats.by_name.csv
    or output.format
  local options = {
    format = format, excel = flags.excel and format == formats.by_name.csv,
    is_shown = not path and terminal.is(io.stdout),
  }
  if path then
    local count = export_to_file(context, names, options, path)
    output:note(("%s: %s"):format(path, wording.count(count, "user")))
    output:document({ file = path, users = count }, { "file", "users" })
  elseif options.format.is_whole then
    local pieces = {}
    export(context, names, options, function(piece)
      pieces[#pieces + 1] = piece
    end)
    output:write(table.concat(pieces))
    output.has_document = true
  else
    export(context, names, options, function(piece)
      output:write(piece)
    end)
  end
end

return {
  {
    name = "export",
    takes_fields = true,
    description = "Writes all users, or those that match the filters, as CSV "
      .. "(or in the format of --format), which plan and sync can read. FILE "
      .. "appears once it is complete; without FILE, or with -, the users go "
      .. "to standard output. --fields selects the columns.",
    arguments = {
      { "file", "The file to write.", args = "?" },
    },
    options = joined({
      { "--excel", nil, "For a spreadsheet: adds a byte order mark, and an "
        .. "apostrophe before values that look like formulas. Such a file "
        .. "is not for plan and sync." },
    }, filters.options),
    run = run,
  },
}
