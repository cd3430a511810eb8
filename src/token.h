/*
** token.h - tokens on their way in: from the reply of a mint, or from the
** caller.
*/

#ifndef TS_TOKEN_H
#define TS_TOKEN_H

#include "compat.h"
#include "exchange.h"

/*
** Takes the token out of the reply of the mint that 'x' waits for, or fails
** the mint, when the reply has none that is good for the client.
*/
void ts_token_take_minted(lua_State *L, ts_exchange *x, double now);

#endif
