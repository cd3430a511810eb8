/*
** object.c - clients and exchanges as Lua objects: what they have in common.
*/

#include "binding/object.h"

const char ts_client_class[] = "thoughtspot.core.client";
const char ts_exchange_class[] = "thoughtspot.core.exchange";

void ts_new_class(lua_State *L, const char *name, const luaL_Reg *methods) {
  luaL_newmetatable(L, name);
  ts_setfuncs(L, methods);
  lua_pushvalue(L, -1);
  ts_registry_set(L, name);
  lua_pushvalue(L, -1);
  lua_setfield(L, -2, "__index");
}

void **ts_push_box(lua_State *L, const char *name) {
  void **box = ts_newuserdata(L, sizeof *box);
  *box = NULL;
  ts_registry_get(L, name);
  lua_setmetatable(L, -2);
  return box;
}

void **ts_check_box(lua_State *L, int index, const char *name) {
  if (lua_isuserdata(L, index) && lua_getmetatable(L, index)) {
    int same;
    ts_registry_get(L, name);
    same = lua_rawequal(L, -1, -2);
    lua_pop(L, 2);
    if (same) {
      return lua_touserdata(L, index);
    }
  }
  return luaL_checkudata(L, index, name); /* says what is expected */
}

ts_client *ts_check_client(lua_State *L, int index) {
  ts_client *client = *ts_check_box(L, index, ts_client_class);
  luaL_argcheck(L, client != NULL, index, "client was collected");
  return client;
}

ts_exchange *ts_check_exchange(lua_State *L, int index) {
  ts_exchange *x = *ts_check_box(L, index, ts_exchange_class);
  luaL_argcheck(L, x != NULL, index, "exchange was cancelled");
  return x;
}
