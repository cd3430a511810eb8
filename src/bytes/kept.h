/*
** kept.h - what a filter keeps of the bytes that it reads; for the files of
** the filter alone.
**
** What is kept is 'kept', then the bytes from 'span' up to the scan, which
** are copied only when something after them is left out, at the end of an
** element, and at the end of the chunk. Hence:
** - a position in what is kept is kept.length + (p - span), and copying the
**   span leaves positions as they are;
** - outside of strings, what is kept has no white space, so that the byte '{'
**   stands last exactly when an object has no member yet, and '\n' is free to
**   end elements;
** - 'keeping' is false between elements and in members that are not wanted,
**   and then there is no span.
** A member is kept as its bytes are read, the comma before it included, and
** its position is 'member'; the member is cut off again when its name turns
** out not to be wanted or its value to be null.
*/

#ifndef TS_KEPT_H
#define TS_KEPT_H

#include <string.h>

#include "bytes/filter.h"

static inline size_t ts_kept_position(const ts_filter *f, const char *p) {
  return f->kept.length + (size_t)(p - f->span);
}

/* Copies the span up to 'to'; it goes on at 'from'. */
static inline void ts_kept_cut(ts_filter *f, const char *to,
                               const char *from) {
  size_t length = (size_t)(to - f->span);
  memcpy(f->kept.data + f->kept.length, f->span, length);
  f->kept.length += length;
  f->span = from;
}

/* Cuts off the member up to 'p'. */
static inline void ts_kept_drop_member(ts_filter *f, const char *p) {
  if (f->member > f->kept.length) {
    ts_kept_cut(f, f->span + (f->member - f->kept.length), p);
  } else {
    ts_buffer_truncate(&f->kept, f->member);
    f->span = p;
  }
}

static inline void ts_kept_start(ts_filter *f, const char *p) {
  f->keeping = true;
  f->span = p;
}

/* A member begins after the comma at 'p', which belongs to it unless all
** members before it were dropped. */
static inline void ts_kept_start_member(ts_filter *f, const char *p) {
  char last = p > f->span ? p[-1] : f->kept.data[f->kept.length - 1];
  if (last == '{') {
    ts_kept_cut(f, p, p + 1);
    p++;
  }
  f->member = ts_kept_position(f, p);
}

/* Whether the member is wanted whose name is the 'length' bytes at 'name',
** which hold no escape. */
bool ts_filter_wants(const ts_filter *f, const char *name, size_t length);

#endif
