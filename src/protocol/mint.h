/*
** mint.h - the token in the reply of a login.
*/

#ifndef TS_MINT_H
#define TS_MINT_H

#include "protocol/exchange.h"

/* Takes the token out of the reply of the login that 'x' waits for, or fails
** the login, if the reply has none that is good for the client. */
void ts_mint_take(ts_exchange *x, double now);

#endif
