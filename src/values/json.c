/*
** json.c - JSON in Lua: null, empty lists, documents.
**
** lua-cjson defines null and, in some versions, markers for empty lists, which
** are probed at load. Its decoder is not used, because it parses numbers in
** the locale that was set when it was loaded, and loses digits of long
** integers.
*/

#include <string.h>

#include "bytes/peek.h"
#include "values/decode.h"
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

/* --- Documents -------------------------------------------------------- */

/* Copies JSON without white space between tokens; returns its length. */
static size_t compact(const char *text, size_t length, char *to) {
  const char *start = to;
  bool in_string = false;
  size_t i;
  for (i = 0; i < length; i++) {
    if (in_string && text[i] == '\\') {
      *to++ = text[i++];
    } else if (text[i] == '"') {
      in_string = !in_string;
    } else if (!in_string && memchr(" \t\r\n", text[i], 4) != NULL) {
      continue;
    }
    *to++ = text[i];
  }
  *to = '\0';
  return (size_t)(to - start);
}

bool ts_json_decode(lua_State *L, const char *text, size_t length) {
  ts_peek document = ts_peek_document(text, length);
  char *compacted;
  if (document.type == TS_PEEK_NONE || document.cut) {
    return false;
  }
  compacted = ts_newuserdata(L, length + 1);
  ts_decode_value(L, compacted, compact(text, length, compacted));
  lua_remove(L, -2);
  return true;
}
