/*
** client.h - what all exchanges with one cluster share: the options, the
** token, the rate limit and the driver.
**
** It is reference-counted: the Lua object and each exchange hold a reference,
** because lua_close collects them in an arbitrary order.
*/

#ifndef TS_CLIENT_H
#define TS_CLIENT_H

#include "bytes/buffer.h"
#include "protocol/token.h"

struct ts_driver;

typedef struct ts_client {
  size_t references;
  bool closed;
  bool avoids_http2; /* because only some machines of the cluster have it */

  /* Strings are NUL terminated buffers; no data: not given. */
  ts_buffer host;     /* as given, for people */
  ts_buffer base_url; /* with the path prefix, without a final slash */
  ts_buffer username;
  ts_buffer password;
  ts_buffer secret_key;
  ts_buffer headers; /* lines, see header.h */
  ts_buffer secrets; /* further strings that errors must not show */
  ts_buffer ca_file;
  ts_buffer client_cert;
  ts_buffer client_key;
  ts_buffer proxy;
  bool has_org_id;
  long org_id;
  long token_validity; /* seconds; 0: the server's choice */
  double timeout;      /* seconds, like all times */
  double connect_timeout;
  double deadline;
  long max_retries;
  bool allow_http; /* plain http to any machine */
  bool local;      /* plain http to this machine only */
  bool verify;
  bool strict;
  bool keep_null;
  bool has_listener;      /* on_event is given */
  bool has_transport;     /* requests are sent from Lua */
  bool has_rate_function; /* permits come from Lua, not from the bucket */
  size_t max_response_bytes;

  ts_token token;

  /* Rate limit, see pace.h; and the exchanges that wait for a permit, in the
  ** order of their turn. Not owned. */
  double per_second; /* 0: no limit */
  double burst;
  double bucket;
  double filled_at;
  struct ts_exchange *pace_first;
  struct ts_exchange *pace_last;

  unsigned long long random;
  /* The state of the driver for the client, and how to close it. */
  struct ts_driver *driver;
  void (*close_driver)(struct ts_client *client);
} ts_client;

/* Returns monotonic seconds. */
double ts_now(void);

/* Returns a zeroed client with one reference, to be configured; NULL: out of
** memory. */
ts_client *ts_client_new(void);

void ts_client_retain(ts_client *client);
void ts_client_release(ts_client *client);

/* Returns a random number in [0, 1). */
double ts_client_random(ts_client *client);

#endif
