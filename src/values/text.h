/*
** text.h - builds strings piece by piece.
**
** All strings of more than one piece are built here. luaL_Buffer keeps longer
** strings on the stack and forbids other values above them: code that gets
** this wrong works with short strings. A ts_text has one slot on the stack,
** and other values may be above it.
*/

#ifndef TS_TEXT_H
#define TS_TEXT_H

#include "bytes/buffer.h"
#include "values/compat.h"

typedef struct ts_text {
  lua_State *L;
  ts_buffer *bytes;
  int slot; /* on the stack */
} ts_text;

/* Begins a text, which takes one slot on the stack. This and the functions
** below raise if memory runs out. */
void ts_text_begin(lua_State *L, ts_text *text);

void ts_text_add(ts_text *text, const char *piece);
void ts_text_add_bytes(ts_text *text, const char *bytes, size_t length);
void ts_text_add_byte(ts_text *text, char byte);

/* Adds the string or number at 'index', which is not converted; false: it is
** neither, and nothing was added. */
bool ts_text_add_value(ts_text *text, int index);

/* Adds a caller's text for a message: at most its beginning, up to the end of
** a character, with a ? for each control character. */
void ts_text_add_shown(ts_text *text, const char *shown, size_t length);

/* Leaves the text as a string on top of the stack, in its slot; drops the
** values above. */
void ts_text_end(ts_text *text);

#endif
