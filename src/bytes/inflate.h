/*
** inflate.h - decompresses gzip (RFC 1952) with any number of members, and
** HTTP's deflate (RFC 1950, or raw RFC 1951), in chunks of any size.
**
** libcurl can decompress, too, but stops after the first gzip member and
** ignores what follows.
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

/* Returns the coding that a Content-Encoding names. */
ts_coding ts_coding_find(const char *name, size_t length);

typedef struct ts_inflate ts_inflate;

/* Returns a decompressor for gzip or deflate; NULL: out of memory. */
ts_inflate *ts_inflate_new(ts_coding coding);

/* Wipes and frees it; does nothing with NULL. */
void ts_inflate_free(ts_inflate *z);

/* Decompresses input from '*in' on, advances '*in', up to 'end', and sets
** '*out' and '*length' to the output, which is valid until the next call and
** empty if more input is needed. False: the data are invalid. */
bool ts_inflate_run(ts_inflate *z, const char **in, const char *end,
                    const char **out, size_t *length);

/* Returns whether the data may end here. */
bool ts_inflate_is_complete(const ts_inflate *z);

#endif
