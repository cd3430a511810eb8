/*
** advance.c - steps exchanges, and sends their requests with libcurl.
*/

#include <math.h>

#include "driver/advance.h"
#include "driver/curl.h"
#include "protocol/mint.h"

ts_want ts_exchange_advance(ts_exchange *x, double now, double *seconds) {
  ts_curl_notice_fork(x->client);
  for (;;) {
    ts_exchange *on_wire;
    ts_want want;
    if (x->client->closed && x->phase != TS_PHASE_DONE) {
      ts_exchange_fail(x, TS_CLOSED, "the client was closed");
    }
    want = ts_exchange_step(x, now, seconds);
    if (want == TS_WANT_TOKEN && x->login != NULL) {
      ts_mint_take(x, now);
      continue;
    }
    on_wire = ts_exchange_on_wire(x);
    if (want != TS_WANT_IO || x->client->has_transport) {
      return want;
    }
    if (on_wire->phase == TS_PHASE_READY) {
      ts_curl_start(on_wire, now);
    } else if (!ts_curl_sends(on_wire)) {
      on_wire->sent = true; /* by the other process */
      ts_exchange_end(on_wire, TS_FAILURE_NETWORK,
                      "the process was forked in the middle of the call", now);
      continue;
    }
    if (on_wire->phase == TS_PHASE_SENT) {
      return want;
    }
  }
}

ts_want ts_exchange_run(ts_exchange *x) {
  double ends_at = ts_now() + TS_LONGEST_WAIT;
  for (;;) {
    double seconds, now = ts_now();
    ts_want want = ts_exchange_advance(x, now, &seconds);
    if (want == TS_WANT_IO && !x->client->has_transport) {
      seconds = TS_LONGEST_WAIT;
    } else if (want != TS_WANT_WAIT) {
      return want;
    }
    if (now >= ends_at) {
      return TS_WANT_WAIT;
    }
    ts_curl_poll(x->client, fmin(seconds, ends_at - now));
  }
}
