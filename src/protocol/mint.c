/*
** mint.c - reads the token from the reply to a login.
**
** Lua is not used: so no copy of the token is left in its memory, and two
** calls that wait for the same login cannot interleave here.
*/

#include <math.h>
#include <time.h>

#include "bytes/peek.h"
#include "protocol/mint.h"

/* Returns the org of the token. A cluster without orgs names none, which
** counts as the primary org. */
static double org_of(const ts_peek *reply) {
  ts_peek scope = ts_peek_member(reply, "scope");
  ts_peek org_id = ts_peek_member(&scope, "org_id");
  double org = 0;
  ts_peek_number(&org_id, &org);
  return org;
}

/* Returns the token's lifetime in seconds; HUGE_VAL: unknown. If the server
** sends both creation and expiry, this machine's clock, which may be wrong, is
** not used. */
static double lifetime_of(const ts_peek *reply) {
  ts_peek expiration = ts_peek_member(reply, "expiration_time_in_millis");
  ts_peek creation = ts_peek_member(reply, "creation_time_in_millis");
  double created, expires;
  if (!ts_peek_number(&expiration, &expires)) {
    return HUGE_VAL;
  }
  if (!ts_peek_number(&creation, &created)) {
    created = (double)time(NULL) * 1000;
  }
  return (expires - created) / 1000;
}

static void note_user(const ts_peek *reply, ts_token *token) {
  ts_peek user_id = ts_peek_member(reply, "valid_for_user_id");
  ts_peek user_name = ts_peek_member(reply, "valid_for_username");
  ts_buffer id = {0}, name = {0};
  if (ts_peek_text(&user_id, &id) && ts_peek_text(&user_name, &name)) {
    ts_token_know_user(token, id.data, id.length - 1, name.data,
                       name.length - 1);
  }
  ts_buffer_free(&id);
  ts_buffer_free(&name);
}

/* Accepts the token of the reply; 'token' is NUL-terminated, or empty if there
** is none. */
static void accept(ts_exchange *x, const ts_peek *reply,
                   const ts_buffer *token, double now) {
  ts_exchange *login = x->login;
  ts_client *client = x->client;
  double lifetime = lifetime_of(reply);
  if (token->length == 0 || !ts_is_bearer(token->data, token->length - 1)) {
    ts_exchange_fail(login, TS_DECODE, "the reply contains no token");
  } else if (client->has_org_id && org_of(reply) != (double)client->org_id) {
    ts_exchange_fail(login, TS_AUTH,
                     "the cluster issued a token for a different org than "
                     "org_id; does the user belong to that org?");
  } else if (!(lifetime > now - login->attempt_at)) { /* it may be NaN */
    ts_exchange_fail(login, TS_AUTH,
                     "the token had already expired when it arrived");
  } else if (!ts_token_accept(&client->token, token->data, token->length - 1,
                              lifetime, login->attempt_at)) {
    ts_exchange_fail(login, TS_LIMIT_EXCEEDED, "not enough memory");
  } else {
    note_user(reply, &client->token);
    ts_exchange_supplied(x);
  }
}

void ts_mint_take(ts_exchange *x, double now) {
  const char *json;
  ts_peek reply, value;
  size_t length;
  ts_buffer token;
  if (!ts_exchange_take(x->login, &json, &length)) {
    ts_exchange_fail(x->login, TS_DECODE, "the reply cannot be read");
    return;
  }
  ts_buffer_init_secret(&token);
  reply = ts_peek_document(json, length);
  value = ts_peek_member(&reply, "token");
  if (!ts_peek_text(&value, &token) && value.type == TS_PEEK_STRING) {
    ts_exchange_fail(x->login, TS_LIMIT_EXCEEDED, "not enough memory");
  } else {
    accept(x, &reply, &token, now);
  }
  ts_buffer_free(&token);
}
