/*
** scrub.h - keeps secrets out of what people get to see.
*/

#ifndef TS_SCRUB_H
#define TS_SCRUB_H

#include "values/compat.h"

struct ts_exchange;

/* Replaces, in the string on top of the stack, the secrets of the exchange
** and of its client, and ends it after 'most' bytes or little more. */
void ts_scrub(lua_State *L, const struct ts_exchange *x, size_t most);

#endif
