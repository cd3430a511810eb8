/*
** json.c - lua-cjson, a private instance of it.
**
** The shared instance is never touched. What the instance can do is found
** out by asking it: versions differ in the digits they write and in whether
** they decode integers.
*/

#include <math.h>

#include "json.h"

/* Nesting that the instance decodes; the filter lets less through. */
#define MAX_DEPTH 512

/* Addresses serve as registry keys. */
static char decode_key, encode_key, null_key, largest_key;

#if LUA_VERSION_NUM >= 503
static char floats_key;
#endif

/* Calls instance[name](value), the instance on top of the stack; returns
** whether it took the value. */
static int configure(lua_State *L, const char *name) {
  int taken;
  lua_getfield(L, -2, name);
  lua_insert(L, -2);
  taken = lua_pcall(L, 1, 0, 0) == 0;
  if (!taken) {
    lua_pop(L, 1);
  }
  return taken;
}

static int configure_integer(lua_State *L, const char *name, int value) {
  lua_pushinteger(L, value);
  return configure(L, name);
}

static void configure_boolean(lua_State *L, const char *name, int value) {
  lua_pushboolean(L, value);
  configure(L, name);
}

void ts_json_open(lua_State *L) {
  int digits = 16;
  lua_getglobal(L, "require");
  lua_pushliteral(L, "cjson");
  lua_call(L, 1, 1);
  lua_getfield(L, -1, "null");
  ts_registry_set(L, &null_key);
  lua_getfield(L, -1, "new");
  lua_call(L, 0, 1);
  lua_remove(L, -2);
  configure_integer(L, "decode_max_depth", MAX_DEPTH);
  configure_integer(L, "encode_max_depth", MAX_DEPTH);
  configure_boolean(L, "decode_invalid_numbers", 0);
  configure_boolean(L, "encode_invalid_numbers", 0);
  configure_boolean(L, "encode_keep_buffer", 0);
  while (!configure_integer(L, "encode_number_precision", digits) &&
         digits > 14) {
    digits--;
  }
  lua_pushnumber(L, pow(10, digits));
  ts_registry_set(L, &largest_key);
  lua_getfield(L, -1, "encode");
  ts_registry_set(L, &encode_key);
  lua_getfield(L, -1, "decode");
#if LUA_VERSION_NUM >= 503
  lua_pushvalue(L, -1);
  lua_pushliteral(L, "[1]");
  lua_call(L, 1, 1);
  lua_rawgeti(L, -1, 1);
  lua_pushboolean(L, !lua_isinteger(L, -1));
  ts_registry_set(L, &floats_key);
  lua_pop(L, 2);
#endif
  ts_registry_set(L, &decode_key);
  lua_pop(L, 1);
}

void ts_json_pushnull(lua_State *L) {
  ts_registry_get(L, &null_key);
}

double ts_json_largest(lua_State *L) {
  double largest;
  ts_registry_get(L, &largest_key);
  largest = lua_tonumber(L, -1);
  lua_pop(L, 1);
  return largest;
}

#if LUA_VERSION_NUM >= 503

/* Pushes the integer that the float on top of the stack equals and returns
** 1, or pushes nothing and returns 0. Beyond 2^53 a float is no count. */
static int push_whole(lua_State *L) {
  lua_Number number;
  if (lua_type(L, -1) != LUA_TNUMBER || lua_isinteger(L, -1)) {
    return 0;
  }
  number = lua_tonumber(L, -1);
  if (number < -9007199254740992.0 || number > 9007199254740992.0 ||
      floor(number) != number) {
    return 0;
  }
  lua_pushinteger(L, (lua_Integer)number);
  return 1;
}

/* Turns whole floats into integers, in the table on top of the stack. */
static void make_integers(lua_State *L) {
  luaL_checkstack(L, 4, "reply nested too deep");
  lua_pushnil(L);
  while (lua_next(L, -2)) {
    if (lua_istable(L, -1)) {
      make_integers(L);
    } else if (push_whole(L)) {
      lua_pushvalue(L, -3);
      lua_insert(L, -2);
      lua_rawset(L, -5);
    }
    lua_pop(L, 1);
  }
}

static void settle_numbers(lua_State *L) {
  int floats;
  ts_registry_get(L, &floats_key);
  floats = lua_toboolean(L, -1);
  lua_pop(L, 1);
  if (!floats) {
    return;
  }
  if (lua_istable(L, -1)) {
    make_integers(L);
  } else if (push_whole(L)) {
    lua_remove(L, -2);
  }
}

#else

#define settle_numbers(L) ((void)(L))

#endif

/* Calls the function below the argument on top: as decode and encode. */
static int call(lua_State *L) {
  int status = lua_pcall(L, 1, 1, 0);
  if (status == LUA_ERRMEM) {
    lua_error(L);
  }
  return status == 0;
}

int ts_json_decode(lua_State *L, const char *text, size_t length) {
  ts_registry_get(L, &decode_key);
  lua_pushlstring(L, text, length);
  if (!call(L)) {
    return 0;
  }
  settle_numbers(L);
  return 1;
}

int ts_json_encode(lua_State *L, int index) {
  index = ts_absindex(L, index);
  ts_registry_get(L, &encode_key);
  lua_pushvalue(L, index);
  return call(L);
}
