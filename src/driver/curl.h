/*
** curl.h - carries exchanges by libcurl: one multi handle for each client
** and process.
*/

#ifndef TS_CURL_H
#define TS_CURL_H

#include "protocol/client.h"

struct ts_exchange;

/* Prepares libcurl, once per process; false: it cannot be used. */
bool ts_curl_open(void);

/* Sends the exchange's request. What goes wrong ends its attempt. */
void ts_curl_start(struct ts_exchange *x, double now);

/* Whether libcurl carries the exchange: not, after a fork in the middle. */
bool ts_curl_sends(const struct ts_exchange *x);

/* Moves on all that is in flight, each reply by a part at most; before that,
** waits up to 'seconds' for something to happen. With nothing in flight it
** sleeps. Whether something happened. */
bool ts_curl_poll(ts_client *client, double seconds);

/* Lets a paused reply go on. */
void ts_curl_resume(struct ts_exchange *x);

/* Closes the client's connections; what is on them fails. */
void ts_curl_close(ts_client *client);

/* libcurl's version, as in 7.88.1. */
const char *ts_curl_version(void);

#endif
