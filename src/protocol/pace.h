/*
** pace.h - permits of the client's own rate limit.
**
** A token bucket that refills with time and may go negative: each exchange
** waits until its own permit has been refilled. If an exchange ends before
** that, those behind it move up.
*/

#ifndef TS_PROTOCOL_PACE_H
#define TS_PROTOCOL_PACE_H

#include "protocol/exchange.h"

/* Takes a permit and returns the seconds to wait for it; if that would be
** longer than 'longest', takes none and returns a negative number. */
double ts_pace_take(ts_exchange *x, double now, double longest);

/* The exchange has waited for its permit, and may send. */
void ts_pace_use(ts_exchange *x);

/* The exchange ends: gives back its permit if it still waits for it. */
void ts_pace_leave(ts_exchange *x);

#endif
