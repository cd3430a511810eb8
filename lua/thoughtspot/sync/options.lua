--- The options of a sync: rows for thoughtspot.options.

local limits = require "thoughtspot.sync.limits"

return {
  PlanOptions = {
    {
      name = "scope", kind = "a table",
      annotation = "thoughtspot.SearchUsersRequest",
      doc = "filter of search_users: the users whose absence from the "
        .. "source counts; {} is everybody. Required unless leavers is "
        .. "\"keep\"",
    },
    {
      name = "leavers", kind = '"keep", "strip", "deactivate" or "delete"',
      annotation = '"keep"|"strip"|"deactivate"|"delete"',
      default = "keep",
      doc = "what happens to users in scope who are not in the source. "
        .. "\"keep\": nothing; \"strip\": they are removed from the managed "
        .. "groups; \"deactivate\": they are also deactivated and logged out; "
        .. "\"delete\": those inactive and unchanged for delete_after days "
        .. "are deleted, and the others deactivated",
    },
    {
      name = "delete_after", kind = "a whole number, zero or more",
      default = 30,
      doc = "days for which a user is inactive and unchanged before being "
        .. "deleted; an activation link is valid for 14",
    },
    {
      name = "groups",
      kind = '"named", "add" or a list of non-empty strings',
      annotation = '"named"|"add"|string[]',
      default = "named",
      doc = "the managed groups, from which users may be removed. "
        .. "\"named\": those named anywhere in the source; \"add\": none; or "
        .. "a list",
    },
    {
      name = "orgs",
      kind = '"named", "add" or a list of non-empty strings',
      annotation = '"named"|"add"|string[]',
      default = "add",
      doc = "the same for orgs",
    },
    {
      name = "create", kind = "true, false or a table of fields",
      annotation = "boolean|table<string, any>",
      default = true,
      doc = "whether missing users are created; false lists them in "
        .. "plan.left. A table has fields for all new users, such as { "
        .. "account_type = \"SAML_USER\" }",
    },
    {
      name = "update", kind = "true or false",
      default = true,
      doc = "whether users are updated; false lists the differences in "
        .. "plan.left",
    },
    {
      name = "reactivate", kind = "true or false",
      default = false,
      doc = "whether inactive users who are in the source are activated",
    },
    {
      name = "rename", kind = "true or false",
      default = false,
      doc = "whether users whose row has their GUID get the name of the row",
    },
    {
      name = "update_sso", kind = "true or false",
      default = false,
      doc = "whether e-mail and display name of SAML and OIDC users, which "
        .. "belong to the identity provider, are updated",
    },
    {
      name = "protect", kind = "a list of non-empty strings",
      annotation = "string[]",
      doc = "names, GUIDs, and patterns of names with * for any characters: "
        .. "these users are never leavers",
    },
    {
      name = "protect_admins", kind = "true or false",
      default = true,
      doc = "whether holders of ADMINISTRATION or USER_ADMINISTRATION "
        .. "are never leavers",
    },
    {
      name = "max_leavers",
      kind = 'a whole number, or a percentage such as "10%"',
      annotation = "integer|string",
      default_text = limits.default_text "leavers",
      doc = "maximum number of users who lose access: are stripped or "
        .. "deactivated",
    },
    {
      name = "max_deletes",
      kind = 'a whole number, or a percentage such as "10%"',
      annotation = "integer|string",
      default_text = limits.default_text "deletes",
      doc = "maximum number of users who are deleted",
    },
    {
      name = "max_removals",
      kind = 'a whole number, or a percentage such as "10%"',
      annotation = "integer|string",
      default_text = limits.default_text "removals",
      doc = "maximum number of people who stay and lose a group or an org",
    },
    {
      name = "max_updates",
      kind = 'a whole number, or a percentage such as "10%"',
      annotation = "integer|string",
      default_text = limits.default_text "updates",
      doc = "maximum number of people who are updated",
    },
    {
      name = "on_progress", kind = "a function",
      annotation = "fun(done: integer, total: integer?)",
      doc = "called with the number of users read",
    },
  },
  ApplyOptions = {
    {
      name = "journal", kind = "a path or false",
      annotation = "string|false",
      default_text = "the plan's own file, else none",
      doc = "path of the file for the plan and its outcomes; false: none",
    },
    {
      name = "partial", kind = "true or false",
      default = false,
      doc = "true: if a limit is exceeded, do what is within the others; "
        .. "false: do nothing",
    },
    require "thoughtspot.bulk.options".BatchOptions[1], -- concurrency
    {
      name = "stop_after", kind = "a whole number above zero",
      default = 20,
      doc = "number of failures after which nothing more is sent",
    },
    {
      name = "before_leaver", kind = "a function",
      annotation = "fun(user: thoughtspot.SyncLeaver): true?, any",
      doc = "called before a user is stripped, deactivated (also because of "
        .. "a row) or deleted; if it returns nil and an error, that user is "
        .. "not changed",
    },
    {
      name = "on_link", kind = "a function",
      annotation = "fun(user: thoughtspot.SyncLeaver, link: string)",
      doc = "called with the activation link of a deactivated user; without "
        .. "it, links are discarded",
    },
    {
      name = "verify", kind = "true or false",
      default = true,
      doc = "whether the users are read again afterwards, to find what "
        .. "has not come into effect",
    },
    {
      name = "max_age", kind = "a number of seconds",
      default = 86400,
      doc = "seconds after which a plan is refused",
    },
    {
      name = "on_progress", kind = "a function",
      annotation = "fun(done: integer, total: integer)",
      doc = "called after each action",
    },
  },
}
