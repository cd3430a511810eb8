/*
** decode.c - decodes minimal JSON, known to be valid, into Lua values.
*/

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bytes/escape.h"
#include "values/decode.h"
#include "values/json.h"

/* Up to this many digits, any integer is exact in a double. */
#define EXACT_DIGITS 15

#define SHORT_ARRAY 8

/* Expected number of members of a nested object: most have a GUID and a
** name. */
#define NESTED_MEMBERS 2

/* Strings up to this length are decoded on the C stack. */
#define SHORT_TEXT 256

/* Each function pushes the value at '*p' and advances it past the value. */

/* Pushes a string with escapes; 'json' is what is between its quotes. */
static void push_escaped(lua_State *L, const char *json, size_t length) {
  char brief[SHORT_TEXT];
  char *text = brief;
  if (length > sizeof brief) {
    text = ts_newuserdata(L, length);
    lua_pushlstring(L, text, ts_unescape(json, length, text));
    lua_remove(L, -2);
    return;
  }
  lua_pushlstring(L, text, ts_unescape(json, length, text));
}

static void push_string(lua_State *L, const char **p) {
  const char *start = *p + 1;
  /* A quote always follows, with no NUL before it. */
  const char *end = start + strcspn(start, "\"\\");
  if (*end == '"') {
    lua_pushlstring(L, start, (size_t)(end - start));
    *p = end + 1;
    return;
  }
  while (*end != '"') {
    end += *end == '\\' ? 2 : 1;
  }
  push_escaped(L, start, (size_t)(end - start));
  *p = end + 1;
}

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

static bool is_in_number(char c) {
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

#if LUA_VERSION_NUM >= 503

/* Pushes the number as an integer; false: it does not fit in 64 bits, and
** nothing is pushed. */
static bool push_long_integer(lua_State *L, const char *text, size_t length) {
  bool negative = *text == '-';
  const unsigned long long most = 9223372036854775807ULL + negative;
  unsigned long long value = 0;
  size_t i;
  for (i = negative; i < length; i++) {
    unsigned digit = (unsigned)(text[i] - '0');
    if (!is_digit(text[i]) || value > (most - digit) / 10) {
      return false;
    }
    value = value * 10 + digit;
  }
  lua_pushinteger(L, negative ? (lua_Integer)(0 - value) : (lua_Integer)value);
  return true;
}

static void push_float(lua_State *L, double number) {
  if (fabs(number) <= TS_LARGEST_WHOLE && floor(number) == number) {
    lua_pushinteger(L, (lua_Integer)number);
  } else {
    lua_pushnumber(L, number);
  }
}

#else

#define push_long_integer(L, text, length) false
#define push_float(L, number) lua_pushnumber(L, number)

#endif

/* Copies a number with the decimal point of the current locale, which strtod
** expects. */
static void localize(const char *number, size_t length, const char *point,
                     char *text) {
  size_t i;
  for (i = 0; i < length; i++) {
    if (number[i] == '.') {
      strcpy(text, point);
      text += strlen(point);
    } else {
      *text++ = number[i];
    }
  }
  *text = '\0';
}

/* Pushes a number with any syntax. */
static void push_rare_number(lua_State *L, const char *number, size_t length) {
  const char *point = localeconv()->decimal_point;
  size_t size = length + strlen(point) + 1;
  char brief[SHORT_TEXT];
  char *text = size > sizeof brief ? ts_newuserdata(L, size) : brief;
  if (text == brief && push_long_integer(L, number, length)) {
    return;
  }
  localize(number, length, point, text);
  push_float(L, strtod(text, NULL));
  if (text != brief) {
    lua_remove(L, -2);
  }
}

static void push_number(lua_State *L, const char **p) {
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
    push_rare_number(L, *p, (size_t)(end - *p));
  } else {
    push_integer(L, **p == '-' ? -value : value);
  }
  *p = end;
}

static void push_value(lua_State *L, const char **p);

static void push_empty_list(lua_State *L) {
  lua_createtable(L, 0, 0);
  ts_json_pushlistmeta(L);
  lua_setmetatable(L, -2);
}

/* Keeps the first items on the stack, so that the table of a short array is
** created with its final size. */
static void push_array(lua_State *L, const char **p) {
  int table = lua_gettop(L) + 1;
  int count = 0, item;
  luaL_checkstack(L, SHORT_ARRAY + 4, "reply nested too deep");
  if (*++*p == ']') {
    push_empty_list(L);
    ++*p;
    return;
  }
  for (; **p != ']' && count < SHORT_ARRAY; *p += **p == ',') {
    push_value(L, p);
    count++;
  }
  lua_createtable(L, count, 0);
  lua_insert(L, table);
  for (item = count; item > 0; item--) {
    lua_rawseti(L, table, item);
  }
  for (; **p != ']'; *p += **p == ',') {
    push_value(L, p);
    lua_rawseti(L, table, ++count);
  }
  ++*p;
}

static void push_object(lua_State *L, const char **p, int *members) {
  int count = 0;
  luaL_checkstack(L, 4, "reply nested too deep");
  lua_createtable(L, 0, (*p)[1] == '}' ? 0 : *members);
  for (++*p; **p != '}'; *p += **p == ',') {
    push_string(L, p);
    ++*p; /* skip the colon */
    push_value(L, p);
    lua_rawset(L, -3);
    count++;
  }
  ++*p;
  *members = count;
}

static void push_value(lua_State *L, const char **p) {
  int members = NESTED_MEMBERS;
  switch (**p) {
  case '"':
    push_string(L, p);
    break;
  case '{':
    push_object(L, p, &members);
    break;
  case '[':
    push_array(L, p);
    break;
  case 't':
    lua_pushboolean(L, 1);
    *p += sizeof "true" - 1;
    break;
  case 'f':
    lua_pushboolean(L, 0);
    *p += sizeof "false" - 1;
    break;
  case 'n':
    ts_json_pushnull(L);
    *p += sizeof "null" - 1;
    break;
  default:
    push_number(L, p);
    break;
  }
}

void ts_decode(lua_State *L, const char **element, int *members) {
  push_object(L, element, members);
}

void ts_decode_value(lua_State *L, const char **json) {
  luaL_checkstack(L, 4, "reply nested too deep");
  push_value(L, json);
}
