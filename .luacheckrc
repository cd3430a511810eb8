std = "min"
max_line_length = 79
files["spec"] = { std = "+busted" }
files["examples/nginx"] = { std = "+ngx_lua" }
files["lua/resty"] = { std = "+ngx_lua" }
read_globals = { "ngx" }
exclude_files = { "build" }
