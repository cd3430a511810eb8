/*
** lookahead.c - fuzzes the fast path of the filter against the resumable scan.
** The input is read as a list of tokens, so that long and nested members
** occur; chunks of one byte leave no room for the fast path. What must hold:
** the elements, the status and the offset are the same wherever the document
** is split.
*/

#include "bytes/filter.h"
#include "fuzzer.h"

#include <stdio.h>
#include <string.h>

enum { KEEP_NULL = 1, FIELDS = 2, OBJECT = 4, BOUNDS = 8, PLAIN = 16 };

static const char *const fields[] = {"id", "name", "groups", "", "\xC3\xA9"};

static const char *const tokens[] = {
    "\"id\":",
    "\"name\":",
    "\"groups\":",
    "\"display_name\":",
    "\"x\":",
    "\"\":",
    "\"\\u006eame\":",
    "\"\xC3\xA9\":",
    "{",
    "}",
    "[",
    "]",
    ",",
    "null",
    "true",
    "false",
    "0",
    "-17",
    "1.5e+3",
    "1234567890123456789",
    "\"\"",
    "\"abc\"",
    "\"Sales \\u0026 Marketing\"",
    "\"\\ud83d\\ude00\"",
    "\"\\ud83d\"",
    "\"\\\\\"",
    " ",
    "\n",
    "},{\"id\":",
    "{\"id\":\"a4b4f4f7-6d3e-4f0a-9a0e-6a1f4bb3fd11\",\"name\":\"Analysts\"}",
    "\"0123456789012345678901234567890123456789012345678901234567890123\"",
    "\"01234567890123456789012345678901234567890123456789012345678901234\"",
    "[{\"a\":null},{\"b\":[]},{},[[{}]]]",
    ":",
    "\"",
    "nul",
    "01",
    "-",
    "\"\\q\"",
    "\"\x01\"",
};

#define TOKENS (sizeof tokens / sizeof tokens[0])

static ts_buffer write_document(const uint8_t *data, size_t size,
                                uint8_t bits) {
  ts_buffer document = {0};
  size_t i;
  require(ts_buffer_append_string(&document, bits & OBJECT ? "{" : "[{"));
  for (i = 0; i < size; i++) {
    require(bits & PLAIN ? ts_buffer_append_byte(&document, (char)data[i])
                         : ts_buffer_append_string(&document,
                                                   tokens[data[i] % TOKENS]));
  }
  require(ts_buffer_append_string(&document, bits & OBJECT ? "}" : "}]"));
  return document;
}

/* Feeds a chunk from its own allocation, so that reads beyond it are
** detected. */
static void feed_copy(ts_filter *f, const char *bytes, size_t n) {
  char *chunk = malloc(n > 0 ? n : 1);
  memcpy(chunk, bytes, n);
  ts_filter_feed(f, chunk, n);
  free(chunk);
}

/* Scans a document split into chunks of 'size' bytes, after a first one of
** 'first'; returns the elements, one per line. */
static ts_buffer scan(ts_filter *f, const ts_filter_options *o,
                      const ts_buffer *document, size_t first, size_t size) {
  ts_buffer lines = {0};
  const char *element;
  size_t length, done = 0;
  ts_filter_init(f, o);
  while (done < document->length) {
    size_t n = done == 0 ? first : size;
    n = n < document->length - done ? n : document->length - done;
    feed_copy(f, document->data + done, n);
    done += n;
  }
  ts_filter_finish(f);
  while (ts_filter_next(f, &element, &length)) {
    require(ts_buffer_append(&lines, element, length));
    require(ts_buffer_append_byte(&lines, '\n'));
  }
  return lines;
}

static void compare(const ts_filter_options *o, const ts_buffer *document,
                    size_t first, size_t size) {
  ts_filter slow, fast;
  ts_buffer expected = scan(&slow, o, document, 1, 1);
  ts_buffer lines = scan(&fast, o, document, first, size);
  require(slow.status == fast.status);
  require(slow.offset == fast.offset);
  require(slow.completed == fast.completed);
  require(expected.length == lines.length);
  require(lines.length == 0 ||
          memcmp(expected.data, lines.data, lines.length) == 0);
  ts_filter_free(&slow);
  ts_filter_free(&fast);
  ts_buffer_free(&expected);
  ts_buffer_free(&lines);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  ts_filter_options o = {0};
  ts_buffer document;
  if (size < 2 || size > 150) {
    return 0;
  }
  o.shape = data[0] & OBJECT ? TS_FILTER_OBJECT : TS_FILTER_ARRAY;
  o.keep_null = (data[0] & KEEP_NULL) != 0;
  if (data[0] & FIELDS) {
    o.fields = fields;
    o.field_count = sizeof fields / sizeof fields[0];
  }
  if (data[0] & BOUNDS) {
    o.max_element = 1 + data[1] * 4u;
    o.max_held = 2048;
  }
  document = write_document(data + 2, size - 2, data[0]);
  compare(&o, &document, document.length, 1);
  compare(&o, &document, 1 + data[1] % document.length, document.length);
  compare(&o, &document, 1, 81 + data[1]);
  ts_buffer_free(&document);
  return 0;
}
