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

void ts_kept_complete(ts_filter *f, const char *p) {
  ts_kept_cut(f, p, p);
  if (ts_kept_check(f) != TS_FILTER_OK) {
    return;
  }
  if (f->options.accepts != NULL &&
      !f->options.accepts(f->options.context, f->kept.data + f->complete,
                          ts_kept_size(f))) {
    f->status = TS_FILTER_REJECTED;
    return;
  }
  f->kept.data[f->kept.length++] = '\n';
  f->complete = f->kept.length;
  f->completed++;
  f->keeping = false;
}
