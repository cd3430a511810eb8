/*
** filter.c - an incremental JSON scanner that keeps the wanted members, as
** minimal JSON: its limits, and the elements that it holds. The scan itself is
** in scan.c.
**
** The first 'taken' bytes of 'kept' have been taken by the holder, the
** elements up to 'complete' can be taken, and the rest is an unfinished
** element.
**
** Each byte read adds at most one byte; the additional '\n' is offset by the
** comma before the next element. So n bytes add at most n + 1, and n bytes
** that are no more than the room left can exceed a limit with the last one
** only. feed() scans in slices of that size: so where and how a document fails
** does not depend on its chunks. It also reserves memory for the kept bytes
** ahead.
*/

#include <string.h>

#include "bytes/filter.h"
#include "bytes/kept.h"
#include "bytes/scan.h"

#define LARGEST_SLICE 65536 /* limits the memory reserved ahead */

void ts_filter_init(ts_filter *f, const ts_filter_options *options) {
  size_t i;
  memset(f, 0, sizeof *f);
  f->options = *options;
  f->element_depth = options->shape == TS_FILTER_ARRAY ? 1 : 0;
  f->kept.secret = f->begun.secret = options->secret;
  if (options->fields != NULL) {
    for (i = 0; i < options->field_count; i++) {
      f->lengths |= ts_length_bit(strlen(options->fields[i]));
    }
  }
}

void ts_filter_free(ts_filter *f) {
  ts_buffer_free(&f->kept);
  ts_buffer_free(&f->begun);
}

/* --- Scanning --------------------------------------------------------- */

/* Releases the memory of taken elements once moving the rest costs no more
** than they did. */
static void drop_taken(ts_filter *f) {
  if (f->taken >= f->kept.length - f->taken) {
    ts_buffer_consume(&f->kept, f->taken);
    f->complete -= f->taken;
    f->member -= f->taken;
    f->name -= f->taken;
    f->taken = 0;
  }
}

static size_t least(size_t a, size_t b) {
  return a < b ? a : b;
}

/* Returns the number of bytes to scan in one slice, see above. */
static size_t slice(const ts_filter *f, size_t n) {
  const ts_filter_options *o = &f->options;
  size_t length = least(n, LARGEST_SLICE);
  if (o->max_element > 0) {
    length = least(length, o->max_element - ts_kept_size(f));
  }
  if (o->max_held > 0) {
    length = least(length, o->max_held - ts_kept_held(f));
  }
  return length > 0 ? length : 1;
}

/* Drops the unfinished element: only complete ones survive an error. */
static void drop_unfinished(ts_filter *f) {
  ts_buffer_truncate(&f->kept, f->complete);
}

ts_filter_status ts_filter_feed(ts_filter *f, const char *bytes, size_t n) {
  drop_taken(f);
  f->text = bytes;
  while (n > 0 && f->status == TS_FILTER_OK) {
    size_t length = slice(f, n);
    if (ts_buffer_reserve(&f->kept, length + 1)) {
      size_t done = (size_t)(ts_scan(f, bytes, bytes + length) - bytes);
      f->offset += done;
      bytes += done;
      n -= done;
    } else {
      f->status = TS_FILTER_MEMORY;
    }
    if (f->status == TS_FILTER_OK) {
      f->status = ts_kept_check(f);
      if (f->status != TS_FILTER_OK) {
        f->offset--;
      }
    }
  }
  if (f->status == TS_FILTER_OK && f->options.accepts != NULL &&
      f->depth > f->element_depth && !ts_kept_text(f, bytes)) {
    f->status = TS_FILTER_MEMORY;
  }
  if (f->status != TS_FILTER_OK) {
    drop_unfinished(f);
  }
  return f->status;
}

ts_filter_status ts_filter_finish(ts_filter *f) {
  if (f->status == TS_FILTER_OK && !ts_scan_is_complete(f)) {
    f->status = TS_FILTER_TRUNCATED;
    drop_unfinished(f);
  }
  return f->status;
}

/* --- Elements --------------------------------------------------------- */

bool ts_filter_next(ts_filter *f, const char **element, size_t *length) {
  const char *start, *end;
  if (f->taken == f->complete) {
    return false;
  }
  start = f->kept.data + f->taken;
  end = memchr(start, '\n', f->complete - f->taken);
  f->taken += (size_t)(end - start) + 1;
  *element = start;
  *length = (size_t)(end - start);
  return true;
}

size_t ts_filter_take(ts_filter *f, size_t limit, ts_buffer *elements) {
  const char *start, *end, *p;
  size_t count = 0;
  if (f->taken == f->complete) {
    return 0;
  }
  start = p = f->kept.data + f->taken;
  end = f->kept.data + f->complete;
  for (; p < end && count < limit; count++) {
    p = (const char *)memchr(p, '\n', (size_t)(end - p)) + 1;
  }
  elements->secret = f->options.secret;
  if (!ts_buffer_append(elements, start, (size_t)(p - start))) {
    return 0;
  }
  f->taken += (size_t)(p - start);
  return count;
}

void ts_filter_take_all(ts_filter *f, ts_buffer *elements) {
  ts_buffer_truncate(&f->kept, f->complete);
  ts_buffer_consume(&f->kept, f->taken);
  *elements = f->kept;
  f->kept = (ts_buffer){.secret = f->options.secret};
  f->taken = f->complete = 0;
}

size_t ts_filter_held(const ts_filter *f) {
  return ts_kept_held(f);
}

const char *ts_filter_describe(ts_filter_status status) {
  switch (status) {
  case TS_FILTER_OK:
    return "no error";
  case TS_FILTER_MEMORY:
    return "out of memory";
  case TS_FILTER_SYNTAX:
    return "not valid JSON";
  case TS_FILTER_SHAPE:
    return "JSON of an unexpected shape";
  case TS_FILTER_REJECTED:
    return "an unexpected object";
  case TS_FILTER_DEPTH:
    return "JSON nested too deeply";
  case TS_FILTER_ELEMENT_SIZE:
    return "an object is too large";
  case TS_FILTER_SIZE:
    return "too much data";
  case TS_FILTER_TRUNCATED:
    return "truncated JSON";
  }
  return "unknown error";
}
