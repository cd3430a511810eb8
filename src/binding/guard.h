/*
** guard.h - refuses requests that would affect more users than was meant.
*/

#ifndef TS_GUARD_H
#define TS_GUARD_H

#include "contract/endpoint.h"
#include "protocol/client.h"
#include "values/check.h"

/* The fields that guards look at. Guards check the notes on what was written,
** because the table may have changed since. */
enum {
  TS_NOTED_DELETES,
  TS_NOTED_USERS,
  TS_NOTED_DRY_RUN,
  TS_NOTED_OPERATION,
  TS_NOTED_GROUPS,
  TS_NOTED_ORGS,
  TS_NOTED_TOKEN,
  TS_NOTED_USER,
  TS_NOTED_COUNT
};

typedef ts_note ts_notes[TS_NOTED_COUNT + 1];

/* Sets up empty notes for ts_check_and_write. */
void ts_guard_begin(ts_notes notes);

/* Checks the request at 'request' with the guard of its endpoint, if it has
** one; returns as ts_check. */
int ts_guard_check(lua_State *L, int request, const ts_endpoint *endpoint,
                   const ts_client *client, const ts_notes notes);

/* Returns whether the request is a dry run. */
bool ts_guard_is_dry_run(const ts_schema *schema, const ts_notes notes);

#endif
