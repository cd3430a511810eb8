/*
** object.c - clients and exchanges as Lua objects: what they have in common.
*/

#include "object.h"

void ts_new_class(lua_State *L, const char *name, const luaL_Reg *methods) {
  luaL_newmetatable(L, name);
  ts_setfuncs(L, methods);
  lua_pushvalue(L, -1);
  lua_setfield(L, -2, "__index");
}

void **ts_push_box(lua_State *L, const char *metatable) {
  void **box = ts_newuserdata(L, sizeof *box);
  *box = NULL;
  luaL_getmetatable(L, metatable);
  lua_setmetatable(L, -2);
  return box;
}

ts_client *ts_check_client(lua_State *L, int index) {
  ts_client *client =
      *(ts_client **)luaL_checkudata(L, index, TS_CLIENT_CLASS);
  luaL_argcheck(L, client != NULL, index, "client was collected");
  return client;
}

ts_exchange *ts_check_exchange(lua_State *L, int index) {
  ts_exchange *x =
      *(ts_exchange **)luaL_checkudata(L, index, TS_EXCHANGE_CLASS);
  luaL_argcheck(L, x != NULL, index, "exchange was cancelled");
  return x;
}
