/*
** encode.h - writes JSON, value by value.
*/

#ifndef TS_ENCODE_H
#define TS_ENCODE_H

#include "bytes/buffer.h"
#include "values/compat.h"

/* Where to write. All functions below raise if memory runs out. */
typedef struct ts_writer {
  lua_State *L;
  ts_buffer *json;
  ts_buffer *secrets; /* a copy of each secret string, NUL-terminated */
} ts_writer;

/* Writes text that is already JSON. */
void ts_write(ts_writer *w, const char *json);

/* Writes the name of a member, with a comma before it unless it is the
** first. */
void ts_write_name(ts_writer *w, const char *name, size_t length, bool first);

void ts_write_string(ts_writer *w, const char *text, size_t length);

/* Records a string as secret. */
void ts_write_secret(ts_writer *w, const char *text, size_t length);

/* Writes the number on top of the stack, which is finite, without loss of
** digits. */
void ts_write_number(ts_writer *w);

#endif
