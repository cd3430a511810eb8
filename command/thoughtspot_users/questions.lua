--- Asks for confirmation before a change.

local core = require "thoughtspot.core"
local failure = require "thoughtspot_users.failure"
local text = require "thoughtspot_users.text"
local wording = require "thoughtspot_users.wording"

local questions = {}

--- The option that answers a confirmation.
questions.YES = { "-y --yes", nil, "Do not ask." }

--- The same, of a subcommand that deletes.
questions.YES_DELETE = { "-y --yes", nil, "Do not ask; requires "
  .. "--max-deletes." }

--- The same, of a subcommand that asks for no confirmation: scripts need not
-- know which ones do.
questions.YES_UNASKED = { "-y --yes", nil, "Has no effect: this asks for no "
  .. "confirmation." }

--- The option without which --yes does not confirm deletions.
questions.MAX_DELETES = { "--max-deletes", "N", "Largest number of users to "
  .. "delete; required with --yes.", kind = "count" }

local NOTHING = "nothing was changed"

local function ask(question)
  io.stderr:write(text.clean(question, true), " ")
  io.stderr:flush()
  local answered, answer = pcall(io.read)
  if not answer or not answered then -- in the middle of a line
    io.stderr:write "\n"
  end
  if not answered then -- by an interrupt
    failure.raise("interrupted; " .. NOTHING, failure.INTERRUPTED)
  end
  return text.trim(answer or "")
end

-- Ends the command if nobody can be asked, and names the flag that confirms.
local function expect_somebody(question, flag)
  if not core.is_terminal(io.stdin) or not core.is_terminal(io.stderr) then
    failure.raise(("%s There is no terminal to ask on; give %s. %s"):format(
      question, flag, wording.sentence(NOTHING)))
  end
end

--- Shows the users whom a question is about.
-- @param most how many to show; nil: all
function questions.preview(output, users, most)
  for index, user in ipairs(users) do
    if most and index > most then
      output:note(("  and %d more"):format(#users - most))
      break
    end
    output:note(("  %s (%s), %s, in %s"):format(user.name,
      user.display_name or "", user.account_status or "?",
      wording.count(#(user.user_groups or {}), "group")))
  end
end

--- Asks whether to continue; ends the command if not.
-- @param question that says what will happen
-- @param yes whether --yes was given
function questions.confirm(question, yes)
  if yes then
    return
  end
  expect_somebody(question, "--yes")
  if not ask(question .. " [y/N]"):lower():find "^y" then
    failure.raise(NOTHING)
  end
end

--- Asks for the number of users who would be deleted; ends the command if the
-- answer is another one.
-- @param count of users who would be deleted
-- @param most what --max-deletes allows, or nil
-- @param yes whether --yes was given; it does not confirm deletions
-- @return whether the question was asked
function questions.confirm_deletes(count, most, yes)
  if most then
    return false
  end
  local question = ("Delete %s permanently?"):format(wording.count(count,
    "user"))
  expect_somebody(question, ("--yes --max-deletes %d%s"):format(count,
    yes and " (--yes alone does not confirm deletions)" or ""))
  local answer = ask(question .. " Type the number of users to continue:")
  if answer ~= tostring(count) then
    failure.raise(NOTHING)
  end
  return true
end

return questions
