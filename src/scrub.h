/*
** scrub.h - keeps secrets out of what people get to see.
*/

#ifndef TS_SCRUB_H
#define TS_SCRUB_H

#include "buffer.h"
#include "compat.h"

struct ts_exchange;

/* Notes a secret: the string itself and, where it differs, what JSON makes
** of it, each ended by a NUL. False: out of memory. */
bool ts_scrub_note(ts_buffer *secrets, const char *text, size_t length);

/* Replaces, in the string on top of the stack, the secrets of the exchange
** and of its client. */
void ts_scrub(lua_State *L, const struct ts_exchange *x);

/* Whether the string on top of the stack, or any string in the table there,
** repeats such a secret. */
int ts_scrub_finds(lua_State *L, const struct ts_exchange *x);

#endif
