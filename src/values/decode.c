/*
** decode.c - what the filter keeps, as Lua tables.
**
** What is rare is left to lua-cjson: strings with escapes, and numbers other
** than plain integers.
*/

#include "values/decode.h"
#include "values/json.h"

/* Digits of which any number is exact in a double. */
#define EXACT_DIGITS 15

#define SHORT_ARRAY 8

/* Objects inside of others are mostly a GUID with a name. */
#define NESTED_MEMBERS 2

/* Each function pushes what is at '*p' and moves it on; false: a message was
** pushed instead. */

static int push_rare(lua_State *L, const char **p, const char *end) {
  const char *start = *p;
  *p = end;
  return ts_json_decode(L, start, (size_t)(end - start));
}

static int push_string(lua_State *L, const char **p) {
  const char *start = *p + 1;
  const char *end = start;
  while (*end != '"' && *end != '\\') {
    end++;
  }
  if (*end == '"') {
    lua_pushlstring(L, start, (size_t)(end - start));
    *p = end + 1;
    return 1;
  }
  while (*end != '"') {
    end += *end == '\\' ? 2 : 1;
  }
  return push_rare(L, p, end + 1);
}

static int is_digit(char c) {
  return c >= '0' && c <= '9';
}

static int is_in_number(char c) {
  return is_digit(c) || c == '-' || c == '+' || c == '.' || c == 'e' ||
         c == 'E';
}

static void push_integer(lua_State *L, long long value) {
#if LUA_VERSION_NUM >= 503
  lua_pushinteger(L, (lua_Integer)value);
#else
  lua_pushnumber(L, (lua_Number)value);
#endif
}

static int push_number(lua_State *L, const char **p) {
  const char *digits = **p == '-' ? *p + 1 : *p;
  const char *end = digits;
  long long value = 0;
  while (is_digit(*end) && end - digits < EXACT_DIGITS) {
    value = value * 10 + (*end++ - '0');
  }
  if (is_in_number(*end)) {
    while (is_in_number(*end)) {
      end++;
    }
    return push_rare(L, p, end);
  }
  push_integer(L, **p == '-' ? -value : value);
  *p = end;
  return 1;
}

static int push_value(lua_State *L, const char **p);

/* The first items wait on the stack, so that the table of a short array is
** made as large as it will be. */
static int push_array(lua_State *L, const char **p) {
  int table = lua_gettop(L) + 1;
  int count = 0, item;
  luaL_checkstack(L, SHORT_ARRAY + 4, "reply nested too deep");
  for (++*p; **p != ']' && count < SHORT_ARRAY; *p += **p == ',') {
    if (!push_value(L, p)) {
      return 0;
    }
    count++;
  }
  lua_createtable(L, count, 0);
  lua_insert(L, table);
  for (item = count; item > 0; item--) {
    lua_rawseti(L, table, item);
  }
  for (; **p != ']'; *p += **p == ',') {
    if (!push_value(L, p)) {
      return 0;
    }
    lua_rawseti(L, table, ++count);
  }
  ++*p;
  return 1;
}

static int push_object(lua_State *L, const char **p, int *members) {
  int count = 0;
  luaL_checkstack(L, 4, "reply nested too deep");
  lua_createtable(L, 0, (*p)[1] == '}' ? 0 : *members);
  for (++*p; **p != '}'; *p += **p == ',') {
    if (!push_string(L, p)) {
      return 0;
    }
    ++*p; /* the colon */
    if (!push_value(L, p)) {
      return 0;
    }
    lua_rawset(L, -3);
    count++;
  }
  ++*p;
  *members = count;
  return 1;
}

static int push_value(lua_State *L, const char **p) {
  int members = NESTED_MEMBERS;
  switch (**p) {
  case '"':
    return push_string(L, p);
  case '{':
    return push_object(L, p, &members);
  case '[':
    return push_array(L, p);
  case 't':
    lua_pushboolean(L, 1);
    *p += sizeof "true" - 1;
    return 1;
  case 'f':
    lua_pushboolean(L, 0);
    *p += sizeof "false" - 1;
    return 1;
  case 'n':
    ts_json_pushnull(L);
    *p += sizeof "null" - 1;
    return 1;
  default:
    return push_number(L, p);
  }
}

int ts_decode(lua_State *L, const char **element, int *members) {
  int top = lua_gettop(L);
  if (push_object(L, element, members)) {
    return 1;
  }
  lua_replace(L, top + 1);
  lua_settop(L, top + 1);
  return 0;
}
