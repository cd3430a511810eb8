--- The defaults of the library's options, for the help.

local describe = require "thoughtspot.describe"

--- Returns the description of an option with its default, as a sentence.
-- @param description without the default and the final period
-- @param schema such as "PlanOptions", as thoughtspot.describe knows it
-- @param name of the option of the library
return function(description, schema, name)
  for _, field in ipairs(describe(schema).fields) do
    if field.name == name then
      return ("%s; default: %s."):format(description,
        (field.default:gsub('"', "")))
    end
  end
  error("there is no option " .. name)
end
