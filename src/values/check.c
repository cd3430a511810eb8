/*
** check.c - checks a Lua table against a schema, and writes it as JSON.
**
** The table is checked and written in one pass, because a finalizer may change
** it between two.
**
** A check that fails pushes the path and the message and returns 0, and so do
** its callers. Nothing is popped after that: the caller of ts_check finds the
** two on top of the stack.
*/

#include <math.h>
#include <string.h>

#include "values/check.h"
#include "values/json.h"
#include "values/text.h"

/* Limit of the nesting of free-form objects; a table that contains itself
** exceeds it. */
#define MAX_DEPTH 64

/* The path to the value being checked: a linked list on the C stack, from the
** innermost field outwards. */
typedef struct node {
  const struct node *outer;
  const char *name; /* NULL: an item of a list */
  size_t length;    /* of the name */
  size_t item;
} node;

typedef struct context {
  lua_State *L;
  int strict;
  ts_writer *writer; /* NULL: only check */
  ts_note *notes;    /* NULL: not wanted */
  size_t items;      /* number of items in the list checked last */
} context;

/* Writes JSON, unless the table is only checked. */

static void put(context *c, const char *json) {
  if (c->writer != NULL) {
    ts_write(c->writer, json);
  }
}

static void put_name(context *c, const char *name, size_t length,
                     size_t *members) {
  if (c->writer != NULL) {
    ts_write_name(c->writer, name, length, (*members)++ == 0);
  }
}

static int put_number(context *c) {
  if (c->writer != NULL) {
    ts_write_number(c->writer);
  }
  return 1;
}

static int put_boolean(context *c) {
  put(c, lua_toboolean(c->L, -1) ? "true" : "false");
  return 1;
}

static void add_node(ts_text *path, const node *here) {
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

/* Inserts the path below the message on top of the stack; returns 0. */
static int refuse(context *c, const node *here) {
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

/* Returns whether the value is cjson's null. */
static int is_null(lua_State *L, int index) {
  return lua_islightuserdata(L, index) && lua_touserdata(L, index) == NULL;
}

/* Returns the type of a value for messages, "null" included. */
static const char *kind_of(lua_State *L, int index) {
  return is_null(L, index) ? "null" : luaL_typename(L, index);
}

/* Refuses a value of the wrong type. 'doc' is the field's doc, or NULL if no
** field describes the value. */
static int refuse_type(context *c, const node *here, const char *doc,
                       const char *expected) {
  const char *kind = kind_of(c->L, -1);
  if (doc != NULL) {
    lua_pushfstring(c->L, "expected %s (%s), got %s", expected, doc, kind);
  } else {
    lua_pushfstring(c->L, "expected %s, got %s", expected, kind);
  }
  return refuse(c, here);
}

/* Returns the offset of the first byte that is NUL or not valid UTF-8 (RFC
** 3629), or 'length'. */
static size_t first_bad_byte(const char *text, size_t length) {
  const unsigned char *s = (const unsigned char *)text;
  size_t i = 0;
  while (i < length) {
    unsigned char c = s[i];
    unsigned char low = 0x80, high = 0xBF;
    size_t more, k;
    if (c == 0) {
      return i;
    } else if (c < 0x80) {
      i++;
      continue;
    } else if (c >= 0xC2 && c <= 0xDF) {
      more = 1;
    } else if (c >= 0xE0 && c <= 0xEF) {
      more = 2;
      low = c == 0xE0 ? 0xA0 : 0x80;
      high = c == 0xED ? 0x9F : 0xBF;
    } else if (c >= 0xF0 && c <= 0xF4) {
      more = 3;
      low = c == 0xF0 ? 0x90 : 0x80;
      high = c == 0xF4 ? 0x8F : 0xBF;
    } else {
      return i;
    }
    for (k = 1; k <= more; k++) {
      if (i + k >= length || s[i + k] < low || s[i + k] > high) {
        return i;
      }
      low = 0x80;
      high = 0xBF;
    }
    i += more + 1;
  }
  return length;
}

/* Checks that the string on top of the stack is UTF-8 without NUL. */
static int check_text(context *c, const node *here) {
  size_t length;
  const char *text = lua_tolstring(c->L, -1, &length);
  size_t bad = first_bad_byte(text, length);
  if (bad == length) {
    return 1;
  }
  if (text[bad] == '\0') {
    lua_pushliteral(c->L, "contains a NUL byte");
  } else {
    lua_pushfstring(c->L, "is not valid UTF-8 (byte %d)", (int)bad + 1);
  }
  return refuse(c, here);
}

static void add_values(ts_text *message, const char *const *values) {
  const char *const *value;
  for (value = values; *value != NULL; value++) {
    if (value != values) {
      ts_text_add(message, ", ");
    }
    ts_text_add(message, *value);
  }
}

static int check_enum(context *c, const node *here, const ts_field *field) {
  size_t length;
  const char *text = lua_tolstring(c->L, -1, &length);
  const char *const *value;
  const char *suggestion;
  ts_text message;
  for (value = field->values; *value != NULL; value++) {
    if (strcmp(*value, text) == 0) {
      return 1;
    }
  }
  if (!c->strict) {
    return 1;
  }
  suggestion = ts_values_suggest(field->values, text, length);
  ts_text_begin(c->L, &message);
  ts_text_add_byte(&message, '"');
  ts_text_add_shown(&message, text, length);
  ts_text_add(&message, "\" is not one of ");
  add_values(&message, field->values);
  if (suggestion != NULL) {
    ts_text_add(&message, "; did you mean ");
    ts_text_add(&message, suggestion);
    ts_text_add_byte(&message, '?');
  }
  ts_text_end(&message);
  return refuse(c, here);
}

static int put_string(context *c, bool secret) {
  size_t length;
  const char *text = lua_tolstring(c->L, -1, &length);
  if (c->writer != NULL) {
    ts_write_string(c->writer, text, length);
    if (secret) {
      ts_write_secret(c->writer, text, length);
    }
  }
  return 1;
}

static int check_string(context *c, const node *here, const ts_field *field) {
  if (lua_type(c->L, -1) != LUA_TSTRING) {
    return refuse_type(c, here, field->doc, "a string");
  }
  if (!check_text(c, here)) {
    return 0;
  }
  if ((field->flags & TS_NONEMPTY) != 0 && ts_rawlen(c->L, -1) == 0) {
    lua_pushliteral(c->L, "is empty");
    return refuse(c, here);
  }
  return (field->values == NULL || check_enum(c, here, field)) &&
         put_string(c, (field->flags & TS_SECRET) != 0);
}

static int check_number(context *c, const node *here, const ts_field *field) {
  double number;
  if (lua_type(c->L, -1) != LUA_TNUMBER) {
    return refuse_type(c, here, field->doc,
                       field->type == TS_INTEGER ? "a whole number"
                                                 : "a number");
  }
  number = lua_tonumber(c->L, -1);
  if (field->type == TS_INTEGER && !ts_is_int32(number)) {
    lua_pushliteral(c->L, "expected a 32-bit integer");
    return refuse(c, here);
  }
  if (number != number || number - number != 0) {
    lua_pushliteral(c->L, "expected a finite number");
    return refuse(c, here);
  }
  if ((field->flags & TS_POSITIVE) != 0 && number <= 0) {
    lua_pushliteral(c->L, "expected a number above zero");
    return refuse(c, here);
  }
  if ((field->flags & TS_NOT_NEGATIVE) != 0 && number < 0) {
    lua_pushliteral(c->L, "expected zero or more");
    return refuse(c, here);
  }
  return put_number(c);
}

/*
** Checks that the table on top of the stack is a plain one. Metamethods are
** not called, so a proxy table, whose content is behind its metatable, would
** look empty, which may mean everybody.
*/
static int check_plain(context *c, const node *here) {
  static const char *const events[] = {"__index", "__pairs", "__len"};
  lua_State *L = c->L;
  size_t i;
  luaL_checkstack(L, 8, "request nested too deep");
  lua_pushnil(L);
  if (lua_next(L, -2)) {
    lua_pop(L, 2);
    return 1;
  }
  for (i = 0; i < sizeof events / sizeof events[0]; i++) {
    if (luaL_getmetafield(L, -1, events[i])) {
      lua_pop(L, 1);
      lua_pushliteral(L, "expected a plain table, got one that is empty "
                         "except for its metatable");
      return refuse(c, here);
    }
  }
  return 1;
}

/*
** Returns 1 if all keys of the table on top of the stack are positive
** integers, and sets '*count' to their number and '*largest' to the largest.
** Returns 0 with the first other key pushed.
*/
static int list_keys(lua_State *L, size_t *count, size_t *largest) {
  *count = *largest = 0;
  lua_pushnil(L);
  while (lua_next(L, -2)) {
    double key;
    lua_pop(L, 1);
    if (lua_type(L, -1) != LUA_TNUMBER) {
      return 0;
    }
    key = lua_tonumber(L, -1);
    if (key < 1 || key > TS_LARGEST_WHOLE || floor(key) != key) {
      return 0;
    }
    ++*count;
    if ((size_t)key > *largest) {
      *largest = (size_t)key;
    }
  }
  return 1;
}

/* Pushes a message about the key on top of the stack; may leave more values
** below it. */
static void push_key(lua_State *L, const char *what) {
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
}

/* Returns the first index of the list on top of the stack whose value is
** nil. */
static size_t first_hole(lua_State *L) {
  size_t item = 0;
  int present;
  do {
    lua_rawgeti(L, -1, (int)++item);
    present = !lua_isnil(L, -1);
    lua_pop(L, 1);
  } while (present);
  return item;
}

static int refuse_hole(context *c, const node *here) {
  node item = {here, NULL, 0, 0};
  item.item = first_hole(c->L);
  lua_pushliteral(c->L, "is nil: the list has a hole");
  return refuse(c, &item);
}

/* Checks that the table on top of the stack is a list without holes. */
static int check_list(context *c, const node *here, size_t *count) {
  size_t largest;
  if (!check_plain(c, here)) {
    return 0;
  }
  if (!list_keys(c->L, count, &largest)) {
    push_key(c->L, "expected a list, got a table with the key");
    return refuse(c, here);
  }
  return *count == largest || refuse_hole(c, here);
}

static int check_free(context *c, const node *here, int depth);

/* Checks the member on top of the stack; its key is below it. */
static int check_free_member(context *c, const node *here, int depth,
                             size_t *members) {
  lua_State *L = c->L;
  node member = {here, NULL, 0, 0};
  member.name = lua_tolstring(L, -2, &member.length);
  lua_pushvalue(L, -2);
  if (!check_text(c, &member)) {
    return 0;
  }
  lua_pop(L, 1);
  put_name(c, member.name, member.length, members);
  return check_free(c, &member, depth);
}

static int check_free_object(context *c, const node *here, int depth) {
  lua_State *L = c->L;
  size_t members = 0;
  put(c, "{");
  lua_pushnil(L);
  while (lua_next(L, -2)) {
    if (lua_type(L, -2) != LUA_TSTRING) {
      lua_pop(L, 1);
      push_key(L, "expected an object, got a table with the key");
      return refuse(c, here);
    }
    if (!check_free_member(c, here, depth, &members)) {
      return 0;
    }
    lua_pop(L, 1);
  }
  put(c, "}");
  return 1;
}

static int check_free_list(context *c, const node *here, int depth,
                           size_t count) {
  node item = {here, NULL, 0, 1};
  put(c, "[");
  for (; item.item <= count; item.item++) {
    put(c, item.item > 1 ? "," : "");
    lua_rawgeti(c->L, -1, (int)item.item);
    if (!check_free(c, &item, depth)) {
      return 0;
    }
    lua_pop(c->L, 1);
  }
  put(c, "]");
  return 1;
}

static int check_free_table(context *c, const node *here, int depth) {
  size_t count, largest;
  if (depth >= MAX_DEPTH) {
    lua_pushliteral(c->L, "is nested too deep, or contains itself");
    return refuse(c, here);
  }
  if (!check_plain(c, here)) {
    return 0;
  }
  if (!list_keys(c->L, &count, &largest)) {
    lua_pop(c->L, 1);
    return check_free_object(c, here, depth + 1);
  }
  if (count != largest) {
    return refuse_hole(c, here);
  }
  if (count == 0 && !ts_json_is_empty_list(c->L, -1)) {
    return check_free_object(c, here, depth + 1);
  }
  return check_free_list(c, here, depth + 1, count);
}

/* Returns whether the name contains the word at position 'at', ignoring case,
** underscores and hyphens. */
static bool holds_at(const node *here, size_t at, const char *word) {
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
static bool is_secret_name(const node *here) {
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
static bool sounds_secret(const node *here) {
  while (here != NULL && !is_secret_name(here)) {
    here = here->outer;
  }
  return here != NULL;
}

/* Checks that the value on top of the stack can be written as JSON. */
static int check_free(context *c, const node *here, int depth) {
  double number;
  switch (lua_type(c->L, -1)) {
  case LUA_TSTRING:
    return check_text(c, here) && put_string(c, sounds_secret(here));
  case LUA_TNUMBER:
    number = lua_tonumber(c->L, -1);
    if (number - number != 0) {
      lua_pushliteral(c->L, "expected a finite number");
      return refuse(c, here);
    }
    return put_number(c);
  case LUA_TBOOLEAN:
    return put_boolean(c);
  case LUA_TTABLE:
    return check_free_table(c, here, depth);
  default:
    if (is_null(c->L, -1)) {
      put(c, "null");
      return 1;
    }
    if (ts_json_is_empty_list(c->L, -1)) {
      put(c, "[]");
      return 1;
    }
    return refuse_type(c, here, NULL, "a value that JSON can represent");
  }
}

static int check_headers(context *c, const node *here) {
  lua_State *L = c->L;
  if (!check_plain(c, here)) {
    return 0;
  }
  lua_pushnil(L);
  while (lua_next(L, -2)) {
    node header = {here, NULL, 0, 0};
    if (lua_type(L, -2) != LUA_TSTRING) {
      lua_pop(L, 1);
      push_key(L, "expected header names as keys, got the key");
      return refuse(c, here);
    }
    header.name = lua_tolstring(L, -2, &header.length);
    if (lua_type(L, -1) != LUA_TSTRING) {
      return refuse_type(c, &header, NULL, "a string");
    }
    lua_pop(L, 1);
  }
  return 1;
}

/* Returns whether the value on top of the stack can be called. */
static int callable(lua_State *L) {
  int can = lua_isfunction(L, -1);
  if (!can && luaL_getmetafield(L, -1, "__call")) {
    can = 1;
    lua_pop(L, 1);
  }
  return can;
}

static int check_object(context *c, const node *here, const ts_schema *schema);

/* Checks the value on top of the stack, which is not null. */
static int check_value(context *c, const node *here, const ts_field *field) {
  lua_State *L = c->L;
  switch (field->type) {
  case TS_STRING:
    return check_string(c, here, field);
  case TS_INTEGER:
  case TS_NUMBER:
    return check_number(c, here, field);
  case TS_BOOLEAN:
    return lua_isboolean(L, -1)
               ? put_boolean(c)
               : refuse_type(c, here, field->doc, "a boolean");
  case TS_CALLABLE:
    return callable(L) || refuse_type(c, here, field->doc, "a function");
  case TS_LIMIT:
    if (lua_isfunction(L, -1) ||
        (lua_isboolean(L, -1) && !lua_toboolean(L, -1))) {
      return 1;
    }
    break;
  default:
    break;
  }
  if (!lua_istable(L, -1)) {
    return refuse_type(c, here, field->doc, "a table");
  }
  switch (field->type) {
  case TS_OBJECT:
  case TS_LIMIT:
    return check_object(c, here, field->schema);
  case TS_HEADERS:
    return check_headers(c, here);
  case TS_JSON:
    return check_plain(c, here) && check_free_object(c, here, 1);
  default:
    return 1;
  }
}

static int check_items(context *c, const node *here, const ts_field *field) {
  node item = {here, NULL, 0, 1};
  size_t count;
  if (!lua_istable(c->L, -1)) {
    return refuse_type(c, here, field->doc, "a list");
  }
  if (!check_list(c, here, &count)) {
    return 0;
  }
  if (count == 0 && (field->flags & TS_NONEMPTY) != 0) {
    lua_pushliteral(c->L, "is an empty list");
    return refuse(c, here);
  }
  put(c, "[");
  for (; item.item <= count; item.item++) {
    put(c, item.item > 1 ? "," : "");
    lua_rawgeti(c->L, -1, (int)item.item);
    if (!check_value(c, &item, field)) {
      return 0;
    }
    lua_pop(c->L, 1);
  }
  put(c, "]");
  c->items = count;
  return 1;
}

/* Checks the value of a field, on top of the stack; nil: not given. */
static int check_field(context *c, const node *here, const ts_field *field) {
  int null = is_null(c->L, -1);
  if (null && (field->flags & TS_NULLABLE) != 0) {
    put(c, "null");
    return 1;
  }
  if (!null && !lua_isnil(c->L, -1)) {
    return (field->flags & TS_LIST) != 0 ? check_items(c, here, field)
                                         : check_value(c, here, field);
  }
  if ((field->flags & TS_REQUIRED) != 0 &&
      !(null && (field->flags & TS_FILLED) != 0)) {
    lua_pushfstring(c->L, "is required: %s", field->doc);
    return refuse(c, here);
  }
  if (null) {
    lua_pushliteral(c->L, "must not be null; omit it instead");
    return refuse(c, here);
  }
  return 1;
}

/* Checks that the schema has all keys of the table on top of the stack. */
static int check_keys(context *c, const node *here, const ts_schema *schema) {
  lua_State *L = c->L;
  lua_pushnil(L);
  while (lua_next(L, -2)) {
    size_t length;
    const char *name;
    lua_pop(L, 1);
    if (lua_type(L, -1) != LUA_TSTRING) {
      push_key(L, "expected a table of named fields, got the key");
      return refuse(c, here);
    }
    name = lua_tolstring(L, -1, &length);
    if (c->strict && ts_schema_find(schema, name, length) == NULL) {
      node unknown = {here, name, length, 0};
      const char *suggestion = ts_schema_suggest(schema, name, length);
      lua_pushfstring(L,
                      suggestion != NULL
                          ? "is not a field here; did you mean %s?"
                          : "is not a field here",
                      suggestion);
      return refuse(c, &unknown);
    }
  }
  return 1;
}

static void take_note(context *c, const ts_field *field) {
  lua_State *L = c->L;
  ts_note *note;
  for (note = c->notes; note->field != NULL; note++) {
    if (strcmp(note->field, field->name) == 0) {
      note->given = !lua_isnil(L, -1);
      note->boolean = lua_isboolean(L, -1);
      note->value = note->boolean && lua_toboolean(L, -1);
      note->list = lua_istable(L, -1) && (field->flags & TS_LIST) != 0;
      note->items = note->list ? c->items : 0;
    }
  }
}

/* Checks the fields of the schema. */
static int check_known(context *c, const node *here, const ts_schema *schema,
                       size_t *members) {
  ts_writer *writer = c->writer;
  const ts_field *field;
  for (field = schema->fields; field->name != NULL; field++) {
    node member = {here, field->name, strlen(field->name), 0};
    ts_rawgetfield(c->L, -1, field->name);
    if ((field->flags & TS_LOCAL) != 0) {
      c->writer = NULL;
    } else if (!lua_isnil(c->L, -1)) {
      put_name(c, member.name, member.length, members);
    }
    if (!check_field(c, &member, field)) {
      return 0;
    }
    c->writer = writer;
    if (here == NULL && c->notes != NULL) {
      take_note(c, field);
    }
    lua_pop(c->L, 1);
  }
  return 1;
}

/* Checks the fields that the schema does not have. If the check is strict,
** they have been refused already. */
static int check_unknown(context *c, const node *here, const ts_schema *schema,
                         size_t *members) {
  lua_State *L = c->L;
  lua_pushnil(L);
  while (lua_next(L, -2)) {
    size_t length;
    const char *name =
        lua_type(L, -2) == LUA_TSTRING ? lua_tolstring(L, -2, &length) : NULL;
    if (name != NULL && ts_schema_find(schema, name, length) == NULL &&
        !check_free_member(c, here, 0, members)) {
      return 0;
    }
    lua_pop(L, 1);
  }
  return 1;
}

static int check_object(context *c, const node *here,
                        const ts_schema *schema) {
  size_t members = 0;
  put(c, "{");
  if (!check_plain(c, here) || !check_keys(c, here, schema) ||
      !check_known(c, here, schema, &members) ||
      (!c->strict && !check_unknown(c, here, schema, &members))) {
    return 0;
  }
  put(c, "}");
  return 1;
}

int ts_check_and_write(lua_State *L, int index, const ts_schema *schema,
                       int strict, ts_writer *writer, ts_note *notes) {
  context c = {L, strict, writer, notes, 0};
  lua_pushvalue(L, index);
  if (!check_object(&c, NULL, schema)) {
    return 0;
  }
  lua_pop(L, 1);
  return 1;
}

int ts_check_refuse(lua_State *L, const char *path, const char *message) {
  lua_pushstring(L, path);
  lua_pushstring(L, message);
  return 0;
}

int ts_check(lua_State *L, int index, const ts_schema *schema, int strict) {
  return ts_check_and_write(L, index, schema, strict, NULL, NULL);
}

int ts_check_value(lua_State *L, int index, const ts_field *field,
                   int strict) {
  context c = {L, strict, NULL, NULL, 0};
  node here = {NULL, field->name, strlen(field->name), 0};
  lua_pushvalue(L, index);
  if (!check_field(&c, &here, field)) {
    return 0;
  }
  lua_pop(L, 1);
  return 1;
}
