/*
** check.c - checks a Lua table against a schema, and writes it as JSON.
**
** The table is checked and written in one pass, because a finalizer may change
** it between two.
*/

#include <string.h>

#include "bytes/characters.h"
#include "values/check.h"
#include "values/checker.h"
#include "values/text.h"

static void add_values(ts_text *message, const char *const *values) {
  const char *const *value;
  for (value = values; *value != NULL; value++) {
    if (value != values) {
      ts_text_add(message, ", ");
    }
    ts_text_add(message, *value);
  }
}

static int check_enum(ts_checker *c, const ts_node *here,
                      const ts_field *field) {
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
  return ts_refuse(c, here);
}

/* Returns what follows the scheme in an address of http or https, or NULL. */
static const char *after_scheme(const char *address) {
  static const char scheme[] = "https";
  size_t i = 0;
  while (i < 5 && ts_to_lower(address[i]) == scheme[i]) {
    i++;
  }
  return i >= 4 && strncmp(address + i, "://", 3) == 0 ? address + i + 3
                                                       : NULL;
}

/* Returns what is wrong with the address of a cluster, at which a link is to
** begin, or NULL. An empty one is left to the cluster. */
static const char *find_address_fault(const char *address) {
  const char *host = after_scheme(address);
  if (*address == '\0') {
    return NULL;
  }
  if (host == NULL) {
    return "must begin with https:// or http://";
  }
  if (strcspn(host, "/:@?#") == 0) {
    return "has no host";
  }
  if (strpbrk(address, "@?# \t\r\n") != NULL) {
    return "must not contain a user name, a query, a fragment or white space";
  }
  return NULL;
}

static int check_address(ts_checker *c, const ts_node *here) {
  const char *fault = find_address_fault(lua_tostring(c->L, -1));
  if (fault != NULL) {
    lua_pushstring(c->L, fault);
    return ts_refuse(c, here);
  }
  return 1;
}

/* Refuses a line end at either end, and a byte order mark, which come from the
** file that a password was read from: nobody can type them. */
static int check_ends(ts_checker *c, const ts_node *here) {
  static const char line_ends[] = "\r\n";
  size_t length;
  const char *text = lua_tolstring(c->L, -1, &length);
  if (length > 0 && (memchr(line_ends, text[0], 2) != NULL ||
                     memchr(line_ends, text[length - 1], 2) != NULL)) {
    lua_pushliteral(c->L, "begins or ends with a line end; give it without");
    return ts_refuse(c, here);
  }
  if (ts_begins_with_mark(text, length)) {
    lua_pushliteral(c->L, TS_BEGINS_WITH_MARK);
    return ts_refuse(c, here);
  }
  return 1;
}

static int check_string(ts_checker *c, const ts_node *here,
                        const ts_field *field) {
  if (lua_type(c->L, -1) != LUA_TSTRING) {
    return ts_refuse_type(c, here, field->doc, "a string");
  }
  if (!ts_check_text(c, here)) {
    return 0;
  }
  if ((field->flags & TS_NONEMPTY) != 0 && ts_rawlen(c->L, -1) == 0) {
    lua_pushliteral(c->L, "is empty");
    return ts_refuse(c, here);
  }
  return (field->values == NULL || check_enum(c, here, field)) &&
         ((field->flags & TS_NO_LINE_END) == 0 || check_ends(c, here)) &&
         ((field->flags & TS_HOST) == 0 || check_address(c, here)) &&
         ts_put_string(c, (field->flags & TS_SECRET) != 0);
}

static int check_number(ts_checker *c, const ts_node *here,
                        const ts_field *field) {
  double number;
  if (lua_type(c->L, -1) != LUA_TNUMBER) {
    return ts_refuse_type(c, here, field->doc,
                          field->type == TS_INTEGER ? "a whole number"
                                                    : "a number");
  }
  number = lua_tonumber(c->L, -1);
  if (field->type == TS_INTEGER && !ts_is_int32(number)) {
    lua_pushliteral(c->L, "expected a 32-bit integer");
    return ts_refuse(c, here);
  }
  if (number != number || number - number != 0) {
    lua_pushliteral(c->L, "expected a finite number");
    return ts_refuse(c, here);
  }
  if ((field->flags & TS_POSITIVE) != 0 && number <= 0) {
    lua_pushliteral(c->L, "expected a number above zero");
    return ts_refuse(c, here);
  }
  if ((field->flags & TS_NOT_NEGATIVE) != 0 && number < 0) {
    lua_pushliteral(c->L, "expected zero or more");
    return ts_refuse(c, here);
  }
  return ts_put_number(c);
}

static int check_headers(ts_checker *c, const ts_node *here) {
  lua_State *L = c->L;
  if (!ts_check_plain(c, here)) {
    return 0;
  }
  lua_pushnil(L);
  while (lua_next(L, -2)) {
    ts_node header = {here, NULL, 0, 0};
    if (lua_type(L, -2) != LUA_TSTRING) {
      lua_pop(L, 1);
      return ts_refuse_key(c, here,
                           "expected header names as keys, got the key");
    }
    header.name = lua_tolstring(L, -2, &header.length);
    if (lua_type(L, -1) != LUA_TSTRING) {
      return ts_refuse_type(c, &header, NULL, "a string");
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

static int check_object(ts_checker *c, const ts_node *here,
                        const ts_schema *schema);

/* Checks the value on top of the stack, which is not null. */
static int check_value(ts_checker *c, const ts_node *here,
                       const ts_field *field) {
  lua_State *L = c->L;
  switch (field->type) {
  case TS_STRING:
    return check_string(c, here, field);
  case TS_INTEGER:
  case TS_NUMBER:
    return check_number(c, here, field);
  case TS_BOOLEAN:
    return lua_isboolean(L, -1)
               ? ts_put_boolean(c)
               : ts_refuse_type(c, here, field->doc, "a boolean");
  case TS_CALLABLE:
    return callable(L) || ts_refuse_type(c, here, field->doc, "a function");
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
    return ts_refuse_type(c, here, field->doc, "a table");
  }
  switch (field->type) {
  case TS_OBJECT:
  case TS_LIMIT:
    return check_object(c, here, field->schema);
  case TS_HEADERS:
    return check_headers(c, here);
  case TS_JSON:
    return ts_check_plain(c, here) && ts_check_any_object(c, here, 1);
  default:
    return 1;
  }
}

static int check_items(ts_checker *c, const ts_node *here,
                       const ts_field *field) {
  ts_node item = {here, NULL, 0, 1};
  size_t count;
  if (!lua_istable(c->L, -1)) {
    return ts_refuse_type(c, here, field->doc, "a list");
  }
  if (!ts_check_list(c, here, &count)) {
    return 0;
  }
  if (count == 0 && (field->flags & TS_NONEMPTY) != 0) {
    lua_pushliteral(c->L, "is an empty list");
    return ts_refuse(c, here);
  }
  ts_put(c, "[");
  for (; item.item <= count; item.item++) {
    ts_put(c, item.item > 1 ? "," : "");
    lua_rawgeti(c->L, -1, (int)item.item);
    if (!check_value(c, &item, field)) {
      return 0;
    }
    lua_pop(c->L, 1);
  }
  ts_put(c, "]");
  c->items = count;
  return 1;
}

/* Checks the value of a field, on top of the stack; nil: not given. */
static int check_field(ts_checker *c, const ts_node *here,
                       const ts_field *field) {
  int null = ts_is_null(c->L, -1);
  if (null && (field->flags & TS_NULLABLE) != 0) {
    ts_put(c, "null");
    return 1;
  }
  if (!null && !lua_isnil(c->L, -1)) {
    return (field->flags & TS_LIST) != 0 ? check_items(c, here, field)
                                         : check_value(c, here, field);
  }
  if ((field->flags & TS_REQUIRED) != 0 &&
      !(null && (field->flags & TS_FILLED) != 0)) {
    lua_pushfstring(c->L, "is required: %s", field->doc);
    return ts_refuse(c, here);
  }
  if (null) {
    lua_pushliteral(c->L, "must not be null; omit it instead");
    return ts_refuse(c, here);
  }
  return 1;
}

/* Checks that the schema has all keys of the table on top of the stack, and
** counts them. */
static int check_keys(ts_checker *c, const ts_node *here,
                      const ts_schema *schema, size_t *count) {
  lua_State *L = c->L;
  *count = 0;
  lua_pushnil(L);
  while (lua_next(L, -2)) {
    size_t length;
    const char *name;
    lua_pop(L, 1);
    (*count)++;
    if (lua_type(L, -1) != LUA_TSTRING) {
      return ts_refuse_key(c, here,
                           "expected a table of named fields, got the key");
    }
    name = lua_tolstring(L, -1, &length);
    if (c->strict && ts_schema_find(schema, name, length) == NULL) {
      ts_node unknown = {here, name, length, 0};
      const char *suggestion = ts_schema_suggest(schema, name, length);
      lua_pushfstring(L,
                      suggestion != NULL
                          ? "is not a field here; did you mean %s?"
                          : "is not a field here",
                      suggestion);
      return ts_refuse(c, &unknown);
    }
  }
  return 1;
}

static void take_note(ts_checker *c, const ts_field *field) {
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

/* Checks the fields of the schema; 'count' keys of the table are left to be
** found among them. */
static int check_known(ts_checker *c, const ts_node *here,
                       const ts_schema *schema, size_t count,
                       size_t *members) {
  ts_writer *writer = c->writer;
  const ts_field *field;
  for (field = schema->fields; field->name != NULL; field++) {
    ts_node member = {here, field->name, strlen(field->name), 0};
    bool required = (field->flags & TS_REQUIRED) != 0;
    if (count == 0 && !required) {
      continue;
    }
    ts_rawgetfield(c->L, -1, field->name);
    if (!lua_isnil(c->L, -1)) {
      count -= count > 0 ? 1 : 0; /* a finalizer may have added a key */
    } else if (!required) {
      lua_pop(c->L, 1);
      continue;
    }
    if ((field->flags & TS_LOCAL) != 0) {
      c->writer = NULL;
    } else if (!lua_isnil(c->L, -1)) {
      ts_put_name(c, member.name, member.length, members);
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
static int check_unknown(ts_checker *c, const ts_node *here,
                         const ts_schema *schema, size_t *members) {
  lua_State *L = c->L;
  lua_pushnil(L);
  while (lua_next(L, -2)) {
    size_t length;
    const char *name =
        lua_type(L, -2) == LUA_TSTRING ? lua_tolstring(L, -2, &length) : NULL;
    if (name != NULL && ts_schema_find(schema, name, length) == NULL &&
        !ts_check_any_member(c, here, 0, members)) {
      return 0;
    }
    lua_pop(L, 1);
  }
  return 1;
}

static int check_object(ts_checker *c, const ts_node *here,
                        const ts_schema *schema) {
  size_t count, members = 0;
  ts_put(c, "{");
  if (!ts_check_plain(c, here) || !check_keys(c, here, schema, &count) ||
      !check_known(c, here, schema, count, &members) ||
      (!c->strict && !check_unknown(c, here, schema, &members))) {
    return 0;
  }
  ts_put(c, "}");
  return 1;
}

int ts_check_and_write(lua_State *L, int index, const ts_schema *schema,
                       int strict, ts_writer *writer, ts_note *notes) {
  ts_checker c = {L, strict, writer, notes, 0};
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
  ts_checker c = {L, strict, NULL, NULL, 0};
  ts_node here = {NULL, field->name, strlen(field->name), 0};
  lua_pushvalue(L, index);
  if (!check_field(&c, &here, field)) {
    return 0;
  }
  lua_pop(L, 1);
  return 1;
}
