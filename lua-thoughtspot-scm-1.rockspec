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
  CURL = { library = "curl" },
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
        -- derived: sources

        "src/binding/client_object.c",
        "src/binding/configure.c",
        "src/binding/core.c",
        "src/binding/describe.c",
        "src/binding/exchange_object.c",
        "src/binding/file.c",
        "src/binding/object.c",
        "src/binding/option.c",
        "src/binding/prepare.c",
        "src/binding/seen_object.c",
        "src/bytes/buffer.c",
        "src/bytes/escape.c",
        "src/bytes/filter.c",
        "src/bytes/header.c",
        "src/bytes/inflate.c",
        "src/bytes/lookahead.c",
        "src/bytes/peek.c",
        "src/bytes/seen.c",
        "src/bytes/tokens.c",
        "src/contract/endpoint.c",
        "src/contract/path.c",
        "src/contract/schema.c",
        "src/driver/curl.c",
        "src/driver/ending.c",
        "src/driver/pin.c",
        "src/driver/receive.c",
        "src/driver/request.c",
        "src/driver/url.c",
        "src/errors/error.c",
        "src/errors/forms.c",
        "src/errors/hint.c",
        "src/errors/reference.c",
        "src/errors/report.c",
        "src/errors/scrub.c",
        "src/protocol/body.c",
        "src/protocol/client.c",
        "src/protocol/exchange.c",
        "src/protocol/mint.c",
        "src/protocol/outcome.c",
        "src/protocol/response.c",
        "src/protocol/retry.c",
        "src/values/check.c",
        "src/values/decode.c",
        "src/values/encode.c",
        "src/values/json.c",
        "src/values/scratch.c",
        "src/values/text.c",

-- end derived
      },
      libraries = { "curl", "z", "m", "dl" },
      incdirs = { "src", "$(CURL_INCDIR)" },
      libdirs = { "$(CURL_LIBDIR)" },
    },
    -- derived: modules

    ["resty.thoughtspot"] = "lua/resty/thoughtspot.lua",
    ["thoughtspot.bulk.batch"] = "lua/thoughtspot/bulk/batch.lua",
    ["thoughtspot.bulk.import"] = "lua/thoughtspot/bulk/import.lua",
    ["thoughtspot.bulk.import_names"] = "lua/thoughtspot/bulk/import_names.lua",
    ["thoughtspot.bulk.import_result"] = "lua/thoughtspot/bulk/import_result.lua",
    ["thoughtspot.bulk.items"] = "lua/thoughtspot/bulk/items.lua",
    ["thoughtspot.bulk.options"] = "lua/thoughtspot/bulk/options.lua",
    ["thoughtspot.bulk.pages"] = "lua/thoughtspot/bulk/pages.lua",
    ["thoughtspot.bulk.ranges"] = "lua/thoughtspot/bulk/ranges.lua",
    ["thoughtspot.bulk.report"] = "lua/thoughtspot/bulk/report.lua",
    ["thoughtspot.bulk.seen"] = "lua/thoughtspot/bulk/seen.lua",
    ["thoughtspot.bulk.stop_reason"] = "lua/thoughtspot/bulk/stop_reason.lua",
    ["thoughtspot.client"] = "lua/thoughtspot/client.lua",
    ["thoughtspot.describe"] = "lua/thoughtspot/describe.lua",
    ["thoughtspot.fold"] = "lua/thoughtspot/fold.lua",
    ["thoughtspot.guard"] = "lua/thoughtspot/guard.lua",
    ["thoughtspot"] = "lua/thoughtspot/init.lua",
    ["thoughtspot.log"] = "lua/thoughtspot/log.lua",
    ["thoughtspot.meta"] = "lua/thoughtspot/meta.lua",
    ["thoughtspot.options"] = "lua/thoughtspot/options.lua",
    ["thoughtspot.progress"] = "lua/thoughtspot/progress.lua",
    ["thoughtspot.sandbox.contract"] = "lua/thoughtspot/sandbox/contract.lua",
    ["thoughtspot.sandbox.endpoints"] = "lua/thoughtspot/sandbox/endpoints.lua",
    ["thoughtspot.sandbox.errors"] = "lua/thoughtspot/sandbox/errors.lua",
    ["thoughtspot.sandbox"] = "lua/thoughtspot/sandbox/init.lua",
    ["thoughtspot.sandbox.json"] = "lua/thoughtspot/sandbox/json.lua",
    ["thoughtspot.sandbox.routes"] = "lua/thoughtspot/sandbox/routes.lua",
    ["thoughtspot.sandbox.schema"] = "lua/thoughtspot/sandbox/schema.lua",
    ["thoughtspot.sandbox.search"] = "lua/thoughtspot/sandbox/search.lua",
    ["thoughtspot.sandbox.store"] = "lua/thoughtspot/sandbox/store.lua",
    ["thoughtspot.scheduler.blocking"] = "lua/thoughtspot/scheduler/blocking.lua",
    ["thoughtspot.scheduler.nginx"] = "lua/thoughtspot/scheduler/nginx.lua",
    ["thoughtspot.scheduler.serve"] = "lua/thoughtspot/scheduler/serve.lua",
    ["thoughtspot.scheduler.sleeping"] = "lua/thoughtspot/scheduler/sleeping.lua",
    ["thoughtspot.scheduler.wait"] = "lua/thoughtspot/scheduler/wait.lua",
    ["thoughtspot.store.common"] = "lua/thoughtspot/store/common.lua",
    ["thoughtspot.store.file"] = "lua/thoughtspot/store/file.lua",
    ["thoughtspot.store.redis"] = "lua/thoughtspot/store/redis.lua",
    ["thoughtspot.sync.apply"] = "lua/thoughtspot/sync/apply.lua",
    ["thoughtspot.sync.assemble"] = "lua/thoughtspot/sync/assemble.lua",
    ["thoughtspot.sync.cluster"] = "lua/thoughtspot/sync/cluster.lua",
    ["thoughtspot.sync.compare"] = "lua/thoughtspot/sync/compare.lua",
    ["thoughtspot.sync.draft"] = "lua/thoughtspot/sync/draft.lua",
    ["thoughtspot.sync.format"] = "lua/thoughtspot/sync/format.lua",
    ["thoughtspot.sync"] = "lua/thoughtspot/sync/init.lua",
    ["thoughtspot.sync.journal"] = "lua/thoughtspot/sync/journal.lua",
    ["thoughtspot.sync.leavers"] = "lua/thoughtspot/sync/leavers.lua",
    ["thoughtspot.sync.limits"] = "lua/thoughtspot/sync/limits.lua",
    ["thoughtspot.sync.match"] = "lua/thoughtspot/sync/match.lua",
    ["thoughtspot.sync.options"] = "lua/thoughtspot/sync/options.lua",
    ["thoughtspot.sync.person"] = "lua/thoughtspot/sync/person.lua",
    ["thoughtspot.sync.plan"] = "lua/thoughtspot/sync/plan.lua",
    ["thoughtspot.sync.protect"] = "lua/thoughtspot/sync/protect.lua",
    ["thoughtspot.sync.recheck"] = "lua/thoughtspot/sync/recheck.lua",
    ["thoughtspot.sync.report"] = "lua/thoughtspot/sync/report.lua",
    ["thoughtspot.sync.requests"] = "lua/thoughtspot/sync/requests.lua",
    ["thoughtspot.sync.run"] = "lua/thoughtspot/sync/run.lua",
    ["thoughtspot.sync.scope"] = "lua/thoughtspot/sync/scope.lua",
    ["thoughtspot.sync.source"] = "lua/thoughtspot/sync/source.lua",
    ["thoughtspot.sync.text"] = "lua/thoughtspot/sync/text.lua",
    ["thoughtspot.sync.units"] = "lua/thoughtspot/sync/units.lua",

-- end derived
  },
}
