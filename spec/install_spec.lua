-- The ways to install the library, each into its own folder, from which the
-- module must then work.
--
-- Takes long.

local command = require "spec.support.command"
local nginx = require "spec.support.nginx"

local quote = command.quote
local lua = command.lua()
local version = _VERSION:match "%d%.%d"

local BUILD = "build/" .. lua:match "[^/]*$"
local CORE = BUILD .. "/thoughtspot/core.so"

-- Without the variables that are set for the specs.
local clean = { LUA_PATH = false, LUA_CPATH = false }

local function run(line, options)
  options = options or {}
  options.environment = options.environment or clean
  local code, output, errors = command.run(line, options)
  assert.equal(0, code, line .. "\n" .. output .. errors)
  return output
end

-- Loads and uses the module in a new process with these search paths;
-- lua-cjson, which is not part of the library, is found where it is.
local function try_with(path, cpath)
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
  local output = run("cd / && " .. lua .. " -e " .. quote(script), {
    environment = { LUA_PATH = path, LUA_CPATH = cpath },
  })
  assert.equal("ada tsadmin " .. require "thoughtspot"._VERSION, output)
end

-- The same, from the folders of a tree.
local function try(tree)
  local share = ("%s/share/lua/%s/?"):format(tree, version)
  try_with(share .. ".lua;" .. share .. "/init.lua",
    ("%s/lib/lua/%s/?.so;;"):format(tree, version))
end

-- The default search path of an interpreter, below a folder.
local function search_path(interpreter, what, folder)
  local path = run(interpreter .. " -e " .. quote("print(package." .. what
    .. ")"))
  local templates = {}
  for template in path:gmatch "[^;%s]+" do
    if template:find "^/" then
      templates[#templates + 1] = folder .. template
    end
  end
  return table.concat(templates, ";")
end

local function has(program)
  return (command.run("command -v " .. program)) == 0
end

it("names Debian packages on Debian only", function()
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

  -- A copy of the sources, for builds in their folder.
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

  -- The file that lua-language-server uses for a require, when a folder is its
  -- library: a file that declares itself as the module's annotations;
  -- otherwise one whose path ends like its first pattern.
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

  it("lets an editor find the annotations", function()
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

  it("by make uses a directory that the interpreter searches", function()
    run(("make install LUA=%s DESTDIR=%s"):format(quote(lua), quote(folder)))
    try_with(search_path(lua, "path", folder),
      search_path(lua, "cpath", folder) .. ";;")
  end)

  it("by make works for nginx, too", function()
    run(("make install LUA=luajit DESTDIR=%s"):format(quote(folder)))
    local server = folder .. "/server"
    run("mkdir " .. server)
    local ports = nginx.start(server, ([[
      load_module modules/ndk_http_module.so;
      load_module modules/ngx_http_lua_module.so;
      @USER@
      pid nginx.pid;
      events { }
      http {
        access_log off;
        client_body_temp_path body;
        proxy_temp_path proxy;
        fastcgi_temp_path fastcgi;
        uwsgi_temp_path uwsgi;
        scgi_temp_path scgi;
        lua_package_path "%s;;";
        lua_package_cpath "%s;;";
        server {
          listen 127.0.0.1:@PORT1@;
          location / {
            content_by_lua_block {
              local new = require("resty.thoughtspot").new
              ngx.print(new and require("thoughtspot")._VERSION)
            }
          }
        }
      }]]):format(search_path("luajit", "path", folder),
      search_path("luajit", "cpath", folder)))
    local answer = run(("%s http://127.0.0.1:%d/"):format(command.CURL,
      ports[1]))
    nginx.stop(server)
    assert.equal(require "thoughtspot"._VERSION, answer)
  end)

  it("by make says how to load the module from another PREFIX", function()
    local output = run(("make install LUA=%s PREFIX=%s/tree"):format(
      quote(lua), quote(folder)))
    local path = output:match "export LUA_PATH='([^'\n]*)'\n"
    local cpath = output:match "export LUA_CPATH='([^'\n]*)'\n"
    try_with(path, cpath)
  end)

  it("by make fails when the module cannot be loaded", function()
    command.write(folder .. "/lua", "#!/bin/sh\nexec " .. lua .. " -e '"
      .. [[package.preload.cjson = function() error "lost" end]]
      .. "' \"$@\"\n")
    run("chmod +x " .. folder .. "/lua")
    local code, _, errors = command.run((".ci/install install %s/lua %s")
      :format(folder, CORE), { environment = {
        PREFIX = folder .. "/tree", LIBDIR = "", LUADIR = "", DESTDIR = "",
      } })
    assert.equal(1, code)
    assert.matches("lost", errors, 1, true)
    assert.matches("/lua cannot load it\n", errors, 1, true)
  end)

  -- As a user without permission.
  it("by make names a read-only directory, and writes nothing", function()
    run(("mkdir %s/tree && chmod 555 %s/tree"):format(folder, folder))
    local become = ""
    if run "id -u":match "%d+" == "0" then
      become = "setpriv --reuid=65534 --regid=65534 --clear-groups "
      run("chmod 755 " .. folder)
    end
    local code, output, errors = command.run(become
      .. (".ci/install install %s %s"):format(lua, CORE), { environment = {
        PREFIX = folder .. "/tree", LIBDIR = "", LUADIR = "", DESTDIR = "",
      } })
    assert.equal(1, code)
    assert.equal("", output)
    assert.matches("sudo make install LUA=" .. lua .. "\n", errors, 1, true)
    assert.matches('PREFIX="$HOME/.local"', errors, 1, true)
    assert.equal("", run(("ls -A %s/tree"):format(folder)))
  end)

  it("by make is readable for all users, whatever the umask", function()
    run(("umask 077 && make install LUA=%s PREFIX=%s/tree"):format(quote(lua),
      quote(folder)))
    assert.equal("", run(("find %s/tree/share %s/tree/lib ! -perm -o+r -o "
      .. "-type d ! -perm -o+x"):format(folder, folder)))
  end)

  it("by make replaces an older version, and can be undone", function()
    local target = ("LUA=%s PREFIX=%s/tree"):format(quote(lua), quote(folder))
    local modules = ("%s/tree/share/lua/%s"):format(folder, version)
    run(("mkdir -p %s/thoughtspot %s/resty"):format(modules, modules))
    command.write(modules .. "/thoughtspot/gone.lua", "")
    command.write(modules .. "/resty/other.lua", "")
    run("make install " .. target)
    assert.is_nil(command.read(modules .. "/thoughtspot/gone.lua"))
    run("make uninstall " .. target)
    assert.equal(modules .. "/resty/other.lua\n",
      run(("find %s/tree -type f"):format(folder)))
  end)

  it("by make does nothing when the interpreter does not run", function()
    local code = command.run(("make install LUA=%s/lua DESTDIR=%s"):format(
      quote(folder), quote(folder)))
    assert.not_equal(0, code)
    assert.equal("", run("ls " .. quote(folder)))
  end)

  -- With a compiler that writes empty files, because only the calls matter.
  it("by make rebuilds after a change of settings", function()
    local source = copy_sources()
    command.write(folder .. "/cc", "#!/bin/sh\n"
      .. 'while [ "$1" != -o ]; do shift; done; : >"$2"\n')
    run("chmod +x " .. folder .. "/cc")
    local line = ("make -C %s all LUA=%s CC=%s/cc CFLAGS=-O0 "
      .. "SOURCES=src/binding/core.c"):format(source, quote(lua), folder)
    assert.truthy(run(line):find "core%.o")
    assert.is_nil(run(line):find "core%.o")
    assert.truthy(run(line .. " CPPFLAGS=-DOTHER"):find "core%.o")
  end)

  it("by make obeys LIBDIR and LUADIR", function()
    run(("make install LUA=%s LIBDIR=%s/a LUADIR=%s/b"):format(quote(lua),
      quote(folder), quote(folder)))
    assert.truthy(command.read(folder .. "/a/thoughtspot/core.so"))
    assert.truthy(command.read(folder .. "/b/thoughtspot/init.lua"))
  end)

  -- The files that need headers from elsewhere. Where it matters only that the
  -- compiler finds these, the objects of the others are those of the specs.
  local NEEDS_HEADERS = "'include <(curl/curl|lua|lauxlib|zlib)'"

  it("by make works without pkg-config", function()
    -- A PATH with everything except pkg-config.
    run(("mkdir %s/bin && cd %s/bin && for folder in /usr/local/bin "
      .. "/usr/bin /bin; do ln -sf $folder/* .; done && rm -f *pkg*conf*")
      :format(folder, folder))
    local source = copy_sources()
    run(("mkdir %s/build && cp -r %s %s/build/"):format(source, BUILD, source))
    local make = ("make -C %s LUA=%s PREFIX=%s/tree CFLAGS=-O0 "):format(
      source, quote(lua), folder)
    local without = { environment = {
      PATH = folder .. "/bin", LUA_PATH = false, LUA_CPATH = false,
    } }
    run(make .. BUILD .. "/flags", without)
    run(("cd %s && find %s -name '*.o' -exec touch {} + && grep -lE %s "
      .. "src/*/*.c | xargs touch"):format(source, BUILD, NEEDS_HEADERS))
    local output = run(make .. "install", without)
    assert.truthy(output:find "driver/curl%.o")
    assert.is_nil(output:find "bytes/escape%.o")
    try(folder .. "/tree")
  end)

  describe("by LuaRocks", function()
    local function skip(name)
      it(name, function()
        pending(has "luarocks" and "LuaRocks takes LuaJIT for Lua 5.1"
          or "there is no luarocks")
      end)
    end
    local it = has "luarocks" and not rawget(_G, "jit") and it or skip

    -- LuaRocks starts chmod for each file. A setting that leaves this out for
    -- files that are no programs: the umask suffices for them.
    local FEW_CHMODS = quote 'CHMOD=f() { [ "$1" = 644 ] || chmod "$@"; }; f'

    local function rocks(tree)
      return ("luarocks --lua-version=%s --tree=%s/%s %s"):format(version,
        folder, tree, FEW_CHMODS)
    end

    -- A compiler, called with "-c SOURCE -o OBJECT" among its arguments.
    local COMPILER = [[#!/bin/sh
      all="$*"
      source=${all##*-c } source=${source%% *}
      object=${all##*-o } object=${object%% *}
      echo "$source" >>@compiled
      if grep -qE @needs_headers "$source"; then
        exec cc "$@"
      fi
      source=${source#src/}
      exec cp "@objects/${source%.c}.o" "$object"
    ]]

    it("works from a clone, and from a rock packed there", function()
      local compiler = folder .. "/cc"
      command.write(compiler, (COMPILER:gsub("@([%w_]+)", {
        compiled = folder .. "/compiled", needs_headers = NEEDS_HEADERS,
        objects = nginx.root .. "/" .. BUILD .. "/obj",
      })))
      run(("chmod +x %s && cd %s && %s make --deps-mode=none CC=%s "
        .. "CFLAGS='-O0 -fPIC'"):format(compiler, copy_sources(),
        rocks "clone", compiler))
      assert.equal(run "ls src/*/*.c", run(("sort %s/compiled"):format(
        folder)))
      try(folder .. "/clone")
      run(("cd %s && %s pack lua-thoughtspot && %s install --deps-mode=none "
        .. "./*.rock"):format(folder, rocks "clone", rocks "packed"))
      try(folder .. "/packed")
    end)

    -- The wrapper of LuaRocks finds the modules of its tree; the library
    -- stands in a tree beside it.
    local function try_command(tree)
      local library = folder .. "/library"
      local output = run(tree .. "/bin/thoughtspot-users --version", {
        environment = {
          LUA_PATH = ("%s/share/lua/%s/?.lua;%s/share/lua/%s/?/init.lua;;")
            :format(library, version, library, version),
          LUA_CPATH = ("%s/lib/lua/%s/?.so;;"):format(library, version),
        },
      })
      assert.truthy(output:find "^thoughtspot%-users %d")
    end

    it("installs the command, from a clone and from a rock packed there",
      function()
        run(("make install LUA=%s PREFIX=%s/library"):format(quote(lua),
          folder))
        run(("cp -r command %s/ && cd %s/command && %s make --deps-mode=none "
          .. "thoughtspot-users-scm-1.rockspec"):format(folder, folder,
            rocks "clone"))
        try_command(folder .. "/clone")
        run(("cd %s && %s pack thoughtspot-users && %s install "
          .. "--deps-mode=none ./thoughtspot-users-*.rock"):format(folder,
            rocks "clone", rocks "packed"))
        try_command(folder .. "/packed")
      end)

    it("passes its lint, with every rockspec", function()
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
