/*
** mint.h - tokens on their way in: from the reply of a login, or from the
** caller.
*/

#ifndef TS_MINT_H
#define TS_MINT_H

#include "values/compat.h"
#include "protocol/exchange.h"

/*
** Takes the token out of the reply of the login that 'x' waits for, or fails
** the login, when the reply has none that is good for the client.
*/
void ts_token_take_minted(lua_State *L, ts_exchange *x, double now);

#endif
