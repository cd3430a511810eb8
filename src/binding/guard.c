/*
** guard.c - refuses requests that would affect more users than was meant.
*/

#include <string.h>

#include "binding/guard.h"

enum { DELETES, USERS, DRY_RUN, OPERATION, GROUPS, ORGS, TOKEN, USER };

static const char *const guarded[TS_GUARDED] = {
    [DELETES] = "delete_unspecified_users",
    [USERS] = "users",
    [DRY_RUN] = "dry_run",
    [OPERATION] = "operation",
    [GROUPS] = "group_identifiers",
    [ORGS] = "org_identifiers",
    [TOKEN] = "token",
    [USER] = "user_identifier",
};

void ts_guard_begin(ts_notes notes) {
  int i;
  memset(notes, 0, sizeof(ts_notes));
  for (i = 0; i < TS_GUARDED; i++) {
    notes[i].field = guarded[i];
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
  if (!notes[DELETES].value) {
    return 1;
  }
  if (notes[USERS].items == 0) {
    return ts_check_refuse(
        L, guarded[USERS],
        "is empty: with delete_unspecified_users every user would "
        "be deleted");
  }
  return notes[DRY_RUN].boolean ||
         ts_check_refuse(L, guarded[DRY_RUN],
                         "must be given as true or false together with "
                         "delete_unspecified_users");
}

/* Refuses an empty list of groups or orgs without an explicit operation: it
** removes the user from all of them, and may be the result of a lookup that
** found nothing. */
static int guard_lists(lua_State *L, const ts_notes notes) {
  int list;
  for (list = GROUPS; list <= ORGS; list++) {
    if (!notes[OPERATION].given && notes[list].list &&
        notes[list].items == 0) {
      return ts_check_refuse(
          L, guarded[list],
          "is an empty list, which would remove the user from all "
          "of them; if you mean that, give operation = \"REPLACE\"");
    }
  }
  return 1;
}

static int guard_target(lua_State *L, const ts_notes notes) {
  return notes[TOKEN].given || notes[USER].given ||
         ts_check_refuse(
             L, guarded[TOKEN],
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
      return !notes[DRY_RUN].given || notes[DRY_RUN].value;
    }
  }
  return false;
}
