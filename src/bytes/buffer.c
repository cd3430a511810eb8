/*
** buffer.c - a growable byte buffer with one owner.
*/

#define _DEFAULT_SOURCE /* explicit_bzero */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bytes/buffer.h"

#define SMALLEST_CAPACITY 64

#if defined(__FreeBSD__) || defined(__OpenBSD__)
#define HAVE_EXPLICIT_BZERO
#elif defined(__GLIBC_PREREQ)
#if __GLIBC_PREREQ(2, 25)
#define HAVE_EXPLICIT_BZERO
#endif
#endif

void ts_wipe(void *memory, size_t n) {
#ifdef HAVE_EXPLICIT_BZERO
  explicit_bzero(memory, n);
#else
  volatile unsigned char *byte = memory;
  while (n-- > 0) {
    *byte++ = 0;
  }
#endif
}

void ts_buffer_init(ts_buffer *b) {
  *b = (ts_buffer){0};
}

void ts_buffer_init_secret(ts_buffer *b) {
  *b = (ts_buffer){.secret = true};
}

static void wipe_from(ts_buffer *b, size_t start) {
  if (b->secret && start < b->length) {
    ts_wipe(b->data + start, b->length - start);
  }
}

void ts_buffer_free(ts_buffer *b) {
  wipe_from(b, 0);
  free(b->data);
  *b = (ts_buffer){.secret = b->secret};
}

/* Allocates anew, because realloc may leave a copy of the bytes in memory that
** it frees. */
static char *move_secret(ts_buffer *b, size_t capacity) {
  char *data = malloc(capacity);
  if (data != NULL && b->length > 0) {
    memcpy(data, b->data, b->length);
    wipe_from(b, 0);
  }
  if (data != NULL) {
    free(b->data);
  }
  return data;
}

bool ts_buffer_reserve(ts_buffer *b, size_t extra) {
  size_t needed, capacity;
  char *data;
  if (extra <= b->capacity - b->length) {
    return true;
  }
  if (extra > SIZE_MAX - b->length) {
    return false;
  }
  needed = b->length + extra;
  capacity = b->capacity <= SIZE_MAX / 2 ? b->capacity * 2 : SIZE_MAX;
  if (capacity < SMALLEST_CAPACITY) {
    capacity = SMALLEST_CAPACITY;
  }
  if (capacity < needed) {
    capacity = needed;
  }
  data = b->secret ? move_secret(b, capacity) : realloc(b->data, capacity);
  if (data == NULL) {
    return false;
  }
  b->data = data;
  b->capacity = capacity;
  return true;
}

bool ts_buffer_append(ts_buffer *b, const void *bytes, size_t n) {
  if (n == 0) {
    return true;
  }
  if (!ts_buffer_reserve(b, n)) {
    return false;
  }
  memcpy(b->data + b->length, bytes, n);
  b->length += n;
  return true;
}

bool ts_buffer_append_string(ts_buffer *b, const char *s) {
  return ts_buffer_append(b, s, strlen(s));
}

void ts_buffer_truncate(ts_buffer *b, size_t length) {
  if (length < b->length) {
    wipe_from(b, length);
    b->length = length;
  }
}

void ts_buffer_consume(ts_buffer *b, size_t n) {
  if (n >= b->length) {
    ts_buffer_truncate(b, 0);
  } else if (n > 0) {
    memmove(b->data, b->data + n, b->length - n);
    ts_buffer_truncate(b, b->length - n);
  }
}
