--- Writes the events of a client to standard error, or in nginx to its error
-- log. Events contain no secrets, so neither do the lines.

local function count(bytes)
  return ("%d byte%s"):format(bytes, bytes == 1 and "" or "s")
end

-- Type of an event = function(event) that returns the text after the endpoint.
local texts = {
  request = function(event)
    return ("sends %s%s"):format(count(event.bytes), event.attempt > 1
      and (", attempt %d"):format(event.attempt) or "")
  end,
  response = function(event)
    return ("%s, %s after %.3f s"):format(event.status
      and "HTTP " .. event.status or "no reply", count(event.bytes),
      event.seconds)
  end,
  retry = function(event)
    return ("tries again in %.3f s"):format(event.seconds)
  end,
  wait = function(event)
    return ("waits %.3f s for the rate limit"):format(event.seconds)
  end,
  token = function()
    return "has a new token"
  end,
}

--- See thoughtspot.log.
return function(event)
  local line = ("thoughtspot: %s %s"):format(event.endpoint,
    texts[event.type](event))
  local nginx = rawget(_G, "ngx")
  if nginx and nginx.log then
    nginx.log(nginx.NOTICE, line)
  else
    io.stderr:write(line, "\n")
  end
end
