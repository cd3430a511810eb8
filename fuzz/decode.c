/*
** decode.c - fuzzes the decoding of replies, against lua-cjson. The input is a
** document. What must hold: what passes the filter is decoded, with the same
** result as by lua-cjson, if that accepts the document.
*/

#include "values/decode.h"
#include "bytes/filter.h"
#include "script.h"

static const char script[] =
    "local cjson = require 'cjson'.new()\n"
    "local function same(a, b)\n"
    "  if type(a) == 'number' and type(b) == 'number' then\n"
    "    return a + 0.0 == b + 0.0\n"
    "  elseif type(a) ~= 'table' or type(b) ~= 'table' then\n"
    "    return a == b\n"
    "  end\n"
    "  for key, value in pairs(a) do\n"
    "    if not same(value, b[key]) then return false end\n"
    "  end\n"
    "  for key in pairs(b) do\n"
    "    if a[key] == nil then return false end\n"
    "  end\n"
    "  return true\n"
    "end\n"
    "return function(text, decoded)\n"
    "  local ok, expected = pcall(cjson.decode, text)\n"
    "  assert(not ok or same(decoded, expected), text)\n"
    "end\n";

/* Decodes the elements: a list, or one object. */
static int decode(lua_State *L) {
  const ts_buffer *elements = lua_touserdata(L, 1);
  size_t count = (size_t)lua_tointeger(L, 2);
  int members = 4;
  if (lua_toboolean(L, 3)) {
    ts_decode_list(L, elements->data, elements->length, count, &members);
  } else if (ts_decode(L, elements->data, elements->length, &members) + 1 !=
             elements->data + elements->length) {
    abort();
  }
  return 1;
}

/* Returns whether the document is a list. */
static bool is_list(const uint8_t *data, size_t size) {
  size_t i = 0;
  while (i < size && memchr(" \t\r\n", data[i], 4) != NULL) {
    i++;
  }
  return i < size && data[i] == '[';
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static lua_State *L;
  ts_filter_options options = {.shape = TS_FILTER_OBJECT, .keep_null = true};
  bool list = is_list(data, size);
  ts_filter filter;
  ts_buffer elements;
  if (L == NULL) {
    L = open_script(script);
  }
  options.shape = list ? TS_FILTER_ARRAY : TS_FILTER_OBJECT;
  ts_filter_init(&filter, &options);
  if (ts_filter_feed(&filter, (const char *)data, size) == TS_FILTER_OK &&
      ts_filter_finish(&filter) == TS_FILTER_OK) {
    ts_filter_take_all(&filter, &elements);
    lua_pushvalue(L, -1);
    lua_pushlstring(L, (const char *)data, size);
    lua_pushcfunction(L, decode);
    lua_pushlightuserdata(L, &elements);
    lua_pushinteger(L, (lua_Integer)filter.completed);
    lua_pushboolean(L, list);
    lua_call(L, 3, 1);
    call_script(L, 2);
    ts_buffer_free(&elements);
  }
  ts_filter_free(&filter);
  return 0;
}
