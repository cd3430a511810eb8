/*
** buffer.h - a growable run of bytes, owned by one holder.
**
** A buffer that is all zero is a valid empty one. A buffer marked secret
** leaves no copy of its bytes in memory that it gives up.
*/

#ifndef TS_BUFFER_H
#define TS_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

typedef struct ts_buffer {
  char *data; /* NULL while nothing was written */
  size_t length;
  size_t capacity;
  bool secret; /* wipe the memory that growth leaves behind */
} ts_buffer;

void ts_buffer_init(ts_buffer *b);
void ts_buffer_init_secret(ts_buffer *b);

/* Wipes the bytes of a secret buffer, frees them, and leaves 'b' empty and
** as secret as it was. */
void ts_buffer_free(ts_buffer *b);

/* Makes room for 'extra' more bytes. Here and in the functions that append,
** false means out of memory, and 'b' is as it was. */
bool ts_buffer_reserve(ts_buffer *b, size_t extra);

/* The bytes may not be those of 'b' itself. */
bool ts_buffer_append(ts_buffer *b, const void *bytes, size_t n);

/* Appends a string without its terminator. */
bool ts_buffer_append_string(ts_buffer *b, const char *s);

/* Shortens to 'length'; no effect on a buffer which is no longer than that. */
void ts_buffer_truncate(ts_buffer *b, size_t length);

/* Drops the first 'n' bytes, or all of them if there are fewer. */
void ts_buffer_consume(ts_buffer *b, size_t n);

/* Overwrites memory in a way that compilers do not optimize away. */
void ts_wipe(void *memory, size_t n);

static inline bool ts_buffer_append_byte(ts_buffer *b, char c) {
  if (b->length == b->capacity && !ts_buffer_reserve(b, 1)) {
    return false;
  }
  b->data[b->length++] = c;
  return true;
}

#endif
