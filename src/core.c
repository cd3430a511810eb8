/*
** core.c - the Lua module thoughtspot.core: clients and exchanges as
** userdata.
**
** A client's endpoint methods block. To wait in another way, prepare an
** exchange and serve the answers of its step().
*/

#define _POSIX_C_SOURCE 200809L

#include <lualib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "compat.h"
#include "configure.h"
#include "curl.h"
#include "decode.h"
#include "describe.h"
#include "encode.h"
#include "error.h"
#include "exchange.h"
#include "header.h"
#include "json.h"
#include "option.h"
#include "token.h"
#include "version.h"

#define CLIENT "thoughtspot.core.client"
#define EXCHANGE "thoughtspot.core.exchange"

/* The longest a blocking call polls at once, so that signals get through. */
#define LONGEST_POLL 1.0

static ts_client *check_client(lua_State *L, int index) {
  ts_client *client = *(ts_client **)luaL_checkudata(L, index, CLIENT);
  luaL_argcheck(L, client != NULL, index, "client was collected");
  return client;
}

static ts_exchange *check_exchange(lua_State *L, int index) {
  ts_exchange *x = *(ts_exchange **)luaL_checkudata(L, index, EXCHANGE);
  luaL_argcheck(L, x != NULL, index, "exchange was cancelled");
  return x;
}

/* A zeroed box for a pointer, with its metatable: what is put into it is
** owned from then on. */
static void **push_box(lua_State *L, const char *metatable) {
  void **box = ts_newuserdata(L, sizeof *box);
  *box = NULL;
  luaL_getmetatable(L, metatable);
  lua_setmetatable(L, -2);
  return box;
}

/* --- Preparing -------------------------------------------------------- */

/* The identifier for the path, at 'index': one that cannot be part of one
** is refused. */
static int check_identifier(lua_State *L, int index,
                            const ts_endpoint *endpoint) {
  const char *identifier;
  if (!ts_check_value(L, index, endpoint->path_parameter, 1)) {
    return 0;
  }
  identifier = lua_tostring(L, index);
  if (strcmp(identifier, ".") == 0 || strcmp(identifier, "..") == 0) {
    lua_pushstring(L, endpoint->path_parameter->name);
    lua_pushfstring(L, "\"%s\" cannot stand in a path; use the GUID",
                    identifier);
    return 0;
  }
  return 1;
}

/* Whether the host that 'confirm' names is the client's. */
static int guard_host(lua_State *L, int request, const ts_client *client) {
  int same;
  ts_rawgetfield(L, request, "confirm");
  same = strcmp(lua_tostring(L, -1), client->host.data) == 0;
  lua_pop(L, 1);
  if (!same) {
    lua_pushliteral(L, "confirm");
    lua_pushfstring(L,
                    "every user would be logged out; to confirm it, give the "
                    "client's host, \"%s\"",
                    client->host.data);
  }
  return same;
}

/* delete_unspecified_users deletes all who are not listed: not for an empty
** list, and not by forgetting what dry_run is when absent. */
static int guard_import(lua_State *L, int request) {
  bool deletes, empty, explicit;
  ts_rawgetfield(L, request, "delete_unspecified_users");
  deletes = lua_isboolean(L, -1) && lua_toboolean(L, -1);
  ts_rawgetfield(L, request, "users");
  empty = ts_rawlen(L, -1) == 0;
  ts_rawgetfield(L, request, "dry_run");
  explicit = lua_isboolean(L, -1);
  lua_pop(L, 3);
  if (!deletes || (!empty && explicit)) {
    return 1;
  }
  if (empty) {
    lua_pushliteral(L, "users");
    lua_pushliteral(L, "is empty: with delete_unspecified_users every user "
                       "would be deleted");
  } else {
    lua_pushliteral(L, "dry_run");
    lua_pushliteral(L, "must be given as true or false together with "
                       "delete_unspecified_users");
  }
  return 0;
}

static int check_request(lua_State *L, int index, const ts_endpoint *endpoint,
                         const ts_client *client) {
  if (!ts_check(L, index, endpoint->request, client->strict)) {
    return 0;
  }
  switch (endpoint->guard) {
  case TS_GUARD_HOST:
    return guard_host(L, index, client);
  case TS_GUARD_IMPORT:
    return guard_import(L, index);
  default:
    return 1;
  }
}

static void need(lua_State *L, bool done) {
  if (!done) {
    luaL_error(L, "not enough memory");
  }
}

static void get_number(lua_State *L, int options, const char *name,
                       double *number) {
  ts_rawgetfield(L, options, name);
  if (!lua_isnil(L, -1)) {
    *number = lua_tonumber(L, -1);
  }
  lua_pop(L, 1);
}

/* The fields to keep: options.fields at the top of the stack. */
static void want_fields(lua_State *L, ts_exchange *x) {
  size_t count = ts_rawlen(L, -1), i;
  for (i = 1; i <= count; i++) {
    lua_rawgeti(L, -1, (int)i);
    need(L, ts_response_want(&x->response, lua_tostring(L, -1)));
    lua_pop(L, 1);
  }
}

/* Puts the call options at 'index' into the exchange; as ts_check. */
static int set_call_options(lua_State *L, int index, ts_exchange *x) {
  double retries = (double)x->max_retries;
  if (!ts_check(L, index, &ts_call_options, 1)) {
    return 0;
  }
  get_number(L, index, "timeout", &x->timeout);
  get_number(L, index, "deadline", &x->deadline);
  get_number(L, index, "max_retries", &retries);
  if (retries < 0) {
    lua_pushliteral(L, "max_retries");
    lua_pushliteral(L, "expected zero or more");
    return 0;
  }
  x->max_retries = (long)retries;
  ts_rawgetfield(L, index, "stream");
  x->response.stream = lua_toboolean(L, -1);
  lua_pop(L, 1);
  ts_rawgetfield(L, index, "fields");
  if (lua_istable(L, -1)) {
    want_fields(L, x);
  }
  lua_pop(L, 1);
  ts_rawgetfield(L, index, "headers");
  if (lua_istable(L, -1) &&
      !ts_configure_headers(L, lua_gettop(L), &x->headers, "headers")) {
    return 0;
  }
  lua_pop(L, 1);
  return 1;
}

/* A new exchange in a box on the stack. */
static ts_exchange *push_exchange(lua_State *L, ts_client *client,
                                  const ts_endpoint *endpoint) {
  void **box = push_box(L, EXCHANGE);
  ts_exchange *x = ts_exchange_new(client, endpoint);
  need(L, x != NULL);
  *box = x;
  return x;
}

/*
** Prepares the exchange of an endpoint from the arguments that begin at
** 'next': the identifier where the path has one, the request where there is
** a body, the call options. Pushes it and returns 1, or nil and an error
** and returns 2.
*/
static int prepare(lua_State *L, ts_client *client,
                   const ts_endpoint *endpoint, int next) {
  int identifier = 0, request = 0, options = 0;
  const char *text = NULL;
  size_t length = 0;
  ts_exchange *x;
  if (client->closed) {
    lua_pushnil(L);
    ts_error_push(L, TS_CLOSED, endpoint->name, NULL, "the client is closed");
    return 2;
  }
  if (endpoint->path_parameter != NULL) {
    identifier = next++;
  }
  if (endpoint->request != NULL) {
    request = next++;
  }
  options = next++;
  lua_settop(L, next > lua_gettop(L) ? next : lua_gettop(L));
  luaL_argcheck(L, lua_isnil(L, next), next, "no further argument expected");
  lua_settop(L, options);
  if (request != 0 && lua_isnil(L, request)) {
    lua_newtable(L);
    lua_replace(L, request);
  }
  if (request != 0) {
    luaL_checktype(L, request, LUA_TTABLE);
  }
  if (!lua_isnil(L, options)) {
    luaL_checktype(L, options, LUA_TTABLE);
  }
  if ((identifier != 0 && !check_identifier(L, identifier, endpoint)) ||
      (request != 0 && !check_request(L, request, endpoint, client))) {
    return ts_error_refuse(L, endpoint->name);
  }
  if (identifier != 0) {
    text = lua_tolstring(L, identifier, &length);
  }
  x = push_exchange(L, client, endpoint);
  need(L, ts_exchange_address(x, text, length));
  if (request != 0) {
    x->has_body = true;
    if (!ts_encode(L, request, endpoint->request, &x->body, &x->secrets)) {
      return ts_error_refuse(L, endpoint->name);
    }
  }
  if (!lua_isnil(L, options) && !set_call_options(L, options, x)) {
    return ts_error_refuse(L, endpoint->name);
  }
  return 1;
}

/* --- Stepping --------------------------------------------------------- */

static ts_answer step(lua_State *L, ts_exchange *x, double now,
                      double *seconds) {
  for (;;) {
    ts_exchange *carried;
    ts_answer answer;
    if (x->client->closed && x->phase != TS_PHASE_DONE) {
      ts_exchange_fail(x, TS_CLOSED, "the client was closed");
    }
    answer = ts_exchange_step(x, now, seconds);
    if (answer == TS_TOKEN && x->mint != NULL) {
      ts_token_take_minted(L, x, now);
      continue;
    }
    carried = ts_exchange_carried(x);
    if (answer != TS_IO || x->client->transport) {
      return answer;
    }
    if (carried->phase == TS_PHASE_READY) {
      ts_curl_start(carried, now);
    } else if (!ts_curl_carries(carried)) {
      carried->sent = true; /* by the other process */
      ts_exchange_end(carried, TS_FAILURE_NETWORK,
                      "the process was forked in the middle of the call", now);
      continue;
    }
    if (carried->phase == TS_PHASE_SENT) {
      return answer;
    }
  }
}

/* --- Results ---------------------------------------------------------- */

static int push_failure(lua_State *L, const ts_exchange *x) {
  lua_pushnil(L);
  ts_error_push_outcome(L, x);
  return 2;
}

/* Decodes the next element onto the stack: 1; 0: there is none; -1: it
** cannot be read, which fails the exchange. */
static int push_element(lua_State *L, ts_exchange *x) {
  const char *element;
  size_t length;
  if (!ts_exchange_take(x, &element, &length)) {
    return 0;
  }
  if (!ts_decode(L, element, &x->members)) {
    lua_pop(L, 1);
    ts_exchange_spoil(x, "the reply cannot be decoded");
    return -1;
  }
  return 1;
}

static int push_list(lua_State *L, ts_exchange *x) {
  size_t waiting = ts_response_waiting(&x->response);
  int more, item = 0;
  lua_createtable(L, waiting < 100000 ? (int)waiting : 0, 0);
  while ((more = push_element(L, x)) == 1) {
    lua_rawseti(L, -2, ++item);
  }
  return more == 0 ? 1 : push_failure(L, x);
}

static int push_result(lua_State *L, ts_exchange *x) {
  if (x->kind != TS_OK) {
    return push_failure(L, x);
  }
  if (x->response.stream || x->endpoint->reply == TS_REPLY_NONE) {
    lua_pushboolean(L, 1);
    return 1;
  }
  if (x->endpoint->reply == TS_REPLY_LIST) {
    return push_list(L, x);
  }
  switch (push_element(L, x)) {
  case 1:
    return 1;
  case 0:
    return luaL_error(L, "the result was taken before");
  default:
    return push_failure(L, x);
  }
}

/* --- Exchanges -------------------------------------------------------- */

/*
** exchange:step([now]) -> "done" | "io" | "wait", seconds
**                       | "token", the token that was refused or nil
**                       | "place"
** 'now' is in monotonic seconds, for tests; all calls of an exchange keep to
** one clock.
*/
static int exchange_step(lua_State *L) {
  static const char *const names[] = {"done", "io", "wait", "token", "place"};
  ts_exchange *x = check_exchange(L, 1);
  double seconds;
  ts_answer answer = step(L, x, luaL_optnumber(L, 2, ts_now()), &seconds);
  lua_pushstring(L, names[answer]);
  if (answer == TS_WAIT) {
    lua_pushnumber(L, seconds);
    return 2;
  }
  if (answer == TS_TOKEN && x->client->token.refused.length > 0) {
    lua_pushstring(L, x->client->token.refused.data);
    return 2;
  }
  return 1;
}

/* exchange:result() -> value | nil, err: once step() has said "done"; a value
** is given once, a list without what take() has given. */
static int exchange_result(lua_State *L) {
  ts_exchange *x = check_exchange(L, 1);
  if (x->phase != TS_PHASE_DONE) {
    return luaL_error(L, "the exchange is not done");
  }
  return push_result(L, x);
}

/* exchange:take() -> the next object of a list | nil | nil, err: of a
** stream at any time, else once step() has said "done". */
static int exchange_take(lua_State *L) {
  ts_exchange *x = check_exchange(L, 1);
  switch (push_element(L, x)) {
  case 1:
    if (ts_response_may_resume(&x->response)) {
      ts_curl_resume(x);
    }
    return 1;
  case 0:
    lua_pushnil(L);
    return 1;
  default:
    return push_failure(L, x);
  }
}

/* exchange:ready() -> whether step() or take() has something new, after
** step() had said "io"; so it is when the exchange was cancelled. */
static int exchange_ready(lua_State *L) {
  ts_exchange *x = *(ts_exchange **)luaL_checkudata(L, 1, EXCHANGE);
  lua_pushboolean(
      L, x == NULL || ts_exchange_carried(x)->phase != TS_PHASE_SENT ||
             (x->response.stream && ts_response_waiting(&x->response) > 0));
  return 1;
}

/* exchange:waiting() -> the number of objects that take() has to give before
** the result is complete; 0 where the result is no list. */
static int exchange_waiting(lua_State *L) {
  ts_exchange *x = check_exchange(L, 1);
  bool listed = x->phase == TS_PHASE_DONE && x->kind == TS_OK &&
                x->endpoint->reply == TS_REPLY_LIST;
  lua_pushinteger(L,
                  listed ? (lua_Integer)ts_response_waiting(&x->response) : 0);
  return 1;
}

static void set_header(lua_State *L, const char *name, const char *value) {
  lua_pushstring(L, value);
  ts_rawsetfield(L, -2, name);
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
    set_header(L, "Content-Type", "application/json");
  }
  if (!x->anonymous) {
    lua_pushfstring(L, "Bearer %s", x->client->token.value.data);
    ts_rawsetfield(L, -2, "Authorization");
  }
}

/* exchange:request([now]) -> { method, url, headers, body }: the request that
** step() has just said "io" about; it counts as sent from here on. */
static int exchange_request(lua_State *L) {
  ts_exchange *x = ts_exchange_carried(check_exchange(L, 1));
  lua_Number now = luaL_optnumber(L, 2, ts_now());
  if (x->phase != TS_PHASE_READY || ts_exchange_lacks_token(x)) {
    return luaL_error(L, "there is no request to send");
  }
  lua_newtable(L);
  set_header(L, "method", x->endpoint->method);
  set_header(L, "url", x->url.data);
  if (x->has_body) {
    lua_pushlstring(L, x->body.data, x->body.length);
    ts_rawsetfield(L, -2, "body");
  }
  push_headers(L, x);
  ts_rawsetfield(L, -2, "headers");
  ts_exchange_begin(x, now);
  x->sent = true;
  return 1;
}

/* The headers of a reply, in the table at 'index'. */
static void read_headers(lua_State *L, int index, ts_exchange *x) {
  lua_pushnil(L);
  while (lua_next(L, index)) {
    if (lua_type(L, -2) == LUA_TSTRING && lua_isstring(L, -1)) {
      size_t length;
      const char *line;
      lua_pushfstring(L, "%s: %s", lua_tostring(L, -2), lua_tostring(L, -1));
      line = lua_tolstring(L, -1, &length);
      ts_response_header(&x->response, line, length);
      lua_pop(L, 1);
    }
    lua_pop(L, 1);
  }
}

/*
** exchange:respond(status, headers, body [, now]): the reply to the request;
** or exchange:respond(nil, message [, now]): that there will be none.
*/
static int exchange_respond(lua_State *L) {
  ts_exchange *x = ts_exchange_carried(check_exchange(L, 1));
  size_t length = 0;
  const char *body;
  lua_Number status;
  if (x->phase != TS_PHASE_SENT) {
    return luaL_error(L, "no reply is awaited");
  }
  if (lua_isnil(L, 2)) {
    const char *message = luaL_optstring(L, 3, "the transport failed");
    ts_exchange_end(x, TS_FAILURE_NETWORK, message,
                    luaL_optnumber(L, 4, ts_now()));
    return 0;
  }
  status = luaL_checknumber(L, 2);
  luaL_argcheck(L, status >= 100 && status <= 999, 2, "no HTTP status");
  if (!lua_isnoneornil(L, 3)) {
    luaL_checktype(L, 3, LUA_TTABLE);
  }
  body = luaL_optlstring(L, 4, "", &length);
  ts_response_begin(&x->response, (long)status);
  if (lua_istable(L, 3)) {
    read_headers(L, 3, x);
  }
  if (length > 0) {
    ts_response_body(&x->response, body, length);
  }
  ts_exchange_end(x, TS_FAILURE_NONE, NULL, luaL_optnumber(L, 5, ts_now()));
  return 0;
}

/*
** exchange:supply(token [, expires_at [, now]]): the token that "token" asked
** for, and its expiry in epoch seconds; without one it serves until it is
** refused. What is no token, or has expired, fails the exchange.
** exchange:supply(nil): there is none; the client's credentials mint one.
*/
static int exchange_supply(lua_State *L) {
  ts_exchange *x = check_exchange(L, 1);
  double now = luaL_optnumber(L, 4, ts_now());
  double lifetime = HUGE_VAL;
  size_t length = 0;
  const char *token = NULL;
  if (x->phase != TS_PHASE_TOKEN ||
      x->client->token.source != TS_SOURCE_PROVIDED) {
    return luaL_error(L, "no token is asked for");
  }
  if (lua_isnoneornil(L, 2) && x->client->username.length > 0) {
    need(L, ts_exchange_mint_after_all(x));
    return 0;
  }
  if (lua_type(L, 2) == LUA_TSTRING) {
    token = lua_tolstring(L, 2, &length);
  }
  if (!lua_isnoneornil(L, 3)) {
    lifetime = luaL_checknumber(L, 3) - (double)time(NULL);
  }
  if (token == NULL || !ts_is_bearer(token, length)) {
    ts_exchange_fail(x, TS_AUTH,
                     "what was supplied as a token is none: expected a "
                     "string without spaces");
  } else if (lifetime <= 0) {
    ts_exchange_fail(x, TS_AUTH,
                     "the token supplied has expired; its expiry is in epoch "
                     "seconds");
  } else {
    need(L, ts_token_accept(&x->client->token, token, length, lifetime, now));
    ts_exchange_supplied(x);
  }
  return 0;
}

/* exchange:place(seconds [, now]): the place in the rate limit that "place"
** asked for is so many seconds away. */
static int exchange_place(lua_State *L) {
  ts_exchange *x = ts_exchange_carried(check_exchange(L, 1));
  lua_Number delay = luaL_checknumber(L, 2);
  if (x->phase != TS_PHASE_PACE) {
    return luaL_error(L, "no place is asked for");
  }
  ts_exchange_place(x, delay > 0 ? delay : 0, luaL_optnumber(L, 3, ts_now()));
  return 0;
}

/* exchange:event() -> { type, endpoint, attempt, status, seconds, bytes }
** | nil: the next thing that happened; for clients with on_event. */
static int exchange_event(lua_State *L) {
  ts_event event;
  if (!ts_exchange_next_event(check_exchange(L, 1), &event)) {
    return 0;
  }
  lua_newtable(L);
  set_header(L, "type", ts_event_name(event.type));
  set_header(L, "endpoint", event.endpoint);
  lua_pushinteger(L, event.attempt);
  ts_rawsetfield(L, -2, "attempt");
  lua_pushnumber(L, event.seconds);
  ts_rawsetfield(L, -2, "seconds");
  lua_pushinteger(L, (lua_Integer)event.bytes);
  ts_rawsetfield(L, -2, "bytes");
  if (event.status != 0) {
    lua_pushinteger(L, (lua_Integer)event.status);
    ts_rawsetfield(L, -2, "status");
  }
  return 1;
}

/* exchange:cancel(): takes it off the wire and frees it; idempotent. */
static int exchange_cancel(lua_State *L) {
  void **box = luaL_checkudata(L, 1, EXCHANGE);
  ts_exchange *x = *box;
  *box = NULL;
  if (x != NULL) {
    ts_exchange_release(x);
  }
  return 0;
}

static const luaL_Reg exchange_methods[] = {
    {"step", exchange_step},       {"result", exchange_result},
    {"take", exchange_take},       {"ready", exchange_ready},
    {"waiting", exchange_waiting}, {"request", exchange_request},
    {"respond", exchange_respond}, {"supply", exchange_supply},
    {"place", exchange_place},     {"event", exchange_event},
    {"cancel", exchange_cancel},   {"__gc", exchange_cancel},
    {"__close", exchange_cancel},  {NULL, NULL}};

/* --- Clients ---------------------------------------------------------- */

/* core.new(options) -> client | nil, err */
static int client_new(lua_State *L) {
  void **box;
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  box = push_box(L, CLIENT);
  *box = ts_client_new();
  need(L, *box != NULL);
  if (!ts_configure(L, 1, *box)) {
    return ts_error_refuse(L, NULL);
  }
  return 1;
}

/* client:close(): what is in flight fails, connections close; idempotent. */
static int client_close(lua_State *L) {
  ts_client *client = check_client(L, 1);
  if (!client->closed) {
    client->closed = true;
    ts_curl_close(client);
  }
  return 0;
}

static int client_collect(lua_State *L) {
  void **box = luaL_checkudata(L, 1, CLIENT);
  ts_client *client = *box;
  *box = NULL;
  if (client != NULL) {
    ts_client_release(client);
  }
  return 0;
}

static int client_text(lua_State *L) {
  ts_client *client = check_client(L, 1);
  lua_pushfstring(L, "thoughtspot client (%s%s%s%s)",
                  client->username.length > 0 ? client->username.data : "",
                  client->username.length > 0 ? " at " : "",
                  client->host.length > 0 ? client->host.data : "no host",
                  client->closed ? ", closed" : "");
  return 1;
}

/* client:poll([seconds]) -> whether something happened: moves on all
** exchanges in flight; waits up to 'seconds' (0) for something to happen. */
static int client_poll(lua_State *L) {
  ts_client *client = check_client(L, 1);
  double seconds = luaL_optnumber(L, 2, 0);
  lua_pushboolean(L, !client->closed && ts_curl_poll(client, seconds));
  return 1;
}

/* client:prepare(endpoint, ...) -> exchange | nil, err: takes what the
** endpoint's method takes. */
static int client_prepare(lua_State *L) {
  ts_client *client = check_client(L, 1);
  const ts_endpoint *endpoint = ts_endpoint_find(luaL_checkstring(L, 2));
  luaL_argcheck(L, endpoint != NULL, 2, "there is no such endpoint");
  return prepare(L, client, endpoint, 3);
}

/*
** client:token() -> token, expires_at | nil, whether one is being minted:
** for a token_store. 'expires_at' is in epoch seconds, or nil where the
** cluster has not said it.
*/
static int client_token(lua_State *L) {
  const ts_token *token = &check_client(L, 1)->token;
  double now = ts_now();
  if (!ts_token_usable(token, now)) {
    lua_pushnil(L);
    lua_pushboolean(L, token->mint != NULL);
    return 2;
  }
  lua_pushstring(L, token->value.data);
  if (token->expires_at < HUGE_VAL) {
    lua_pushnumber(L, (double)time(NULL) + token->expires_at - now);
  } else {
    lua_pushnil(L);
  }
  return 2;
}

/* client:user() -> id, name | nil: whom the token stands for, where the
** cluster has said so. */
static int client_user(lua_State *L) {
  const ts_token *token = &check_client(L, 1)->token;
  if (token->user_id.length == 0) {
    return 0;
  }
  lua_pushlstring(L, token->user_id.data, token->user_id.length);
  lua_pushlstring(L, token->user_name.data, token->user_name.length);
  return 2;
}

/* client:<endpoint>(...) -> value | nil, err: waits for the outcome. */
static int client_call(lua_State *L) {
  const ts_endpoint *endpoint = lua_touserdata(L, lua_upvalueindex(1));
  ts_client *client = check_client(L, 1);
  ts_exchange *x;
  int pushed = prepare(L, client, endpoint, 2);
  if (pushed != 1) {
    return pushed;
  }
  x = check_exchange(L, -1);
  for (;;) {
    double seconds;
    switch (step(L, x, ts_now(), &seconds)) {
    case TS_DONE:
      return push_result(L, x);
    case TS_WAIT:
      ts_curl_poll(client, seconds < LONGEST_POLL ? seconds : LONGEST_POLL);
      break;
    case TS_IO:
      if (!client->transport) {
        ts_curl_poll(client, LONGEST_POLL);
        break;
      }
      return luaL_error(L, "a transport is served by the module thoughtspot");
    case TS_TOKEN:
      return luaL_error(L, "a token_provider or token_store is served by the "
                           "module thoughtspot");
    case TS_PLACE:
      return luaL_error(L, "a rate_limit that is a function is served by the "
                           "module thoughtspot");
    }
  }
}

static const luaL_Reg client_methods[] = {{"prepare", client_prepare},
                                          {"poll", client_poll},
                                          {"token", client_token},
                                          {"user", client_user},
                                          {"close", client_close},
                                          {"__close", client_close},
                                          {"__gc", client_collect},
                                          {"__tostring", client_text},
                                          {NULL, NULL}};

static void add_endpoints(lua_State *L) {
  const ts_endpoint *endpoint;
  for (endpoint = ts_endpoints; endpoint->name != NULL; endpoint++) {
    lua_pushlightuserdata(L, (void *)(size_t)endpoint);
    lua_pushcclosure(L, client_call, 1);
    lua_setfield(L, -2, endpoint->name);
  }
}

/* --- Module ----------------------------------------------------------- */

static void new_class(lua_State *L, const char *name,
                      const luaL_Reg *methods) {
  luaL_newmetatable(L, name);
  ts_setfuncs(L, methods);
  lua_pushvalue(L, -1);
  lua_setfield(L, -2, "__index");
}

/* core.error(kind, message [, endpoint [, field]]) -> err: an error object
** of the module's own making, for what is refused in Lua. */
static int new_error(lua_State *L) {
  const char *wanted = luaL_checkstring(L, 1);
  const char *message = luaL_checkstring(L, 2);
  int kind;
  for (kind = TS_OK + 1; kind <= TS_CANCELLED; kind++) {
    if (strcmp(ts_kind_name((ts_kind)kind), wanted) == 0) {
      ts_error_push(L, (ts_kind)kind, luaL_optstring(L, 3, NULL),
                    luaL_optstring(L, 4, NULL), message);
      return 1;
    }
  }
  return luaL_argerror(L, 1, "there is no such kind of error");
}

/* core.now() -> monotonic seconds */
static int now(lua_State *L) {
  lua_pushnumber(L, ts_now());
  return 1;
}

/* core.is_terminal(file) -> whether the file is open, and a terminal */
static int is_terminal(lua_State *L) {
  FILE *file = ts_checkfile(L, 1);
  lua_pushboolean(L, file != NULL && isatty(fileno(file)));
  return 1;
}

static const luaL_Reg functions[] = {
    {"new", client_new},          {"error", new_error},
    {"describe", ts_describe},    {"now", now},
    {"is_terminal", is_terminal}, {NULL, NULL}};

TS_EXPORT int luaopen_thoughtspot_core(lua_State *L);

TS_EXPORT int luaopen_thoughtspot_core(lua_State *L) {
  if (!ts_curl_open()) {
    return luaL_error(L, "libcurl cannot be initialised");
  }
  ts_json_open(L);
  new_class(L, EXCHANGE, exchange_methods);
  new_class(L, CLIENT, client_methods);
  add_endpoints(L);
  lua_newtable(L);
  ts_setfuncs(L, functions);
  ts_error_open(L);
  lua_pop(L, 1);
  ts_json_pushnull(L);
  lua_setfield(L, -2, "null");
  lua_pushliteral(L, TS_VERSION);
  lua_setfield(L, -2, "_VERSION");
  return 1;
}
