/*
** result.h - the results of exchanges, and their elements, as Lua values.
*/

#ifndef TS_RESULT_H
#define TS_RESULT_H

#include "protocol/exchange.h"
#include "values/compat.h"

/* Pushes the result of a finished, held exchange: a value, or nil and an
** error; returns how many values. */
int ts_push_result(lua_State *L, ts_exchange *x);

/* exchange:result(), exchange:take() and exchange:stream(). */
extern const luaL_Reg ts_result_methods[];

#endif
