/*
** describe.c - the tables of endpoints, options and outcomes, as Lua tables.
*/

#include <string.h>

#include "binding/describe.h"
#include "binding/option.h"
#include "contract/endpoint.h"
#include "protocol/outcome.h"

#define ERRORS "Error" /* the name of error objects */

static void set_flag(lua_State *L, const char *name, const ts_field *field,
                     unsigned flag) {
  if ((field->flags & flag) != 0) {
    lua_pushboolean(L, 1);
    lua_setfield(L, -2, name);
  }
}

static void push_schema(lua_State *L, const ts_schema *schema);

static void push_field(lua_State *L, const ts_field *field) {
  lua_newtable(L);
  ts_rawsetstring(L, "name", field->name);
  ts_rawsetstring(L, "type", ts_type_name(field->type));
  ts_rawsetstring(L, "doc", field->doc);
  ts_rawsetstring(L, "default", field->default_text);
  ts_rawsetstring(L, "annotation", field->annotation);
  ts_rawsetstring(L, "role", ts_field_role(field));
  set_flag(L, "list", field, TS_LIST);
  set_flag(L, "filled", field, TS_FILLED);
  set_flag(L, "unsent", field, TS_LOCAL);
  if ((field->flags & TS_FILLED) == 0) {
    set_flag(L, "required", field, TS_REQUIRED);
  }
  set_flag(L, "nullable", field, TS_NULLABLE);
  set_flag(L, "nonempty", field, TS_NONEMPTY);
  set_flag(L, "secret", field, TS_SECRET);
  if (field->values != NULL) {
    int i;
    lua_newtable(L);
    for (i = 0; field->values[i] != NULL; i++) {
      lua_pushstring(L, field->values[i]);
      lua_rawseti(L, -2, i + 1);
    }
    lua_setfield(L, -2, "values");
  }
  if (field->schema != NULL) {
    push_schema(L, field->schema);
    lua_setfield(L, -2, "schema");
  }
}

static void push_schema(lua_State *L, const ts_schema *schema) {
  int i;
  luaL_checkstack(L, 8, "schema nested too deep");
  lua_newtable(L);
  ts_rawsetstring(L, "name", schema->name);
  lua_newtable(L);
  for (i = 0; schema->fields[i].name != NULL; i++) {
    push_field(L, &schema->fields[i]);
    lua_rawseti(L, -2, i + 1);
  }
  lua_setfield(L, -2, "fields");
}

static void push_endpoint(lua_State *L, const ts_endpoint *endpoint) {
  static const char *const replies[] = {"none", "object", "list"};
  static const char *const effects[] = {"once", "idempotent", "safe"};
  lua_newtable(L);
  ts_rawsetstring(L, "name", endpoint->name);
  ts_rawsetstring(L, "doc", endpoint->doc);
  ts_rawsetstring(L, "method", endpoint->method);
  ts_rawsetstring(L, "path", endpoint->path);
  ts_rawsetstring(L, "since", endpoint->since);
  ts_rawsetstring(L, "privilege", endpoint->privilege);
  ts_rawsetstring(L, "effect", effects[endpoint->effect]);
  ts_rawsetstring(L, "reply", replies[endpoint->reply]);
  if (endpoint->path_parameter != NULL) {
    push_field(L, endpoint->path_parameter);
    lua_setfield(L, -2, "path_parameter");
  }
  if (endpoint->request != NULL) {
    push_schema(L, endpoint->request);
    lua_setfield(L, -2, "request");
  }
  if (endpoint->reply_schema != NULL) {
    push_schema(L, endpoint->reply_schema);
    lua_setfield(L, -2, "returns");
  }
}

static int push_names(lua_State *L) {
  int i;
  lua_newtable(L);
  for (i = 0; ts_endpoints[i].name != NULL; i++) {
    lua_pushstring(L, ts_endpoints[i].name);
    lua_rawseti(L, -2, i + 1);
  }
  return 1;
}

/* Pushes the name of the endpoint that 'name' most likely meant, or nil. */
static void push_suggestion(lua_State *L, const char *name) {
  ts_guess guess;
  const ts_endpoint *endpoint;
  ts_guess_init(&guess, name, strlen(name));
  for (endpoint = ts_endpoints; endpoint->name != NULL; endpoint++) {
    ts_guess_offer(&guess, endpoint->name);
  }
  lua_pushstring(L, guess.best);
}

static void push_kinds(lua_State *L) {
  int kind;
  lua_newtable(L);
  for (kind = TS_OK + 1; kind < TS_KIND_COUNT; kind++) {
    lua_newtable(L);
    ts_rawsetstring(L, "name", ts_kind_name((ts_kind)kind));
    ts_rawsetstring(L, "meaning", ts_kind_meaning((ts_kind)kind));
    ts_rawsetstring(L, "remedy", ts_kind_remedy((ts_kind)kind));
    lua_rawseti(L, -2, kind - TS_OK);
  }
}

static void push_outcomes(lua_State *L) {
  static const char *const retries[] = {"never", "renewed", "if idempotent",
                                        "unless applied", "always"};
  static const char *const applied[] = {"no", "if sent", "maybe"};
  const ts_outcome *row;
  int count = 0;
  lua_newtable(L);
  for (row = ts_outcomes; row->cause != NULL; row++) {
    if (row->kind == TS_OK) {
      continue;
    }
    lua_newtable(L);
    ts_rawsetstring(L, "cause", row->cause);
    ts_rawsetstring(L, "kind", ts_kind_name(row->kind));
    ts_rawsetstring(L, "retried", retries[row->retry]);
    ts_rawsetstring(L, "applied", applied[row->applied]);
    ts_rawsetstring(L, "sentence", row->sentence);
    lua_rawseti(L, -2, ++count);
  }
}

static void push_errors(lua_State *L) {
  lua_newtable(L);
  ts_rawsetstring(L, "name", ERRORS);
  push_kinds(L);
  lua_setfield(L, -2, "kinds");
  push_outcomes(L);
  lua_setfield(L, -2, "outcomes");
}

int ts_describe(lua_State *L) {
  const ts_schema *const options[] = {&ts_client_options, &ts_call_options};
  const char *name = luaL_optstring(L, 1, NULL);
  const ts_endpoint *endpoint;
  size_t i;
  if (name == NULL) {
    return push_names(L);
  }
  for (i = 0; i < sizeof options / sizeof options[0]; i++) {
    if (strcmp(options[i]->name, name) == 0) {
      push_schema(L, options[i]);
      return 1;
    }
  }
  if (strcmp(name, ERRORS) == 0) {
    push_errors(L);
    return 1;
  }
  endpoint = ts_endpoint_find(name);
  if (endpoint == NULL) {
    lua_pushnil(L);
    push_suggestion(L, name);
    return 2;
  }
  push_endpoint(L, endpoint);
  return 1;
}
