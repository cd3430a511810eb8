/*
** buffer.h - a growable byte buffer with one owner.
**
** A zeroed buffer is a valid empty one. A buffer marked secret wipes memory
** before it releases it.
*/

#ifndef TS_BUFFER_H
#define TS_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

typedef struct ts_buffer {
  char *data; /* NULL until something is written */
  size_t length;
  size_t capacity;
  bool secret; /* wipe memory before releasing it */
} ts_buffer;

void ts_buffer_init(ts_buffer *b);
void ts_buffer_init_secret(ts_buffer *b);

/* Frees the bytes, wiping those of a secret buffer, and leaves 'b' empty;
** 'secret' stays as it was. */
void ts_buffer_free(ts_buffer *b);

/* Makes room for 'extra' more bytes. This and the functions that append return
** false if memory ran out, and leave 'b' unchanged. */
bool ts_buffer_reserve(ts_buffer *b, size_t extra);

/* Appends 'n' bytes, which must not lie in 'b' itself. */
bool ts_buffer_append(ts_buffer *b, const void *bytes, size_t n);

/* Appends a string without its terminator. */
bool ts_buffer_append_string(ts_buffer *b, const char *s);

/* Truncates to 'length'; does nothing if the buffer is no longer than that. */
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
