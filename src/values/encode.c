/*
** encode.c - a Lua table that fits a schema, as JSON.
*/

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "values/encode.h"
#include "bytes/escape.h"
#include "values/json.h"

typedef struct writer {
  lua_State *L;
  ts_buffer *json;
  ts_buffer *secrets;
} writer;

static void write_text(writer *w, const char *text) {
  ts_check_memory(w->L, ts_buffer_append_string(w->json, text));
}

static void write_boolean(writer *w) {
  write_text(w, lua_toboolean(w->L, -1) ? "true" : "false");
}

static void write_name(writer *w, const char *name, size_t length,
                       size_t *members) {
  if ((*members)++ > 0) {
    ts_check_memory(w->L, ts_buffer_append_byte(w->json, ','));
  }
  ts_check_memory(w->L, ts_escape_json(w->json, name, length));
  ts_check_memory(w->L, ts_buffer_append_byte(w->json, ':'));
}

/* Bytes of a number, of whatever size, with the decimal point of whatever
** locale. */
#define NUMBER_SIZE 64

/* Up to here a float is a count. */
#define LARGEST_WHOLE 9007199254740992.0

/* Prints the number on top of the stack, which is finite, in as few of 15 to
** 17 digits as give it back. */
static void print_number(lua_State *L, char *text) {
  double number = lua_tonumber(L, -1);
  int digits = 15;
#if LUA_VERSION_NUM >= 503
  if (lua_isinteger(L, -1)) {
    snprintf(text, NUMBER_SIZE, "%lld", (long long)lua_tointeger(L, -1));
    return;
  }
#endif
  if (floor(number) == number && fabs(number) <= LARGEST_WHOLE) {
    snprintf(text, NUMBER_SIZE, "%.0f", number);
    return;
  }
  do {
    snprintf(text, NUMBER_SIZE, "%.*g", digits, number);
  } while (strtod(text, NULL) != number && ++digits <= 17);
}

static void write_number(writer *w) {
  char text[NUMBER_SIZE];
  size_t whole, point;
  print_number(w->L, text);
  whole = strspn(text, "-0123456789");
  point = strcspn(text + whole, "0123456789e");
  ts_check_memory(w->L, ts_buffer_append(w->json, text, whole));
  if (point > 0) { /* the locale's: JSON has its own */
    ts_check_memory(w->L, ts_buffer_append_byte(w->json, '.'));
  }
  write_text(w, text + whole + point);
}

static void write_object(writer *w, const ts_schema *schema);
static void write_list(writer *w, const ts_field *field);

static void write_string(writer *w) {
  size_t length;
  const char *text = lua_tolstring(w->L, -1, &length);
  ts_check_memory(w->L, ts_escape_json(w->json, text, length));
}

/* The value on top of the stack, which no schema describes. */
static void write_free(writer *w) {
  switch (lua_type(w->L, -1)) {
  case LUA_TSTRING:
    write_string(w);
    break;
  case LUA_TNUMBER:
    write_number(w);
    break;
  case LUA_TBOOLEAN:
    write_boolean(w);
    break;
  case LUA_TTABLE:
    if (ts_rawlen(w->L, -1) > 0 || ts_json_is_empty_list(w->L, -1)) {
      write_list(w, NULL);
    } else {
      write_object(w, NULL);
    }
    break;
  default:
    write_text(w, ts_json_is_empty_list(w->L, -1) ? "[]" : "null");
    break;
  }
}

/* The value on top of the stack, which is not nil. */
static void write_value(writer *w, const ts_field *field) {
  lua_State *L = w->L;
  char number[16];
  size_t length;
  const char *text;
  if (lua_islightuserdata(L, -1)) {
    write_text(w, "null");
    return;
  }
  switch (field->type) {
  case TS_STRING:
    write_string(w);
    if ((field->flags & TS_SECRET) != 0) {
      text = lua_tolstring(L, -1, &length);
      ts_check_memory(w->L, ts_buffer_append(w->secrets, text, length + 1));
    }
    break;
  case TS_INTEGER:
    snprintf(number, sizeof number, "%ld", (long)lua_tonumber(L, -1));
    write_text(w, number);
    break;
  case TS_BOOLEAN:
    write_boolean(w);
    break;
  default:
    write_object(w, field->schema);
    break;
  }
}

/* The table on top of the stack, as a list of what the field says, or, where
** it is NULL, of anything. */
static void write_list(writer *w, const ts_field *field) {
  size_t count = ts_rawlen(w->L, -1);
  size_t item;
  luaL_checkstack(w->L, 8, "request nested too deep");
  ts_check_memory(w->L, ts_buffer_append_byte(w->json, '['));
  for (item = 1; item <= count; item++) {
    if (item > 1) {
      ts_check_memory(w->L, ts_buffer_append_byte(w->json, ','));
    }
    lua_rawgeti(w->L, -1, (int)item);
    if (field != NULL) {
      write_value(w, field);
    } else {
      write_free(w);
    }
    lua_pop(w->L, 1);
  }
  ts_check_memory(w->L, ts_buffer_append_byte(w->json, ']'));
}

/* The fields of the schema. */
static void write_known(writer *w, const ts_schema *schema, size_t *members) {
  lua_State *L = w->L;
  const ts_field *field;
  for (field = schema->fields; field->name != NULL; field++) {
    ts_rawgetfield(L, -1, field->name);
    if (!lua_isnil(L, -1) && (field->flags & TS_LOCAL) == 0) {
      write_name(w, field->name, strlen(field->name), members);
      if ((field->flags & TS_LIST) != 0 && lua_istable(L, -1)) {
        write_list(w, field);
      } else {
        write_value(w, field);
      }
    }
    lua_pop(L, 1);
  }
}

/* The fields that the schema does not know: of a request that was checked
** strictly there are none. */
static void write_unknown(writer *w, const ts_schema *schema,
                          size_t *members) {
  lua_State *L = w->L;
  lua_pushnil(L);
  while (lua_next(L, -2)) {
    size_t length;
    const char *name = lua_tolstring(L, -2, &length);
    if (schema == NULL || ts_schema_find(schema, name, length) == NULL) {
      write_name(w, name, length, members);
      write_free(w);
    }
    lua_pop(L, 1);
  }
}

/* The table on top of the stack, as an object; a schema of NULL knows no
** field. */
static void write_object(writer *w, const ts_schema *schema) {
  size_t members = 0;
  luaL_checkstack(w->L, 8, "request nested too deep");
  ts_check_memory(w->L, ts_buffer_append_byte(w->json, '{'));
  if (schema != NULL) {
    write_known(w, schema, &members);
  }
  write_unknown(w, schema, &members);
  ts_check_memory(w->L, ts_buffer_append_byte(w->json, '}'));
}

void ts_encode(lua_State *L, int index, const ts_schema *schema,
               ts_buffer *json, ts_buffer *secrets) {
  writer w = {L, json, secrets};
  lua_pushvalue(L, index);
  write_object(&w, schema);
  lua_pop(L, 1);
}
