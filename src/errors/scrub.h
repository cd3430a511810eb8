/*
** scrub.h - removes secrets from texts that people see.
*/

#ifndef TS_SCRUB_H
#define TS_SCRUB_H

#include "values/compat.h"

struct ts_exchange;

/* Replaces the secrets of the exchange and of its client in the string on top
** of the stack, and cuts it to 'most' bytes or slightly more. */
void ts_scrub(lua_State *L, const struct ts_exchange *x, size_t most);

#endif
