--- create: creates a user.

local failure = require "thoughtspot_users.failure"
local Outcomes = require "thoughtspot_users.outcomes"
local read_password = require "thoughtspot_users.password"
local questions = require "thoughtspot_users.questions"
local request_options = require "thoughtspot_users.request_options"
local text = require "thoughtspot_users.text"

local options, request_of, name_flag = request_options("create_user", {
  name = true,
})
table.insert(options, { "--password-file", "FILE", "File whose first "
  .. "line is the password; - is standard input." })
table.insert(options, questions.YES_UNASKED)

local function create(context)
  local flags = context.flags
  local request = request_of(flags)
  request.name = flags.name
  local fault = text.fault_of_new_name(flags.name)
  if fault then
    failure.raise(("%s: the name %s"):format(flags.name, fault))
  end
  request.password = flags.password_file
    and read_password(flags.password_file)
  local outcomes = Outcomes.new(context, "create", "created")
  local user, err = context:client():create_user(request)
  if not user and err.kind == "argument" then
    failure.raise(name_flag(err))
  end
  outcomes:add(user or { name = flags.name }, user and "done" or "failed", err,
    user and user.id)
  return outcomes:finish()
end

return {
  {
    name = "create",
    arguments = { { "name", "Login name of the user." } },
    options = options,
    run = create,
  },
}
