/*
** header.h - request headers: lines "Name: value", each ended by a NUL.
*/

#ifndef TS_HEADER_H
#define TS_HEADER_H

#include "bytes/buffer.h"

/* What is wrong with a header that a caller wants to send, or NULL. */
const char *ts_header_refusal(const char *name, size_t name_length,
                              const char *value, size_t value_length);

/* Puts a header in place of the one of that name, if there is one; false:
** out of memory. */
bool ts_header_put(ts_buffer *lines, const char *name, const char *value);

/* Puts what may be secret in a header of the user's into a list of strings,
** each ended by a NUL; false: out of memory. */
bool ts_header_secrets(ts_buffer *secrets, const char *name,
                       const char *value);

/* The first line, or the one after 'line'; NULL after the last. */
const char *ts_header_next(const ts_buffer *lines, const char *line);

/* Whether the first 'length' bytes of 'line' are a header called 'name',
** in any case; '*value' and '*value_length' are then its trimmed value. */
bool ts_header_is(const char *line, size_t length, const char *name,
                  const char **value, size_t *value_length);

#endif
