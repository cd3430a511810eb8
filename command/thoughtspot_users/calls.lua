--- Command-line options for the fields of a request, derived from the
-- description in the library.

local describe = require "thoughtspot.describe"
local failure = require "thoughtspot_users.failure"
local files = require "thoughtspot_users.files"
local terminal = require "thoughtspot_users.terminal"
local text = require "thoughtspot_users.text"

local calls = {}

local YES_OR_NO = { "yes", "no" }

local function flag_of(field)
  return "--" .. field.name:gsub("_identifiers?$", ""):gsub("_", "-")
end

-- Returns whether a field fits in one argument.
local function is_plain(field)
  return not field.secret and not field.schema and field.type ~= "table"
end

--- Returns the options for the fields of an endpoint's request.
-- @param endpoint its name
-- @param left_out set of names of fields that have no option
-- @return list of options, and a function(flags) that builds the request
function calls.options(endpoint, left_out)
  local options, rows = {}, {}
  for _, field in ipairs(describe(endpoint).request.fields) do
    if is_plain(field) and not left_out[field.name] then
      local flag = flag_of(field)
      local doc = field.doc:gsub("^%l", string.upper)
      options[#options + 1] = {
        flag, field.type == "boolean" and "yes|no"
          or field.name:gsub("_identifiers?$", ""):upper(),
        doc .. (field.list and "; may be repeated." or "."),
        many = field.list, may_be_empty = not field.list,
        choices = field.type == "boolean" and YES_OR_NO
          or not field.list and field.values or nil,
      }
      rows[#rows + 1] = {
        field = field, name = text.name_of_flag(flag),
      }
    end
  end
  return options, function(flags)
    local request = {}
    for _, row in ipairs(rows) do
      local value = flags[row.name]
      if row.field.list then
        value = value and #value > 0 and value or nil
      elseif row.field.type == "boolean" and value then
        value = value == "yes"
      end
      request[row.field.name] = value
    end
    return request
  end
end

-- Changes the settings of the terminal; returns what stty prints, or nil.
local function stty(settings)
  return files.first_line("stty " .. settings .. " </dev/tty 2>/dev/null")
end

-- Asks for a secret, without echo.
local function ask_secret(prompt)
  if not terminal.is(io.stdin) or not terminal.is(io.stderr) then
    failure.raise("cannot ask for a password without a terminal; give "
      .. "--password-file FILE, or - for standard input")
  end
  io.stderr:write(prompt, " ")
  io.stderr:flush()
  local settings = stty "-g"
  -- A shell turns the echo on again when it stops the command.
  stty "-echo susp undef quit undef"
  local read, secret = pcall(io.read)
  stty(settings or "echo")
  io.stderr:write "\n"
  if not read then
    error(secret, 0)
  end
  return secret
end

--- Returns a password: the first line of a file that only its owner can read,
-- or of standard input for "-", or typed.
function calls.password(path)
  local secret
  if path then
    if path ~= "-" then
      files.expect_private(path, "a password")
    end
    secret = files.read(path):match "^[^\r\n]*"
  else
    secret = ask_secret "Password:"
  end
  if not secret or secret == "" then
    failure.raise "the password is empty"
  elseif secret:find "%c" then
    failure.raise "the password contains a control character"
  end
  return secret
end

return calls
