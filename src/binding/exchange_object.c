/*
** exchange_object.c - exchanges as Lua objects: their class, their steps, and
** what a step asks for. More methods are in result.c and transport.c.
*/

#include <math.h>
#include <time.h>

#include "binding/object.h"
#include "binding/result.h"
#include "binding/transport.h"
#include "driver/advance.h"
#include "protocol/login.h"

/* An expiry from here on is taken for milliseconds: in seconds it would be the
** year 5138, in milliseconds it is 1973. */
#define EARLIEST_MILLISECONDS 1e11

double ts_time_of(lua_State *L, int index, ts_exchange *x) {
  if (!lua_isnoneornil(L, index)) {
    x->clock = luaL_checknumber(L, index);
    x->has_clock = true;
  }
  return x->has_clock ? x->clock : ts_now();
}

/* Pushes what a step of the exchange 'x', the first argument, returned. */
static int push_want(lua_State *L, ts_exchange *x, ts_want want,
                     double seconds) {
  static const char *const names[] = {"done", "io", "wait", "token", "permit"};
  bool leaves_permit = want == TS_WANT_NOTHING && ts_exchange_leaves_permit(x);
  lua_pushstring(L, names[want]);
  if (leaves_permit) {
    lua_pushboolean(L, 1);
    return 2;
  }
  if (want == TS_WANT_WAIT) {
    lua_pushnumber(L, seconds);
    return 2;
  }
  if (want != TS_WANT_TOKEN) {
    return 1;
  }
  x = ts_hold_exchange(L, 1);
  if (x->client->token.refused.length > 0) {
    ts_push_text(L, &x->client->token.refused);
  } else {
    lua_pushnil(L);
  }
  ts_let_go(L, 1);
  return 2;
}

/*
** exchange:step([now]) -> "done", true if it leaves a permit
**                       | "io" | "wait", seconds
**                       | "token", the token that was refused or nil
**                       | "permit"
** 'now' is in monotonic seconds, for tests; calls without it use the time of
** the last call with it.
*/
static int exchange_step(lua_State *L) {
  ts_exchange *x = ts_check_exchange(L, 1);
  double seconds;
  ts_want want = ts_exchange_advance(x, ts_time_of(L, 2, x), &seconds);
  return push_want(L, x, want, seconds);
}

/*
** exchange:run() -> as step(): steps and waits while only libcurl or time is
** needed. After a second it returns "wait", 0. For callers that may block.
*/
static int exchange_run(lua_State *L) {
  ts_exchange *x = ts_check_exchange(L, 1);
  return push_want(L, x, ts_exchange_run(x), 0);
}

/* exchange:defer(seconds): what step() asked for is not available before;
** until then poll() reports no news of the exchange. */
static int exchange_defer(lua_State *L) {
  ts_exchange *x = ts_check_exchange(L, 1);
  ts_exchange_defer(x, luaL_checknumber(L, 2), ts_now());
  return 0;
}

/* exchange:cancel(): ends its transfer and frees it; idempotent. Returns
** whether it leaves a permit. */
static int exchange_cancel(lua_State *L) {
  ts_exchange *x = *ts_check_box(L, 1, ts_exchange_class);
  bool leaves_permit = x != NULL && ts_exchange_leaves_permit(x);
  ts_let_go(L, 1);
  lua_pushboolean(L, leaves_permit);
  return 1;
}

/* Returns what is wrong with the token at index 2 and its expiry at index 3, or
** NULL; '*lifetime' is what is left of it in seconds, HUGE_VAL: unknown. */
static const char *find_token_fault(lua_State *L, double *lifetime) {
  size_t length = 0;
  const char *token =
      lua_type(L, 2) == LUA_TSTRING ? lua_tolstring(L, 2, &length) : NULL;
  *lifetime = HUGE_VAL;
  if (token == NULL || !ts_is_bearer(token, length)) {
    return "the value supplied is not a token: expected a string without "
           "spaces";
  }
  if (lua_isnoneornil(L, 3)) {
    return NULL;
  }
  if (!lua_isnumber(L, 3)) {
    return "the expiry supplied is not a number: expected epoch seconds";
  }
  if (lua_tonumber(L, 3) >= EARLIEST_MILLISECONDS) {
    return "the expiry of the token supplied is in milliseconds: expected "
           "epoch seconds";
  }
  *lifetime = lua_tonumber(L, 3) - (double)time(NULL);
  return *lifetime > 0 /* it may be NaN */
             ? NULL
             : "the token supplied has expired; the expiry must be in epoch "
               "seconds";
}

/*
** exchange:supply(token [, expires_at [, now]]): the token for which step()
** returned "token", and its expiry in epoch seconds; without an expiry the
** token is used until it is refused. An invalid or expired token, or an
** invalid expiry, fails the exchange. exchange:supply(nil): there is no token;
** the client logs in with its credentials.
*/
static int exchange_supply(lua_State *L) {
  ts_exchange *x = ts_check_exchange(L, 1);
  double now = ts_time_of(L, 4, x), lifetime;
  const char *fault;
  if (x->phase != TS_PHASE_TOKEN ||
      x->client->token.source != TS_SOURCE_PROVIDED) {
    return luaL_error(L, "no token was requested");
  }
  if (lua_isnoneornil(L, 2) && x->client->username.length > 0) {
    ts_check_memory(L, ts_login_instead(x));
    return 0;
  }
  fault = find_token_fault(L, &lifetime);
  if (fault != NULL) {
    ts_exchange_fail(x, TS_AUTH, fault);
    return 0;
  }
  ts_check_memory(L, ts_token_accept(&x->client->token, lua_tostring(L, 2),
                                     ts_rawlen(L, 2), lifetime, now));
  ts_exchange_supplied(x);
  return 0;
}

/* exchange:permit(seconds [, now]): the seconds to wait for the permit for
** which step() returned "permit"; a value that is not a number fails the
** exchange. Returns whether it takes the permit. If it ends before it has used
** it, the last step() or cancel() says so. */
static int exchange_permit(lua_State *L) {
  ts_exchange *sender = ts_check_exchange(L, 1);
  ts_exchange *x = ts_exchange_on_wire(sender);
  lua_Number delay = lua_tonumber(L, 2);
  if (x->phase != TS_PHASE_PACE) {
    if (x == sender) {
      return luaL_error(L, "no permit was requested");
    }
    lua_pushboolean(L, 0); /* another exchange got the permit of the login */
    return 1;
  }
  if (lua_isnumber(L, 2)) {
    ts_exchange_permit(x, delay > 0 ? delay : 0, ts_time_of(L, 3, sender));
  } else {
    ts_exchange_fail(
        x, TS_ARGUMENT,
        "the rate_limit function did not return a number of seconds");
  }
  lua_pushboolean(L, x->has_permit);
  return 1;
}

/* exchange:event() -> { type, endpoint, attempt, status, seconds, bytes } |
** nil: the next event; for clients with on_event. */
static int exchange_event(lua_State *L) {
  ts_event event;
  /* Held, because the event refers to the name of the request. */
  ts_exchange *x = ts_hold_exchange(L, 1);
  if (!ts_exchange_next_event(x, &event)) {
    ts_let_go(L, 1);
    return 0;
  }
  lua_newtable(L);
  ts_rawsetstring(L, "type", ts_event_name(event.type));
  ts_rawsetstring(L, "endpoint", event.endpoint);
  lua_pushinteger(L, event.attempt);
  ts_rawsetfield(L, -2, "attempt");
  lua_pushnumber(L, event.seconds);
  ts_rawsetfield(L, -2, "seconds");
  ts_pushwhole(L, (long long)event.bytes);
  ts_rawsetfield(L, -2, "bytes");
  if (event.status != 0) {
    lua_pushinteger(L, (lua_Integer)event.status);
    ts_rawsetfield(L, -2, "status");
  }
  ts_let_go(L, 1);
  return 1;
}

static const luaL_Reg exchange_methods[] = {
    {"step", exchange_step},      {"run", exchange_run},
    {"defer", exchange_defer},    {"supply", exchange_supply},
    {"permit", exchange_permit},  {"event", exchange_event},
    {"cancel", exchange_cancel},  {"__gc", exchange_cancel},
    {"__close", exchange_cancel}, {NULL, NULL}};

void ts_exchange_open(lua_State *L) {
  ts_new_class(L, ts_exchange_class, exchange_methods);
  ts_setfuncs(L, ts_result_methods);
  ts_setfuncs(L, ts_transport_methods);
}
