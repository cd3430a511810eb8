/*
** object.c - what the Lua objects for clients and exchanges share.
*/

#include "binding/object.h"
#include "values/scratch.h"

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
  return luaL_checkudata(L, index, name); /* for the error message */
}

ts_client *ts_check_client(lua_State *L, int index) {
  ts_client *client = *ts_check_box(L, index, ts_client_class);
  luaL_argcheck(L, client != NULL, index, "client was collected");
  return client;
}

ts_exchange *ts_check_exchange(lua_State *L, int index) {
  ts_exchange *x = *ts_check_box(L, index, ts_exchange_class);
  luaL_argcheck(L, x != NULL, index,
                "exchange was cancelled, or its result taken");
  return x;
}

ts_client *ts_hold_client(lua_State *L, int index) {
  void **box;
  ts_check_client(L, index);
  box = ts_push_box(L, ts_client_class);
  *box = ts_check_client(L, index); /* again, because the allocation may
                                       have run a finalizer */
  ts_client_retain(*box);
  lua_replace(L, index);
  return *box;
}

ts_exchange *ts_hold_exchange(lua_State *L, int index) {
  void **box;
  ts_check_exchange(L, index);
  box = ts_push_box(L, ts_exchange_class);
  *box = ts_check_exchange(L, index); /* as above */
  ts_exchange_retain(*box);
  lua_replace(L, index);
  return *box;
}

void ts_let_go(lua_State *L, int index) {
  void **box = lua_touserdata(L, index);
  ts_exchange *x = *box;
  *box = NULL;
  if (x != NULL) {
    ts_exchange_release(x);
  }
}

void ts_push_text(lua_State *L, const ts_buffer *text) {
  ts_scratch_pushbytes(L, text);
  lua_pushstring(L, lua_tostring(L, -1));
  lua_remove(L, -2);
}
