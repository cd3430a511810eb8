std = "min"
max_line_length = 79
files["spec"] = { std = "+busted" }
files["spec/nginx"] = { std = "+busted+ngx_lua", globals = { "ngx" } }
files["examples/nginx"] = { std = "+ngx_lua", globals = { "ngx" } }
files["lua/resty"] = { std = "+ngx_lua" }
files["spec/support/sandbox_handler.lua"] = {
  std = "+ngx_lua", globals = { "ngx" },
}
files["bench/cluster.lua"] = { std = "+ngx_lua", globals = { "ngx" } }
read_globals = { "ngx" }
exclude_files = { "build" }
