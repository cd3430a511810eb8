/*
** json.h - lua-cjson, a private instance of it.
*/

#ifndef TS_JSON_H
#define TS_JSON_H

#include "values/compat.h"

/* Loads lua-cjson and makes the instance; raises when it is missing. */
void ts_json_open(lua_State *L);

/* Pushes cjson.null. */
void ts_json_pushnull(lua_State *L);

/* Decodes a document: pushes the value and returns 1, or a message and 0.
** Whole numbers are integers where Lua has them. */
int ts_json_decode(lua_State *L, const char *text, size_t length);

/* Whether the value at 'index', which has no keys if it is a table, is what
** the installed lua-cjson has to stand for an empty list, if it has that. */
bool ts_json_is_empty_list(lua_State *L, int index);

#endif
