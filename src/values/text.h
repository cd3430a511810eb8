/*
** text.h - texts put together piece by piece.
**
** All texts of more than one piece are made here. luaL_Buffer, which Lua has
** for it, keeps longer texts on the stack, where nothing may lie on top of
** them: code that gets this wrong works with short texts. Here the text has
** one place on the stack, and what lies above does not matter.
*/

#ifndef TS_TEXT_H
#define TS_TEXT_H

#include "bytes/buffer.h"
#include "values/compat.h"

typedef struct ts_text {
  lua_State *L;
  ts_buffer *bytes;
  int place; /* on the stack */
} ts_text;

/* Begins a text, which takes one place on the stack. Here and below, running
** out of memory raises. */
void ts_text_begin(lua_State *L, ts_text *text);

void ts_text_add(ts_text *text, const char *piece);
void ts_text_add_bytes(ts_text *text, const char *bytes, size_t length);
void ts_text_add_byte(ts_text *text, char byte);

/* Adds the string or number at 'index', which stays as it is; false: it is
** neither, and nothing was added. */
bool ts_text_add_value(ts_text *text, int index);

/* Adds a text of the caller's, for a message: no more than its beginning, up
** to the end of a character, with a ? for each control character. */
void ts_text_add_shown(ts_text *text, const char *shown, size_t length);

/* Leaves the text as a string on top of the stack, in its place; what lies
** above is dropped. */
void ts_text_end(ts_text *text);

#endif
