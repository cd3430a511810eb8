/*
** guard.c - refuses requests that would affect more users than was meant.
*/

#include <string.h>

#include "binding/guard.h"

static const char *const noted[TS_NOTED_COUNT] = {"delete_unspecified_users",
                                                  "users",
                                                  "dry_run",
                                                  "operation",
                                                  "group_identifiers",
                                                  "org_identifiers",
                                                  "token",
                                                  "user_identifier"};

void ts_guard_begin(ts_notes notes) {
  int i;
  memset(notes, 0, sizeof(ts_notes));
  for (i = 0; i < TS_NOTED_COUNT; i++) {
    notes[i].field = noted[i];
  }
}

/* Checks that 'confirm', which is not sent, is the client's host. */
static int guard_host(lua_State *L, int request, const ts_client *client) {
  const char *name;
  bool same;
  ts_rawgetfield(L, request, "confirm");
  name = lua_tostring(L, -1);
  same = name != NULL && strcmp(name, client->host.data) == 0;
  lua_pop(L, 1);
  if (!same) {
    lua_pushliteral(L, "confirm");
    lua_pushfstring(L,
                    "every user would be logged out; to confirm it, give the "
                    "client's host, \"%s\"",
                    client->host.data);
  }
  return same;
}

/* delete_unspecified_users deletes all users that are not listed. Refuses it
** with an empty list, and without an explicit dry_run. */
static int guard_import(lua_State *L, const ts_notes notes) {
  if (!notes[TS_NOTED_DELETES].value) {
    return 1;
  }
  if (notes[TS_NOTED_USERS].items == 0) {
    return ts_check_refuse(
        L, noted[TS_NOTED_USERS],
        "is empty: with delete_unspecified_users every user would "
        "be deleted");
  }
  return notes[TS_NOTED_DRY_RUN].boolean ||
         ts_check_refuse(L, noted[TS_NOTED_DRY_RUN],
                         "must be given as true or false together with "
                         "delete_unspecified_users");
}

/* Refuses an empty list of groups or orgs without an explicit operation: it
** removes the user from all of them, and may be the result of a lookup that
** found nothing. */
static int guard_lists(lua_State *L, const ts_notes notes) {
  int list;
  for (list = TS_NOTED_GROUPS; list <= TS_NOTED_ORGS; list++) {
    if (!notes[TS_NOTED_OPERATION].given && notes[list].list &&
        notes[list].items == 0) {
      return ts_check_refuse(
          L, noted[list],
          "is an empty list, which would remove the user from all "
          "of them; if you mean that, give operation = \"REPLACE\"");
    }
  }
  return 1;
}

static int guard_target(lua_State *L, const ts_notes notes) {
  return notes[TS_NOTED_TOKEN].given || notes[TS_NOTED_USER].given ||
         ts_check_refuse(
             L, noted[TS_NOTED_TOKEN],
             "give the token to revoke, or a user_identifier to revoke all "
             "tokens of a user");
}

int ts_guard_check(lua_State *L, int request, const ts_endpoint *endpoint,
                   const ts_client *client, const ts_notes notes) {
  switch (endpoint->guard) {
  case TS_GUARD_HOST:
    return guard_host(L, request, client);
  case TS_GUARD_IMPORT:
    return guard_import(L, notes);
  case TS_GUARD_LISTS:
    return guard_lists(L, notes);
  case TS_GUARD_TARGET:
    return guard_target(L, notes);
  default:
    return 1;
  }
}

bool ts_guard_is_dry_run(const ts_schema *schema, const ts_notes notes) {
  const ts_field *field;
  for (field = schema->fields; field->name != NULL; field++) {
    if ((field->flags & TS_DRY_RUN) != 0) {
      return !notes[TS_NOTED_DRY_RUN].given || notes[TS_NOTED_DRY_RUN].value;
    }
  }
  return false;
}
