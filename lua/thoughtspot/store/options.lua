--- The options of stores: rows for thoughtspot.options.

return {
  RedisOptions = {
    {
      name = "address", kind = "a string", default = "127.0.0.1:6379",
      doc = "address of the Redis server, host:port or unix:/path",
    },
    { name = "password", kind = "a string", doc = "password of the server" },
    {
      name = "timeout", kind = "a number of seconds", default = 0.5,
      doc = "seconds for connecting, and for a command",
    },
    {
      name = "prefix", kind = "a string", default = "thoughtspot",
      doc = "prefix of the keys",
    },
    {
      name = "on_error", kind = "a function",
      annotation = "fun(message: string)",
      doc = "called with a message when Redis cannot be used; by default the "
        .. "message goes to standard error, or in nginx to the error log",
    },
  },
}
