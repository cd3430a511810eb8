/*
** json.h - lua-cjson, a private instance of it.
*/

#ifndef TS_JSON_H
#define TS_JSON_H

#include "compat.h"

/* Loads lua-cjson and makes the instance; raises when it is missing. */
void ts_json_open(lua_State *L);

/* Pushes cjson.null. */
void ts_json_pushnull(lua_State *L);

/* Decodes a document: pushes the value and returns 1, or a message and 0.
** Whole numbers are integers where Lua has them. */
int ts_json_decode(lua_State *L, const char *text, size_t length);

/* Encodes the value at 'index': pushes the text and returns 1, or a message
** and 0. */
int ts_json_encode(lua_State *L, int index);

/* The magnitude below which encode writes every digit of a whole number. */
double ts_json_largest(lua_State *L);

#endif
