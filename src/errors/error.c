/*
** error.c - error objects: tables with a text.
*/

#include <stdlib.h>
#include <string.h>

#include "errors/error.h"
#include "errors/hint.h"
#include "errors/report.h"
#include "errors/scrub.h"
#include "values/decode.h"
#include "values/scratch.h"
#include "values/text.h"

/* Most bytes of a reply, and of a text in it, that an error shows. */
#define BODY_SHOWN 4096
#define TEXT_SHOWN 1024

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

/* Returns the length of the control character with which the text begins, or 0.
** These are U+0000 to U+001F and U+007F to U+009F, because terminals obey
** them; and U+2028 to U+202E and U+2066 to U+2069, which end lines or change
** the direction of what follows. The text is terminated by a NUL. */
static size_t control_length(const unsigned char *text) {
  if (*text < 0x20 || *text == 0x7F) {
    return 1;
  }
  if (*text == 0xC2) {
    return text[1] >= 0x80 && text[1] < 0xA0 ? 2 : 0;
  }
  return *text == 0xE2 &&
                 ((text[1] == 0x80 && text[2] >= 0xA8 && text[2] <= 0xAE) ||
                  (text[1] == 0x81 && text[2] >= 0xA6 && text[2] <= 0xA9))
             ? 3
             : 0;
}

/* Makes the text, which it terminates, one line without control characters,
** because a program may have changed the fields. */
static void flatten(ts_text *text) {
  unsigned char *at;
  size_t length = text->bytes->length;
  const unsigned char *end;
  ts_text_add_byte(text, '\0');
  at = (unsigned char *)text->bytes->data;
  end = at + length;
  while (at < end) {
    size_t control = control_length(at);
    memset(at, ' ', control);
    at += control > 0 ? control : 1;
  }
  ts_buffer_truncate(text->bytes, length);
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

/* Either operand of '..' may be the error. */
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

/* --- Creation --------------------------------------------------------- */

static void set_number(lua_State *L, const char *name, double value) {
  if (ts_is_int32(value)) {
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

int ts_error_refuse(lua_State *L, const char *endpoint,
                    const char *described) {
  const char *path = lua_tostring(L, -2);
  const char *what = lua_tostring(L, -1);
  const char *hint =
      lua_pushfstring(L, "see thoughtspot.describe \"%s\"", described);
  ts_error_push(L, TS_ARGUMENT, endpoint, *path != '\0' ? path : NULL, what);
  ts_rawsetstring(L, "hint", hint);
  lua_pushnil(L);
  lua_insert(L, -2);
  return 2;
}

/* --- Outcome ---------------------------------------------------------- */

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

/* Sets the fields of the error on top of the stack that come from the body.
** The body is scrubbed here, because it comes from a server; our own sentences
** need not be. */
static void add_body(lua_State *L, const ts_exchange *x) {
  static const char *const texts[] = {"debug", "incident_id", "trace_id"};
  const ts_buffer *prefix = &x->response.prefix;
  int error = lua_gettop(L);
  size_t i;
  if (prefix->length == 0 || x->response.raw_is_result) {
    return;
  }
  ts_scratch_pushbytes(L, prefix);
  if (ts_decode_document(L, lua_tostring(L, -1), ts_rawlen(L, -1))) {
    ts_report_read(L, error);
  }
  lua_settop(L, error + 1);
  for (i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    ts_rawgetfield(L, error, texts[i]);
    if (lua_type(L, -1) == LUA_TSTRING) {
      clean(L, x);
      ts_rawsetfield(L, error, texts[i]);
    } else {
      lua_pop(L, 1);
    }
  }
  ts_scrub(L, x, BODY_SHOWN);
  ts_rawsetfield(L, error, "body");
}

static bool is_redirected(const ts_exchange *x) {
  return x->response.status >= 300 && x->response.status < 400;
}

/* Pushes the reason that the reply gives, if there is one; the error is on top
** of the stack. A reason that a proxy gives is not used. */
static bool push_reason(lua_State *L, const ts_exchange *x, long code) {
  ts_rawgetfield(L, -1, "debug");
  if (lua_type(L, -1) != LUA_TSTRING || ts_rawlen(L, -1) == 0 ||
      x->kind == TS_CONNECT) {
    lua_pop(L, 1);
    return false;
  }
  if (code == TS_CODE_UNRESOLVED) { /* the text is a list of identifiers */
    lua_pushliteral(L, "not found: ");
    lua_insert(L, -2);
    lua_concat(L, 2);
  }
  return true;
}

/* If the error comes from a proxy, adds which one to the sentence on top of the
** stack. */
static void name_proxy(lua_State *L, const ts_exchange *x) {
  if (x->response.proxy.length > 0) {
    lua_pushliteral(L, ": ");
    ts_scratch_pushbytes(L, &x->response.proxy);
    lua_concat(L, 3);
  }
}

/* Pushes the message; the error is on top of the stack. */
static void push_message(lua_State *L, const ts_exchange *x,
                         const char *sentence, long code) {
  if (x->message[0] != '\0') {
    lua_pushstring(L, x->message);
    if (x->quoted) {
      clean(L, x);
    }
    return;
  }
  if (!is_redirected(x) && push_reason(L, x, code)) {
    return;
  }
  lua_pushstring(L, sentence);
  name_proxy(L, x);
  if (is_redirected(x) && x->response.location.length > 0) {
    lua_pushliteral(L, ": ");
    ts_scratch_pushbytes(L, &x->response.location);
    clean(L, x);
    lua_concat(L, 3);
  }
}

/* Notes in the message on top of the stack, and in the error below it, that
** the login failed. */
static void blame_login(lua_State *L) {
  lua_pushliteral(L, "could not log in: ");
  lua_insert(L, -2);
  lua_concat(L, 2);
  lua_pushboolean(L, 1);
  ts_rawsetfield(L, -3, "login_failed");
}

void ts_error_push_outcome(lua_State *L, const ts_exchange *x) {
  const ts_exchange *source = x->login_failed ? x->login : x;
  const char *sentence =
      source->outcome != NULL ? source->outcome->sentence : NULL;
  ts_kind kind = source->kind;
  long code;
  push_table(L, kind, x->endpoint->name);
  add_body(L, source);
  ts_rawgetfield(L, -1, "code");
  code = (long)lua_tonumber(L, -1);
  lua_pop(L, 1);
  kind = ts_outcome_refine(kind, code, &sentence);
  ts_rawsetstring(L, "kind", ts_kind_name(kind));
  ts_rawsetstring(L, "hint", ts_hint(x, kind, code));
  push_message(L, source, sentence != NULL ? sentence : "", code);
  if (x->login_failed) {
    blame_login(L);
  }
  ts_rawsetfield(L, -2, "message");
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
