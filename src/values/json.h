/*
** json.h - null and empty lists of JSON in Lua, compatible with lua-cjson.
*/

#ifndef TS_JSON_H
#define TS_JSON_H

#include "values/compat.h"

/* Loads lua-cjson; raises if it is missing. */
void ts_json_open(lua_State *L);

/* Pushes cjson.null. */
void ts_json_pushnull(lua_State *L);

/* Pushes the metatable of empty lists: an empty table is encoded as [] with
** it, and as {} without it. */
void ts_json_pushlistmeta(lua_State *L);

/* Returns whether the value at 'index' stands for an empty list: a table
** without keys that has this metatable or one of lua-cjson's, or lua-cjson's
** marker for empty lists. */
bool ts_json_is_empty_list(lua_State *L, int index);

#endif
