/*
** retry.h - computes pauses between attempts; pure functions.
*/

#ifndef TS_RETRY_H
#define TS_RETRY_H

#include <stddef.h>

/* Room for an HTTP date; the longest: "Wednesday, 30-Sep-26 08:49:37 GMT". */
#define TS_DATE_SIZE 64

/*
** Returns the seconds to wait after attempt 'number' (from 1), with 'random'
** in [0, 1): min(8, 0.5 * 2^(number-1)), reduced by up to a half; or the
** Retry-After, but at least the pause after the first attempt, so that "0"
** does not use up all attempts immediately.
*/
double ts_retry_pause(double retry_after, int number, double random);

/*
** Returns the seconds of a Retry-After: a number, or an HTTP date (RFC 9110,
** 10.2.3), relative to 'date', the date of the reply in epoch seconds.
** Negative: malformed.
*/
double ts_retry_after(const char *value, size_t length, double date);

/* Returns the epoch seconds of an HTTP date in any of its three formats (RFC
** 9110, 5.6.7); negative: it is invalid, or before 1970. */
double ts_retry_date(const char *value, size_t length);

#endif
