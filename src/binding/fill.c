/*
** fill.c - fields of a request that are filled in.
*/

#include <string.h>

#include "binding/fill.h"
#include "values/check.h"

/* Pops a string and sets the field of the request at 'request' to it, unless
** the field is given. Before the first change it replaces the table by a copy,
** so that the caller's table does not change. */
static void fill_field(lua_State *L, int request, const char *name,
                       bool *copied) {
  if (ts_rawhasfield(L, request, name)) {
    lua_pop(L, 1);
    return;
  }
  if (!*copied) {
    lua_newtable(L);
    lua_pushnil(L);
    while (lua_next(L, request)) {
      lua_pushvalue(L, -2);
      lua_insert(L, -2);
      lua_rawset(L, -4);
    }
    lua_replace(L, request);
    *copied = true;
  }
  lua_pushstring(L, name);
  lua_insert(L, -2);
  lua_rawset(L, request);
}

/* Pushes the value of a query parameter of a link, or returns 0. In activation
** links the query is part of the fragment. */
static int push_parameter(lua_State *L, const char *link, const char *name) {
  size_t length = strlen(name);
  const char *at = strpbrk(link, "?");
  for (; at != NULL; at = strpbrk(at + 1, "&")) {
    if (strncmp(at + 1, name, length) == 0 && at[length + 1] == '=') {
      const char *value = at + length + 2;
      lua_pushlstring(L, value, strcspn(value, "&#"));
      return 1;
    }
  }
  return 0;
}

/* Fills in fields from an activation link; returns as ts_check. */
static int fill_from_link(lua_State *L, int request, const ts_field *field,
                          bool *copied) {
  const char *link;
  int both;
  ts_rawgetfield(L, request, field->name);
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    return 1;
  }
  if (!ts_check_value(L, lua_gettop(L), field, 1)) {
    return 0;
  }
  link = lua_tostring(L, -1);
  both = push_parameter(L, link, "id") && push_parameter(L, link, "token");
  if (!both) {
    lua_pushstring(L, field->name);
    lua_pushliteral(L, "is not an activation link: it has no id= and token=");
    return 0;
  }
  fill_field(L, request, "auth_token", copied);
  fill_field(L, request, "user_identifier", copied);
  lua_pop(L, 1);
  return 1;
}

/* Pushes the host, without a trailing slash, as the beginning of a link. */
static void push_host(lua_State *L, const ts_client *client) {
  size_t length = strlen(client->host.data);
  while (client->host.data[length - 1] == '/') {
    length--;
  }
  lua_pushlstring(L, client->host.data, length);
}

int ts_fill_request(lua_State *L, int request, const ts_schema *schema,
                    const ts_client *client) {
  const ts_field *field;
  bool copied = false;
  for (field = schema->fields; field->name != NULL; field++) {
    if ((field->flags & TS_HOST) != 0) {
      push_host(L, client);
      fill_field(L, request, field->name, &copied);
    } else if ((field->flags & TS_LINK) != 0 &&
               !fill_from_link(L, request, field, &copied)) {
      return 0;
    }
  }
  return 1;
}
