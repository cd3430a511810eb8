/*
** inflate.h - decompresses gzip (RFC 1952) of any number of members, and
** HTTP's deflate (RFC 1950, or raw RFC 1951), fed in chunks of any size.
**
** libcurl can decompress too, but stops after the first gzip member and
** ignores what follows it.
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

/* Decompresses from '*in' on, which it advances up to 'end', and sets '*out'
** to 'length' bytes of output, valid until the next call: none, if all input
** was consumed and more is needed. False: the data are invalid. */
bool ts_inflate_run(ts_inflate *z, const char **in, const char *end,
                    const char **out, size_t *length);

/* Returns whether the data may end here. */
bool ts_inflate_is_complete(const ts_inflate *z);

#endif
