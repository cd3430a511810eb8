/*
** text.c - builds strings piece by piece.
*/

#include <string.h>

#include "values/scratch.h"
#include "values/text.h"

/* Most bytes of a caller's name or value that a message shows. */
#define MAX_SHOWN 60

void ts_text_begin(lua_State *L, ts_text *text) {
  luaL_checkstack(L, 4, "text");
  text->L = L;
  text->bytes = ts_scratch_push(L);
  text->slot = lua_gettop(L);
}

void ts_text_add(ts_text *text, const char *piece) {
  ts_text_add_bytes(text, piece, strlen(piece));
}

void ts_text_add_bytes(ts_text *text, const char *bytes, size_t length) {
  ts_check_memory(text->L, ts_buffer_append(text->bytes, bytes, length));
}

void ts_text_add_byte(ts_text *text, char byte) {
  ts_check_memory(text->L, ts_buffer_append_byte(text->bytes, byte));
}

bool ts_text_add_value(ts_text *text, int index) {
  lua_State *L = text->L;
  size_t length;
  const char *bytes;
  if (!lua_isstring(L, index)) {
    return false;
  }
  lua_pushvalue(L, index); /* because lua_tolstring converts a number in
                              place */
  bytes = lua_tolstring(L, -1, &length);
  ts_text_add_bytes(text, bytes, length);
  lua_pop(L, 1);
  return true;
}

void ts_text_add_shown(ts_text *text, const char *shown, size_t length) {
  size_t end = length, i;
  if (length > MAX_SHOWN) {
    end = MAX_SHOWN;
    while (end > MAX_SHOWN - 4 && (shown[end] & 0xC0) == 0x80) {
      end--; /* do not cut a UTF-8 character */
    }
  }
  for (i = 0; i < end; i++) {
    unsigned char c = (unsigned char)shown[i];
    ts_text_add_byte(text, c < 0x20 || c == 0x7F ? '?' : shown[i]);
  }
  if (end < length) {
    ts_text_add(text, "...");
  }
}

void ts_text_end(ts_text *text) {
  lua_State *L = text->L;
  lua_settop(L, text->slot);
  lua_pushlstring(L, text->bytes->data != NULL ? text->bytes->data : "",
                  text->bytes->length);
  ts_buffer_free(text->bytes);
  lua_replace(L, text->slot);
}
