/*
** retry.h - whether to try again, and when: pure functions.
*/

#ifndef TS_RETRY_H
#define TS_RETRY_H

#include <stdbool.h>
#include <stddef.h>

/* How an attempt ended, below HTTP. */
typedef enum ts_failure {
  TS_FAILURE_NONE, /* there is a status */
  TS_FAILURE_CONNECT,
  TS_FAILURE_HANDSHAKE, /* of TLS, broken off or come to nothing */
  TS_FAILURE_TLS,       /* the other side is not trusted */
  TS_FAILURE_TIMEOUT,
  TS_FAILURE_NETWORK, /* broken off */
  TS_FAILURE_DECODE,  /* the reply is badly encoded */
  TS_FAILURE_LOCAL    /* the request could not be made here */
} ts_failure;

typedef struct ts_attempt {
  ts_failure failure;
  bool sent;          /* bytes of the request may have gone out */
  long status;        /* with TS_FAILURE_NONE */
  double retry_after; /* seconds, or below zero: not said */
} ts_attempt;

/* Whether an attempt that failed so may be followed by another one.
** 'repeatable': doing it twice is as good as once. */
bool ts_retry_allowed(const ts_attempt *attempt, bool repeatable);

/* Whether the server may have acted on an attempt that failed so. */
bool ts_retry_may_have_applied(const ts_attempt *attempt);

/*
** The seconds to wait after the attempt, the number 'number' (from 1), with
** 'random' in [0, 1): min(8, 0.5 * 2^(number-1)), less up to a half; or what
** Retry-After says, but no less than the first of these, so that "0" does not
** use up all attempts at once.
*/
double ts_retry_pause(const ts_attempt *attempt, int number, double random);

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
