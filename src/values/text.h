/*
** text.h - builds strings piece by piece.
**
** All strings of more than one piece are built here. luaL_Buffer keeps longer
** strings on the stack, where no other values may be above them; code that
** gets this wrong works with short strings. A ts_text takes one slot on the
** stack, and other values may be above it.
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

/* Adds the string or number at 'index', which stays as it is. False: the value
** is neither, and nothing was added. */
bool ts_text_add_value(ts_text *text, int index);

/* Adds a caller's text to a message: shortened, at the end of a character, if
** it is long; with a ? for each control character. */
void ts_text_add_shown(ts_text *text, const char *shown, size_t length);

/* Leaves the text as a string in its slot, on top of the stack; drops the
** values above it. */
void ts_text_end(ts_text *text);

#endif
