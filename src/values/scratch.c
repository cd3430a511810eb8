/*
** scratch.c - memory that is owned by one call.
*/

#include <string.h>

#include "values/scratch.h"

/* Registry keys, by their addresses: the class, and the userdata to borrow. */
static const char class_key, spare_key;

static int collect(lua_State *L) {
  ts_buffer_free(lua_touserdata(L, 1));
  return 0;
}

void ts_scratch_open(lua_State *L) {
  lua_newtable(L);
  lua_pushcfunction(L, collect);
  lua_setfield(L, -2, "__gc");
  ts_registry_set(L, &class_key);
}

ts_buffer *ts_scratch_push(lua_State *L) {
  ts_buffer *buffer = ts_newuserdata(L, sizeof *buffer);
  ts_buffer_init_secret(buffer);
  ts_registry_get(L, &class_key);
  lua_setmetatable(L, -2);
  return buffer;
}

ts_buffer *ts_scratch_borrow(lua_State *L) {
  ts_registry_get(L, &spare_key);
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    return ts_scratch_push(L);
  }
  lua_pushnil(L); /* a finalizer may borrow one meanwhile */
  ts_registry_set(L, &spare_key);
  return lua_touserdata(L, -1);
}

void ts_scratch_give_back(lua_State *L, int index) {
  ts_buffer_free(lua_touserdata(L, index));
  lua_pushvalue(L, index);
  ts_registry_set(L, &spare_key);
  lua_remove(L, index);
}

void ts_scratch_pushbytes(lua_State *L, const ts_buffer *bytes) {
  size_t room = bytes->length, length;
  char *copy = ts_newuserdata(L, room);
  while (bytes->length > room) { /* it may have grown meanwhile */
    lua_pop(L, 1);
    room = bytes->length;
    copy = ts_newuserdata(L, room);
  }
  length = bytes->length;
  if (length > 0) {
    memcpy(copy, bytes->data, length);
  }
  lua_pushlstring(L, copy, length);
  lua_remove(L, -2);
}

void ts_scratch_copy(lua_State *L, int index) {
  bool empty = true;
  lua_newtable(L);
  lua_pushnil(L);
  while (lua_next(L, index)) {
    empty = false;
    lua_pushvalue(L, -2);
    lua_insert(L, -2);
    lua_rawset(L, -4);
  }
  if (empty) { /* its metatable may mark it as a list */
    lua_pop(L, 1);
  } else {
    lua_replace(L, index);
  }
}
