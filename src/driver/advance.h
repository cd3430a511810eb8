/*
** advance.h - steps exchanges, and sends their requests with libcurl.
*/

#ifndef TS_ADVANCE_H
#define TS_ADVANCE_H

#include "protocol/exchange.h"

/* As ts_exchange_step, and starts transfers in libcurl. The caller waits, or
** provides what only Lua code can provide. */
ts_want ts_exchange_advance(ts_exchange *x, double now, double *seconds);

/* The longest time, in seconds, for which one call blocks, so that an
** interrupt is handled soon. */
#define TS_LONGEST_WAIT 1.0

/* As ts_exchange_advance, and also waits. After TS_LONGEST_WAIT it returns
** TS_WANT_WAIT, so that interrupts are handled. Returns TS_WANT_IO only if the
** client has a transport. */
ts_want ts_exchange_run(ts_exchange *x);

#endif
