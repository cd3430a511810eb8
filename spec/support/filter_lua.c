/*
** filter_lua.c - the scanner and the buffer as a Lua module, for their specs.
*/

#include "bytes/filter.h"
#include "values/compat.h"

#include <string.h>

/* --- filter.scan ------------------------------------------------------ */

#define FILTER "filter_test.filter"

static const char *const status_names[] = {
    "ok",    "memory",       "syntax", "shape",    "rejected",
    "depth", "element_size", "size",   "truncated"};

static int filter_gc(lua_State *L) {
  ts_filter_free(luaL_checkudata(L, 1, FILTER));
  return 0;
}

static size_t size_option(lua_State *L, const char *name) {
  size_t size;
  lua_getfield(L, 2, name);
  size = (size_t)luaL_optnumber(L, -1, 0);
  lua_pop(L, 1);
  return size;
}

static bool boolean_option(lua_State *L, const char *name) {
  bool value;
  lua_getfield(L, 2, name);
  value = lua_toboolean(L, -1) != 0;
  lua_pop(L, 1);
  return value;
}

/* Pushes the allocated memory of the list of names. */
static void push_fields(lua_State *L, ts_filter_options *o) {
  const char **fields;
  size_t i;
  lua_getfield(L, 2, "fields");
  if (lua_isnil(L, -1)) {
    return;
  }
  o->field_count = ts_rawlen(L, -1);
  fields = ts_newuserdata(L, (o->field_count + 1) * sizeof *fields);
  for (i = 0; i < o->field_count; i++) {
    lua_rawgeti(L, -2, (int)i + 1);
    fields[i] = luaL_checkstring(L, -1); /* the table keeps it alive */
    lua_pop(L, 1);
  }
  o->fields = fields;
}

static void take(lua_State *L, ts_filter *f, int list) {
  const char *element;
  size_t length;
  while (ts_filter_next(f, &element, &length)) {
    lua_pushlstring(L, element, length);
    lua_rawseti(L, list, (int)ts_rawlen(L, list) + 1);
  }
}

/* Pushes a table about the filter's memory. */
static void push_memory(lua_State *L, const ts_filter *f) {
  size_t length = size_option(L, "remains");
  lua_newtable(L);
  lua_pushnumber(L, (lua_Number)ts_filter_held(f));
  lua_setfield(L, -2, "held");
  lua_pushnumber(L, (lua_Number)f->kept.capacity);
  lua_setfield(L, -2, "capacity");
  if (length <= f->kept.capacity) {
    lua_pushlstring(L, f->kept.data != NULL ? f->kept.data : "", length);
    lua_setfield(L, -2, "remains");
  }
}

/* Where accept() adds what it was given, as two strings for each element. */
typedef struct judged {
  lua_State *L;
  int list;
} judged;

/* Accepts an element unless its text contains "unexpected". */
static bool accept(void *context, const char *element, size_t length,
                   const char *text, size_t text_length) {
  const judged *to = context;
  int count = (int)ts_rawlen(to->L, to->list);
  bool accepted;
  lua_pushlstring(to->L, element, length);
  lua_rawseti(to->L, to->list, count + 1);
  lua_pushlstring(to->L, text, text_length);
  accepted = strstr(lua_tostring(to->L, -1), "unexpected") == NULL;
  lua_rawseti(to->L, to->list, count + 2);
  return accepted;
}

/*
** scan(chunks, options) -> elements, status, offset, memory, judged Feeds the chunks,
** takes what is complete after each of them, or after the last with
** options.late, and finishes. 'memory' has the bytes held at the end, the
** capacity, and the first options.remains bytes of the memory, in use or not.
** With options.judge, 'judged' has what accept() was given.
** The other options are those of ts_filter_options.
*/
static int scan(lua_State *L) {
  ts_filter_options o = {0};
  ts_filter *f;
  ts_filter_status status;
  size_t i, count = ts_rawlen(L, 1);
  bool late;
  judged to = {L, 0};
  int list;
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 2);
  o.shape = boolean_option(L, "array") ? TS_FILTER_ARRAY : TS_FILTER_OBJECT;
  o.keep_null = boolean_option(L, "keep_null");
  o.secret = boolean_option(L, "secret");
  o.max_element = size_option(L, "max_element");
  o.max_held = size_option(L, "max_held");
  late = boolean_option(L, "late");
  push_fields(L, &o);
  lua_newtable(L);
  to.list = lua_gettop(L);
  if (boolean_option(L, "judge")) {
    o.accepts = accept;
    o.context = &to;
  }
  f = ts_newuserdata(L, sizeof *f);
  ts_filter_init(f, &o);
  luaL_getmetatable(L, FILTER);
  lua_setmetatable(L, -2);
  lua_newtable(L);
  list = lua_gettop(L);
  for (i = 1; i <= count; i++) {
    size_t length;
    const char *chunk;
    lua_rawgeti(L, 1, (int)i);
    chunk = luaL_checklstring(L, -1, &length);
    ts_filter_feed(f, chunk, length);
    lua_pop(L, 1);
    if (!late) {
      take(L, f, list);
    }
  }
  status = ts_filter_finish(f);
  push_memory(L, f);
  take(L, f, list);
  lua_pushvalue(L, list);
  lua_pushstring(L, status_names[status]);
  lua_pushnumber(L, (lua_Number)f->offset);
  lua_pushvalue(L, list + 1);
  lua_pushvalue(L, to.list);
  return 5;
}

/* describe(status) -> phrase */
static int describe(lua_State *L) {
  int status = luaL_checkoption(L, 1, NULL, status_names);
  lua_pushstring(L, ts_filter_describe((ts_filter_status)status));
  return 1;
}

/* --- buffer objects --------------------------------------------------- */

#define BUFFER "filter_test.buffer"

static ts_buffer *check_buffer(lua_State *L) {
  return luaL_checkudata(L, 1, BUFFER);
}

/* buffer(secret) -> an empty buffer */
static int buffer_new(lua_State *L) {
  bool secret = lua_toboolean(L, 1) != 0;
  ts_buffer *b = ts_newuserdata(L, sizeof *b);
  if (secret) {
    ts_buffer_init_secret(b);
  } else {
    ts_buffer_init(b);
  }
  luaL_getmetatable(L, BUFFER);
  lua_setmetatable(L, -2);
  return 1;
}

static int buffer_free(lua_State *L) {
  ts_buffer_free(check_buffer(L));
  return 0;
}

static int buffer_append(lua_State *L) {
  size_t length;
  const char *bytes = luaL_checklstring(L, 2, &length);
  lua_pushboolean(L, ts_buffer_append(check_buffer(L), bytes, length));
  return 1;
}

static int buffer_append_string(lua_State *L) {
  lua_pushboolean(
      L, ts_buffer_append_string(check_buffer(L), luaL_checkstring(L, 2)));
  return 1;
}

static int buffer_append_byte(lua_State *L) {
  const char *byte = luaL_checkstring(L, 2);
  lua_pushboolean(L, ts_buffer_append_byte(check_buffer(L), *byte));
  return 1;
}

/* buffer:reserve(n), or without n, more than memory can have */
static int buffer_reserve(lua_State *L) {
  size_t extra = SIZE_MAX;
  if (!lua_isnoneornil(L, 2)) {
    extra = (size_t)luaL_checknumber(L, 2);
  }
  lua_pushboolean(L, ts_buffer_reserve(check_buffer(L), extra));
  return 1;
}

static int buffer_truncate(lua_State *L) {
  ts_buffer_truncate(check_buffer(L), (size_t)luaL_checknumber(L, 2));
  return 0;
}

static int buffer_consume(lua_State *L) {
  ts_buffer_consume(check_buffer(L), (size_t)luaL_checknumber(L, 2));
  return 0;
}

/* buffer:text([past]) -> the bytes, and 'past' more bytes after them */
static int buffer_text(lua_State *L) {
  ts_buffer *b = check_buffer(L);
  size_t past = (size_t)luaL_optnumber(L, 2, 0);
  luaL_argcheck(L, past <= b->capacity - b->length, 2, "beyond the capacity");
  lua_pushlstring(L, b->data != NULL ? b->data : "", b->length + past);
  return 1;
}

/* buffer:capacity() -> capacity, secret */
static int buffer_capacity(lua_State *L) {
  ts_buffer *b = check_buffer(L);
  lua_pushnumber(L, (lua_Number)b->capacity);
  lua_pushboolean(L, b->secret);
  return 2;
}

static const luaL_Reg buffer_methods[] = {
    {"append", buffer_append},
    {"append_string", buffer_append_string},
    {"append_byte", buffer_append_byte},
    {"reserve", buffer_reserve},
    {"truncate", buffer_truncate},
    {"consume", buffer_consume},
    {"free", buffer_free},
    {"text", buffer_text},
    {"capacity", buffer_capacity},
    {"__gc", buffer_free},
    {NULL, NULL}};

static const luaL_Reg functions[] = {{"scan", scan},
                                     {"describe", describe},
                                     {"buffer", buffer_new},
                                     {NULL, NULL}};

int luaopen_filter_test(lua_State *L);

TS_EXPORT int luaopen_filter_test(lua_State *L) {
  luaL_newmetatable(L, FILTER);
  lua_pushcfunction(L, filter_gc);
  lua_setfield(L, -2, "__gc");
  luaL_newmetatable(L, BUFFER);
  lua_pushvalue(L, -1);
  lua_setfield(L, -2, "__index");
  ts_setfuncs(L, buffer_methods);
  lua_newtable(L);
  ts_setfuncs(L, functions);
  lua_pushnumber(L, TS_FILTER_MAX_DEPTH);
  lua_setfield(L, -2, "max_depth");
  return 1;
}
