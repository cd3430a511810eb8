--- Runs the Lua code of Markdown files against a sandbox.
--
-- The Lua blocks of a file run in order, in one environment. It has what a
-- reader has at that point: `thoughtspot`, `client`, its sandbox, `sandbox`,
-- and the variables that earlier blocks declared at the start of a line. If a
-- block says what it prints,
--   print(user.name) --> ada
-- it must print exactly that; runs of white space count as one space.

local command = require "spec.support.command"
local files = require "tools.files"
local thoughtspot = require "thoughtspot"

local docs = {}

local credentials = {
  host = "https://acme.thoughtspot.cloud",
  username = "tsadmin",
  secret_key = "sandbox-secret-key",
}

--- The lines of a text, without their ends.
function docs.lines(text)
  local lines = {}
  for line in (text .. "\n"):gmatch "(.-)\n" do
    lines[#lines + 1] = line
  end
  return lines
end

--- Reads a file whole.
function docs.read(path)
  local file = assert(io.open(path))
  local text = file:read "*a"
  file:close()
  return text
end

--- The paths of the Markdown files.
function docs.pages()
  return files.matching "*.md doc/*.md"
end

--- The code blocks of a Markdown file.
-- @return list of { language, line, text }: line is the number of the line
--   before the first of the code
function docs.blocks(path)
  local blocks, block = {}, nil
  for number, line in ipairs(docs.lines(docs.read(path))) do
    local language = line:match "^%s*```(.*)$"
    if language and block then
      block.text = table.concat(block, "\n")
      blocks[#blocks + 1] = block
      block = nil
    elseif language then
      block = { language = language, line = number }
    elseif block then
      block[#block + 1] = line
    end
  end
  assert(not block, path .. ": a code block does not end")
  return blocks
end

local function with(options, additions)
  local merged = {}
  for _, source in ipairs { additions, options or {} } do
    for name, value in pairs(source) do
      merged[name] = value
    end
  end
  return merged
end

-- A file whose output is discarded.
local NOWHERE = assert(io.open("/dev/null", "w"))

--- An environment for the blocks of a file.
function docs.environment()
  local sandbox = thoughtspot.sandbox {
    groups = { "Analysts", "Sales" },
    orgs = { "Acme" },
    users = {
      { name = "grace", display_name = "Grace Hopper",
        email = "grace@acme.test", groups = { "Analysts", "Sales" },
        orgs = { "Primary", "Acme" }, password = "Cobol 1959" },
      { name = "alan", display_name = "Alan Turing", email = "alan@acme.test",
        groups = { "Analysts" } },
    },
  }
  local function connected(options)
    local merged = with(options, { transport = sandbox })
    local sleep = merged.sleep
    function merged.sleep(seconds)
      command.pause() -- because a sleep that returns at once makes a loop
      if sleep then
        sleep(seconds)
      end
    end
    return merged
  end
  local module = setmetatable({
    new = function(options)
      return thoughtspot.new(connected(options))
    end,
    progress = function(options)
      return thoughtspot.progress(with(options, { output = NOWHERE }))
    end,
    from_env = function(overrides)
      return thoughtspot.new(connected(with(overrides, credentials)))
    end,
  }, { __index = thoughtspot })
  local environment = {
    sandbox = sandbox,
    thoughtspot = module,
    client = assert(module.from_env()),
    os = setmetatable({
      getenv = function(name)
        return credentials[name:gsub("^THOUGHTSPOT_", ""):lower()]
      end,
    }, { __index = os }),
    require = function(name)
      return name == "thoughtspot" and module or require(name)
    end,
  }
  environment.print = function(...)
    local words = {}
    for index = 1, select("#", ...) do
      words[index] = tostring((select(index, ...)))
    end
    local printed = table.concat(words, " ")
    for _, line in ipairs(docs.lines(printed)) do
      table.insert(environment.printed, line)
    end
  end
  return setmetatable(environment, { __index = _G })
end

-- Of Lua 5.1 only.
local loadstring = rawget(_G, "loadstring")
local setfenv = rawget(_G, "setfenv")

local function load_in(environment, code, name)
  if setfenv then
    local chunk, err = loadstring(code, name)
    return chunk and setfenv(chunk, environment), err
  end
  return load(code, name, "t", environment)
end

local function squeeze(lines)
  local squeezed = {}
  for index, line in ipairs(lines) do
    squeezed[index] = line:gsub("%s+", " "):gsub("^ ", ""):gsub(" $", "")
  end
  return squeezed
end

--- Runs a block.
-- @return the lines that it printed, and the lines that it should print, or
--   nil if it does not say
function docs.run(environment, path, block)
  -- With its line numbers in the file, and its locals as globals.
  local code = (("\n"):rep(block.line) .. block.text):gsub("\nlocal ", "\n")
  local chunk = assert(load_in(environment, code, "@" .. path))
  environment.printed = {}
  chunk()
  local promised = {}
  for _, line in ipairs(block) do
    promised[#promised + 1] = line:match "%-%->%s(.*)$"
  end
  return squeeze(environment.printed),
    #promised > 0 and squeeze(promised) or nil
end

return docs
