/*
** error.c - error objects: tables with a text.
*/

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "errors/error.h"
#include "errors/hint.h"
#include "values/json.h"
#include "errors/scrub.h"
#include "values/text.h"

/* Bytes that an error shows of a reply, and of a text in it. */
#define BODY_SHOWN 4096
#define TEXT_SHOWN 1024

/* How far into a body, and into JSON inside of its strings, to look. */
#define BODY_DEPTH 6

static char metatable_key;

/* --- Text ------------------------------------------------------------- */

/* Adds the field 'name' of the error at index 1, if it is a string or number,
** after 'before'. */
static void add_field(ts_text *text, const char *before, const char *name) {
  lua_State *L = text->L;
  ts_rawgetfield(L, 1, name);
  if (lua_isstring(L, -1)) {
    ts_text_add(text, before);
    ts_text_add_value(text, -1);
  }
  lua_pop(L, 1);
}

static bool is_in_doubt(lua_State *L) {
  bool maybe;
  ts_rawgetfield(L, 1, "applied");
  maybe = lua_isstring(L, -1) && strcmp(lua_tostring(L, -1), "maybe") == 0;
  lua_pop(L, 1);
  return maybe;
}

/* Makes the text one line: what it was made of may have been changed. */
static void flatten(ts_text *text) {
  size_t i;
  for (i = 0; i < text->bytes->length; i++) {
    unsigned char c = (unsigned char)text->bytes->data[i];
    if (c < 0x20 || c == 0x7F) {
      text->bytes->data[i] = ' ';
    }
  }
}

static int error_text(lua_State *L) {
  ts_text text;
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  ts_text_begin(L, &text);
  add_field(&text, "", "endpoint");
  if (text.bytes->length > 0) {
    ts_text_add(&text, ": ");
  }
  add_field(&text, "", "message");
  ts_text_add(&text, " (");
  add_field(&text, "", "kind");
  add_field(&text, ", HTTP ", "status");
  add_field(&text, ", code ", "code");
  add_field(&text, ", incident ", "incident_id");
  if (is_in_doubt(L)) {
    ts_text_add(&text, ", may have been applied");
  }
  ts_text_add_byte(&text, ')');
  add_field(&text, "; ", "hint");
  flatten(&text);
  ts_text_end(&text);
  return 1;
}

/* Either side of '..' may be the error. */
static int error_concat(lua_State *L) {
  int i;
  lua_settop(L, 2);
  for (i = 1; i <= 2; i++) {
    if (luaL_callmeta(L, i, "__tostring")) {
      lua_replace(L, i);
    } else if (!lua_isstring(L, i)) {
      return luaL_error(L, "attempt to concatenate a %s value",
                        luaL_typename(L, i));
    }
  }
  lua_concat(L, 2);
  return 1;
}

void ts_error_open(lua_State *L) {
  static const luaL_Reg methods[] = {
      {"__tostring", error_text}, {"__concat", error_concat}, {NULL, NULL}};
  lua_newtable(L);
  ts_setfuncs(L, methods);
  lua_pushliteral(L, "thoughtspot.error");
  lua_setfield(L, -2, "__name");
  lua_pushvalue(L, -1);
  ts_registry_set(L, &metatable_key);
}

/* --- Making ----------------------------------------------------------- */

/* Whether an integer of any Lua can be the number. */
static int is_integer(double number) {
  return number >= -2147483648.0 && number <= 2147483647.0 &&
         floor(number) == number;
}

static void set_number(lua_State *L, const char *name, double value) {
  if (is_integer(value)) {
    lua_pushinteger(L, (lua_Integer)value);
  } else {
    lua_pushnumber(L, value);
  }
  ts_rawsetfield(L, -2, name);
}

static void push_table(lua_State *L, ts_kind kind, const char *endpoint) {
  lua_newtable(L);
  ts_registry_get(L, &metatable_key);
  lua_setmetatable(L, -2);
  ts_rawsetstring(L, "kind", ts_kind_name(kind));
  ts_rawsetstring(L, "endpoint", endpoint);
}

void ts_error_push(lua_State *L, ts_kind kind, const char *endpoint,
                   const char *field, const char *message) {
  push_table(L, kind, endpoint);
  ts_rawsetstring(L, "field", field);
  if (field != NULL) {
    lua_pushfstring(L, "%s: %s", field, message);
  } else {
    lua_pushstring(L, message);
  }
  ts_rawsetfield(L, -2, "message");
  ts_rawsetstring(L, "applied", "no");
  set_number(L, "attempts", 0);
}

int ts_error_refuse(lua_State *L, const char *endpoint) {
  const char *path = lua_tostring(L, -2);
  const char *what = lua_tostring(L, -1);
  const char *hint = lua_pushfstring(L, "see thoughtspot.describe \"%s\"",
                                     endpoint != NULL ? endpoint : "Options");
  ts_error_push(L, TS_ARGUMENT, endpoint, *path != '\0' ? path : NULL, what);
  ts_rawsetstring(L, "hint", hint);
  lua_pushnil(L);
  lua_insert(L, -2);
  return 2;
}

/* --- Bodies ----------------------------------------------------------- */

/* Members of an error body, and the fields that they become. A member that
** stands further in than one of the same meaning is what wins. */
static const struct {
  const char *member;
  const char *field;
  int number;
} body_members[] = {{"code", "code", 1},
                    {"debug", "debug", 0},
                    {"message", "debug", 0},
                    {"error", "debug", 0},
                    {"incident_id_guid", "incident_id", 0},
                    {"incident_id", "incident_id", 0},
                    {"trace_id_guid", "trace_id", 0},
                    {"trace_id", "trace_id", 0}};

#define BODY_MEMBERS (sizeof body_members / sizeof body_members[0])

static int absent(lua_State *L, int into, const char *field) {
  int is_nil;
  ts_rawgetfield(L, into, field);
  is_nil = lua_isnil(L, -1);
  lua_pop(L, 1);
  return is_nil;
}

/* Pushes the strings in the list on top of the stack, joined. */
static void join(lua_State *L) {
  ts_text joined;
  int list = lua_gettop(L);
  size_t count = ts_rawlen(L, list), i;
  ts_text_begin(L, &joined);
  for (i = 1; i <= count; i++) {
    lua_rawgeti(L, list, (int)i);
    if (lua_isstring(L, -1)) {
      ts_text_add(&joined, joined.bytes->length > 0 ? ", " : "");
      ts_text_add_value(&joined, -1);
    }
    lua_pop(L, 1);
  }
  ts_text_end(&joined);
}

/* Replaces a string that is a JSON array of strings by these, joined. */
static void unwrap_list(lua_State *L) {
  size_t length;
  const char *text = lua_tolstring(L, -1, &length);
  if (text[0] != '[') {
    return;
  }
  if (ts_json_decode(L, text, length) && lua_istable(L, -1)) {
    join(L);
    if (ts_rawlen(L, -1) > 0) {
      lua_replace(L, -3);
    } else {
      lua_pop(L, 1);
    }
  }
  lua_pop(L, 1);
}

/* Reads what an error body says, from the value on top of the stack, in any
** of the shapes that servers send, into the table at 'into', an absolute
** index: code, debug, incident_id, trace_id. */
static void read_body(lua_State *L, int into, int depth) {
  size_t i;
  if (!lua_istable(L, -1) || depth == 0) {
    return;
  }
  for (i = 0; i < BODY_MEMBERS; i++) {
    ts_rawgetfield(L, -1, body_members[i].member);
    if (lua_istable(L, -1)) {
      read_body(L, into, depth - 1);
    }
    lua_pop(L, 1);
  }
  for (i = 0; i < BODY_MEMBERS; i++) {
    ts_rawgetfield(L, -1, body_members[i].member);
    if ((body_members[i].number
             ? lua_isnumber(L, -1) && is_integer(lua_tonumber(L, -1))
             : lua_type(L, -1) == LUA_TSTRING) &&
        absent(L, into, body_members[i].field)) {
      if (body_members[i].number) {
        lua_pushinteger(L, (lua_Integer)lua_tonumber(L, -1));
        lua_replace(L, -2);
      } else {
        unwrap_list(L);
      }
      ts_rawsetfield(L, into, body_members[i].field);
    } else {
      lua_pop(L, 1);
    }
  }
}

/* --- Outcome ---------------------------------------------------------- */

/* The code of identifiers that stand for nothing. */
#define UNRESOLVED 13003

/* Codes that say more than the status they come with. */
static const struct {
  long code;
  ts_kind kind;
} code_kinds[] = {{10023, TS_FORBIDDEN},
                  {10097, TS_AUTH},
                  {UNRESOLVED, TS_NOT_FOUND},
                  {13090, TS_FORBIDDEN}};

static ts_kind refine(ts_kind kind, long code) {
  size_t i;
  for (i = 0; i < sizeof code_kinds / sizeof code_kinds[0]; i++) {
    if (code_kinds[i].code == code && kind == TS_API) {
      return code_kinds[i].kind;
    }
  }
  return kind;
}

/* What an outcome means where neither side has said it in words. */
static const char *explain(const ts_exchange *x, ts_kind kind) {
  switch (kind) {
  case TS_AUTH:
    return "the cluster does not accept who is asking";
  case TS_FORBIDDEN:
    return "the cluster does not allow it";
  case TS_NOT_FOUND:
    return "there is no such thing";
  case TS_CONFLICT:
    return "it is there already";
  case TS_RATE_LIMIT:
    return "too many requests";
  case TS_GATEWAY:
    return "a proxy or gateway answers in the cluster's place";
  case TS_SERVER:
    return x->response.status == 500 && ts_exchange_may_have_applied(x)
               ? "the cluster failed; the cause is often in the request"
               : "the cluster failed";
  default:
    return "the cluster refused the request";
  }
}

/* Scrubs the string on top of the stack and makes it one line. */
static void clean(lua_State *L, const ts_exchange *x) {
  ts_text line;
  ts_scrub(L, x, TEXT_SHOWN);
  ts_text_begin(L, &line);
  ts_text_add_value(&line, -2);
  flatten(&line);
  ts_text_end(&line);
  lua_remove(L, -2);
}

/* Puts what the body says into the error on top of the stack. */
static void add_body(lua_State *L, const ts_exchange *x) {
  static const char *const texts[] = {"debug", "incident_id", "trace_id"};
  const ts_buffer *prefix = &x->response.prefix;
  int error = lua_gettop(L);
  size_t i;
  if (prefix->length == 0 || x->response.raw_is_result) {
    return;
  }
  if (ts_json_decode(L, prefix->data, prefix->length)) {
    luaL_checkstack(L, 4 * BODY_DEPTH + 8, "error body");
    read_body(L, error, BODY_DEPTH);
  }
  lua_pop(L, 1);
  for (i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    ts_rawgetfield(L, error, texts[i]);
    if (lua_type(L, -1) == LUA_TSTRING) {
      clean(L, x);
      ts_rawsetfield(L, error, texts[i]);
    } else {
      lua_pop(L, 1);
    }
  }
  lua_pushlstring(L, prefix->data, prefix->length);
  ts_scrub(L, x, BODY_SHOWN);
  ts_rawsetfield(L, error, "body");
}

/* Pushes the sentence about the outcome; the error is below it. */
static void push_message(lua_State *L, const ts_exchange *x, ts_kind kind,
                         long code) {
  if (x->message[0] != '\0') {
    lua_pushstring(L, x->message);
    clean(L, x);
    return;
  }
  if (x->response.status >= 300 && x->response.status < 400) {
    lua_pushliteral(L, "the host sends elsewhere");
    if (x->response.location.length > 0) {
      lua_pushliteral(L, ": ");
      lua_pushlstring(L, x->response.location.data,
                      x->response.location.length);
      clean(L, x);
      lua_concat(L, 3);
    }
    return;
  }
  ts_rawgetfield(L, -1, "debug");
  if (lua_type(L, -1) == LUA_TSTRING && ts_rawlen(L, -1) > 0) {
    if (code == UNRESOLVED) { /* then it is but a list of identifiers */
      lua_pushliteral(L, "not found: ");
      lua_insert(L, -2);
      lua_concat(L, 2);
    }
    return;
  }
  lua_pop(L, 1);
  lua_pushstring(L, explain(x, kind));
}

void ts_error_push_outcome(lua_State *L, const ts_exchange *x) {
  const ts_exchange *source = x->login_failed ? x->login : x;
  ts_kind kind = source->kind;
  long code;
  push_table(L, kind, x->endpoint->name);
  add_body(L, source);
  ts_rawgetfield(L, -1, "code");
  code = (long)lua_tonumber(L, -1);
  lua_pop(L, 1);
  kind = refine(kind, code);
  ts_rawsetstring(L, "kind", ts_kind_name(kind));
  ts_rawsetstring(L, "hint", ts_hint(x, kind, code));
  push_message(L, source, kind, code);
  if (x->login_failed) {
    lua_pushliteral(L, "no token: ");
    lua_insert(L, -2);
    lua_concat(L, 2);
  }
  ts_rawsetfield(L, -2, "message");
  if (x->login_failed) {
    lua_pushboolean(L, 1);
    ts_rawsetfield(L, -2, "login_failed");
  }
  if (source->response.status != 0) {
    set_number(L, "status", (double)source->response.status);
  }
  if (source->response.retry_after >= 0) {
    set_number(L, "retry_after", source->response.retry_after);
  }
  set_number(L, "attempts", source->attempts);
  ts_rawsetstring(L, "applied",
                  ts_exchange_may_have_applied(x) ? "maybe" : "no");
}
