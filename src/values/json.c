/*
** json.c - null and empty lists of JSON in Lua.
**
** lua-cjson defines null and, in some versions, markers for empty lists, which
** are probed at load.
*/

#include "values/json.h"

/* Registry keys, by their addresses. */
static char null_key, list_key, empty_lists_key;

/* Adds the value on top of the stack to the set of markers below it. */
static void add_marker(lua_State *L) {
  lua_pushboolean(L, 1);
  lua_rawset(L, -3);
}

/* Stores the set of markers for empty lists: ours and those of cjson, the
** table on top of the stack. Decoded empty lists get cjson's metatable if it
** has one, so that cjson encodes them as lists, too. */
static void note_empty_lists(lua_State *L) {
  static const char *const names[] = {"empty_array", "array_mt",
                                      "empty_array_mt"};
  int cjson = lua_gettop(L);
  size_t i;
  lua_newtable(L);
  lua_newtable(L);
  lua_pushliteral(L, "thoughtspot.list");
  lua_setfield(L, -2, "__name");
  lua_pushvalue(L, -1);
  ts_registry_set(L, &list_key);
  add_marker(L);
  for (i = 0; i < sizeof names / sizeof names[0]; i++) {
    lua_getfield(L, cjson, names[i]);
    if (lua_isnil(L, -1)) {
      lua_pop(L, 1);
      continue;
    }
    if (lua_istable(L, -1)) {
      lua_pushvalue(L, -1);
      ts_registry_set(L, &list_key);
    }
    add_marker(L);
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
  lua_pop(L, 1);
}

void ts_json_pushnull(lua_State *L) {
  ts_registry_get(L, &null_key);
}

void ts_json_pushlistmeta(lua_State *L) {
  ts_registry_get(L, &list_key);
}

static bool has_keys(lua_State *L, int index) {
  lua_pushvalue(L, index);
  lua_pushnil(L);
  if (lua_next(L, -2)) {
    lua_pop(L, 3);
    return true;
  }
  lua_pop(L, 1);
  return false;
}

bool ts_json_is_empty_list(lua_State *L, int index) {
  bool is;
  if (!lua_istable(L, index)) {
    lua_pushvalue(L, index);
  } else if (has_keys(L, index) || !lua_getmetatable(L, index)) {
    return false;
  }
  ts_registry_get(L, &empty_lists_key);
  lua_insert(L, -2);
  lua_rawget(L, -2);
  is = lua_toboolean(L, -1);
  lua_pop(L, 2);
  return is;
}
