/*
** encode.c - writes JSON, value by value.
*/

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes/escape.h"
#include "values/encode.h"

void ts_write(ts_writer *w, const char *json) {
  ts_check_memory(w->L, ts_buffer_append_string(w->json, json));
}

void ts_write_name(ts_writer *w, const char *name, size_t length, bool first) {
  if (!first) {
    ts_write(w, ",");
  }
  ts_write_string(w, name, length);
  ts_write(w, ":");
}

void ts_write_string(ts_writer *w, const char *text, size_t length) {
  ts_check_memory(w->L, ts_escape_json(w->json, text, length));
}

void ts_write_secret(ts_writer *w, const char *text, size_t length) {
  ts_check_memory(w->L, ts_buffer_append(w->secrets, text, length + 1));
}

/* Room for any number, with the decimal point of any locale. */
#define NUMBER_SIZE 64

/* Prints the finite number on top of the stack with 15 to 17 digits, the
** fewest from which it can be read back exactly. */
static void print_number(lua_State *L, char *text) {
  double number = lua_tonumber(L, -1);
  int digits = 15;
#if LUA_VERSION_NUM >= 503
  if (lua_isinteger(L, -1)) {
    snprintf(text, NUMBER_SIZE, "%lld", (long long)lua_tointeger(L, -1));
    return;
  }
#endif
  if (floor(number) == number && fabs(number) <= TS_LARGEST_WHOLE) {
    snprintf(text, NUMBER_SIZE, "%.0f", number);
    return;
  }
  do {
    snprintf(text, NUMBER_SIZE, "%.*g", digits, number);
  } while (strtod(text, NULL) != number && ++digits <= 17);
}

void ts_write_number(ts_writer *w) {
  char text[NUMBER_SIZE];
  size_t whole, point;
  print_number(w->L, text);
  whole = strspn(text, "-0123456789");
  point = strcspn(text + whole, "0123456789e");
  ts_check_memory(w->L, ts_buffer_append(w->json, text, whole));
  if (point > 0) { /* the locale's, which JSON does not use */
    ts_check_memory(w->L, ts_buffer_append_byte(w->json, '.'));
  }
  ts_write(w, text + whole + point);
}
