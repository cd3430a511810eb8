/*
** exchange_object.c - exchanges as Lua objects.
*/

#include <limits.h>
#include <math.h>
#include <string.h>
#include <time.h>

#include "binding/configure.h"
#include "driver/curl.h"
#include "values/decode.h"
#include "errors/error.h"
#include "bytes/header.h"
#include "binding/object.h"
#include "protocol/mint.h"
#include "values/scratch.h"

/* An expiry from here on is taken for milliseconds: in seconds it would be the
** year 5138, in milliseconds it is 1973. */
#define EARLIEST_MILLISECONDS 1e11

/* --- Stepping --------------------------------------------------------- */

ts_want ts_exchange_advance(ts_exchange *x, double now, double *seconds) {
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
    if (want != TS_WANT_IO || x->client->transport) {
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
    if (want == TS_WANT_IO && !x->client->transport) {
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

/* The most elements of a list. */
#define LONG_LIMIT INT_MAX

/* --- Results ---------------------------------------------------------- */

static int push_failure(lua_State *L, const ts_exchange *x) {
  lua_pushnil(L);
  ts_error_push_outcome(L, x);
  return 2;
}

/* Decodes the elements of the reply into a table. */
static int push_list(lua_State *L, ts_exchange *x) {
  ts_buffer *elements = ts_scratch_push(L);
  size_t count = ts_response_take_all(&x->response, elements);
  ts_decode_list(L, elements->data, elements->length, count, &x->members);
  ts_buffer_free(elements);
  return 1;
}

static int push_object(lua_State *L, ts_exchange *x) {
  ts_buffer *elements = ts_scratch_push(L);
  if (ts_response_take_all(&x->response, elements) == 0) {
    return luaL_error(L, "the result has already been taken");
  }
  ts_decode(L, elements->data, elements->length, &x->members);
  ts_buffer_free(elements);
  return 1;
}

int ts_exchange_push_result(lua_State *L, ts_exchange *x) {
  if (x->kind != TS_OK) {
    return push_failure(L, x);
  }
  if (x->response.stream || x->endpoint->reply == TS_REPLY_NONE) {
    lua_pushboolean(L, 1);
    return 1;
  }
  if (x->response.all_taken) {
    return luaL_error(L, "the result has already been taken");
  }
  return x->endpoint->reply == TS_REPLY_LIST ? push_list(L, x)
                                             : push_object(L, x);
}

static size_t whole_limit(lua_Number limit) {
  return limit < LONG_LIMIT ? (size_t)ceil(limit) : (size_t)LONG_LIMIT;
}

/*
** Takes up to 'limit' elements of the exchange at 'index', pushes them as a
** list, or without 'listed' a single one by itself, and returns how many. If
** there are none, an empty list is pushed, or without 'listed' nothing. Copies
** them before Lua allocates anything, because that may run a finalizer that
** takes elements or cancels the exchange. Copies all at once, because one copy
** per element takes twice as long.
*/
static size_t push_elements(lua_State *L, int index, lua_Number limit,
                            bool listed) {
  ts_buffer *elements = ts_scratch_borrow(L);
  const int scratch = lua_gettop(L);
  ts_exchange *x = ts_check_exchange(L, index);
  int members = x->members;
  size_t count;
  *elements = x->spare;
  ts_buffer_init(&x->spare);
  ts_check_memory(
      L, ts_exchange_take_many(x, whole_limit(limit), elements, &count));
  if (listed) {
    ts_decode_list(L, elements->data, elements->length, count, &members);
  } else if (count > 0) {
    ts_decode(L, elements->data, elements->length, &members);
  }
  x = *ts_check_box(L, index, ts_exchange_class);
  if (x != NULL) { /* NULL: cancelled meanwhile */
    x->members = members;
    ts_buffer_truncate(elements, 0);
    ts_buffer_free(&x->spare);
    x->spare = *elements;
    ts_buffer_init(elements);
  }
  ts_scratch_give_back(L, scratch);
  return count;
}

/* --- Exchanges -------------------------------------------------------- */

/* Returns the time of a call: the argument at 'index', which later calls
** without one use, too; or the system's time if none was ever given. */
static double time_of(lua_State *L, int index, ts_exchange *x) {
  if (!lua_isnoneornil(L, index)) {
    x->clock = luaL_checknumber(L, index);
    x->has_clock = true;
  }
  return x->has_clock ? x->clock : ts_now();
}

/* Pushes what a step of the exchange at 'index' has returned. */
static int push_want(lua_State *L, int index, ts_want want, double seconds) {
  static const char *const names[] = {"done", "io", "wait", "token", "permit"};
  ts_exchange *x;
  lua_pushstring(L, names[want]);
  if (want == TS_WANT_WAIT) {
    lua_pushnumber(L, seconds);
    return 2;
  }
  if (want != TS_WANT_TOKEN) {
    return 1;
  }
  x = ts_hold_exchange(L, index);
  if (x->client->token.refused.length > 0) {
    ts_push_text(L, &x->client->token.refused);
  } else {
    lua_pushnil(L);
  }
  ts_let_go(L, index);
  return 2;
}

/*
** exchange:step([now]) -> "done" | "io" | "wait", seconds
**                       | "token", the token that was refused or nil
**                       | "permit"
** 'now' is in monotonic seconds, for tests; calls without it use the time of
** the last call with it.
*/
static int exchange_step(lua_State *L) {
  ts_exchange *x = ts_check_exchange(L, 1);
  double seconds;
  ts_want want = ts_exchange_advance(x, time_of(L, 2, x), &seconds);
  return push_want(L, 1, want, seconds);
}

/*
** exchange:run() -> as step(): steps and waits while only libcurl or time is
** needed. After a second it returns "wait", 0. For callers that may block.
*/
static int exchange_run(lua_State *L) {
  return push_want(L, 1, ts_exchange_run(ts_check_exchange(L, 1)), 0);
}

/* exchange:defer(seconds): what step() asked for is not available before;
** until then poll() reports no news of the exchange. */
static int exchange_defer(lua_State *L) {
  ts_exchange *x = ts_check_exchange(L, 1);
  ts_exchange_defer(x, luaL_checknumber(L, 2), ts_now());
  return 0;
}

/* exchange:cancel(): ends its transfer and frees it; idempotent. */
static int exchange_cancel(lua_State *L) {
  void **box = ts_check_box(L, 1, ts_exchange_class);
  ts_exchange *x = *box;
  *box = NULL;
  if (x != NULL) {
    ts_exchange_release(x);
  }
  return 0;
}

/* Returns whether the result is a list that is not streamed. */
static bool gives_list(const ts_exchange *x) {
  return x->kind == TS_OK && !x->response.stream &&
         x->endpoint->reply == TS_REPLY_LIST;
}

/*
** exchange:result([limit]) -> value | nil, err: after step() has returned
** "done"; frees the exchange. If the result is a list longer than 'limit',
** returns its next 'limit' objects, and true: call it again for more.
*/
static int exchange_result(lua_State *L) {
  lua_Number limit;
  ts_exchange *x;
  int pushed;
  ts_check_exchange(L, 1);
  limit = luaL_optnumber(L, 2, HUGE_VAL);
  luaL_argcheck(L, limit >= 1, 2, "expected one or more");
  lua_settop(L, 1);
  lua_pushvalue(L, 1);
  x = ts_hold_exchange(L, 2);
  if (x->phase != TS_PHASE_DONE) {
    return luaL_error(L, "the exchange is not done");
  }
  if (!gives_list(x) ||
      (double)ts_response_waiting(&x->response) <= (double)limit) {
    pushed = ts_exchange_push_result(L, x);
  } else {
    pushed = 1;
    push_elements(L, 2, limit, true);
    if (ts_response_waiting(&x->response) > 0) {
      ts_let_go(L, 2);
      lua_pushboolean(L, 1);
      return 2;
    }
  }
  ts_let_go(L, 2);
  exchange_cancel(L);
  return pushed;
}

/* exchange:stream() -> the exchange: makes it possible to take() the objects
** of a list as they arrive; the result is true then. Call it before the first
** step. */
static int exchange_stream(lua_State *L) {
  ts_check_exchange(L, 1)->response.stream = true;
  lua_settop(L, 1);
  return 1;
}

/* Resumes the paused stream at 'index' if enough of it was taken. */
static void resume_stream(lua_State *L, int index) {
  ts_exchange *x = *ts_check_box(L, index, ts_exchange_class);
  if (x != NULL && ts_response_may_resume(&x->response)) {
    ts_curl_resume(x);
  }
}

/*
** exchange:take([limit]) -> an object | nil: the next object of a list; from a
** stream at any time, otherwise after step() has returned "done". With a
** limit: a list of at most that many available objects.
*/
static int exchange_take(lua_State *L) {
  bool listed = !lua_isnoneornil(L, 2);
  lua_Number limit;
  ts_check_exchange(L, 1);
  limit = luaL_optnumber(L, 2, 1);
  luaL_argcheck(L, limit >= 1, 2, "expected one or more");
  lua_settop(L, 1);
  if (push_elements(L, 1, limit, listed) > 0) {
    resume_stream(L, 1);
  } else {
    lua_pushnil(L);
  }
  return 1;
}

/* Pushes the exchange whose request is to be sent, 'x' or its login, in a box
** of its own as ts_hold_exchange does. */
static ts_exchange *hold_on_wire(lua_State *L, ts_exchange *x) {
  void **box = ts_push_box(L, ts_exchange_class);
  *box = ts_exchange_on_wire(x);
  ts_exchange_retain(*box);
  return *box;
}

/* Pushes the request's headers as a table. */
static void push_headers(lua_State *L, const ts_exchange *x) {
  const char *line = NULL;
  lua_newtable(L);
  while ((line = ts_header_next(&x->headers, line)) != NULL) {
    const char *colon = strchr(line, ':');
    lua_pushlstring(L, line, (size_t)(colon - line));
    lua_pushstring(L, colon + 2);
    lua_rawset(L, -3);
  }
  if (x->has_body) {
    ts_rawsetstring(L, "Content-Type", "application/json");
  }
  if (!x->anonymous) {
    lua_pushliteral(L, "Bearer ");
    ts_push_text(L, &x->client->token.value);
    lua_concat(L, 2);
    ts_rawsetfield(L, -2, "Authorization");
  }
}

static void push_request(lua_State *L, const ts_exchange *x) {
  lua_newtable(L);
  ts_rawsetstring(L, "method", x->endpoint->method);
  ts_rawsetstring(L, "url", x->url.data);
  if (x->has_body) {
    ts_scratch_pushbytes(L, &x->body);
    ts_rawsetfield(L, -2, "body");
  }
  push_headers(L, x);
  ts_rawsetfield(L, -2, "headers");
}

/* Returns whether the exchange, or its login, has a request for a
** transport. */
static bool has_request(const ts_exchange *x) {
  return x->client->transport && x->phase == TS_PHASE_READY &&
         !ts_exchange_lacks_token(x);
}

/* Pushes nil if the request no longer has to be sent; raises if there was
** none. */
static int push_no_request(lua_State *L, const ts_exchange *sender,
                           const ts_exchange *x) {
  if (x == sender && x->phase != TS_PHASE_READY) {
    return luaL_error(L, "there is no request to send");
  }
  lua_pushnil(L);
  return 1;
}

/*
** exchange:request([now]) -> { method, url, headers, body }: the request for
** which step() has returned "io"; from now on it counts as sent. Nil: another
** exchange has sent the login meanwhile, or the token was dropped; call step()
** again.
*/
static int exchange_request(lua_State *L) {
  ts_exchange *sender = ts_hold_exchange(L, 1);
  double now = time_of(L, 2, sender);
  unsigned long generation;
  ts_exchange *x;
  int top = 3;
  lua_settop(L, top - 1);
  x = hold_on_wire(L, sender);
  do { /* once, unless the token is renewed meanwhile */
    if (!has_request(x)) {
      return push_no_request(L, sender, x);
    }
    generation = x->client->token.generation;
    lua_settop(L, top);
    push_request(L, x);
  } while (!has_request(x) || x->client->token.generation != generation);
  ts_check_memory(L, ts_exchange_begin(x, now));
  x->sender = sender;
  x->sent = true;
  ts_let_go(L, top);
  ts_let_go(L, 1);
  return 1;
}

/* Pushes the response headers in the table at 'index' as NUL-terminated
** lines. */
static const ts_buffer *push_lines(lua_State *L, int index) {
  bool given = lua_istable(L, index);
  ts_buffer *lines = ts_scratch_push(L);
  if (!given) {
    return lines;
  }
  lua_pushnil(L);
  while (lua_next(L, index)) {
    if (lua_type(L, -2) == LUA_TSTRING && lua_isstring(L, -1)) {
      const char *name = lua_tostring(L, -2);
      const char *value = lua_tostring(L, -1);
      ts_check_memory(L,
                      ts_buffer_append_string(lines, name) &&
                          ts_buffer_append_string(lines, ": ") &&
                          ts_buffer_append(lines, value, strlen(value) + 1));
    }
    lua_pop(L, 1);
  }
  return lines;
}

/* Returns what is wrong with the response in the arguments of respond(), or
** NULL. */
static const char *response_refusal(lua_State *L) {
  lua_Number status = lua_tonumber(L, 2); /* 0: not a number */
  if (lua_isboolean(L, 2) && lua_toboolean(L, 2)) {
    return "the transport returned no response: expected a table";
  }
  if (!(status >= 100 && status <= 999)) {
    return "the transport's response has no HTTP status";
  }
  if (!lua_isnoneornil(L, 3) && !lua_istable(L, 3)) {
    return "the headers of the transport's response are not a table";
  }
  if (!lua_isnoneornil(L, 4) && !lua_isstring(L, 4)) {
    return "the body of the transport's response is not a string";
  }
  return NULL;
}

/* Returns whether the exchange awaits a reply from a transport. */
static bool may_respond(const ts_exchange *x) {
  return x->phase == TS_PHASE_SENT && x->transfer == NULL;
}

/* Returns whether 'sender' may still report on the request of 'x'. If another
** exchange has sent the login again, because 'sender' took too long, either of
** them may report a reply, but only the other one may report that there is
** none. */
static bool is_awaited(const ts_exchange *sender, ts_exchange *x,
                       bool replied) {
  if (x == sender) {
    return true;
  }
  if (x->sender == sender && has_request(x)) {
    x->phase = TS_PHASE_SENT; /* not sent again yet */
  }
  return may_respond(x) && (replied || x->sender == sender);
}

/* Processes the response in the arguments of respond() at once. */
static void take_reply(lua_State *L, ts_exchange *x, const ts_buffer *lines,
                       const char *body, size_t length) {
  const char *line = NULL;
  ts_response_begin(&x->response, (long)lua_tonumber(L, 2));
  while ((line = ts_header_next(lines, line)) != NULL) {
    ts_response_header(&x->response, line, strlen(line));
  }
  if (length > 0) {
    ts_response_body(&x->response, body, length);
  }
}

/*
** exchange:respond(status, headers, body [, now]): the response to the
** request. exchange:respond(nil, message [, now]): there is no response;
** 'message' may contain a secret. exchange:respond(true): the transport
** returned something that is not a response. The call may be ignored if
** another exchange has sent the login again.
*/
static int exchange_respond(lua_State *L) {
  bool lost = lua_isnil(L, 2);
  const char *refusal = lost ? NULL : response_refusal(L);
  ts_exchange *sender = ts_hold_exchange(L, 1);
  double now = time_of(L, lost ? 4 : 5, sender);
  ts_exchange *x;
  const ts_buffer *lines;
  const char *unsaid = lost ? "the transport failed" : "";
  const char *text = unsaid;
  size_t length = 0;
  int held = 6;
  lua_settop(L, held - 1);
  x = hold_on_wire(L, sender);
  lines = push_lines(L, 3);
  if (refusal == NULL) {
    text = luaL_optlstring(L, lost ? 3 : 4, text, &length);
  }
  /* Nothing from here on allocates in Lua. */
  if (!is_awaited(sender, x, !lost)) {
    return 0;
  }
  if (!may_respond(x)) {
    return luaL_error(L, "no reply is awaited");
  }
  if (refusal != NULL) {
    ts_exchange_fail(x, TS_NETWORK, refusal);
  } else if (lost && text == unsaid) {
    ts_exchange_end(x, TS_FAILURE_NETWORK, unsaid, now);
  } else if (lost) {
    ts_exchange_break(x, TS_FAILURE_NETWORK, text, now);
  } else {
    take_reply(L, x, lines, text, length);
    ts_exchange_end(x, TS_FAILURE_NONE, NULL, now);
  }
  ts_let_go(L, held);
  ts_let_go(L, 1);
  return 0;
}

/* exchange:fail(message): the transport failed in a way that must not be
** retried; 'message' may contain a secret. */
static int exchange_fail(lua_State *L) {
  const char *message;
  ts_exchange *sender, *x;
  ts_check_exchange(L, 1);
  message = luaL_checkstring(L, 2); /* may allocate */
  sender = ts_check_exchange(L, 1);
  x = ts_exchange_on_wire(sender);
  if (is_awaited(sender, x, false) && may_respond(x)) {
    ts_exchange_fail(x, TS_NETWORK, message);
    x->quoted = true;
  }
  return 0;
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
  double now = time_of(L, 4, x);
  double lifetime = HUGE_VAL;
  size_t length = 0;
  const char *token = NULL;
  if (x->phase != TS_PHASE_TOKEN ||
      x->client->token.source != TS_SOURCE_PROVIDED) {
    return luaL_error(L, "no token was requested");
  }
  if (lua_isnoneornil(L, 2) && x->client->username.length > 0) {
    ts_check_memory(L, ts_exchange_login_instead(x));
    return 0;
  }
  if (lua_type(L, 2) == LUA_TSTRING) {
    token = lua_tolstring(L, 2, &length);
  }
  if (lua_isnumber(L, 3)) {
    lifetime = lua_tonumber(L, 3) - (double)time(NULL);
  }
  if (token == NULL || !ts_is_bearer(token, length)) {
    ts_exchange_fail(
        x, TS_AUTH,
        "the value supplied is not a token: expected a string without spaces");
  } else if (!lua_isnoneornil(L, 3) && !lua_isnumber(L, 3)) {
    ts_exchange_fail(
        x, TS_AUTH,
        "the expiry supplied is not a number: expected epoch seconds");
  } else if (lua_tonumber(L, 3) >= EARLIEST_MILLISECONDS) {
    ts_exchange_fail(x, TS_AUTH,
                     "the expiry of the token supplied is in milliseconds: "
                     "expected epoch seconds");
  } else if (!(lifetime > 0)) { /* it may be NaN */
    ts_exchange_fail(
        x, TS_AUTH,
        "the token supplied has expired; the expiry must be in epoch seconds");
  } else {
    ts_check_memory(
        L, ts_token_accept(&x->client->token, token, length, lifetime, now));
    ts_exchange_supplied(x);
  }
  return 0;
}

/* exchange:permit(seconds [, now]): the seconds to wait for the permit for
** which step() returned "permit"; a value that is not a number fails the
** exchange. */
static int exchange_permit(lua_State *L) {
  ts_exchange *sender = ts_check_exchange(L, 1);
  ts_exchange *x = ts_exchange_on_wire(sender);
  lua_Number delay = lua_tonumber(L, 2);
  if (x->phase != TS_PHASE_PACE) {
    if (x == sender) {
      return luaL_error(L, "no permit was requested");
    }
    return 0; /* another exchange got the permit of the login */
  }
  if (!lua_isnumber(L, 2)) {
    ts_exchange_fail(
        x, TS_ARGUMENT,
        "the rate_limit function did not return a number of seconds");
    return 0;
  }
  ts_exchange_permit(x, delay > 0 ? delay : 0, time_of(L, 3, sender));
  return 0;
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
  ts_pushwhole(L, event.bytes);
  ts_rawsetfield(L, -2, "bytes");
  if (event.status != 0) {
    lua_pushinteger(L, (lua_Integer)event.status);
    ts_rawsetfield(L, -2, "status");
  }
  ts_let_go(L, 1);
  return 1;
}

static const luaL_Reg exchange_methods[] = {
    {"step", exchange_step},       {"run", exchange_run},
    {"defer", exchange_defer},     {"result", exchange_result},
    {"take", exchange_take},       {"stream", exchange_stream},
    {"request", exchange_request}, {"respond", exchange_respond},
    {"fail", exchange_fail},       {"supply", exchange_supply},
    {"permit", exchange_permit},   {"event", exchange_event},
    {"cancel", exchange_cancel},   {"__gc", exchange_cancel},
    {"__close", exchange_cancel},  {NULL, NULL}};

void ts_exchange_open(lua_State *L) {
  ts_new_class(L, ts_exchange_class, exchange_methods);
}
