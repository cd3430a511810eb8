/*
** result.c - the results of exchanges, and their elements, as Lua values.
*/

#include <limits.h>
#include <math.h>

#include "binding/object.h"
#include "binding/result.h"
#include "driver/curl.h"
#include "errors/error.h"
#include "values/decode.h"
#include "values/scratch.h"

/* The most elements of a list. */
#define LONG_LIMIT INT_MAX

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

int ts_push_result(lua_State *L, ts_exchange *x) {
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
** takes elements or cancels the exchange. Copies all together, because one copy
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

/* --- Methods ---------------------------------------------------------- */

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
    pushed = ts_push_result(L, x);
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
  ts_let_go(L, 1);
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

const luaL_Reg ts_result_methods[] = {{"result", exchange_result},
                                      {"take", exchange_take},
                                      {"stream", exchange_stream},
                                      {NULL, NULL}};
