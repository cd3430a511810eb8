-- The configurations in the documentation work, and report errors.

local command = require "spec.support.command"
local docs = require "spec.support.docs"
local server = require "spec.nginx.server"

-- The parts that a page leaves to the reader.
local BEFORE = [[
load_module modules/ndk_http_module.so;
load_module modules/ngx_http_lua_module.so;
@USER@
pid nginx.pid;
error_log error.log notice;
events { }
]]
local IN_HTTP = [[

  access_log off;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  lua_package_path "@ROOT@/lua/?.lua;@ROOT@/lua/?/init.lua;;";
  lua_package_cpath "@ROOT@/build/luajit/?.so;;";
]]

local function nginx_block(path)
  for _, block in ipairs(docs.blocks(path)) do
    if block.language == "nginx" then
      return (block.text:gsub("load_module[^\n]*\n", ""))
    end
  end
end

describe("the configuration of", function()
  local upstream, folder

  before_each(function()
    upstream = server.start "spec/nginx/upstream.conf"
    folder = command.new_folder()
  end)

  after_each(function()
    upstream:stop()
    command.remove(folder)
  end)

  -- Starts nginx with a page's configuration, in which a text is replaced.
  local function start(path, text, other)
    local block = ("\n" .. nginx_block(path))
      :gsub("https://acme.thoughtspot.cloud", upstream.url)
      :gsub("\nhttp {", "%0" .. IN_HTTP)
      :gsub("server {", "%0 listen 127.0.0.1:@PORT1@;")
    if text then
      local first, last = block:find(text, 1, true)
      block = block:sub(1, first - 1) .. other .. block:sub(last + 1)
    end
    command.write(folder .. "/template.conf", BEFORE .. block)
    return server.start(folder .. "/template.conf", nil,
      { THOUGHTSPOT_SECRET_KEY = "key" })
  end

  it("nginx.md answers with a user or an error", function()
    local application = start "doc/nginx.md"
    local found = application:get "/user?name=user3"
    local missed = application:get "/user?name=nobody"
    local errors = application:errors()
    application:stop()
    assert.equal("User 3\n", found)
    assert.matches('^search_users: no user has the name or GUID "nobody"',
      missed)
    assert.same({}, errors)
  end)

  it("nginx.md writes events to the error log with on_event", function()
    local application = start("doc/nginx.md", 'username = "tsadmin"',
      'on_event = require "thoughtspot".log, username = "tsadmin"')
    application:get "/user?name=user3"
    local log = command.read(application.folder .. "/error.log")
    local errors = application:errors()
    application:stop()
    assert.matches("%[notice%][^\n]*thoughtspot: search_users HTTP 200, %d+ "
      .. "bytes after %d", log)
    assert.same({}, errors)
  end)

  it("nginx.md, with a wrong option, does not start, and says why", function()
    local started, why = pcall(start, "doc/nginx.md", "username", "usrname")
    assert.is_false(started)
    assert.matches("usrname: is not a field here; did you mean username?",
      why, 1, true)
  end)
end)
