-- The ways to install it, each into a folder of its own, from which alone the
-- module then has to work.

local command = require "spec.support.command"

local quote = command.quote
local lua = command.lua()
local version = _VERSION:match "%d%.%d"

-- Without what is set here for the specs.
local clean = { LUA_PATH = false, LUA_CPATH = false }

local function run(line, options)
  options = options or {}
  options.environment = options.environment or clean
  local code, output, errors = command.run(line, options)
  assert.equal(0, code, line .. "\n" .. output .. errors)
  return output
end

-- Loads the module from the folders of a tree, and uses it; lua-cjson, which
-- is not part of it, comes from where it is.
local function try(tree)
  local script = [[
    local thoughtspot = require "thoughtspot"
    local client = assert(thoughtspot.new {
      host = "https://acme.thoughtspot.cloud", username = "tsadmin",
      password = "secret", transport = thoughtspot.sandbox(),
    })
    assert(client:create_user {
      name = "ada", display_name = "Ada", email = "ada@acme.test",
    })
    for user in client:each_user() do io.write(user.name, " ") end
    io.write(thoughtspot._VERSION)
  ]]
  local share = ("%s/share/lua/%s/?"):format(tree, version)
  local output = run(lua .. " -e " .. quote(script), { environment = {
    LUA_PATH = share .. ".lua;" .. share .. "/init.lua",
    LUA_CPATH = ("%s/lib/lua/%s/?.so;;"):format(tree, version),
  } })
  assert.equal("ada tsadmin " .. require "thoughtspot"._VERSION, output)
end

local function has(program)
  return (command.run("command -v " .. program)) == 0
end

it("asks for no Debian packages elsewhere, whatever Lua is called", function()
  run "PATH=/nowhere /bin/sh .ci/setup test lua build test"
end)

describe("installing", function()
  local folder

  before_each(function()
    folder = command.new_folder()
  end)

  after_each(function()
    command.remove(folder)
  end)

  -- A copy of the sources, for what builds in their folder.
  local function copy_sources()
    run(("mkdir %s/source && cp -r Makefile .ci src lua LICENSE README.md "
      .. "CHANGELOG.md *.rockspec %s/source"):format(folder, folder))
    return folder .. "/source"
  end

  it("by make puts everything below DESTDIR and PREFIX", function()
    run(("make install LUA=%s DESTDIR=%s PREFIX=/opt/here"):format(quote(lua),
      quote(folder)))
    try(folder .. "/opt/here")
  end)

  -- The file that lua-language-server takes for a require, when a folder is
  -- its library: a file that says it is the module's annotations; else one
  -- whose path ends as the first of its patterns says, wherever it stands.
  local function resolve(files, module)
    for _, path in ipairs(files) do
      if command.read(path):match "^%-%-%-@meta (%S+)" == module then
        return path
      end
    end
    for _, pattern in ipairs { "/?.lua", "/?/init.lua" } do
      local ending = pattern:gsub("?", (module:gsub("%.", "/")))
      for _, path in ipairs(files) do
        if path:sub(-#ending) == ending then
          return path
        end
      end
    end
  end

  it("lets an editor find the annotations behind require", function()
    run(("make install LUA=%s DESTDIR=%s PREFIX=/opt"):format(quote(lua),
      quote(folder)))
    local share = ("%s/opt/share/lua/%s/"):format(folder, version)
    local files = {}
    for path in run("find " .. folder .. " -name '*.lua' | sort"):gmatch "%S+"
    do
      files[#files + 1] = path
    end
    for module, path in pairs {
      ["thoughtspot"] = "thoughtspot/meta.lua",
      ["resty.thoughtspot"] = "resty/thoughtspot.lua",
      ["thoughtspot.client"] = "thoughtspot/client.lua",
      ["thoughtspot.sandbox"] = "thoughtspot/sandbox/init.lua",
    } do
      assert.equal(share .. path, resolve(files, module))
    end
  end)

  it("by make goes where the interpreter looks", function()
    run(("make install LUA=%s DESTDIR=%s"):format(quote(lua), quote(folder)))
    local script = "print((package.%s:match '(/[^;?]*)/%%?'))"
    for _, expected in ipairs {
      { "path", "thoughtspot/init.lua" }, { "cpath", "thoughtspot/core.so" },
    } do
      local first = run(lua .. " -e " .. quote(script:format(expected[1])))
      assert.truthy(command.read(("%s%s/%s"):format(folder,
        first:match "%S+", expected[2])))
    end
  end)

  it("by make does nothing for an interpreter that does not run", function()
    local code = command.run(("make install LUA=%s/lua DESTDIR=%s"):format(
      quote(folder), quote(folder)))
    assert.not_equal(0, code)
    assert.equal("", run("ls " .. quote(folder)))
  end)

  it("by make builds again what was built in another way", function()
    local source = copy_sources()
    local line = "make -C " .. source .. " all LUA=" .. quote(lua)
      .. " CFLAGS=-O0"
    run(line)
    assert.is_nil(run(line):find "core.c")
    assert.truthy(run(line .. " CPPFLAGS=-DOTHER"):find "core.c")
  end)

  it("by make goes where LIBDIR and LUADIR say", function()
    run(("make install LUA=%s LIBDIR=%s/a LUADIR=%s/b"):format(quote(lua),
      quote(folder), quote(folder)))
    assert.truthy(command.read(folder .. "/a/thoughtspot/core.so"))
    assert.truthy(command.read(folder .. "/b/thoughtspot/init.lua"))
  end)

  it("by make works without pkg-config", function()
    -- A PATH that has everything but that.
    run(("mkdir %s/bin && for folder in /usr/local/bin /usr/bin /bin; do "
      .. "for program in $folder/*; do case $program in *pkg*conf*) ;; *) "
      .. "ln -sf $program %s/bin/ ;; esac; done; done"):format(folder, folder))
    local source = copy_sources()
    run(("make -C %s install LUA=%s PREFIX=%s/tree CFLAGS=-O0"):format(source,
      quote(lua), folder), { environment = {
        PATH = folder .. "/bin", LUA_PATH = false, LUA_CPATH = false,
      } })
    try(folder .. "/tree")
  end)

  -- LuaRocks knows LuaJIT as 5.1.
  local luarocks = has "luarocks" and not rawget(_G, "jit")
  local describe_rocks = luarocks and describe or pending

  describe_rocks("by LuaRocks", function()
    local where = "CURL_INCDIR=\"$(pkg-config --variable=includedir libcurl "
      .. "| grep . || echo /usr/include)\""

    local function rocks(tree)
      return ("luarocks --lua-version=%s --tree=%s/%s"):format(version, folder,
        tree)
    end

    it("works from a clone, and from a rock packed there", function()
      run(("cd %s && %s make --deps-mode=none %s CFLAGS='-O0 -fPIC'"):format(
        copy_sources(), rocks "clone", where))
      try(folder .. "/clone")
      run(("cd %s && %s pack lua-thoughtspot && %s install --deps-mode=none "
        .. "./*.rock"):format(folder, rocks "clone", rocks "packed"))
      try(folder .. "/packed")
    end)

    it("passes its lint, with every rockspec that there is", function()
      local count = 0
      for path in run "find . -name '*.rockspec' -not -path './build/*'"
        :gmatch "%S+" do
        run("luarocks lint " .. quote(path))
        count = count + 1
      end
      assert.is_true(count >= 2)
    end)
  end)
end)
