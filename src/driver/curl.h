/*
** curl.h - performs the transfers of exchanges with libcurl: one multi handle
** per client and process.
*/

#ifndef TS_CURL_H
#define TS_CURL_H

#include "protocol/client.h"

struct ts_exchange;

/* Initializes libcurl, once per process; false: it cannot be used. */
bool ts_curl_open(void);

/* Starts the transfer of the exchange's request. An error ends the attempt. */
void ts_curl_start(struct ts_exchange *x, double now);

/* Detaches the client from the transfers of its parent process, if it was
** forked. Costs a system call. */
void ts_curl_notice_fork(ts_client *client);

/* Returns whether libcurl has a transfer for the exchange; false in a child
** that was forked during the transfer, once it has noticed the fork. */
bool ts_curl_sends(const struct ts_exchange *x);

/* Waits up to 'seconds' for activity, then drives all transfers, reading a
** limited part of each reply. Sleeps if there is no transfer. Returns whether
** something happened. */
bool ts_curl_poll(ts_client *client, double seconds);

/* Returns whether several requests wait for a poll to be sent: when many
** replies arrive together, new requests should not wait until all of them were
** handled. */
bool ts_curl_is_behind(const ts_client *client);

/* Resumes a paused reply. */
void ts_curl_resume(struct ts_exchange *x);

/* Closes the client's connections; their transfers fail. */
void ts_curl_close(ts_client *client);

/* Returns libcurl's version, such as 7.88.1. */
const char *ts_curl_version(void);

#endif
