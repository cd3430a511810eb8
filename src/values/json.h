/*
** json.h - JSON in Lua: null and empty lists, as lua-cjson has them, and
** documents of any shape.
*/

#ifndef TS_JSON_H
#define TS_JSON_H

#include "values/compat.h"

/* Loads lua-cjson; raises if it is missing. */
void ts_json_open(lua_State *L);

/* Pushes cjson.null. */
void ts_json_pushnull(lua_State *L);

/* Pushes the metatable of lists that are decoded empty: an empty table with it
** is written as [], without it as {}. */
void ts_json_pushlistmeta(lua_State *L);

/* Whether the value at 'index' is an empty list: a table without keys that has
** this metatable or one of the installed lua-cjson's, or what lua-cjson has to
** stand for one. */
bool ts_json_is_empty_list(lua_State *L, int index);

/* Decodes a document: pushes the value and returns true, or nothing and false:
** it is not JSON. Numbers and strings are as ts_decode has them. The text must
** be the caller's own: Lua allocates meanwhile. */
bool ts_json_decode(lua_State *L, const char *text, size_t length);

#endif
