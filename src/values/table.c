/*
** table.c - checks whether a table is a list, and whether it is what it seems
** to be.
*/

#include <math.h>

#include "values/checker.h"

int ts_check_plain(ts_checker *c, const ts_node *here) {
  static const char *const events[] = {"__index", "__pairs", "__len"};
  lua_State *L = c->L;
  size_t i;
  luaL_checkstack(L, 8, "request nested too deep");
  lua_pushnil(L);
  if (lua_next(L, -2)) {
    lua_pop(L, 2);
    return 1;
  }
  for (i = 0; i < sizeof events / sizeof events[0]; i++) {
    if (luaL_getmetafield(L, -1, events[i])) {
      lua_pop(L, 1);
      lua_pushliteral(L, "expected a plain table, got one that is empty "
                         "except for its metatable");
      return ts_refuse(c, here);
    }
  }
  return 1;
}

int ts_list_keys(lua_State *L, size_t *count, size_t *largest) {
  *count = *largest = 0;
  lua_pushnil(L);
  while (lua_next(L, -2)) {
    double key;
    lua_pop(L, 1);
    if (lua_type(L, -1) != LUA_TNUMBER) {
      return 0;
    }
    key = lua_tonumber(L, -1);
    if (key < 1 || key > TS_LARGEST_WHOLE || floor(key) != key) {
      return 0;
    }
    ++*count;
    if ((size_t)key > *largest) {
      *largest = (size_t)key;
    }
  }
  return 1;
}

/* Returns the first index of the list on top of the stack whose value is
** nil. */
static size_t first_hole(lua_State *L) {
  size_t item = 0;
  int present;
  do {
    lua_rawgeti(L, -1, (int)++item);
    present = !lua_isnil(L, -1);
    lua_pop(L, 1);
  } while (present);
  return item;
}

int ts_refuse_hole(ts_checker *c, const ts_node *here) {
  ts_node item = {here, NULL, 0, 0};
  item.item = first_hole(c->L);
  lua_pushliteral(c->L, "is nil: the list has a hole");
  return ts_refuse(c, &item);
}

int ts_check_list(ts_checker *c, const ts_node *here, size_t *count) {
  size_t largest;
  if (!ts_check_plain(c, here)) {
    return 0;
  }
  if (!ts_list_keys(c->L, count, &largest)) {
    return ts_refuse_key(c, here, "expected a list, got a table with the key");
  }
  return *count == largest || ts_refuse_hole(c, here);
}
