/*
** retry.h - when to try again: pure functions.
*/

#ifndef TS_RETRY_H
#define TS_RETRY_H

#include <stddef.h>

/*
** The seconds to wait after the attempt number 'number' (from 1), with
** 'random' in [0, 1): min(8, 0.5 * 2^(number-1)), less up to a half; or what
** Retry-After says, but no less than the first of these, so that "0" does not
** use up all attempts at once.
*/
double ts_retry_pause(double retry_after, int number, double random);

/*
** The seconds that a Retry-After asks for: a number of them, or an HTTP date
** (RFC 9110, 10.2.3), which is counted from 'date', the epoch seconds of the
** reply. Below zero: malformed.
*/
double ts_retry_after(const char *value, size_t length, double date);

/* The epoch seconds of an HTTP date in any of its three forms (RFC 9110,
** 5.6.7), or below zero: it is none, or of before 1970. */
double ts_retry_date(const char *value, size_t length);

#endif
