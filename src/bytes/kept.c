/*
** kept.c - what a filter keeps of the bytes that it reads.
*/

#include <string.h>

#include "bytes/escape.h"
#include "bytes/kept.h"

/* --- Wanted members --------------------------------------------------- */

static bool is_name(const char *raw, size_t length, bool escaped,
                    const char *name) {
  if (escaped) {
    return ts_unescaped_is(raw, length, name);
  }
  return (length == 0 || *name == *raw) && strncmp(name, raw, length) == 0 &&
         name[length] == '\0';
}

bool ts_kept_lists(const ts_filter *f, const char *raw, size_t length,
                   bool escaped) {
  size_t i;
  for (i = 0; i < f->options.field_count; i++) {
    if (is_name(raw, length, escaped, f->options.fields[i])) {
      return true;
    }
  }
  return false;
}

/* --- Elements --------------------------------------------------------- */

ts_filter_status ts_kept_check(const ts_filter *f) {
  const ts_filter_options *o = &f->options;
  if (o->max_element > 0 && ts_kept_size(f) > o->max_element) {
    return TS_FILTER_ELEMENT_SIZE;
  }
  if (o->max_held > 0 && ts_kept_held(f) > o->max_held) {
    return TS_FILTER_SIZE;
  }
  return TS_FILTER_OK;
}

/* The text of an element is in the chunk from 'text' on, after what earlier
** chunks had of it, in 'begun'. */

bool ts_kept_text(ts_filter *f, const char *end) {
  size_t length = (size_t)(end - f->text);
  size_t room = TS_FILTER_TEXT - f->begun.length;
  return ts_buffer_append(&f->begun, f->text, length < room ? length : room);
}

/* Returns whether the element that ends before 'p' is accepted. */
static bool is_accepted(ts_filter *f, const char *p) {
  const char *text = f->text;
  size_t length = (size_t)(p - f->text);
  bool accepted;
  if (f->begun.length > 0) {
    if (!ts_kept_text(f, p)) {
      f->status = TS_FILTER_MEMORY;
      return false;
    }
    text = f->begun.data;
    length = f->begun.length;
  } else if (length > TS_FILTER_TEXT) {
    length = TS_FILTER_TEXT;
  }
  accepted = f->options.accepts(f->options.context, f->kept.data + f->complete,
                                ts_kept_size(f), text, length);
  ts_buffer_truncate(&f->begun, 0);
  if (!accepted) {
    f->status = TS_FILTER_REJECTED;
  }
  return accepted;
}

void ts_kept_complete(ts_filter *f, const char *p) {
  ts_kept_cut(f, p, p);
  if (ts_kept_check(f) != TS_FILTER_OK ||
      (f->options.accepts != NULL && !is_accepted(f, p))) {
    return;
  }
  f->kept.data[f->kept.length++] = '\n';
  f->complete = f->kept.length;
  f->completed++;
  f->keeping = false;
}
