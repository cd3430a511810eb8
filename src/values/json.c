/*
** json.c - lua-cjson, a private instance of it.
**
** The shared instance is never touched. Versions differ: in whether they
** decode integers, which is settled behind them, and in what they have for an
** empty list, which is found out by asking.
*/

#include <math.h>

#include "values/json.h"

/* Nesting that the instance decodes; the filter lets less through. */
#define MAX_DEPTH 512

/* Addresses serve as registry keys. */
static char decode_key, null_key, empty_lists_key;

/* Calls instance[name](value), the instance below the value on top of the
** stack, if it knows the option. */
static void configure(lua_State *L, const char *name) {
  lua_getfield(L, -2, name);
  lua_insert(L, -2);
  if (lua_pcall(L, 1, 0, 0) != 0) {
    lua_pop(L, 1);
  }
}

/* Keeps the set of what cjson, on top of the stack, has for empty lists: a
** value, and metatables. */
static void note_empty_lists(lua_State *L) {
  static const char *const names[] = {"empty_array", "empty_array_mt",
                                      "array_mt"};
  size_t i;
  lua_newtable(L);
  for (i = 0; i < sizeof names / sizeof names[0]; i++) {
    lua_getfield(L, -2, names[i]);
    if (lua_isnil(L, -1)) {
      lua_pop(L, 1);
      continue;
    }
    lua_pushboolean(L, 1);
    lua_rawset(L, -3);
  }
  ts_registry_set(L, &empty_lists_key);
}

void ts_json_open(lua_State *L) {
  lua_getglobal(L, "require");
  lua_pushliteral(L, "cjson");
  lua_call(L, 1, 1);
  lua_getfield(L, -1, "null");
  ts_registry_set(L, &null_key);
  note_empty_lists(L);
  lua_getfield(L, -1, "new");
  lua_call(L, 0, 1);
  lua_remove(L, -2);
  lua_pushinteger(L, MAX_DEPTH);
  configure(L, "decode_max_depth");
  lua_pushboolean(L, 0);
  configure(L, "decode_invalid_numbers");
  lua_getfield(L, -1, "decode");
  ts_registry_set(L, &decode_key);
  lua_pop(L, 1);
}

void ts_json_pushnull(lua_State *L) {
  ts_registry_get(L, &null_key);
}

bool ts_json_is_empty_list(lua_State *L, int index) {
  bool is;
  if (!lua_istable(L, index)) {
    lua_pushvalue(L, index);
  } else if (!lua_getmetatable(L, index)) {
    return false;
  }
  ts_registry_get(L, &empty_lists_key);
  lua_insert(L, -2);
  lua_rawget(L, -2);
  is = lua_toboolean(L, -1);
  lua_pop(L, 2);
  return is;
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
  if (lua_istable(L, -1)) {
    make_integers(L);
  } else if (push_whole(L)) {
    lua_remove(L, -2);
  }
}

#else

#define settle_numbers(L) ((void)(L))

#endif

int ts_json_decode(lua_State *L, const char *text, size_t length) {
  int status;
  ts_registry_get(L, &decode_key);
  lua_pushlstring(L, text, length);
  status = lua_pcall(L, 1, 1, 0);
  if (status == LUA_ERRMEM) {
    lua_error(L);
  }
  if (status != 0) {
    return 0;
  }
  settle_numbers(L);
  return 1;
}
