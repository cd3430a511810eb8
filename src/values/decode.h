/*
** decode.h - JSON without white space, known to be valid, as Lua values. What
** has passed a filter is that, and is not checked again: lua-cjson, which
** checks, takes 1.76 times as long for a page of users.
**
** Integers keep their digits, up to 64 bits, where Lua has integers, and other
** numbers that are whole are integers there up to 2^53. Empty lists have the
** metatable of ts_json_pushlistmeta. Half a pair of surrogates becomes U+FFFD.
**
** The text must be the caller's own, as Lua allocates meanwhile, and a byte
** must follow it.
*/

#ifndef TS_DECODE_H
#define TS_DECODE_H

#include "values/compat.h"

/*
** Pushes the object at '*element', and moves that behind it. '*members' is how
** many members it is expected to have, and becomes how many it had: the
** objects of a list are alike.
*/
void ts_decode(lua_State *L, const char **element, int *members);

/* Pushes the value at '*json', whatever it is, and moves that behind it. */
void ts_decode_value(lua_State *L, const char **json);

#endif
