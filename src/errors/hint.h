/*
** hint.h - what to do about an error.
*/

#ifndef TS_HINT_H
#define TS_HINT_H

#include "protocol/exchange.h"

/* What the user may do next about the outcome of 'x', whose kind and code
** (0: none) its body has made certain; NULL: there is nothing to say. */
const char *ts_hint(const ts_exchange *x, ts_kind kind, long code);

#endif
