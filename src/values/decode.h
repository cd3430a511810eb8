/*
** decode.h - what the filter keeps, as Lua tables.
*/

#ifndef TS_DECODE_H
#define TS_DECODE_H

#include "values/compat.h"

/*
** Decodes the element that a filter has handed out at '*element', and moves
** that to its end: pushes a table and returns 1, or a message and 0. As ts_json_decode, but faster: what has passed a filter
** is known to be JSON without white space, and is not checked again.
** The text must be the caller's own: Lua allocates meanwhile.
** '*members' is how many the object is expected to have, and becomes how many
** it had: the objects of a list are alike.
*/
int ts_decode(lua_State *L, const char **element, int *members);

#endif
