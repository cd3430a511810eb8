/*
** hint.h - what to do about an error.
*/

#ifndef TS_HINT_H
#define TS_HINT_H

#include "protocol/exchange.h"

/* Returns what the user can do about the outcome of 'x', whose kind and code
** (0: none) the body has refined; NULL: there is no advice. */
const char *ts_hint(const ts_exchange *x, ts_kind kind, long code);

#endif
