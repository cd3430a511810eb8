/*
** prepare.c - turns the arguments of a call into an exchange.
*/

#include <string.h>

#include "binding/configure.h"
#include "binding/fill.h"
#include "binding/guard.h"
#include "binding/object.h"
#include "binding/option.h"
#include "binding/prepare.h"
#include "contract/path.h"
#include "errors/error.h"
#include "values/check.h"
#include "values/scratch.h"

/* Checks the identifier at 'index', which becomes a segment of the path. */
static int check_identifier(lua_State *L, int index,
                            const ts_endpoint *endpoint) {
  const char *identifier;
  if (!ts_check_value(L, index, endpoint->path_parameter, 1)) {
    return 0;
  }
  identifier = lua_tostring(L, index);
  if (strcmp(identifier, ".") == 0 || strcmp(identifier, "..") == 0) {
    lua_pushstring(L, endpoint->path_parameter->name);
    lua_pushfstring(L, "\"%s\" cannot be used in a path; use the GUID",
                    identifier);
    return 0;
  }
  return 1;
}

/* --- Requests of the table -------------------------------------------- */

/* Fills in and checks the request at 'index', and writes it if there is a
** writer; sets '*dry_run'. Returns as ts_check. */
static int read_request(lua_State *L, int index, const ts_endpoint *endpoint,
                        const ts_client *client, ts_writer *writer,
                        bool *dry_run) {
  ts_notes notes;
  ts_guard_begin(notes);
  if (!ts_fill_request(L, index, endpoint->request, client) ||
      !ts_check_and_write(L, index, endpoint->request, client->strict, writer,
                          notes) ||
      !ts_guard_check(L, index, endpoint, client, notes)) {
    return 0;
  }
  *dry_run = ts_guard_is_dry_run(endpoint->request, notes);
  return 1;
}

/* Writes the request at 'index' to the exchange; returns as ts_check. */
static int write_request(lua_State *L, int index, ts_exchange *x) {
  ts_writer writer = {L, &x->body, &x->secrets};
  bool dry_run;
  if (!read_request(L, index, x->endpoint, x->client, &writer, &dry_run)) {
    return 0;
  }
  x->has_body = true;
  if (dry_run) {
    x->effect = TS_SAFE;
  }
  return 1;
}

/* Sets up the exchange of an endpoint of the table; returns as ts_check. */
static int set_up_call(lua_State *L, int identifier, int request,
                       ts_exchange *x) {
  const char *text = NULL;
  size_t length = 0;
  if (identifier != 0) {
    text = lua_tolstring(L, identifier, &length);
  }
  ts_check_memory(L, ts_exchange_address(x, text, length));
  return request == 0 || write_request(L, request, x);
}

/* --- client:request() ------------------------------------------------- */

/* Returns the string in a field of a table, or 'otherwise'. Only this call may
** reference the table. */
static const char *text_of(lua_State *L, int request, const char *name,
                           const char *otherwise) {
  const char *text = otherwise;
  ts_rawgetfield(L, request, name);
  if (lua_type(L, -1) == LUA_TSTRING) {
    text = lua_tostring(L, -1);
  }
  lua_pop(L, 1);
  return text;
}

/* Checks the path of client:request(): it must be valid, and must not belong
** to a method with guards of its own. Returns as ts_check. */
static int guard_path(lua_State *L, int request) {
  const char *path = text_of(L, request, "path", "");
  const char *fault = ts_path_fault(path);
  const ts_endpoint *owner = ts_path_owner(path);
  if (fault != NULL) {
    return ts_check_refuse(L, "path", fault);
  }
  if (owner != NULL) {
    lua_pushliteral(L, "path");
    lua_pushfstring(L, "has a method of its own, which is safer: client:%s",
                    owner->name);
    return 0;
  }
  if (ts_rawhasfield(L, request, "body") &&
      strcmp(text_of(L, request, "method", ""), "GET") == 0) {
    return ts_check_refuse(L, "body", "must be absent if method is GET");
  }
  return 1;
}

/* Returns the element of 'values' that equals the text, because that is
** static. */
static const char *find_static(const char *const *values, const char *text) {
  while (strcmp(*values, text) != 0) {
    values++;
  }
  return *values;
}

static ts_reply reply_called(const char *name) {
  return strcmp(name, "list") == 0   ? TS_REPLY_LIST
         : strcmp(name, "none") == 0 ? TS_REPLY_NONE
                                     : TS_REPLY_OBJECT;
}

/* Sets up the exchange of client:request() from the request at 'index', which
** is copied first, so that what is used is what was checked. Returns as
** ts_check. */
static int set_up_request(lua_State *L, int index, ts_exchange *x) {
  const ts_schema *schema = ts_endpoint_request.request;
  const ts_field *method = ts_schema_find(schema, "method", strlen("method"));
  ts_writer writer = {L, &x->body, &x->secrets};
  ts_request request;
  ts_scratch_copy(L, index);
  if (!ts_check(L, index, schema, 1) || !guard_path(L, index)) {
    return 0;
  }
  request.method =
      find_static(method->values,
                  text_of(L, index, method->name, ts_endpoint_request.method));
  request.path = text_of(L, index, "path", "");
  request.reply = reply_called(text_of(L, index, "reply", "object"));
  ts_rawgetfield(L, index, "safe");
  request.effect = lua_toboolean(L, -1) ? TS_SAFE : TS_ONCE;
  lua_pop(L, 1);
  ts_check_memory(L, ts_exchange_set_request(x, &request));
  ts_rawgetfield(L, index, "body");
  x->has_body = lua_istable(L, -1);
  if (x->has_body && !ts_check_and_write(L, lua_gettop(L), &ts_any_object, 0,
                                         &writer, NULL)) {
    return 0;
  }
  lua_pop(L, 1);
  return 1;
}

/* --- Options of the call ---------------------------------------------- */

/* Checks that the reply's objects have a field that is to be kept; returns as
** ts_check. */
static int check_wanted(lua_State *L, const ts_exchange *x, int item,
                        const char *name, size_t length) {
  const ts_schema *schema = x->endpoint->reply_schema;
  const char *suggestion;
  if (!x->client->strict || schema == NULL ||
      ts_schema_find(schema, name, length) != NULL) {
    return 1;
  }
  suggestion = ts_schema_suggest(schema, name, length);
  lua_pushfstring(L, "fields[%d]", item);
  lua_pushfstring(L,
                  suggestion != NULL ? "is not a field of %s; did you mean %s?"
                                     : "is not a field of %s",
                  schema->name, suggestion);
  return 0;
}

/* Sets the fields to keep from the option 'fields', on top of the stack. */
static int want_fields(lua_State *L, ts_exchange *x) {
  size_t count = ts_rawlen(L, -1), i, length;
  for (i = 1; i <= count; i++) {
    const char *name;
    lua_rawgeti(L, -1, (int)i);
    if (lua_type(L, -1) != LUA_TSTRING) { /* changed meanwhile */
      return ts_check_refuse(L, "fields", "expected a list of names");
    }
    name = lua_tolstring(L, -1, &length);
    if (!check_wanted(L, x, (int)i, name, length)) {
      return 0;
    }
    ts_check_memory(L, ts_response_select(&x->response, name));
    lua_pop(L, 1);
  }
  return 1;
}

/* Sets the exchange's members from the call options at 'index'; returns as
** ts_check. */
static int set_call_options(lua_State *L, int index, ts_exchange *x) {
  ts_scratch_copy(L, index);
  if (!ts_check(L, index, &ts_call_options, 1) ||
      !ts_option_read(L, index, ts_call_slots, x)) {
    return 0;
  }
  ts_rawgetfield(L, index, "fields");
  if (lua_istable(L, -1) && !want_fields(L, x)) {
    return 0;
  }
  lua_pop(L, 1);
  ts_rawgetfield(L, index, "headers");
  if (lua_istable(L, -1) &&
      !ts_configure_headers(L, lua_gettop(L), &x->headers, &x->secrets,
                            "headers")) {
    return 0;
  }
  lua_pop(L, 1);
  return 1;
}

/* Pushes a new exchange in its box. */
static ts_exchange *push_exchange(lua_State *L, ts_client *client,
                                  const ts_endpoint *endpoint) {
  void **box = ts_push_box(L, ts_exchange_class);
  ts_exchange *x = ts_exchange_new(client, endpoint);
  ts_check_memory(L, x != NULL);
  *box = x;
  return x;
}

/* Stack indexes of the arguments of a call; 0: the call has no such
** argument. */
typedef struct arguments {
  int identifier, request, options;
} arguments;

/* Finds the arguments, which start at 'next', and checks the identifier.
** Returns false, with nil and an error pushed, if something is wrong. */
static bool find_arguments(lua_State *L, const ts_client *client,
                           const ts_endpoint *endpoint, int next,
                           arguments *at) {
  at->identifier = endpoint->path_parameter != NULL ? next++ : 0;
  at->request = endpoint->request != NULL ? next++ : 0;
  at->options = next++;
  if (client->closed) {
    lua_pushnil(L);
    ts_error_push(L, TS_CLOSED, endpoint->name, NULL, "the client is closed");
    return false;
  }
  lua_settop(L, next > lua_gettop(L) ? next : lua_gettop(L));
  luaL_argcheck(L, lua_isnil(L, next), next, "no further argument expected");
  lua_settop(L, at->options);
  if (at->request != 0 && lua_isnil(L, at->request)) {
    lua_newtable(L);
    lua_replace(L, at->request);
  }
  if (at->request != 0) {
    luaL_checktype(L, at->request, LUA_TTABLE);
  }
  if (!lua_isnil(L, at->options)) {
    luaL_checktype(L, at->options, LUA_TTABLE);
  }
  if (at->identifier != 0 && !check_identifier(L, at->identifier, endpoint)) {
    ts_error_refuse(L, endpoint->name, endpoint->name);
    return false;
  }
  return true;
}

int ts_prepare(lua_State *L, ts_client *client, const ts_endpoint *endpoint,
               int next) {
  arguments at;
  ts_exchange *x;
  if (!find_arguments(L, client, endpoint, next, &at)) {
    return 2;
  }
  x = push_exchange(L, client, endpoint);
  if (!(endpoint == &ts_endpoint_request
            ? set_up_request(L, at.request, x)
            : set_up_call(L, at.identifier, at.request, x))) {
    return ts_error_refuse(L, endpoint->name, endpoint->name);
  }
  if (!lua_isnil(L, at.options) && !set_call_options(L, at.options, x)) {
    return ts_error_refuse(L, endpoint->name, ts_call_options.name);
  }
  return 1;
}

int ts_check_call(lua_State *L, ts_client *client, const ts_endpoint *endpoint,
                  int next) {
  arguments at;
  bool dry_run;
  if (endpoint == &ts_endpoint_request) { /* checked while it is written */
    int pushed = ts_prepare(L, client, endpoint, next);
    if (pushed == 1) {
      lua_pushboolean(L, 1);
    }
    return pushed;
  }
  if (!find_arguments(L, client, endpoint, next, &at)) {
    return 2;
  }
  if (at.request != 0 &&
      !read_request(L, at.request, endpoint, client, NULL, &dry_run)) {
    return ts_error_refuse(L, endpoint->name, endpoint->name);
  }
  /* Call options are checked by setting them on an exchange, which is then
  ** dropped. */
  if (!lua_isnil(L, at.options) &&
      !set_call_options(L, at.options, push_exchange(L, client, endpoint))) {
    return ts_error_refuse(L, endpoint->name, ts_call_options.name);
  }
  lua_pushboolean(L, 1);
  return 1;
}
