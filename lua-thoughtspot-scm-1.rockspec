rockspec_format = "3.0"
package = "lua-thoughtspot"
version = "scm-1"
source = {
  url = "git+https://github.com/lua-thoughtspot/lua-thoughtspot.git",
}
description = {
  summary = "Manages the users of a ThoughtSpot cluster.",
  detailed = [[
    The Users endpoints of ThoughtSpot's REST API v2.0 as Lua functions, with
    a core in C on libcurl: iterators over all users, batches, destructive
    calls that are safe, a sandbox to test against. For scripts and for
    Nginx/OpenResty.]],
  license = "MIT",
  labels = { "thoughtspot", "rest", "http", "curl", "openresty" },
}
dependencies = {
  "lua >= 5.1",
  "lua-cjson >= 2.1.0",
}
external_dependencies = {
  CURL = { header = "curl/curl.h", library = "curl" },
}
test_dependencies = {
  "busted >= 2.1",
}
test = {
  type = "command",
  command = "make test",
}
build = {
  type = "builtin",
  modules = {
    ["thoughtspot.core"] = {
      sources = {
        "src/buffer.c", "src/check.c", "src/client.c", "src/client_object.c",
        "src/configure.c", "src/core.c", "src/curl.c", "src/decode.c",
        "src/describe.c", "src/encode.c", "src/endpoint.c", "src/error.c",
        "src/escape.c", "src/exchange.c", "src/exchange_object.c",
        "src/filter.c", "src/header.c", "src/hint.c", "src/json.c",
        "src/object.c", "src/option.c", "src/prepare.c", "src/proxy.c",
        "src/resident.c",
        "src/response.c", "src/retry.c", "src/schema.c", "src/scrub.c",
        "src/token.c",
      },
      libraries = { "curl", "m", "dl" },
      incdirs = { "$(CURL_INCDIR)" },
      libdirs = { "$(CURL_LIBDIR)" },
    },
    ["resty.thoughtspot"] = "lua/resty/thoughtspot.lua",
    ["thoughtspot.batch"] = "lua/thoughtspot/batch.lua",
    ["thoughtspot.client"] = "lua/thoughtspot/client.lua",
    ["thoughtspot.describe"] = "lua/thoughtspot/describe.lua",
    ["thoughtspot.guard"] = "lua/thoughtspot/guard.lua",
    ["thoughtspot.import"] = "lua/thoughtspot/import.lua",
    ["thoughtspot.import_result"] = "lua/thoughtspot/import_result.lua",
    ["thoughtspot"] = "lua/thoughtspot/init.lua",
    ["thoughtspot.items"] = "lua/thoughtspot/items.lua",
    ["thoughtspot.meta"] = "lua/thoughtspot/meta.lua",
    ["thoughtspot.nginx"] = "lua/thoughtspot/nginx.lua",
    ["thoughtspot.options"] = "lua/thoughtspot/options.lua",
    ["thoughtspot.pages"] = "lua/thoughtspot/pages.lua",
    ["thoughtspot.progress"] = "lua/thoughtspot/progress.lua",
    ["thoughtspot.report"] = "lua/thoughtspot/report.lua",
    ["thoughtspot.sandbox"] = "lua/thoughtspot/sandbox.lua",
    ["thoughtspot.sandbox.endpoints"] =
      "lua/thoughtspot/sandbox/endpoints.lua",
    ["thoughtspot.sandbox.errors"] = "lua/thoughtspot/sandbox/errors.lua",
    ["thoughtspot.sandbox.json"] = "lua/thoughtspot/sandbox/json.lua",
    ["thoughtspot.sandbox.routes"] = "lua/thoughtspot/sandbox/routes.lua",
    ["thoughtspot.sandbox.schema"] = "lua/thoughtspot/sandbox/schema.lua",
    ["thoughtspot.sandbox.search"] = "lua/thoughtspot/sandbox/search.lua",
    ["thoughtspot.sandbox.store"] = "lua/thoughtspot/sandbox/store.lua",
    ["thoughtspot.wait"] = "lua/thoughtspot/wait.lua",
  },
}
