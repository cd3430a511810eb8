/*
** guard.h - refuses requests that would affect more users than was meant.
*/

#ifndef TS_GUARD_H
#define TS_GUARD_H

#include "contract/endpoint.h"
#include "protocol/client.h"
#include "values/check.h"

/* Number of fields that guards look at. */
#define TS_GUARDED 8

/* Notes on these fields as they were written. Guards check the notes, because
** the table may have changed since. */
typedef ts_note ts_notes[TS_GUARDED + 1];

/* Sets up empty notes for ts_check_and_write. */
void ts_guard_begin(ts_notes notes);

/* Checks the request at 'request' with the guard of its endpoint, if it has
** one; returns as ts_check. */
int ts_guard_check(lua_State *L, int request, const ts_endpoint *endpoint,
                   const ts_client *client, const ts_notes notes);

/* Returns whether the request is a dry run. */
bool ts_guard_is_dry_run(const ts_schema *schema, const ts_notes notes);

#endif
