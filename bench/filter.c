/*
** filter.c - runs the filter over a reply, to count its instructions.
**
** filter FILE [FIELD ...]
**
** feeds the file in chunks as libcurl does, takes the elements, and prints the
** number of bytes and of elements.
*/

#include <stdio.h>
#include <stdlib.h>

#include "bytes/filter.h"

#define CHUNK 16384 /* CURL_MAX_WRITE_SIZE */

static char *read_file(const char *name, size_t *length) {
  FILE *file = fopen(name, "rb");
  char *bytes = NULL;
  size_t got = 1, room = 0;
  *length = 0;
  while (file != NULL && got > 0) {
    if (*length == room) {
      room = 2 * room + CHUNK;
      bytes = realloc(bytes, room);
      if (bytes == NULL) {
        abort();
      }
    }
    got = fread(bytes + *length, 1, room - *length, file);
    *length += got;
  }
  if (file != NULL) {
    fclose(file);
  }
  return bytes;
}

/* Runs the part that is counted; a function, so that it has a name. */
size_t ts_bench_filter(ts_filter *f, const char *bytes, size_t length);

size_t ts_bench_filter(ts_filter *f, const char *bytes, size_t length) {
  const char *element;
  size_t done = 0, size, elements = 0;
  while (done < length) {
    size_t n = length - done < CHUNK ? length - done : CHUNK;
    ts_filter_feed(f, bytes + done, n);
    done += n;
    while (ts_filter_next(f, &element, &size)) {
      elements++;
    }
  }
  return elements;
}

int main(int argc, char **argv) {
  ts_filter_options options = {0};
  ts_filter filter;
  char *bytes;
  size_t length, elements;
  if (argc < 2) {
    fprintf(stderr, "usage: filter FILE [FIELD ...]\n");
    return 2;
  }
  bytes = read_file(argv[1], &length);
  options.shape = TS_FILTER_ARRAY;
  if (argc > 2) {
    options.fields = (const char *const *)(argv + 2);
    options.field_count = (size_t)argc - 2;
  }
  ts_filter_init(&filter, &options);
  elements = ts_bench_filter(&filter, bytes, length);
  printf("%lu bytes, %lu elements\n", (unsigned long)length,
         (unsigned long)elements);
  ts_filter_finish(&filter);
  ts_filter_free(&filter);
  free(bytes);
  return filter.status == TS_FILTER_OK ? 0 : 1;
}
