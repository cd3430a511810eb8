/*
** mint.h - reads the token from the reply to a login.
*/

#ifndef TS_MINT_H
#define TS_MINT_H

#include "protocol/exchange.h"

/* Takes the token from the reply to the login that 'x' waits for, or fails the
** login if the reply has no token that the client can use. */
void ts_mint_take(ts_exchange *x, double now);

#endif
