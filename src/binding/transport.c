/*
** transport.c - exchanges whose requests are sent from Lua, by the option
** transport: Lua reads the request of an exchange and passes it the response.
*/

#include <string.h>

#include "binding/object.h"
#include "binding/transport.h"
#include "bytes/header.h"
#include "values/scratch.h"

/* --- Requests --------------------------------------------------------- */

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
  return x->client->has_transport && x->phase == TS_PHASE_READY &&
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
  double now = ts_time_of(L, 2, sender);
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

/* --- Responses -------------------------------------------------------- */

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

/* Processes the whole response in the arguments of respond(). */
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
  double now = ts_time_of(L, lost ? 4 : 5, sender);
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

const luaL_Reg ts_transport_methods[] = {{"request", exchange_request},
                                         {"respond", exchange_respond},
                                         {"fail", exchange_fail},
                                         {NULL, NULL}};
