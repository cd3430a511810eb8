/*
** inflate.c - fuzzes the decompressor. The first byte of the input selects the
** coding and the chunks; the rest is the data. What must hold: the output, and
** whether the data are invalid, do not depend on the chunks.
*/

#include "bytes/inflate.h"
#include "bytes/buffer.h"
#include "fuzzer.h"

#include <string.h>

#define MOST_OUTPUT (1 << 20)

/* Decompresses a chunk from its own allocation, so that reads beyond it are
** detected; false: it is invalid, or there is enough output. */
static bool feed(ts_inflate *z, const uint8_t *bytes, size_t n,
                 ts_buffer *output) {
  char *copy = malloc(n);
  const char *at = copy, *out;
  size_t length;
  bool good;
  memcpy(copy, bytes, n);
  do {
    good = ts_inflate_run(z, &at, copy + n, &out, &length);
    require(ts_buffer_append(output, out, length));
  } while (good && length > 0 && output->length < MOST_OUTPUT);
  require(!good || length > 0 || at == copy + n);
  free(copy);
  return good && output->length < MOST_OUTPUT;
}

/* Decompresses in chunks of up to 'largest' bytes; returns whether the data
** are complete. */
static bool run(ts_coding coding, const uint8_t *data, size_t size,
                size_t largest, ts_buffer *output) {
  ts_inflate *z = ts_inflate_new(coding);
  bool good = true;
  require(z != NULL);
  while (good && size > 0) {
    size_t n = size < largest ? size : largest;
    good = feed(z, data, n, output);
    data += n;
    size -= n;
  }
  good = good && ts_inflate_is_complete(z);
  ts_inflate_free(z);
  return good;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  ts_buffer whole, pieces;
  ts_coding coding;
  bool good;
  if (size < 2) {
    return 0;
  }
  coding = data[0] & 1 ? TS_CODING_GZIP : TS_CODING_DEFLATE;
  ts_buffer_init(&whole);
  ts_buffer_init(&pieces);
  good = run(coding, data + 1, size - 1, size, &whole);
  require(run(coding, data + 1, size - 1, 1 + data[0] / 2, &pieces) == good);
  if (whole.length < MOST_OUTPUT && pieces.length < MOST_OUTPUT) {
    size_t least = whole.length < pieces.length ? whole.length : pieces.length;
    require(!good || whole.length == pieces.length);
    require(memcmp(whole.data == NULL ? "" : whole.data,
                   pieces.data == NULL ? "" : pieces.data, least) == 0);
  }
  ts_buffer_free(&whole);
  ts_buffer_free(&pieces);
  return 0;
}
