/*
** exchange.c - one call: a state machine that neither waits nor does I/O.
**
** The phases are TOKEN, PACE, PACED, READY and SENT, then DONE, or BACKOFF and
** TOKEN again. How an exchange gets a token is in login.c, how its address is
** written in address.c.
*/

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/exchange.h"
#include "protocol/login.h"
#include "protocol/pace.h"

ts_exchange *ts_exchange_new(ts_client *client, const ts_endpoint *endpoint) {
  ts_exchange *x = calloc(1, sizeof *x);
  if (x == NULL) {
    return NULL;
  }
  x->references = 1;
  x->client = client;
  ts_client_retain(client);
  x->endpoint = endpoint;
  x->anonymous = endpoint == ts_endpoint_token();
  x->effect = endpoint->effect;
  x->timeout = client->timeout;
  x->deadline = client->deadline;
  x->max_retries = client->max_retries;
  x->phase = x->anonymous ? TS_PHASE_PACE : TS_PHASE_TOKEN;
  ts_buffer_init_secret(&x->body);
  ts_buffer_init_secret(&x->headers);
  ts_buffer_init_secret(&x->secrets);
  ts_response_init(&x->response, endpoint, client->keep_null,
                   client->max_response_bytes);
  return x;
}

bool ts_exchange_lacks_token(const ts_exchange *x) {
  return !x->anonymous && x->client->token.value.length == 0;
}

/* Cancels the transfer, if there is one. */
static void cancel_transfer(ts_exchange *x) {
  if (x->transfer != NULL) {
    x->cancel(x);
  }
}

void ts_exchange_retain(ts_exchange *x) {
  x->references++;
}

void ts_exchange_release(ts_exchange *x) {
  if (--x->references > 0) {
    return;
  }
  cancel_transfer(x);
  ts_pace_leave(x);
  ts_login_release_claims(x);
  ts_login_leave(x);
  ts_buffer_free(&x->url);
  ts_buffer_free(&x->body);
  ts_buffer_free(&x->headers);
  ts_buffer_free(&x->secrets);
  ts_buffer_free(&x->name);
  ts_buffer_free(&x->spare);
  ts_response_free(&x->response);
  ts_client_release(x->client);
  free(x);
}

static void add_event(ts_exchange *x, ts_event_type type, double seconds,
                      double bytes) {
  ts_event event;
  if (!x->client->has_listener) {
    return;
  }
  event.type = type;
  event.endpoint = x->endpoint->name;
  event.attempt = x->attempts;
  event.status = type == TS_EVENT_RESPONSE ? x->response.status : 0;
  event.seconds = seconds;
  event.bytes = bytes;
  ts_events_add(&x->events, &event);
}

bool ts_exchange_next_event(ts_exchange *x, ts_event *event) {
  return ts_events_next(&x->events, event) ||
         (x->login != NULL && ts_exchange_next_event(x->login, event));
}

/* --- Outcome ---------------------------------------------------------- */

static void finish(ts_exchange *x, ts_kind kind) {
  ts_pace_leave(x);
  x->kind = kind;
  x->phase = TS_PHASE_DONE;
  /* A successful login stays until its token has been taken. */
  if (kind != TS_OK) {
    ts_login_release_claims(x);
  }
  ts_buffer_free(&x->body);
}

static void set_message(ts_exchange *x, const char *message) {
  snprintf(x->message, sizeof x->message, "%s", message);
}

void ts_exchange_fail(ts_exchange *x, ts_kind kind, const char *message) {
  cancel_transfer(x);
  if (x->phase == TS_PHASE_SENT && x->sent) {
    x->may_have_applied = true;
  }
  set_message(x, message);
  x->quoted = false;
  x->outcome = NULL;
  finish(x, kind);
}

bool ts_exchange_may_have_applied(const ts_exchange *x) {
  return x->effect != TS_SAFE && x->may_have_applied;
}

/* Returns the seconds until the next attempt; negative: there is none. */
static double next_attempt(ts_exchange *x, const ts_attempt *attempt,
                           double now) {
  double delay;
  if (x->response.given || x->retries >= x->max_retries ||
      !ts_outcome_may_retry(x->outcome, attempt, x->effect != TS_ONCE)) {
    return -1;
  }
  delay = ts_retry_pause(attempt->retry_after, x->retries + 1,
                         ts_client_random(x->client));
  return now + delay < x->ends_at ? delay : -1;
}

/* Drops the token and returns to the phase TOKEN, once per call, if the
** outcome asks for that. */
static bool renew(ts_exchange *x) {
  ts_token *token = &x->client->token;
  if (x->outcome->retry != TS_RETRY_RENEWED || x->anonymous || x->renewed ||
      token->source == TS_SOURCE_FIXED) {
    return false;
  }
  x->renewed = true;
  ts_token_drop(token, x->generation);
  x->phase = TS_PHASE_TOKEN;
  add_event(x, TS_EVENT_RETRY, 0, 0);
  return true;
}

/* Sets the outcome of an attempt that ended with a reply, or with a failure
** that 'message' explains. */
static void find_outcome(ts_exchange *x, ts_failure failure,
                         const char *message, ts_attempt *attempt) {
  bool is_encoded_error =
      failure == TS_FAILURE_ENCODING && x->response.status >= 300;
  memset(attempt, 0, sizeof *attempt);
  x->message[0] = '\0';
  x->quoted = false;
  if (is_encoded_error) {
    ts_response_judge_encoded(&x->response, attempt);
  } else if (failure == TS_FAILURE_NONE ||
             ts_response_confirms_success(&x->response)) {
    ts_response_judge(&x->response, attempt, x->message, sizeof x->message);
  } else {
    attempt->failure = failure;
    attempt->retry_after = x->response.retry_after;
    set_message(x, message != NULL ? message : "");
  }
  attempt->sent = x->sent;
  attempt->writes = x->effect != TS_SAFE;
  x->outcome = ts_outcome_find(attempt);
  if (is_encoded_error && x->outcome->kind == TS_GATEWAY && message != NULL) {
    set_message(x, message);
  }
}

void ts_exchange_end(ts_exchange *x, ts_failure failure, const char *message,
                     double now) {
  ts_attempt attempt;
  double delay;
  x->response.paused = false;
  add_event(x, TS_EVENT_RESPONSE, now - x->attempt_at, x->response.bytes);
  find_outcome(x, failure, message, &attempt);
  if (x->outcome->kind == TS_OK) {
    finish(x, TS_OK);
    return;
  }
  if (ts_outcome_may_have_applied(x->outcome, &attempt)) {
    x->may_have_applied = true;
  }
  if (renew(x)) {
    return;
  }
  delay = next_attempt(x, &attempt, now);
  if (delay < 0) {
    finish(x, x->outcome->kind);
    return;
  }
  x->retries++;
  x->resume_at = now + delay;
  x->phase = TS_PHASE_BACKOFF;
  add_event(x, TS_EVENT_RETRY, delay, 0);
}

void ts_exchange_break(ts_exchange *x, ts_failure failure, const char *message,
                       double now) {
  ts_exchange_end(x, failure, message, now);
  x->quoted = x->message[0] != '\0';
}

void ts_exchange_note_sending(ts_exchange *x) {
  if (x->sent) {
    x->may_have_applied = true; /* by the first transmission */
  }
  x->sent = true;
}

/* Records the token as a secret, because another exchange may renew it before
** the reply, which may quote it, arrives. */
static bool remember_token(ts_exchange *x) {
  const ts_token *token = &x->client->token;
  return x->anonymous || x->generation == token->generation ||
         ts_buffer_append(&x->secrets, token->value.data, token->value.length);
}

bool ts_exchange_begin(ts_exchange *x, double now) {
  if (!remember_token(x)) {
    return false;
  }
  x->phase = TS_PHASE_SENT;
  x->attempt_at = now;
  x->attempts++;
  x->sent = false;
  x->generation = x->client->token.generation;
  ts_response_begin(&x->response, 0);
  add_event(x, TS_EVENT_REQUEST, 0, (double)x->body.length);
  return true;
}

/* Returns whether elements may be taken. Those of a failed attempt may not,
** because the next attempt returns them again. */
static bool may_take(const ts_exchange *x) {
  return x->phase == TS_PHASE_DONE ||
         (x->response.stream && x->phase == TS_PHASE_SENT);
}

bool ts_exchange_take(ts_exchange *x, const char **element, size_t *length) {
  return may_take(x) && ts_response_take(&x->response, element, length);
}

bool ts_exchange_take_many(ts_exchange *x, size_t limit, ts_buffer *elements,
                           size_t *count) {
  *count =
      may_take(x) ? ts_response_take_many(&x->response, limit, elements) : 0;
  return *count > 0 || !may_take(x) || ts_response_waiting(&x->response) == 0;
}

/* --- Token ------------------------------------------------------------ */

void ts_exchange_supplied(ts_exchange *x) {
  ts_login_release_claims(x);
  if (x->login != NULL) {
    ts_login_release_claims(x->login);
  }
  ts_login_leave(x);
  add_event(x, TS_EVENT_TOKEN, 0, 0);
}

/* --- Steps ------------------------------------------------------------ */

ts_exchange *ts_exchange_on_wire(ts_exchange *x) {
  return x->phase == TS_PHASE_TOKEN && x->login != NULL ? x->login : x;
}

double ts_exchange_time_limit(const ts_exchange *x, double now) {
  double left = x->ends_at - now;
  if (x->response.stream || x->timeout < left) {
    return x->timeout;
  }
  return left > 0.001 ? left : 0.001;
}

static bool out_of_time(ts_exchange *x, double now) {
  if (now < x->ends_at) {
    return false;
  }
  ts_exchange_fail(x, TS_TIMEOUT,
                   x->attempts == 0 ? "the deadline passed before the "
                                      "request could be sent"
                                    : "the deadline passed");
  return true;
}

static ts_want pause(ts_exchange *x, double now, double *seconds) {
  *seconds = x->resume_at - now;
  return TS_WANT_WAIT;
}

void ts_exchange_permit(ts_exchange *x, double delay, double now) {
  if (delay < 0 || now + delay >= x->ends_at) {
    ts_exchange_fail(x, TS_RATE_LIMIT,
                     "the client's own rate limit would delay the request "
                     "past the deadline");
    return;
  }
  x->resume_at = now + delay;
  x->has_permit = true;
  x->phase = TS_PHASE_PACED;
  if (delay > 0) {
    add_event(x, TS_EVENT_WAIT, delay, 0);
  }
}

bool ts_exchange_leaves_permit(ts_exchange *x) {
  const ts_exchange *on_wire = ts_exchange_on_wire(x);
  return on_wire->has_permit && (on_wire == x || on_wire->references == 1);
}

/* Handles a request that was given to a transport and has no reply yet: its
** coroutine may have been abandoned. After TS_LEASE another exchange may send
** a login. */
static void check_sender(ts_exchange *x, double now) {
  if (now > x->attempt_at + ts_exchange_time_limit(x, x->attempt_at)) {
    ts_exchange_end(x, TS_FAILURE_TIMEOUT, "no reply in time", now);
  } else if (x == x->client->token.login && now >= x->attempt_at + TS_LEASE) {
    x->phase = TS_PHASE_READY;
  }
}

static ts_want step(ts_exchange *x, double now, double *seconds) {
  *seconds = 0;
  if (x->ends_at == 0) {
    x->ends_at = now + x->deadline;
  }
  for (;;) {
    switch (x->phase) {
    case TS_PHASE_TOKEN:
      if (!out_of_time(x, now)) {
        ts_want want = ts_login_step(x, now, seconds);
        if (x->login_failed) {
          finish(x, x->login->kind);
        } else if (want != TS_WANT_NOTHING) {
          /* The deadline of the login may be later than that of an exchange
          ** that waits for it. */
          *seconds = fmin(*seconds, x->ends_at - now);
          return want;
        }
      }
      break;
    case TS_PHASE_PACE:
      if (out_of_time(x, now)) {
        break;
      }
      if (x->client->has_rate_function) {
        return TS_WANT_PERMIT;
      }
      ts_exchange_permit(x, ts_pace_take(x, now, x->ends_at - now), now);
      break;
    case TS_PHASE_PACED:
      if (now < x->resume_at) {
        return pause(x, now, seconds);
      }
      ts_pace_use(x);
      x->has_permit = false;
      if (!out_of_time(x, now)) {
        x->phase = TS_PHASE_READY;
      }
      break;
    case TS_PHASE_BACKOFF:
      if (now < x->resume_at) {
        return pause(x, now, seconds);
      }
      x->phase = x->anonymous ? TS_PHASE_PACE : TS_PHASE_TOKEN;
      break;
    case TS_PHASE_READY:
      if (ts_exchange_lacks_token(x)) {
        /* The token was dropped after the 401 of another exchange. */
        x->phase = TS_PHASE_TOKEN;
        break;
      }
      return TS_WANT_IO;
    case TS_PHASE_SENT:
      if (!x->client->has_transport) {
        return TS_WANT_IO;
      }
      check_sender(x, now);
      if (x->phase == TS_PHASE_SENT) {
        *seconds = TS_RECHECK_SECONDS;
        return TS_WANT_WAIT;
      }
      break;
    case TS_PHASE_DONE:
      return TS_WANT_NOTHING;
    }
  }
}

ts_want ts_exchange_step(ts_exchange *x, double now, double *seconds) {
  ts_want want = step(x, now, seconds);
  x->step_at = want == TS_WANT_IO     ? HUGE_VAL
               : want == TS_WANT_WAIT ? now + *seconds
                                      : 0;
  return want;
}

void ts_exchange_defer(ts_exchange *x, double seconds, double now) {
  x->step_at = now + seconds;
}

bool ts_exchange_has_news(ts_exchange *x, double now) {
  return x->step_at <= now ||
         (x->step_at == HUGE_VAL &&
          ts_exchange_on_wire(x)->phase != TS_PHASE_SENT) ||
         (x->response.stream && may_take(x) &&
          ts_response_waiting(&x->response) > 0);
}
