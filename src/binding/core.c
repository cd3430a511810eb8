/*
** core.c - the Lua module thoughtspot.core.
**
** The endpoint methods of a client block. To wait in another way, prepare an
** exchange and do what its step() returns.
*/

#define _POSIX_C_SOURCE 200809L

#include <lualib.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "binding/describe.h"
#include "binding/file.h"
#include "binding/object.h"
#include "binding/option.h"
#include "binding/version.h"
#include "driver/advance.h"
#include "driver/curl.h"
#include "errors/error.h"
#include "values/json.h"
#include "values/scratch.h"

/* core.error(kind, message [, endpoint [, field]]) -> err: creates an error
** object, for errors that the Lua modules find. The message begins with the
** field. */
static int new_error(lua_State *L) {
  const char *wanted = luaL_checkstring(L, 1);
  const char *message = luaL_checkstring(L, 2);
  int kind;
  for (kind = TS_OK + 1; kind < TS_KIND_COUNT; kind++) {
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

/* core.checksum(text [, sum]) -> sum: continues a checksum, which detects
** accidental changes only: for each byte, it is multiplied by 31. Plans are
** long, and read in C in a fraction of the time. */
static int checksum(lua_State *L) {
  size_t length, i;
  const char *text = luaL_checklstring(L, 1, &length);
  lua_Number before = luaL_optnumber(L, 2, 0);
  uint32_t sum;
  luaL_argcheck(L, before >= 0 && before <= UINT32_MAX, 2,
                "expected a checksum");
  sum = (uint32_t)before;
  for (i = 0; i < length; i++) {
    sum = sum * 31 + (unsigned char)text[i];
  }
  ts_pushwhole(L, sum);
  return 1;
}

static const luaL_Reg functions[] = {{"new", ts_client_object},
                                     {"error", new_error},
                                     {"checksum", checksum},
                                     {"describe", ts_describe},
                                     {"now", now},
                                     {"is_terminal", is_terminal},
                                     {"open_private", ts_open_private},
                                     {"sync", ts_sync},
                                     {NULL, NULL}};

/* Pushes a table of the constants that the Lua modules need, too. */
static void push_constants(lua_State *L) {
  static const struct {
    const char *name;
    double value;
  } numbers[] = {{"rate_per_second", TS_RATE_PER_SECOND},
                 {"rate_burst", TS_RATE_BURST},
                 {"renew_early", TS_RENEW_EARLY},
                 {"longest_wait", TS_LONGEST_WAIT}};
  size_t i;
  lua_newtable(L);
  for (i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
    ts_pushwhole(L, (long long)numbers[i].value);
    lua_setfield(L, -2, numbers[i].name);
  }
  lua_pushliteral(L, TS_API_PATH);
  lua_setfield(L, -2, "api_path");
}

TS_EXPORT int luaopen_thoughtspot_core(lua_State *L);

TS_EXPORT int luaopen_thoughtspot_core(lua_State *L) {
  if (!ts_curl_open()) {
    return luaL_error(L, "libcurl cannot be initialized");
  }
  ts_scratch_open(L);
  ts_json_open(L);
  ts_exchange_open(L);
  ts_client_open(L);
  lua_newtable(L);
  ts_setfuncs(L, functions);
  ts_seen_open(L);
  lua_setfield(L, -2, "seen");
  ts_error_open(L);
  lua_pop(L, 1);
  ts_json_pushnull(L);
  lua_setfield(L, -2, "null");
  ts_json_pushlistmeta(L);
  lua_setfield(L, -2, "list_meta");
  push_constants(L);
  lua_setfield(L, -2, "constants");
  lua_pushliteral(L, TS_VERSION);
  lua_setfield(L, -2, "_VERSION");
  return 1;
}
