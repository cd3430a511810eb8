/*
** header.h - request headers: lines "Name: value", each NUL-terminated.
*/

#ifndef TS_HEADER_H
#define TS_HEADER_H

#include "bytes/buffer.h"

/* Returns what is wrong with a caller's header, or NULL. */
const char *ts_header_refusal(const char *name, size_t name_length,
                              const char *value, size_t value_length);

/* Adds a header, replacing the one of that name; false: out of memory. */
bool ts_header_put(ts_buffer *lines, const char *name, const char *value);

/* Appends the words of a caller's header that may be secret to a list of
** NUL-terminated strings; false: out of memory. */
bool ts_header_secrets(ts_buffer *secrets, const char *name,
                       const char *value);

/* Returns the line after 'line', or the first line if 'line' is NULL; NULL:
** there are no more. */
const char *ts_header_next(const ts_buffer *lines, const char *line);

/* Returns whether the first 'length' bytes of 'line' are the header 'name',
** ignoring case, and sets '*value' and '*value_length' to its trimmed
** value. */
bool ts_header_is(const char *line, size_t length, const char *name,
                  const char **value, size_t *value_length);

#endif
