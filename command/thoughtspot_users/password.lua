--- Reads a password: from a file, from standard input, or typed.

local failure = require "thoughtspot_users.failure"
local files = require "thoughtspot_users.files"
local terminal = require "thoughtspot_users.terminal"

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
return function(path)
  local secret
  if path then
    if path ~= "-" then
      files.expect_private(path, "a password")
    end
    secret = files.read_secret(path)
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
