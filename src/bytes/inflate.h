/*
** inflate.h - decompresses gzip (RFC 1952), in as many members as there are,
** and what HTTP calls deflate (RFC 1950, or RFC 1951 alone), fed in chunks of
** any size.
**
** libcurl has this by zlib too, but ends after the first member of gzip, and
** takes no notice of what stands behind it.
*/

#ifndef TS_INFLATE_H
#define TS_INFLATE_H

#include <stdbool.h>
#include <stddef.h>

typedef enum ts_coding {
  TS_CODING_NONE,
  TS_CODING_GZIP,
  TS_CODING_DEFLATE,
  TS_CODING_UNKNOWN
} ts_coding;

/* What a Content-Encoding names. */
ts_coding ts_coding_find(const char *name, size_t length);

typedef struct ts_inflate ts_inflate;

/* A decompressor of gzip or deflate; NULL: out of memory. */
ts_inflate *ts_inflate_new(ts_coding coding);

/* Wipes and frees it; NULL is let be. */
void ts_inflate_free(ts_inflate *z);

/* Reads from '*in', which is moved on to 'end' at most, and points '*out' to
** 'length' bytes that came of it, which stay until the next call: none, if all
** was read and more is needed. False: the data are at fault. */
bool ts_inflate_run(ts_inflate *z, const char **in, const char *end,
                    const char **out, size_t *length);

/* Whether the data may end here. */
bool ts_inflate_is_complete(const ts_inflate *z);

#endif
