/*
** refuse.c - what is wrong with a checked value, and where it is.
*/

#include "values/checker.h"
#include "values/text.h"

static void add_node(ts_text *path, const ts_node *here) {
  if (here->outer != NULL) {
    add_node(path, here->outer);
  }
  if (here->name != NULL) {
    if (here->outer != NULL) {
      ts_text_add_byte(path, '.');
    }
    ts_text_add_shown(path, here->name, here->length);
  } else {
    char item[32];
    size_t at = sizeof item, number = here->item;
    item[--at] = ']';
    do {
      item[--at] = (char)('0' + number % 10);
      number /= 10;
    } while (number > 0);
    item[--at] = '[';
    ts_text_add_bytes(path, item + at, sizeof item - at);
  }
}

int ts_refuse(ts_checker *c, const ts_node *here) {
  ts_text path;
  if (here == NULL) {
    lua_pushliteral(c->L, "");
  } else {
    ts_text_begin(c->L, &path);
    add_node(&path, here);
    ts_text_end(&path);
  }
  lua_insert(c->L, -2);
  return 0;
}

/* Returns the type of a value for messages, "null" included. */
static const char *kind_of(lua_State *L, int index) {
  return ts_is_null(L, index) ? "null" : luaL_typename(L, index);
}

int ts_refuse_type(ts_checker *c, const ts_node *here, const char *doc,
                   const char *expected) {
  const char *kind = kind_of(c->L, -1);
  if (doc != NULL) {
    lua_pushfstring(c->L, "expected %s (%s), got %s", expected, doc, kind);
  } else {
    lua_pushfstring(c->L, "expected %s, got %s", expected, kind);
  }
  return ts_refuse(c, here);
}

int ts_refuse_key(ts_checker *c, const ts_node *here, const char *what) {
  lua_State *L = c->L;
  if (lua_type(L, -1) == LUA_TSTRING) {
    ts_text message;
    size_t length;
    const char *name = lua_tolstring(L, -1, &length);
    ts_text_begin(L, &message);
    ts_text_add(&message, what);
    ts_text_add(&message, " \"");
    ts_text_add_shown(&message, name, length);
    ts_text_add_byte(&message, '"');
    ts_text_end(&message);
  } else if (lua_type(L, -1) == LUA_TNUMBER) {
    lua_pushvalue(L, -1); /* because lua_tostring converts the key in place */
    lua_pushfstring(L, "%s %s", what, lua_tostring(L, -1));
  } else {
    lua_pushfstring(L, "%s of type %s", what, luaL_typename(L, -1));
  }
  return ts_refuse(c, here);
}
