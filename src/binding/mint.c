/*
** mint.c - tokens on their way in.
*/

#include <math.h>
#include <time.h>

#include "binding/configure.h"
#include "values/json.h"
#include "binding/mint.h"

static const char *text_field(lua_State *L, const char *name, size_t *length) {
  const char *text = NULL;
  ts_rawgetfield(L, -1, name);
  if (lua_type(L, -1) == LUA_TSTRING) {
    text = lua_tolstring(L, -1, length);
  }
  lua_pop(L, 1); /* the reply still holds it */
  return text;
}

static bool number_field(lua_State *L, const char *name, double *number) {
  bool is_number;
  ts_rawgetfield(L, -1, name);
  is_number = lua_type(L, -1) == LUA_TNUMBER;
  if (is_number) {
    *number = lua_tonumber(L, -1);
  }
  lua_pop(L, 1);
  return is_number;
}

/* The org that the token acts in; a cluster without orgs names none, which
** is the primary org. */
static double org_of(lua_State *L) {
  double org = 0;
  ts_rawgetfield(L, -1, "scope");
  if (lua_istable(L, -1)) {
    number_field(L, "org_id", &org);
  }
  lua_pop(L, 1);
  return org;
}

/* Seconds, by the server's own clock where it tells both ends, for ours may
** be wrong. HUGE_VAL: it does not say. */
static double lifetime_of(lua_State *L) {
  double created, expires;
  if (!number_field(L, "expiration_time_in_millis", &expires)) {
    return HUGE_VAL;
  }
  if (!number_field(L, "creation_time_in_millis", &created)) {
    created = (double)time(NULL) * 1000;
  }
  return (expires - created) / 1000;
}

static void note_user(lua_State *L, ts_token *token) {
  size_t id_length = 0, name_length = 0;
  const char *id = text_field(L, "valid_for_user_id", &id_length);
  const char *name = text_field(L, "valid_for_username", &name_length);
  ts_token_know_user(token, id, id_length, name, name_length);
}

/* The decoded reply is on top of the stack. */
static void take(lua_State *L, ts_exchange *x, double now) {
  ts_exchange *login = x->login;
  ts_client *client = x->client;
  double lifetime = lifetime_of(L);
  size_t length = 0;
  const char *token = text_field(L, "token", &length);
  if (token == NULL || !ts_is_bearer(token, length)) {
    ts_exchange_fail(login, TS_DECODE, "the reply holds no token");
  } else if (client->has_org_id && org_of(L) != (double)client->org_id) {
    ts_exchange_fail(login, TS_AUTH,
                     "the cluster gave a token for another org than org_id; "
                     "does the user belong to it?");
  } else if (!(lifetime > now - login->attempt_at)) { /* it may be NaN */
    ts_exchange_fail(login, TS_AUTH, "the token had expired on arrival");
  } else if (!ts_token_accept(&client->token, token, length, lifetime,
                              login->attempt_at)) {
    ts_exchange_fail(login, TS_LIMIT_EXCEEDED, "not enough memory");
  } else {
    note_user(L, &client->token);
    ts_exchange_supplied(x);
  }
}

void ts_token_take_minted(lua_State *L, ts_exchange *x, double now) {
  const char *reply;
  size_t length;
  if (!ts_exchange_take(x->login, &reply, &length) ||
      !ts_json_decode(L, reply, length)) {
    ts_exchange_fail(x->login, TS_DECODE, "the reply cannot be read");
    return;
  }
  take(L, x, now);
  lua_pop(L, 1);
}
