/*
** encode.c - a Lua table that fits a schema, as JSON.
*/

#include <stdio.h>
#include <string.h>

#include "encode.h"
#include "escape.h"
#include "json.h"

typedef struct writer {
  lua_State *L;
  ts_buffer *json;
  ts_buffer *secrets;
} writer;

/* A failed append: nothing is lost, the buffers have an owner. */
static void need(writer *w, bool appended) {
  if (!appended) {
    luaL_error(w->L, "not enough memory");
  }
}

/* A value that no schema describes, on top of the stack. */
static int write_free(writer *w, const char *name) {
  size_t length;
  const char *text;
  if (!ts_json_encode(w->L, -1)) {
    lua_pushstring(w->L, name);
    lua_insert(w->L, -2);
    return 0;
  }
  text = lua_tolstring(w->L, -1, &length);
  need(w, ts_buffer_append(w->json, text, length));
  lua_pop(w->L, 1);
  return 1;
}

static int write_object(writer *w, const ts_schema *schema);

/* The value on top of the stack, which is not nil. */
static int write_value(writer *w, const ts_field *field) {
  lua_State *L = w->L;
  char number[16];
  size_t length;
  const char *text;
  if (lua_islightuserdata(L, -1)) {
    need(w, ts_buffer_append_string(w->json, "null"));
    return 1;
  }
  switch (field->type) {
  case TS_STRING:
    text = lua_tolstring(L, -1, &length);
    need(w, ts_escape_json(w->json, text, length));
    if ((field->flags & TS_SECRET) != 0) {
      need(w, ts_buffer_append(w->secrets, text, length + 1));
    }
    return 1;
  case TS_INTEGER:
    snprintf(number, sizeof number, "%ld", (long)lua_tonumber(L, -1));
    need(w, ts_buffer_append_string(w->json, number));
    return 1;
  case TS_BOOLEAN:
    need(w, ts_buffer_append_string(w->json,
                                    lua_toboolean(L, -1) ? "true" : "false"));
    return 1;
  case TS_OBJECT:
    return write_object(w, field->schema);
  default:
    /* A table without keys is an object here, whatever cjson makes of it. */
    lua_pushnil(L);
    if (lua_next(L, -2) == 0) {
      need(w, ts_buffer_append_string(w->json, "{}"));
      return 1;
    }
    lua_pop(L, 2);
    return write_free(w, field->name);
  }
}

static int write_list(writer *w, const ts_field *field) {
  size_t count = ts_rawlen(w->L, -1);
  size_t item;
  need(w, ts_buffer_append_byte(w->json, '['));
  for (item = 1; item <= count; item++) {
    if (item > 1) {
      need(w, ts_buffer_append_byte(w->json, ','));
    }
    lua_rawgeti(w->L, -1, (int)item);
    if (!write_value(w, field)) {
      return 0;
    }
    lua_pop(w->L, 1);
  }
  need(w, ts_buffer_append_byte(w->json, ']'));
  return 1;
}

static void write_name(writer *w, const char *name, size_t length,
                       size_t *members) {
  if ((*members)++ > 0) {
    need(w, ts_buffer_append_byte(w->json, ','));
  }
  need(w, ts_escape_json(w->json, name, length));
  need(w, ts_buffer_append_byte(w->json, ':'));
}

/* The fields that the schema does not know: there are none when strict. */
static int write_unknown(writer *w, const ts_schema *schema, size_t *members) {
  lua_State *L = w->L;
  lua_pushnil(L);
  while (lua_next(L, -2)) {
    size_t length;
    const char *name = lua_tolstring(L, -2, &length);
    if (ts_schema_find(schema, name, length) == NULL) {
      write_name(w, name, length, members);
      if (!write_free(w, name)) {
        return 0;
      }
    }
    lua_pop(L, 1);
  }
  return 1;
}

static int write_object(writer *w, const ts_schema *schema) {
  lua_State *L = w->L;
  const ts_field *field;
  size_t members = 0;
  luaL_checkstack(L, 8, "request nested too deep");
  need(w, ts_buffer_append_byte(w->json, '{'));
  for (field = schema->fields; field->name != NULL; field++) {
    ts_rawgetfield(L, -1, field->name);
    if (!lua_isnil(L, -1) && (field->flags & TS_LOCAL) == 0) {
      write_name(w, field->name, strlen(field->name), &members);
      if (!((field->flags & TS_LIST) != 0 && lua_istable(L, -1)
                ? write_list(w, field)
                : write_value(w, field))) {
        return 0;
      }
    }
    lua_pop(L, 1);
  }
  if (!write_unknown(w, schema, &members)) {
    return 0;
  }
  need(w, ts_buffer_append_byte(w->json, '}'));
  return 1;
}

int ts_encode(lua_State *L, int index, const ts_schema *schema,
              ts_buffer *json, ts_buffer *secrets) {
  writer w = {L, json, secrets};
  lua_pushvalue(L, index);
  if (!write_object(&w, schema)) {
    return 0;
  }
  lua_pop(L, 1);
  return 1;
}
