--- Joins lists, such as those of the options of subcommands.

--- Returns a list of the items of several lists.
return function(...)
  local items = {}
  for _, list in ipairs { ... } do
    for _, item in ipairs(list) do
      items[#items + 1] = item
    end
  end
  return items
end
