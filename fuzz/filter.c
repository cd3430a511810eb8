/*
** filter.c - fuzzes the scanner. The first byte of the input selects the
** options, the second the chunks; the rest is the document. What must hold:
** the chunks make no difference, a second scan does not change what passed,
** and the counts agree.
*/

#include "bytes/filter.h"
#include "fuzzer.h"

#include <string.h>

enum { ARRAY = 1, KEEP_NULL = 2, FIELDS = 4, BOUNDS = 8, SECRET = 16 };

static const char *const fields[] = {"id", "name", "a", "", "\xC3\xA9"};

static ts_filter_options read_options(uint8_t bits) {
  ts_filter_options o = {0};
  o.shape = bits & ARRAY ? TS_FILTER_ARRAY : TS_FILTER_OBJECT;
  o.keep_null = (bits & KEEP_NULL) != 0;
  o.secret = (bits & SECRET) != 0;
  if (bits & FIELDS) {
    o.fields = fields;
    o.field_count = sizeof fields / sizeof fields[0];
  }
  if (bits & BOUNDS) {
    o.max_element = 1 + (bits >> 5) * 8u;
    o.max_held = 64;
  }
  return o;
}

/* Feeds a chunk from its own allocation, so that reads beyond it are
** detected. */
static void feed_copy(ts_filter *f, const uint8_t *bytes, size_t n) {
  char *chunk = malloc(n);
  if (n > 0) {
    memcpy(chunk, bytes, n);
  }
  ts_filter_feed(f, chunk, n);
  free(chunk);
}

/* Scans in chunks of up to 'largest' bytes; takes the elements at the end,
** one to a line. */
static ts_buffer scan(ts_filter *f, const ts_filter_options *o,
                      const uint8_t *bytes, size_t n, uint32_t largest) {
  ts_buffer lines = {0};
  const char *element;
  size_t length, taken = 0, done = 0;
  uint32_t random = largest;
  ts_filter_init(f, o);
  while (done < n) {
    size_t size = n - done;
    if (largest > 0) {
      random = random * 1664525u + 1013904223u;
      size = (random >> 16) % largest + 1;
    }
    if (size > n - done) {
      size = n - done;
    }
    feed_copy(f, bytes + done, size);
    done += size;
  }
  ts_filter_finish(f);
  while (ts_filter_next(f, &element, &length)) {
    size_t held = ts_filter_held(f);
    require(memchr(element, '\n', length) == NULL);
    require(length >= 2 && element[0] == '{' && element[length - 1] == '}');
    require(ts_buffer_append(&lines, element, length));
    require(ts_buffer_append_byte(&lines, '\n'));
    require(o->max_element == 0 || length <= o->max_element);
    require(o->max_held == 0 || held < o->max_held);
    taken++;
  }
  require(taken == f->completed);
  require(ts_filter_held(f) == 0);
  return lines;
}

static bool equal(const ts_buffer *a, const ts_buffer *b) {
  return a->length == b->length &&
         (a->length == 0 || memcmp(a->data, b->data, a->length) == 0);
}

static void check_second_scan(ts_filter_options o, const ts_buffer *lines) {
  ts_filter f;
  ts_buffer document = {0}, again;
  size_t i;
  o.shape = TS_FILTER_ARRAY;
  o.max_element = 0;
  o.max_held = 0;
  require(ts_buffer_append_byte(&document, '['));
  for (i = 0; i < lines->length; i++) {
    bool last = i + 1 == lines->length;
    char c = lines->data[i];
    require(ts_buffer_append_byte(&document, c != '\n' ? c
                                             : last    ? ' '
                                                       : ','));
  }
  require(ts_buffer_append_byte(&document, ']'));
  again = scan(&f, &o, (const uint8_t *)document.data, document.length, 0);
  require(equal(lines, &again));
  /* A single object may be one level deeper than one in an array. */
  require(f.status == TS_FILTER_OK || f.status == TS_FILTER_DEPTH);
  ts_filter_free(&f);
  ts_buffer_free(&document);
  ts_buffer_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  ts_filter_options o;
  ts_filter whole, chunked;
  ts_buffer expected, lines;
  if (size < 2) {
    return 0;
  }
  o = read_options(data[0]);
  expected = scan(&whole, &o, data + 2, size - 2, 0);
  lines = scan(&chunked, &o, data + 2, size - 2, data[1] + 1u);
  require(equal(&expected, &lines));
  require(whole.status == chunked.status);
  require(whole.offset == chunked.offset);
  check_second_scan(o, &expected);
  ts_filter_free(&whole);
  ts_filter_free(&chunked);
  ts_buffer_free(&expected);
  ts_buffer_free(&lines);
  return 0;
}
