/*
** decode.c - decodes JSON into Lua values.
**
** lua-cjson's decoder is not used, because it parses numbers in the locale
** that was set when it was loaded, and loses digits of long integers.
*/

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bytes/characters.h"
#include "bytes/escape.h"
#include "bytes/peek.h"
#include "values/decode.h"
#include "values/json.h"

/* Up to this many digits, any integer is exact in a double. */
#define EXACT_DIGITS 15

#define SHORT_ARRAY 8

/* Objects of a list that is not created with its final size. */
#define LONG_LIST 100000

/* Expected number of members of a nested object: most have a GUID and a
** name. */
#define NESTED_MEMBERS 2

/* Strings up to this length are decoded on the C stack. */
#define SHORT_TEXT 256

/* Number of names of members that are remembered; a power of two. */
#define NAMES 128

/* A name that was pushed before: its text, of which 'size' bytes count, the
** closing quote included; 0: none. */
typedef struct name {
  const char *text;
  size_t size;
} name;

/* The text that is decoded. Each function pushes the value at 'at' and advances
** 'at' past it. The objects of a list have the same names, so the stack holds
** their strings, by slot, from index 'first' on: creating such a string again
** would take most of the time of a short member. */
typedef struct decoder {
  lua_State *L;
  const char *at;
  const char *end;
  name *names; /* NULL: none are remembered */
  int first;
} decoder;

/* --- Strings ---------------------------------------------------------- */

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

/* Pushes a string that is plain up to 'end'. */
static void push_from(decoder *d, const char *end) {
  const char *start = d->at + 1;
  if (*end == '"') {
    d->at = end + 1;
    lua_pushlstring(d->L, start, (size_t)(end - start));
    return;
  }
  while (*end != '"') {
    end += *end == '\\' ? 2 : 1;
  }
  d->at = end + 1;
  push_escaped(d->L, start, (size_t)(end - start));
}

static void push_string(decoder *d) {
  push_from(d, ts_skip_plain(d->at + 1, d->end));
}

/* Returns the slot of a name, which is between quotes. With these factors, no
** two names of a user's members share a slot. */
static unsigned slot_of(const char *text, size_t length) {
  const unsigned char *c = (const unsigned char *)text;
  return ((unsigned)length * 35U + c[0] + c[length / 2] * 15U +
          c[(ptrdiff_t)length - 1] * 3U) %
         NAMES;
}

/* Pushes the name of a member: the string in its slot, or a new one, which
** takes the slot. */
static void push_name(decoder *d) {
  const char *text = d->at + 1;
  const char *end = ts_skip_plain(text, d->end);
  size_t size = (size_t)(end - text) + 1;
  unsigned slot;
  if (d->names == NULL || *end != '"') {
    push_from(d, end);
    return;
  }
  slot = slot_of(text, size - 1);
  if (d->names[slot].size == size &&
      memcmp(d->names[slot].text, text, size) == 0) {
    d->at = end + 1;
    lua_pushvalue(d->L, d->first + (int)slot);
    return;
  }
  push_from(d, end);
  lua_pushvalue(d->L, -1);
  lua_replace(d->L, d->first + (int)slot);
  d->names[slot].text = text;
  d->names[slot].size = size;
}

/* --- Numbers ---------------------------------------------------------- */

static bool is_in_number(char c) {
  return ts_is_digit(c) || c == '-' || c == '+' || c == '.' || c == 'e' ||
         c == 'E';
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
    if (!ts_is_digit(text[i]) || value > (most - digit) / 10) {
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

static void push_number(decoder *d) {
  const char *start = d->at;
  const char *digits = *start == '-' ? start + 1 : start;
  const char *end = digits;
  long long value = 0;
  while (ts_is_digit(*end) && end - digits < EXACT_DIGITS) {
    value = value * 10 + (*end++ - '0');
  }
  if (is_in_number(*end)) {
    while (is_in_number(*end)) {
      end++;
    }
    push_rare_number(d->L, start, (size_t)(end - start));
  } else {
    ts_pushwhole(d->L, *start == '-' ? -value : value);
  }
  d->at = end;
}

/* --- Lists and objects ------------------------------------------------ */

static void push_value(decoder *d);

static void push_empty_list(lua_State *L) {
  lua_createtable(L, 0, 0);
  ts_json_pushlistmeta(L);
  lua_setmetatable(L, -2);
}

static void skip_comma(decoder *d) {
  d->at += *d->at == ',';
}

/* Keeps the first items on the stack, so that the table of a short array is
** created with its final size. */
static void push_array(decoder *d) {
  lua_State *L = d->L;
  int table = lua_gettop(L) + 1;
  int count = 0, item;
  luaL_checkstack(L, SHORT_ARRAY + 4, "reply nested too deep");
  if (*++d->at == ']') {
    push_empty_list(L);
    d->at++;
    return;
  }
  for (; *d->at != ']' && count < SHORT_ARRAY; skip_comma(d)) {
    push_value(d);
    count++;
  }
  lua_createtable(L, count, 0);
  lua_insert(L, table);
  for (item = count; item > 0; item--) {
    lua_rawseti(L, table, item);
  }
  for (; *d->at != ']'; skip_comma(d)) {
    push_value(d);
    lua_rawseti(L, table, ++count);
  }
  d->at++;
}

static void push_object(decoder *d, int *members) {
  int count = 0;
  luaL_checkstack(d->L, 4, "reply nested too deep");
  lua_createtable(d->L, 0, d->at[1] == '}' ? 0 : *members);
  for (d->at++; *d->at != '}'; skip_comma(d)) {
    push_name(d);
    d->at++; /* skip the colon */
    push_value(d);
    lua_rawset(d->L, -3);
    count++;
  }
  d->at++;
  *members = count;
}

static void push_value(decoder *d) {
  int members = NESTED_MEMBERS;
  switch (*d->at) {
  case '"':
    push_string(d);
    break;
  case '{':
    push_object(d, &members);
    break;
  case '[':
    push_array(d);
    break;
  case 't':
    lua_pushboolean(d->L, 1);
    d->at += sizeof "true" - 1;
    break;
  case 'f':
    lua_pushboolean(d->L, 0);
    d->at += sizeof "false" - 1;
    break;
  case 'n':
    ts_json_pushnull(d->L);
    d->at += sizeof "null" - 1;
    break;
  default:
    push_number(d);
    break;
  }
}

/* --- Interface -------------------------------------------------------- */

const char *ts_decode(lua_State *L, const char *text, size_t length,
                      int *members) {
  decoder d = {L, text, text + length, NULL, 0};
  push_object(&d, members);
  return d.at;
}

void ts_decode_list(lua_State *L, const char *text, size_t length,
                    size_t count, int *members) {
  name names[NAMES] = {{NULL, 0}};
  decoder d = {L, text, NULL, names, lua_gettop(L) + 2};
  int item = 0;
  if (count == 0) { /* the text may be NULL */
    lua_createtable(L, 0, 0);
    return;
  }
  d.end = text + length;
  ts_check_memory(L, lua_checkstack(L, NAMES + 4) != 0);
  lua_createtable(L, count < LONG_LIST ? (int)count : 0, 0);
  lua_settop(L, d.first + NAMES - 1);
  while (count-- > 0) {
    push_object(&d, members);
    lua_rawseti(L, d.first - 1, ++item);
    d.at++; /* skip the byte after it */
  }
  lua_settop(L, d.first - 1);
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
    } else if (!in_string && ts_is_space(text[i])) {
      continue;
    }
    *to++ = text[i];
  }
  *to = '\0';
  return (size_t)(to - start);
}

bool ts_decode_document(lua_State *L, const char *text, size_t length) {
  ts_peek document = ts_peek_document(text, length);
  decoder d = {L, NULL, NULL, NULL, 0};
  char *compacted;
  if (document.type == TS_PEEK_NONE || document.cut) {
    return false;
  }
  d.at = compacted = ts_newuserdata(L, length + 1);
  d.end = compacted + compact(text, length, compacted);
  luaL_checkstack(L, 4, "reply nested too deep");
  push_value(&d);
  lua_remove(L, -2);
  return true;
}
