/*
** mint.c - the token in the reply of a login.
**
** It is read without Lua: a token makes no garbage there, and two calls that
** wait for one login cannot meet in the middle of this.
*/

#include <math.h>
#include <time.h>

#include "bytes/member.h"
#include "protocol/mint.h"

/* The org that the token acts in; a cluster without orgs names none, which is
** the primary org. */
static double org_of(const char *reply) {
  const char *scope = ts_member_find(reply, "scope");
  double org = 0;
  if (scope != NULL && *scope == '{') {
    ts_member_number(ts_member_find(scope, "org_id"), &org);
  }
  return org;
}

/* Seconds, by the server's own clock if it tells both ends, because ours may
** be wrong. HUGE_VAL: it does not say. */
static double lifetime_of(const char *reply) {
  double created, expires;
  if (!ts_member_number(ts_member_find(reply, "expiration_time_in_millis"),
                        &expires)) {
    return HUGE_VAL;
  }
  if (!ts_member_number(ts_member_find(reply, "creation_time_in_millis"),
                        &created)) {
    created = (double)time(NULL) * 1000;
  }
  return (expires - created) / 1000;
}

static void note_user(const char *reply, ts_token *token) {
  ts_buffer id = {0}, name = {0};
  if (ts_member_text(ts_member_find(reply, "valid_for_user_id"), &id) &&
      ts_member_text(ts_member_find(reply, "valid_for_username"), &name)) {
    ts_token_know_user(token, id.data, id.length - 1, name.data,
                       name.length - 1);
  }
  ts_buffer_free(&id);
  ts_buffer_free(&name);
}

/* 'token' is that of the reply, and a NUL; or empty. */
static void accept(ts_exchange *x, const char *reply, const ts_buffer *token,
                   double now) {
  ts_exchange *login = x->login;
  ts_client *client = x->client;
  double lifetime = lifetime_of(reply);
  if (token->length == 0 || !ts_is_bearer(token->data, token->length - 1)) {
    ts_exchange_fail(login, TS_DECODE, "the reply holds no token");
  } else if (client->has_org_id && org_of(reply) != (double)client->org_id) {
    ts_exchange_fail(login, TS_AUTH,
                     "the cluster gave a token for another org than org_id; "
                     "does the user belong to it?");
  } else if (!(lifetime > now - login->attempt_at)) { /* it may be NaN */
    ts_exchange_fail(login, TS_AUTH, "the token had expired on arrival");
  } else if (!ts_token_accept(&client->token, token->data, token->length - 1,
                              lifetime, login->attempt_at)) {
    ts_exchange_fail(login, TS_LIMIT_EXCEEDED, "not enough memory");
  } else {
    note_user(reply, &client->token);
    ts_exchange_supplied(x);
  }
}

void ts_mint_take(ts_exchange *x, double now) {
  const char *reply, *value;
  size_t length;
  ts_buffer token;
  if (!ts_exchange_take(x->login, &reply, &length)) {
    ts_exchange_fail(x->login, TS_DECODE, "the reply cannot be read");
    return;
  }
  ts_buffer_init_secret(&token);
  value = ts_member_find(reply, "token");
  if (!ts_member_text(value, &token) && value != NULL && *value == '"') {
    ts_exchange_fail(x->login, TS_LIMIT_EXCEEDED, "not enough memory");
  } else {
    accept(x, reply, &token, now);
  }
  ts_buffer_free(&token);
}
