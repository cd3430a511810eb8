/*
** exchange.c - one call: a state machine that neither waits nor does I/O.
**
** The phases are TOKEN, PACE, PACED, READY and SENT, then DONE, or BACKOFF and
** TOKEN again. The login that mints a token is an exchange like any other.
** Exchanges that need the token hold a reference to the login and step it
** whenever they are stepped, so that whichever is stepped first advances it
** for all.
*/

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bytes/escape.h"
#include "protocol/exchange.h"
#include "bytes/header.h"

/* Seconds after which to step an exchange again that has no transfer in
** libcurl, and so no event. */
#define RECHECK_SECONDS 0.01

const char *ts_event_name(ts_event_type type) {
  static const char *const names[] = {"request", "response", "retry", "token",
                                      "wait"};
  return names[type];
}

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

/* Gives up what the exchange does for others: asking for a token, or logging
** in. */
static void release_claims(ts_exchange *x) {
  ts_token *token = &x->client->token;
  if (token->asking == x) {
    token->asking = NULL;
  }
  if (token->login == x) {
    token->login = NULL;
  }
}

static void keep_event(ts_exchange *x, const ts_event *event) {
  if (x->event_count == TS_EVENTS) {
    memmove(x->events, x->events + 1, (TS_EVENTS - 1) * sizeof *x->events);
    x->event_count--;
  }
  x->events[x->event_count++] = *event;
}

/* Releases the login and takes over its unread events. If 'x' was given the
** login's request and has not reported the reply, another exchange may send
** it. */
static void leave_login(ts_exchange *x) {
  ts_exchange *login = x->login;
  ts_event event;
  x->login = NULL;
  if (login == NULL) {
    return;
  }
  if (login->sender == x && login->phase == TS_PHASE_SENT) {
    login->phase = TS_PHASE_READY;
  }
  while (ts_exchange_next_event(login, &event)) {
    keep_event(x, &event);
  }
  ts_exchange_release(login);
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
  release_claims(x);
  leave_login(x);
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

/* Starts the URL, and adds the client's headers; those of the call override
** them. */
static bool begin_address(ts_exchange *x) {
  return ts_buffer_append_string(&x->url, x->client->base_url.data) &&
         ts_buffer_append_string(&x->url, TS_API_PATH) &&
         ts_buffer_append(&x->headers, x->client->headers.data,
                          x->client->headers.length);
}

bool ts_exchange_address(ts_exchange *x, const char *identifier,
                         size_t length) {
  const char *path = x->endpoint->path;
  const char *open = strchr(path, '{');
  ts_buffer *url = &x->url;
  if (!begin_address(x)) {
    return false;
  }
  if (open != NULL) {
    if (!ts_buffer_append(url, path, (size_t)(open - path)) ||
        !ts_escape_path(url, identifier, length)) {
      return false;
    }
    path = strchr(open, '}') + 1;
  }
  return ts_buffer_append(url, path, strlen(path) + 1);
}

/* Appends a path, percent-encoding its segments, and a NUL. */
static bool append_path(ts_buffer *url, const char *path) {
  for (;;) {
    size_t length = strcspn(path, "/");
    /* The segment, and its end: a slash or the NUL. */
    if (!ts_escape_path(url, path, length) ||
        !ts_buffer_append(url, path + length, 1)) {
      return false;
    }
    path += length;
    if (*path++ == '\0') {
      return true;
    }
  }
}

bool ts_exchange_set_request(ts_exchange *x, const ts_request *request) {
  if (!begin_address(x) || !append_path(&x->url, request->path) ||
      !ts_buffer_append_string(&x->name, request->method) ||
      !ts_buffer_append_byte(&x->name, ' ') ||
      !ts_buffer_append(&x->name, request->path, strlen(request->path) + 1)) {
    return false;
  }
  x->row = *x->endpoint;
  x->row.name = x->name.data;
  x->row.method = request->method;
  x->row.reply = request->reply;
  x->row.effect = request->effect;
  x->endpoint = &x->row;
  x->response.endpoint = &x->row;
  x->effect = request->effect;
  return true;
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
  keep_event(x, &event);
}

bool ts_exchange_next_event(ts_exchange *x, ts_event *event) {
  if (x->event_count == 0) {
    return x->login != NULL && ts_exchange_next_event(x->login, event);
  }
  *event = x->events[0];
  x->event_count--;
  memmove(x->events, x->events + 1, x->event_count * sizeof *x->events);
  return true;
}

/* --- Outcome ---------------------------------------------------------- */

static void finish(ts_exchange *x, ts_kind kind) {
  x->kind = kind;
  x->phase = TS_PHASE_DONE;
  /* A successful login stays until its token has been taken. */
  if (kind != TS_OK) {
    release_claims(x);
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
  memset(attempt, 0, sizeof *attempt);
  x->message[0] = '\0';
  x->quoted = false;
  if (failure == TS_FAILURE_NONE ||
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

static bool add_member(ts_buffer *json, const char *name,
                       const ts_buffer *value) {
  return ts_buffer_append_byte(json, json->length > 0 ? ',' : '{') &&
         ts_escape_json(json, name, strlen(name)) &&
         ts_buffer_append_byte(json, ':') &&
         ts_escape_json(json, value->data, value->length - 1);
}

static bool add_number(ts_buffer *json, const char *name, long value) {
  char member[64];
  snprintf(member, sizeof member, ",\"%s\":%ld", name, value);
  return ts_buffer_append_string(json, member);
}

static bool write_login(const ts_client *client, ts_buffer *json) {
  return add_member(json, "username", &client->username) &&
         (client->password.length == 0 ||
          add_member(json, "password", &client->password)) &&
         (client->secret_key.length == 0 ||
          add_member(json, "secret_key", &client->secret_key)) &&
         (client->token_validity == 0 ||
          add_number(json, "validity_time_in_sec", client->token_validity)) &&
         (!client->has_org_id || add_number(json, "org_id", client->org_id)) &&
         ts_buffer_append_byte(json, '}');
}

/* Returns a login with the client's credentials, or NULL: out of memory. */
static ts_exchange *new_login(ts_client *client) {
  ts_exchange *login = ts_exchange_new(client, ts_endpoint_token());
  if (login == NULL) {
    return NULL;
  }
  login->has_body = true;
  if (!ts_exchange_address(login, NULL, 0) ||
      !write_login(client, &login->body)) {
    ts_exchange_release(login);
    return NULL;
  }
  return login;
}

/* Joins the login in flight, or starts one; false: out of memory. */
static bool join_login(ts_exchange *x) {
  ts_token *token = &x->client->token;
  if (token->login != NULL) {
    token->login->references++;
  } else {
    token->login = new_login(x->client);
    if (token->login == NULL) {
      return false;
    }
  }
  x->login = token->login;
  return true;
}

/* Returns whether 'x' may ask a provider or store for a token. One exchange
** does so at a time; another takes over if that one is gone or has not been
** stepped for a while. */
static bool may_ask(ts_exchange *x, double now) {
  ts_token *token = &x->client->token;
  if (token->asking != NULL && token->asking != x &&
      now < token->asked_at + fmin(TS_LEASE, token->asking->timeout)) {
    return false;
  }
  token->asking = x;
  token->asked_at = now;
  return true;
}

bool ts_exchange_login_instead(ts_exchange *x) {
  release_claims(x);
  return x->login != NULL || join_login(x);
}

void ts_exchange_supplied(ts_exchange *x) {
  release_claims(x);
  if (x->login != NULL) {
    release_claims(x->login);
  }
  leave_login(x);
  add_event(x, TS_EVENT_TOKEN, 0, 0);
}

/* Returns whether the token of that login has already been taken, and has
** expired since. */
static bool is_spent(const ts_exchange *login, const ts_token *token) {
  return login != token->login && login->phase == TS_PHASE_DONE &&
         login->kind == TS_OK;
}

/* Fails the exchange because its login has failed. */
static void fail_by_login(ts_exchange *x) {
  x->login_failed = true;
  finish(x, x->login->kind);
}

/* Takes the next step towards a token. TS_WANT_NOTHING: there is one, or the
** exchange has failed. */
static ts_want acquire_token(ts_exchange *x, double now, double *seconds) {
  ts_token *token = &x->client->token;
  ts_want want;
  if (token->source == TS_SOURCE_FIXED || ts_token_usable(token, now)) {
    leave_login(x);
    x->phase = TS_PHASE_PACE;
    return TS_WANT_NOTHING;
  }
  if (x->login != NULL && is_spent(x->login, token)) {
    leave_login(x);
  }
  if (token->source == TS_SOURCE_PROVIDED && x->login == NULL &&
      token->login == NULL) {
    *seconds = RECHECK_SECONDS;
    return may_ask(x, now) ? TS_WANT_TOKEN : TS_WANT_WAIT;
  }
  if (x->login == NULL && !join_login(x)) {
    ts_exchange_fail(x, TS_LIMIT_EXCEEDED, "not enough memory");
    return TS_WANT_NOTHING;
  }
  want = ts_exchange_step(x->login, now, seconds);
  if (want != TS_WANT_NOTHING) {
    return want;
  }
  if (x->login->kind == TS_OK) {
    return TS_WANT_TOKEN;
  }
  fail_by_login(x);
  return TS_WANT_NOTHING;
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
  x->phase = TS_PHASE_PACED;
  if (delay > 0) {
    add_event(x, TS_EVENT_WAIT, delay, 0);
  }
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
        ts_want want = acquire_token(x, now, seconds);
        if (want != TS_WANT_NOTHING) {
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
      ts_exchange_permit(
          x, ts_client_reserve(x->client, now, x->ends_at - now), now);
      break;
    case TS_PHASE_PACED:
      if (now < x->resume_at) {
        return pause(x, now, seconds);
      }
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
      if (!x->client->transport) {
        return TS_WANT_IO;
      }
      check_sender(x, now);
      if (x->phase == TS_PHASE_SENT) {
        *seconds = RECHECK_SECONDS;
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
         (x->response.stream && ts_response_waiting(&x->response) > 0);
}
