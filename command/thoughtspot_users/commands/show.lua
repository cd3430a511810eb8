--- show: all fields of some users.

local columns = require "thoughtspot_users.columns"
local names = require "thoughtspot_users.names"

-- Returns whether a line is printed for a value.
local function has_something(text)
  return text ~= nil and text ~= "" and text ~= "{}"
end

local function print_user(output, list, user)
  for _, column in ipairs(list) do
    local value = column.text(user)
    if has_something(value) then
      output:line(("%-33s %s"):format(column.name, value))
    end
  end
end

local function run(context)
  local flags, output = context.flags, context.output
  local fields = columns.parse(flags.fields, columns.names, columns.names)
  local users = names.find(context, flags.names)
  local list = columns.of(fields)
  if output.format.is_for_people then
    for index, user in ipairs(users) do
      if index > 1 then
        output:line()
      end
      print_user(output, list, user)
    end
    return
  end
  local records = output:records(list)
  for _, user in ipairs(users) do
    records:add(user)
  end
  records:close()
end

return {
  {
    name = "show",
    takes_fields = true,
    arguments = { names.ARGUMENT },
    run = run,
  },
}
