--- The options of iterators, batches and imports: rows for
-- thoughtspot.options.

-- The cluster accepts 100 requests per second and bursts of ten: eight at a
-- time stay below the burst, and reach that rate if a reply takes 80 ms.
local concurrency = {
  name = "concurrency", kind = "a whole number above zero", default = 8,
  doc = "calls in flight",
}

return {
  EachUserOptions = {
    {
      name = "fields", kind = "a table", list = true,
      annotation = "thoughtspot.UserField",
      doc = "names: keep only these fields of each user",
    },
    {
      name = "page_size", kind = "a whole number above zero, or -1",
      default = 1000,
      doc = "users per request; -1: all in one streamed reply, which can be "
        .. "slow and exhaust the cluster's memory: ThoughtSpot warns against "
        .. "it",
    },
    {
      name = "prefetch", kind = "a whole number, zero or more", default = 1,
      doc = "pages that are requested ahead",
    },
    {
      name = "limit", kind = "a whole number, zero or more",
      doc = "maximum number of users to return",
    },
    {
      name = "on_skipped", kind = "a function",
      annotation = "fun(row: thoughtspot.SkippedRow)",
      doc = "called with { offset, err } for a row that the cluster cannot "
        .. "return; without it, such a row is an error",
    },
  },
  BatchOptions = {
    concurrency,
    {
      name = "stop_after", kind = "a whole number above zero",
      doc = "failures after which nothing more is sent; the remaining items "
        .. "fail with an error of kind cancelled",
    },
    {
      name = "on_progress", kind = "a function",
      annotation = "fun(done: integer, total: integer?)",
      doc = "called after each item with the number of items done and the "
        .. "total, nil if unknown",
    },
    {
      name = "on_result", kind = "a function",
      annotation = "fun(index: integer, value: any, "
        .. "err: thoughtspot.Error?, item: any)",
      doc = "called with index, value, err and item for each outcome; the "
        .. "report then does not contain the outcomes",
    },
  },
  ImportInBatchesOptions = {
    {
      name = "dry_run", kind = "true or false", required = true,
      doc = "true: only check; false: import",
    },
    {
      name = "batch_size", kind = "a whole number above zero",
      default = 100, doc = "users per call",
    },
    concurrency,
    {
      name = "stop_after", kind = "a whole number above zero",
      doc = "number of failed users after which nothing more is sent; the "
        .. "remaining ones fail with an error of kind cancelled",
    },
    {
      name = "default_password", kind = "a string",
      doc = "password for created users that have none",
    },
    {
      name = "on_progress", kind = "a function",
      annotation = "fun(done: integer, total: integer?)",
      doc = "called after each call with the number of users done and the "
        .. "total, nil if unknown",
    },
  },
}
