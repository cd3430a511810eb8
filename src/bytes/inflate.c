/*
** inflate.c - decompresses gzip and deflate with zlib, which libcurl depends
** on anyway.
*/

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define ZLIB_CONST /* zlib does not modify its input */
#include <zlib.h>

#include "bytes/buffer.h"
#include "bytes/characters.h"
#include "bytes/inflate.h"

#define OUT_SIZE 32768

#define GZIP_MAGIC_1 0x1F

/* The windowBits with which zlib expects a raw, zlib or gzip stream. */
enum { RAW = -15, ZLIB = 15, GZIP = 15 + 16 };

struct ts_inflate {
  ts_coding coding;
  z_stream stream;
  bool open;           /* the stream has been initialized */
  bool complete;       /* a member has ended, and nothing follows it */
  unsigned char first; /* of deflate; two bytes tell the format */
  bool has_first;
  char out[OUT_SIZE];
};

/* --- Memory: what zlib frees may have held a token -------------------- */

/* The size of a block is stored before it; blocks stay aligned for any
** type. */
#define BEFORE 16

static void *allocate(void *opaque, unsigned items, unsigned size) {
  size_t length = (size_t)items * size;
  char *block;
  (void)opaque;
  if (size != 0 && length / size != items) {
    return NULL;
  }
  block = malloc(BEFORE + length);
  if (block == NULL) {
    return NULL;
  }
  memcpy(block, &length, sizeof length);
  return block + BEFORE;
}

static void release(void *opaque, void *address) {
  char *block = (char *)address - BEFORE;
  size_t length;
  (void)opaque;
  memcpy(&length, block, sizeof length);
  ts_wipe(address, length);
  free(block);
}

/* --- Decompressing ---------------------------------------------------- */

ts_coding ts_coding_find(const char *name, size_t length) {
  static const struct {
    const char *name;
    ts_coding coding;
  } codings[] = {{"", TS_CODING_NONE},       {"identity", TS_CODING_NONE},
                 {"none", TS_CODING_NONE},   {"gzip", TS_CODING_GZIP},
                 {"x-gzip", TS_CODING_GZIP}, {"deflate", TS_CODING_DEFLATE}};
  size_t i;
  while (length > 0 && (name[length - 1] == ' ' || name[length - 1] == '\t')) {
    length--;
  }
  for (i = 0; i < sizeof codings / sizeof codings[0]; i++) {
    const char *known = codings[i].name;
    if (strlen(known) == length && ts_same_letters(name, known, length)) {
      return codings[i].coding;
    }
  }
  return TS_CODING_UNKNOWN;
}

ts_inflate *ts_inflate_new(ts_coding coding) {
  ts_inflate *z = calloc(1, sizeof *z);
  if (z != NULL) {
    z->coding = coding;
    z->stream.zalloc = allocate;
    z->stream.zfree = release;
  }
  return z;
}

void ts_inflate_free(ts_inflate *z) {
  if (z == NULL) {
    return;
  }
  if (z->open) {
    inflateEnd(&z->stream);
  }
  ts_wipe(z, sizeof *z);
  free(z);
}

bool ts_inflate_is_complete(const ts_inflate *z) {
  return z->complete;
}

static bool begin(ts_inflate *z, int window_bits) {
  z->open = inflateInit2(&z->stream, window_bits) == Z_OK;
  return z->open;
}

/* Returns whether the two bytes begin a zlib stream (RFC 1950). If not, the
** data are taken for raw deflate (RFC 1951), which some servers send. */
static bool is_zlib(unsigned first, unsigned second) {
  return (first & 0x0F) == Z_DEFLATED && (first << 8 | second) % 31 == 0;
}

/* Runs zlib over some bytes; returns how many it has consumed. */
static size_t run(ts_inflate *z, const unsigned char *in, size_t length,
                  int *status) {
  size_t most = length < UINT32_MAX / 2 ? length : UINT32_MAX / 2;
  z->stream.next_in = in;
  z->stream.avail_in = (unsigned)most;
  *status = inflate(&z->stream, Z_NO_FLUSH);
  if (*status == Z_STREAM_END) {
    z->complete = true;
    *status = Z_OK;
  }
  return most - z->stream.avail_in;
}

/* Starts deflate once its first two bytes are known; the first may have come
** in an earlier chunk. False: the data are invalid. */
static bool begin_deflate(ts_inflate *z, const char **in, const char *end,
                          int *status) {
  unsigned char both[2];
  if (!z->has_first) {
    z->first = (unsigned char)*(*in)++;
    z->has_first = true;
  }
  if (*in == end) {
    return true;
  }
  both[0] = z->first;
  both[1] = (unsigned char)*(*in)++;
  return begin(z, is_zlib(both[0], both[1]) ? ZLIB : RAW) &&
         run(z, both, 2, status) == 2;
}

/* Handles the byte after the end of a member, which may begin another gzip
** member. */
static bool begin_next_member(ts_inflate *z, char next) {
  z->complete = false;
  return z->coding == TS_CODING_GZIP && (unsigned char)next == GZIP_MAGIC_1 &&
         inflateReset(&z->stream) == Z_OK;
}

bool ts_inflate_run(ts_inflate *z, const char **in, const char *end,
                    const char **out, size_t *length) {
  int status = Z_OK;
  *out = z->out;
  *length = 0;
  z->stream.next_out = (unsigned char *)z->out;
  z->stream.avail_out = OUT_SIZE;
  if (!z->open && *in < end) {
    if (z->coding == TS_CODING_DEFLATE) {
      if (!begin_deflate(z, in, end, &status)) {
        return false;
      }
    } else if (!begin(z, GZIP)) {
      return false;
    }
  }
  /* There may be output left when the input is consumed. */
  while (z->open && (status == Z_OK || status == Z_BUF_ERROR) &&
         z->stream.avail_out > 0) {
    unsigned room = z->stream.avail_out;
    size_t taken;
    if (z->complete && (*in == end || !begin_next_member(z, **in))) {
      break;
    }
    taken = run(z, (const unsigned char *)*in, (size_t)(end - *in), &status);
    *in += taken;
    if (taken == 0 && z->stream.avail_out == room && !z->complete) {
      break;
    }
  }
  *length = OUT_SIZE - z->stream.avail_out;
  return (status == Z_OK || status == Z_BUF_ERROR) &&
         (*in == end || z->stream.avail_out == 0);
}
