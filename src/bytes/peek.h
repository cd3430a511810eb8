/*
** peek.h - looks into JSON text in place: finds out what it is and what its
** members are, without decoding it or using memory.
**
** The text may have been cut: what is there is looked at all the same.
*/

#ifndef TS_PEEK_H
#define TS_PEEK_H

#include "bytes/buffer.h"

#include <stdbool.h>
#include <stddef.h>

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

/* A value in a text: of a string, 'text' is what is between the quotes, with
** its escapes. */
typedef struct ts_peek {
  ts_peek_type type;
  const char *text;
  size_t length;
  bool cut; /* the text ends within it */
} ts_peek;

/* The value that the whole text is, white space about it aside. Nested deeper
** than TS_PEEK_DEPTH, it is none. */
#define TS_PEEK_DEPTH 300
ts_peek ts_peek_document(const char *text, size_t length);

/* Steps through the items of an array, or the members of an object ('name' is
** a string then, else of type NONE). '*at' is NULL before the first. False:
** there are no more that are whole. */
bool ts_peek_next(const ts_peek *container, const char **at, ts_peek *name,
                  ts_peek *value);

/* The member of an object that is called so; of several, the last. The type is
** NONE if there is none. */
ts_peek ts_peek_member(const ts_peek *object, const char *name);

/* Whether an array or object has nothing in it. */
bool ts_peek_is_empty(const ts_peek *container);

/* Appends the text that a string means, and a NUL; false: it is no string, or
** memory ran out, and nothing was appended. */
bool ts_peek_text(const ts_peek *value, ts_buffer *text);

/* Reads a number, behind which there is a byte; false: it is none, and
** '*number' is as it was. */
bool ts_peek_number(const ts_peek *value, double *number);

#endif
