/*
** any.c - checks texts, and values that no schema describes, and writes the
** latter as JSON.
*/

#include "bytes/utf8.h"
#include "values/checker.h"
#include "values/json.h"

/* Limit of the nesting of free-form objects; a table that contains itself
** exceeds it. */
#define MAX_DEPTH 64

int ts_check_text(ts_checker *c, const ts_node *here) {
  size_t length;
  const char *text = lua_tolstring(c->L, -1, &length);
  size_t bad = ts_utf8_fault(text, length);
  if (bad == length) {
    return 1;
  }
  if (text[bad] == '\0') {
    lua_pushliteral(c->L, "contains a NUL byte");
  } else {
    lua_pushfstring(c->L, "is not valid UTF-8 (byte %d)", (int)bad + 1);
  }
  return ts_refuse(c, here);
}

/* --- Names that sound like secrets ------------------------------------ */

/* Returns whether the name contains the word at position 'at', ignoring case,
** underscores and hyphens. */
static bool holds_at(const ts_node *here, size_t at, const char *word) {
  for (; at < here->length && *word != '\0'; at++) {
    char c = here->name[at];
    if (c == '_' || c == '-') {
      continue;
    }
    if ((c | 0x20) != *word) {
      return false;
    }
    word++;
  }
  return *word == '\0';
}

/* Returns whether the name of an unknown field sounds like a secret. */
static bool is_secret_name(const ts_node *here) {
  static const char *const words[] = {
      "password", "passwd",     "passphrase", "secret",     "token",
      "apikey",   "privatekey", "accesskey",  "credential", "authorization"};
  size_t i, at;
  for (i = 0; here->name != NULL && i < sizeof words / sizeof words[0]; i++) {
    for (at = 0; at < here->length; at++) {
      if (holds_at(here, at, words[i])) {
        return true;
      }
    }
  }
  return false;
}

/* Returns whether the name of the field, or of one around it, sounds like a
** secret. */
static bool sounds_secret(const ts_node *here) {
  while (here != NULL && !is_secret_name(here)) {
    here = here->outer;
  }
  return here != NULL;
}

/* --- Tables ----------------------------------------------------------- */

static int check_any(ts_checker *c, const ts_node *here, int depth);

int ts_check_any_member(ts_checker *c, const ts_node *here, int depth,
                        size_t *members) {
  lua_State *L = c->L;
  ts_node member = {here, NULL, 0, 0};
  member.name = lua_tolstring(L, -2, &member.length);
  lua_pushvalue(L, -2);
  if (!ts_check_text(c, &member)) {
    return 0;
  }
  lua_pop(L, 1);
  ts_put_name(c, member.name, member.length, members);
  return check_any(c, &member, depth);
}

int ts_check_any_object(ts_checker *c, const ts_node *here, int depth) {
  lua_State *L = c->L;
  size_t members = 0;
  ts_put(c, "{");
  lua_pushnil(L);
  while (lua_next(L, -2)) {
    if (lua_type(L, -2) != LUA_TSTRING) {
      lua_pop(L, 1);
      return ts_refuse_key(c, here,
                           "expected an object, got a table with the key");
    }
    if (!ts_check_any_member(c, here, depth, &members)) {
      return 0;
    }
    lua_pop(L, 1);
  }
  ts_put(c, "}");
  return 1;
}

static int check_any_list(ts_checker *c, const ts_node *here, int depth,
                          size_t count) {
  ts_node item = {here, NULL, 0, 1};
  ts_put(c, "[");
  for (; item.item <= count; item.item++) {
    ts_put(c, item.item > 1 ? "," : "");
    lua_rawgeti(c->L, -1, (int)item.item);
    if (!check_any(c, &item, depth)) {
      return 0;
    }
    lua_pop(c->L, 1);
  }
  ts_put(c, "]");
  return 1;
}

static int check_any_table(ts_checker *c, const ts_node *here, int depth) {
  size_t count, largest;
  if (depth >= MAX_DEPTH) {
    lua_pushliteral(c->L, "is nested too deep, or contains itself");
    return ts_refuse(c, here);
  }
  if (!ts_check_plain(c, here)) {
    return 0;
  }
  if (!ts_list_keys(c->L, &count, &largest)) {
    lua_pop(c->L, 1);
    return ts_check_any_object(c, here, depth + 1);
  }
  if (count != largest) {
    return ts_refuse_hole(c, here);
  }
  if (count == 0 && !ts_json_is_empty_list(c->L, -1)) {
    return ts_check_any_object(c, here, depth + 1);
  }
  return check_any_list(c, here, depth + 1, count);
}

/* Checks that the value on top of the stack can be written as JSON. */
static int check_any(ts_checker *c, const ts_node *here, int depth) {
  double number;
  switch (lua_type(c->L, -1)) {
  case LUA_TSTRING:
    return ts_check_text(c, here) && ts_put_string(c, sounds_secret(here));
  case LUA_TNUMBER:
    number = lua_tonumber(c->L, -1);
    if (number - number != 0) {
      lua_pushliteral(c->L, "expected a finite number");
      return ts_refuse(c, here);
    }
    return ts_put_number(c);
  case LUA_TBOOLEAN:
    return ts_put_boolean(c);
  case LUA_TTABLE:
    return check_any_table(c, here, depth);
  default:
    if (ts_is_null(c->L, -1)) {
      ts_put(c, "null");
      return 1;
    }
    if (ts_json_is_empty_list(c->L, -1)) {
      ts_put(c, "[]");
      return 1;
    }
    return ts_refuse_type(c, here, NULL, "a value that JSON can represent");
  }
}
