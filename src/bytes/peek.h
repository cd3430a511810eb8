/*
** peek.h - reads JSON text in place: types and members, without decoding or
** allocating memory.
**
** The text may be cut off; then the part that is there is read.
*/

#ifndef TS_PEEK_H
#define TS_PEEK_H

#include <stdbool.h>
#include <stddef.h>

#include "bytes/buffer.h"

typedef enum ts_peek_type {
  TS_PEEK_NONE, /* not JSON (RFC 8259) */
  TS_PEEK_NULL,
  TS_PEEK_FALSE,
  TS_PEEK_TRUE,
  TS_PEEK_NUMBER,
  TS_PEEK_STRING,
  TS_PEEK_ARRAY,
  TS_PEEK_OBJECT
} ts_peek_type;

/* A value in a text; for a string, 'text' is the part between the quotes,
** escapes included. */
typedef struct ts_peek {
  ts_peek_type type;
  const char *text;
  size_t length;
  bool cut; /* the text is cut off within the value */
} ts_peek;

/* Returns the value of the whole text, without the white space around it; its
** type is NONE if it is nested deeper than TS_PEEK_DEPTH. */
#define TS_PEEK_DEPTH 300
ts_peek ts_peek_document(const char *text, size_t length);

/* Iterates over the items of an array, or the members of an object ('name' is
** a string then, else of type NONE). '*at' is NULL at the start. False: there
** are no more complete ones. */
bool ts_peek_next(const ts_peek *container, const char **at, ts_peek *name,
                  ts_peek *value);

/* Returns whether the string, which may contain escapes, equals the name. */
bool ts_peek_is(const ts_peek *string, const char *name);

/* Returns the member of an object with that name, the last one if there are
** several; its type is NONE if there is none. */
ts_peek ts_peek_member(const ts_peek *object, const char *name);

/* Returns whether an array or object is empty. */
bool ts_peek_is_empty(const ts_peek *container);

/* Appends the decoded text of a string, NUL-terminated; false: it is not a
** string, or memory ran out, and nothing was appended. */
bool ts_peek_text(const ts_peek *value, ts_buffer *text);

/* Copies a string to 'folded', NUL-terminated: the part that fits into 'size'
** bytes, in lower case and without separators of words, because servers write
** the same name or word in several ways. */
void ts_peek_fold(const ts_peek *text, char *folded, size_t size);

/* Reads a number, after which there must be one more byte. False: it is not a
** number, and '*number' is unchanged. */
bool ts_peek_number(const ts_peek *value, double *number);

#endif
