/*
** login.c - how an exchange gets a token.
**
** The login that mints a token is an exchange like any other. Exchanges that
** need the token hold a reference to the login and step it whenever they are
** stepped, so that whichever is stepped first advances it for all.
*/

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bytes/escape.h"
#include "protocol/login.h"

/* --- Claims ----------------------------------------------------------- */

void ts_login_release_claims(ts_exchange *x) {
  ts_token *token = &x->client->token;
  if (token->asking == x) {
    token->asking = NULL;
  }
  if (token->login == x) {
    token->login = NULL;
  }
}

void ts_login_leave(ts_exchange *x) {
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
    ts_events_add(&x->events, &event);
  }
  ts_exchange_release(login);
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

/* --- The login -------------------------------------------------------- */

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

bool ts_login_instead(ts_exchange *x) {
  ts_login_release_claims(x);
  return x->login != NULL || join_login(x);
}

/* Returns whether the token of that login has already been taken, and has
** expired since. */
static bool is_spent(const ts_exchange *login, const ts_token *token) {
  return login != token->login && login->phase == TS_PHASE_DONE &&
         login->kind == TS_OK;
}

ts_want ts_login_step(ts_exchange *x, double now, double *seconds) {
  ts_token *token = &x->client->token;
  ts_want want;
  if (token->source == TS_SOURCE_FIXED || ts_token_usable(token, now)) {
    ts_login_leave(x);
    x->phase = TS_PHASE_PACE;
    return TS_WANT_NOTHING;
  }
  if (x->login != NULL && is_spent(x->login, token)) {
    ts_login_leave(x);
  }
  if (token->source == TS_SOURCE_PROVIDED && x->login == NULL &&
      token->login == NULL) {
    *seconds = TS_RECHECK_SECONDS;
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
  x->login_failed = true;
  return TS_WANT_NOTHING;
}
