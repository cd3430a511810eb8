/*
** kept.h - what a filter keeps of the bytes that it reads; included by the
** filter's files only.
**
** The kept bytes are 'kept', then the bytes from 'span' up to the scan. The
** span is copied only if something after it is dropped, at the end of an
** element, and at the end of the chunk. Hence:
** - a position in the kept bytes is kept.length + (p - span), and copying the
**   span does not change positions;
** - outside of strings, the kept bytes have no white space, so that the last
**   byte is '{' exactly if an object has no member yet, and '\n' is free to
**   terminate elements;
** - 'keeping' is false between elements and in unwanted members; there is no
**   span then.
** A member is kept while it is read, including the comma before it, from
** position 'member' on; it is cut off again if its name turns out to be
** unwanted or its value to be null.
*/

#ifndef TS_KEPT_H
#define TS_KEPT_H

#include <string.h>

#include "bytes/filter.h"

static inline size_t ts_kept_position(const ts_filter *f, const char *p) {
  return f->kept.length + (size_t)(p - f->span);
}

/* Copies the span up to 'to'; the next span starts at 'from'. */
static inline void ts_kept_cut(ts_filter *f, const char *to,
                               const char *from) {
  size_t length = (size_t)(to - f->span);
  memcpy(f->kept.data + f->kept.length, f->span, length);
  f->kept.length += length;
  f->span = from;
}

/* Drops the member that ends before 'p'. */
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

/* Starts a member after the comma at 'p', which is kept with it unless all
** members before it were dropped. */
static inline void ts_kept_start_member(ts_filter *f, const char *p) {
  char last = p > f->span ? p[-1] : f->kept.data[f->kept.length - 1];
  if (last == '{') {
    ts_kept_cut(f, p, p + 1);
    p++;
  }
  f->member = ts_kept_position(f, p);
}

/* Returns the size of the unfinished element. */
static inline size_t ts_kept_size(const ts_filter *f) {
  return f->kept.length - f->complete;
}

/* Returns the number of bytes that are kept and not taken yet. */
static inline size_t ts_kept_held(const ts_filter *f) {
  return f->kept.length - f->taken;
}

/* Returns the limit that the kept bytes exceed, or TS_FILTER_OK. */
ts_filter_status ts_kept_check(const ts_filter *f);

/* Keeps the text of the unfinished element, up to the end of the chunk; false:
** out of memory. */
bool ts_kept_text(ts_filter *f, const char *end);

/* Completes the element that ends before 'p', unless it is not accepted. If
** its last byte exceeds a limit, it stays unfinished; the slice ends there, and
** feed() notices. */
void ts_kept_complete(ts_filter *f, const char *p);

/* Returns whether the name is one of those to be kept. */
bool ts_kept_lists(const ts_filter *f, const char *raw, size_t length,
                   bool escaped);

/* Returns a bit for the length of a name: it rules out most unwanted names
** without comparing them. */
static inline uint64_t ts_length_bit(size_t length) {
  return (uint64_t)1 << (length & 63);
}

/* Returns whether the member with the name at 'name', which has no escapes, is
** wanted. */
static inline bool ts_kept_wants(const ts_filter *f, const char *name,
                                 size_t length) {
  return (f->lengths & ts_length_bit(length)) != 0 &&
         ts_kept_lists(f, name, length, false);
}

#endif
