/*
** login.h - how an exchange gets a token: from a login that it shares with all
** exchanges that need one, or from a provider or store.
*/

#ifndef TS_LOGIN_H
#define TS_LOGIN_H

#include "protocol/exchange.h"

/* One exchange gets the token for all of them from a provider, a store or a
** transport. If it has not returned after so many seconds, another one takes
** over, because its coroutine may have been abandoned. If it is only slow, the
** token is requested twice, which does no harm. */
#define TS_LEASE 1.5

/*
** Takes the next step towards a token. TS_WANT_NOTHING: there is one, and the
** phase is TS_PHASE_PACE; or the exchange has failed; or its login has, and
** 'login_failed' says so.
*/
ts_want ts_login_step(ts_exchange *x, double now, double *seconds);

/* Starts a login, because the store that 'x' asked for a token has none.
** False: out of memory. */
bool ts_login_instead(ts_exchange *x);

/* Releases the login, if there is one, and takes over its unread events. If
** 'x' was given the login's request and has not reported the reply, another
** exchange may send it. */
void ts_login_leave(ts_exchange *x);

/* Gives up what the exchange does for others: asking for a token, or logging
** in. */
void ts_login_release_claims(ts_exchange *x);

#endif
