/*
** client_object.c - clients as Lua objects.
*/

#include <math.h>
#include <string.h>
#include <time.h>

#include "binding/configure.h"
#include "binding/object.h"
#include "binding/option.h"
#include "binding/prepare.h"
#include "binding/result.h"
#include "driver/advance.h"
#include "driver/curl.h"
#include "errors/error.h"
#include "values/scratch.h"

int ts_client_object(lua_State *L) {
  void **box;
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  ts_scratch_copy(L, 1);
  box = ts_push_box(L, ts_client_class);
  *box = ts_client_new();
  ts_check_memory(L, *box != NULL);
  if (!ts_configure(L, 1, *box)) {
    return ts_error_refuse(L, NULL, ts_client_options.name);
  }
  return 1;
}

/* client:close(): fails the calls in flight and closes the connections;
** idempotent. */
static int client_close(lua_State *L) {
  ts_client *client = ts_check_client(L, 1);
  if (!client->closed) {
    client->closed = true;
    ts_curl_close(client);
  }
  return 0;
}

static int client_collect(lua_State *L) {
  void **box = ts_check_box(L, 1, ts_client_class);
  ts_client *client = *box;
  *box = NULL;
  if (client != NULL) {
    ts_client_release(client);
  }
  return 0;
}

static int client_text(lua_State *L) {
  ts_client *client = ts_hold_client(L, 1);
  lua_pushfstring(L, "thoughtspot client (%s%s%s%s)",
                  client->username.length > 0 ? client->username.data : "",
                  client->username.length > 0 ? " at " : "",
                  client->host.length > 0 ? client->host.data : "no host",
                  client->closed ? ", closed" : "");
  return 1;
}

/* Returns the exchange at 'position' in the list at 'index'; NULL: it was
** cancelled. */
static ts_exchange *listed(lua_State *L, int index, size_t position) {
  ts_exchange *x;
  lua_rawgeti(L, index, (int)position);
  x = *ts_check_box(L, -1, ts_exchange_class);
  lua_pop(L, 1); /* the list still references it */
  return x;
}

/* Returns whether the exchange has news. NULL: it was cancelled, which counts
** as news. */
static bool has_news(ts_exchange *x, double now) {
  return x == NULL || x->client->closed || ts_exchange_has_news(x, now) ||
         /* A fork has ended its transfer. */
         (x->step_at == HUGE_VAL && !ts_curl_sends(ts_exchange_on_wire(x)));
}

/* Returns the time at which the first exchange of the list at 'index' must be
** stepped; 'now' if one of them has news. */
static double next_step(lua_State *L, int index, double now, bool *on_wire) {
  size_t count = ts_rawlen(L, index), position;
  double first = HUGE_VAL;
  *on_wire = false;
  for (position = 1; position <= count; position++) {
    ts_exchange *x = listed(L, index, position);
    if (has_news(x, now)) {
      return now;
    }
    *on_wire = *on_wire || x->step_at == HUGE_VAL;
    first = fmin(first, x->step_at);
  }
  return first;
}

static void push_news(lua_State *L, int index, double now) {
  size_t count = ts_rawlen(L, index), position;
  int found = 0;
  lua_newtable(L);
  for (position = 1; position <= count; position++) {
    if (has_news(listed(L, index, position), now)) {
      lua_rawgeti(L, index, (int)position);
      lua_rawseti(L, -2, ++found);
    }
  }
}

/*
** client:poll([seconds]) -> whether something happened: drives all exchanges
** in flight; waits up to 'seconds' (0) for activity.
** client:poll(seconds, exchanges) -> a list of those that have news: step(),
** or take() of a stream, has something new, or the exchange was cancelled
**   | nil, seconds, on_wire: none has; seconds until the next poll is useful,
**   and whether one of them waits for the network.
*/
static int client_poll(lua_State *L) {
  ts_client *client = ts_check_client(L, 1);
  double seconds = luaL_optnumber(L, 2, 0), now, first;
  bool moved = false, on_wire;
  if (lua_isnoneornil(L, 3)) {
    lua_pushboolean(L, !client->closed && ts_curl_poll(client, seconds));
    return 1;
  }
  luaL_checktype(L, 3, LUA_TTABLE);
  ts_curl_notice_fork(client);
  now = ts_now();
  first = next_step(L, 3, now, &on_wire);
  if ((first > now || ts_curl_is_behind(client)) && !client->closed) {
    moved = ts_curl_poll(client, fmin(seconds, first - now));
    now = ts_now();
    if (moved) {
      first = next_step(L, 3, now, &on_wire);
    }
  }
  if (first <= now) {
    push_news(L, 3, now);
    return 1;
  }
  lua_pushnil(L);
  lua_pushnumber(L, moved ? 0 : first - now);
  lua_pushboolean(L, on_wire);
  return 3;
}

/* client:flush(): sends the waiting requests if there are several; for callers
** that do not poll themselves. */
static int client_flush(lua_State *L) {
  ts_client *client = ts_check_client(L, 1);
  if (!client->closed && ts_curl_is_behind(client)) {
    ts_curl_poll(client, 0);
  }
  return 0;
}

static const ts_endpoint *check_endpoint(lua_State *L, int index) {
  const ts_endpoint *endpoint = ts_endpoint_find(luaL_checkstring(L, index));
  luaL_argcheck(L, endpoint != NULL, index, "there is no such endpoint");
  return endpoint;
}

/* client:prepare(endpoint, ...) -> exchange | nil, err: takes the arguments of
** the endpoint's method. */
static int client_prepare(lua_State *L) {
  ts_client *client = ts_hold_client(L, 1);
  return ts_prepare(L, client, check_endpoint(L, 2), 3);
}

/* client:check(endpoint, ...) -> true | nil, err: whether prepare would accept
** the same arguments. */
static int client_check(lua_State *L) {
  ts_client *client = ts_hold_client(L, 1);
  return ts_check_call(L, client, check_endpoint(L, 2), 3);
}

/*
** client:token() -> token, expires_at | nil, whether one is being minted; for
** a token_store. 'expires_at' is in epoch seconds; nil: the cluster did not
** tell.
*/
static int client_token(lua_State *L) {
  const ts_token *token = &ts_hold_client(L, 1)->token;
  double now = ts_now(), expires_at = token->expires_at;
  if (!ts_token_usable(token, now)) {
    lua_pushnil(L);
    lua_pushboolean(L, token->login != NULL);
    return 2;
  }
  ts_push_text(L, &token->value);
  if (expires_at < HUGE_VAL) {
    lua_pushnumber(L, (double)time(NULL) + expires_at - now);
  } else {
    lua_pushnil(L);
  }
  return 2;
}

/* client:user() -> id, name | nil: the user of the token, if known. The next
** token that a provider or store returns may belong to another user. */
static int client_user(lua_State *L) {
  const ts_token *token = &ts_hold_client(L, 1)->token;
  unsigned long generation;
  if (token->user_id.length == 0 || (token->source == TS_SOURCE_PROVIDED &&
                                     !ts_token_usable(token, ts_now()))) {
    return 0;
  }
  do { /* once, unless the token is replaced meanwhile */
    generation = token->generation;
    lua_settop(L, 1);
    ts_scratch_pushbytes(L, &token->user_id);
    ts_scratch_pushbytes(L, &token->user_name);
  } while (token->generation != generation);
  return 2;
}

/* client:host() -> the host as given, without a trailing slash */
static int client_host(lua_State *L) {
  ts_client *client = ts_hold_client(L, 1);
  lua_pushstring(L, client->host.length > 0 ? client->host.data : "");
  return 1;
}

/* client:know_user(id, name): sets the user of the token. */
static int client_know_user(lua_State *L) {
  size_t id_length, name_length;
  const char *id = luaL_checklstring(L, 2, &id_length);
  const char *name = luaL_checklstring(L, 3, &name_length);
  ts_token_know_user(&ts_check_client(L, 1)->token, id, id_length, name,
                     name_length);
  return 0;
}

/* Pushes the result of the exchange on top of the stack and frees the
** exchange. Otherwise it would keep its request and reply until it is
** collected. */
static int give_result(lua_State *L, ts_exchange *x) {
  int index = lua_gettop(L);
  int pushed = ts_push_result(L, x);
  ts_let_go(L, index);
  return pushed;
}

static int do_nothing(lua_State *L) {
  (void)L;
  return 0;
}

/* Calls a function so that debug hooks run. The interpreter handles Ctrl-C in
** a hook, which may raise. */
static void let_hooks_run(lua_State *L) {
  lua_pushcfunction(L, do_nothing);
  lua_call(L, 0, 0);
}

/* client:<endpoint>(...) -> value | nil, err: waits for the outcome. */
static int client_call(lua_State *L) {
  const ts_endpoint *endpoint = lua_touserdata(L, lua_upvalueindex(1));
  ts_client *client = ts_hold_client(L, 1);
  ts_exchange *x;
  int pushed = ts_prepare(L, client, endpoint, 2);
  if (pushed != 1) {
    return pushed;
  }
  x = ts_check_exchange(L, -1);
  for (;; let_hooks_run(L)) {
    switch (ts_exchange_run(x)) {
    case TS_WANT_NOTHING:
      return give_result(L, x);
    case TS_WANT_WAIT:
      break;
    case TS_WANT_IO:
      return luaL_error(
          L, "the core cannot call a transport; use require \"thoughtspot\"");
    case TS_WANT_TOKEN:
      return luaL_error(L, "the core cannot call a token_provider or "
                           "token_store; use require \"thoughtspot\"");
    case TS_WANT_PERMIT:
      return luaL_error(L, "the core cannot call a rate_limit function; use "
                           "require \"thoughtspot\"");
    }
  }
}

static const luaL_Reg client_methods[] = {{"prepare", client_prepare},
                                          {"check", client_check},
                                          {"poll", client_poll},
                                          {"flush", client_flush},
                                          {"token", client_token},
                                          {"user", client_user},
                                          {"know_user", client_know_user},
                                          {"host", client_host},
                                          {"close", client_close},
                                          {"__close", client_close},
                                          {"__gc", client_collect},
                                          {"__tostring", client_text},
                                          {NULL, NULL}};

static void add_endpoint(lua_State *L, const ts_endpoint *endpoint) {
  lua_pushlightuserdata(L, (void *)(size_t)endpoint);
  lua_pushcclosure(L, client_call, 1);
  lua_setfield(L, -2, endpoint->name);
}

static void add_endpoints(lua_State *L) {
  const ts_endpoint *endpoint;
  for (endpoint = ts_endpoints; endpoint->name != NULL; endpoint++) {
    add_endpoint(L, endpoint);
  }
  add_endpoint(L, &ts_endpoint_request);
}

void ts_client_open(lua_State *L) {
  ts_new_class(L, ts_client_class, client_methods);
  add_endpoints(L);
}
