/*
** report.c - reads the body of an error.
**
** ThoughtSpot nests its errors, and so do gateways, frameworks and GraphQL,
** each in its own way (RFC 7807 is one). So names are compared in lower case
** without underscores and hyphens, and inner values take precedence, because
** they are closer to the cause.
*/

#include <string.h>

#include "bytes/characters.h"
#include "errors/report.h"
#include "values/decode.h"
#include "values/text.h"

/* Limit of the depth in a body, including JSON inside its strings. */
#define DEPTH 8

/* Largest number of list items that are reported. */
#define MOST_ITEMS 20

/* Names of members with a text, the most specific first. */
static const char *const texts[] = {"debug",
                                    "message",
                                    "detail",
                                    "details",
                                    "errordescription",
                                    "errormessage",
                                    "errormsg",
                                    "msg",
                                    "description",
                                    "reason",
                                    "faultstring",
                                    "usermessage",
                                    "developermessage",
                                    "error",
                                    "err",
                                    "errors",
                                    "summary",
                                    "title",
                                    "exception",
                                    "fault",
                                    "text",
                                    "info",
                                    "issue",
                                    "cause",
                                    NULL};

/* Names of objects and lists to descend into, the most specific first. */
static const char *const inside[] = {"debug",
                                     "message",
                                     "messages",
                                     "errormessage",
                                     "errormessages",
                                     "detail",
                                     "details",
                                     "reason",
                                     "error",
                                     "err",
                                     "errors",
                                     "errorlist",
                                     "validationerrors",
                                     "violations",
                                     "failures",
                                     "exception",
                                     "fault",
                                     "extensions",
                                     "data",
                                     "result",
                                     "response",
                                     "responsestatus",
                                     "status",
                                     "body",
                                     "meta",
                                     NULL};
static const char *const codes[] = {"code", "errorcode", NULL};
static const char *const incidents[] = {"incidentidguid", "incidentid", NULL};
static const char *const traces[] = {"traceidguid", "traceid", NULL};

/* --- Members ---------------------------------------------------------- */

/* Returns whether the name, in lower case and without underscores, is
** 'folded'. */
static bool is_called(const char *name, const char *folded) {
  for (; *name != '\0'; name++) {
    char c = ts_to_lower(*name);
    if (c == '_' || c == '-') {
      continue;
    }
    if (c != *folded++) {
      return false;
    }
  }
  return *folded == '\0';
}

/* Pushes the member of the object at 'index' with that name; if there are
** several, the one whose name sorts first. False: there is none, and nothing
** is pushed. */
static bool push_member(lua_State *L, int index, const char *folded) {
  const char *found = NULL;
  lua_pushnil(L);
  while (lua_next(L, index)) {
    lua_pop(L, 1);
    if (lua_type(L, -1) == LUA_TSTRING) {
      const char *name = lua_tostring(L, -1);
      if (is_called(name, folded) &&
          (found == NULL || strcmp(name, found) < 0)) {
        found = name; /* owned by the object */
      }
    }
  }
  if (found != NULL) {
    ts_rawgetfield(L, index, found);
  }
  return found != NULL;
}

static bool is_blank(lua_State *L, int index) {
  const char *text = lua_tostring(L, index);
  return text[strspn(text, " \t\r\n")] == '\0' &&
         strlen(text) == ts_rawlen(L, index);
}

/* --- Texts ------------------------------------------------------------ */

static bool push_text(lua_State *L, int index, int depth);

/* Pushes the texts of a list's items, joined, without blank ones. False: there
** are none, and nothing is pushed. */
static bool push_list_text(lua_State *L, int list, int depth) {
  ts_text joined;
  size_t count = ts_rawlen(L, list), i;
  bool any = false;
  ts_text_begin(L, &joined);
  for (i = 1; i <= count && i <= MOST_ITEMS; i++) {
    int top = lua_gettop(L);
    lua_rawgeti(L, list, (int)i);
    if (lua_type(L, -1) == LUA_TNUMBER) {
      lua_tostring(L, -1); /* converts it in place */
    } else {
      any = push_text(L, top + 1, depth) || any;
    }
    if (lua_type(L, -1) == LUA_TSTRING && !is_blank(L, -1)) {
      ts_text_add(&joined, joined.bytes->length > 0 ? ", " : "");
      ts_text_add_value(&joined, -1);
    }
    lua_settop(L, top);
  }
  ts_text_end(&joined);
  if (!any) {
    lua_pop(L, 1);
  }
  return any;
}

/* Pushes the strings of all members, sorted by name, because some frameworks
** report errors as members named after the fields. False: there are none. */
static bool push_any_text(lua_State *L, int object, int depth) {
  int top = lua_gettop(L), count = 0;
  lua_newtable(L);
  for (; count < MOST_ITEMS; count++) {
    const char *next = NULL;
    lua_pushnil(L);
    while (lua_next(L, object)) {
      lua_pop(L, 1);
      if (lua_type(L, -1) == LUA_TSTRING) {
        const char *name = lua_tostring(L, -1);
        lua_pushvalue(L, -1);
        lua_rawget(L, top + 1);
        if (lua_isnil(L, -1) && (next == NULL || strcmp(name, next) < 0)) {
          next = name;
        }
        lua_pop(L, 1);
      }
    }
    if (next == NULL) {
      break;
    }
    ts_rawgetfield(L, object, next);
    lua_pushvalue(L, -1);
    ts_rawsetfield(L, top + 1, next);
    lua_rawseti(L, top + 1, count + 1);
  }
  if (push_list_text(L, top + 1, depth)) {
    lua_replace(L, top + 1);
    return true;
  }
  lua_settop(L, top);
  return false;
}

/* Pushes the first text that is not blank among the members with these names;
** only tables, or only other values, are considered. False: there is none;
** sets '*blank' if there was a blank one. */
static bool push_first(lua_State *L, int object, const char *const *names,
                       bool tables, int depth, bool *blank) {
  int top = lua_gettop(L);
  for (; *names != NULL; names++) {
    if (push_member(L, object, *names) && lua_istable(L, -1) == tables &&
        push_text(L, top + 1, depth)) {
      lua_replace(L, top + 1);
      if (!is_blank(L, -1)) {
        return true;
      }
      *blank = true;
    }
    lua_settop(L, top);
  }
  return false;
}

/* Pushes the text of an object: that of an inner object if it has one, else
** its own. A blank text is better than none. */
static bool push_object_text(lua_State *L, int object, int depth) {
  int top = lua_gettop(L);
  bool blank = false;
  if (push_first(L, object, inside, true, depth, &blank) ||
      push_first(L, object, texts, false, depth, &blank)) {
    return true;
  }
  if (push_member(L, object, "errors")) {
    if (lua_istable(L, -1) && push_any_text(L, top + 1, depth)) {
      lua_replace(L, top + 1);
      return true;
    }
    lua_settop(L, top);
  }
  if (blank) {
    lua_pushliteral(L, "");
  }
  return blank;
}

/* Pushes the text of a string; if it is JSON, the text inside it. */
static void push_string_text(lua_State *L, int index, int depth) {
  int top = lua_gettop(L);
  size_t length;
  const char *text = lua_tolstring(L, index, &length);
  if (*text == '[' || *text == '{') {
    if (ts_decode_document(L, text, length) && push_text(L, top + 1, depth)) {
      lua_replace(L, top + 1);
      return;
    }
    lua_settop(L, top);
  }
  lua_pushvalue(L, index);
}

/* Pushes the text of the value at 'index', an absolute index. False: there is
** none, and nothing is pushed. */
static bool push_text(lua_State *L, int index, int depth) {
  luaL_checkstack(L, 12, "error body");
  if (lua_type(L, index) == LUA_TSTRING) {
    push_string_text(L, index, depth);
    return true;
  }
  if (!lua_istable(L, index) || depth == 0) {
    return false;
  }
  return ts_rawlen(L, index) > 0 ? push_list_text(L, index, depth - 1)
                                 : push_object_text(L, index, depth - 1);
}

/* --- Codes and ids ---------------------------------------------------- */

static bool is_code(lua_State *L) {
  double number = lua_tonumber(L, -1);
  return lua_isnumber(L, -1) && ts_is_int32(number);
}

static bool is_id(lua_State *L) {
  return lua_type(L, -1) == LUA_TSTRING && !is_blank(L, -1);
}

/* Pushes the first acceptable member with one of these names, inner ones
** first. False: there is none. */
static bool push_deep(lua_State *L, int index, const char *const *names,
                      bool (*accepts)(lua_State *L), int depth) {
  int top = lua_gettop(L);
  size_t i;
  if (!lua_istable(L, index) || depth == 0) {
    return false;
  }
  luaL_checkstack(L, 8, "error body");
  if (ts_rawlen(L, index) > 0) {
    lua_rawgeti(L, index, 1);
    if (push_deep(L, top + 1, names, accepts, depth - 1)) {
      lua_replace(L, top + 1);
      return true;
    }
    lua_settop(L, top);
    return false;
  }
  for (i = 0; inside[i] != NULL; i++) {
    if (push_member(L, index, inside[i]) &&
        push_deep(L, top + 1, names, accepts, depth - 1)) {
      lua_replace(L, top + 1);
      return true;
    }
    lua_settop(L, top);
  }
  for (i = 0; names[i] != NULL; i++) {
    if (push_member(L, index, names[i]) && accepts(L)) {
      return true;
    }
    lua_settop(L, top);
  }
  return false;
}

void ts_report_read(lua_State *L, int into) {
  int body = lua_gettop(L);
  if (push_text(L, body, DEPTH)) {
    ts_rawsetfield(L, into, "debug");
  }
  if (push_deep(L, body, codes, is_code, DEPTH)) {
    lua_pushinteger(L, (lua_Integer)lua_tonumber(L, -1));
    ts_rawsetfield(L, into, "code");
  }
  lua_settop(L, body);
  if (push_deep(L, body, incidents, is_id, DEPTH)) {
    ts_rawsetfield(L, into, "incident_id");
  }
  if (push_deep(L, body, traces, is_id, DEPTH)) {
    ts_rawsetfield(L, into, "trace_id");
  }
}
