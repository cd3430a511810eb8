/*
** inflate.c - decompresses gzip and deflate.
**
** One step a state; a step that lacks input changes nothing, and is taken
** again when there is more. What came out stands in 'out', behind up to
** WINDOW bytes of what came before it, to which the data refer.
*/

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bytes/buffer.h"
#include "bytes/inflate.h"

#define WINDOW 32768
#define OUT_SIZE (2 * WINDOW)

#define LONGEST_CODE 15
#define FAST_BITS 10 /* codes up to this length are found by one look */
#define LITERALS 288
#define DISTANCES 30
#define LENGTH_CODES 19
#define END_OF_BLOCK 256

/* Flags of a gzip header. */
#define HAS_CRC 0x02
#define HAS_EXTRA 0x04
#define HAS_NAME 0x08
#define HAS_COMMENT 0x10
#define RESERVED 0xE0

typedef enum state {
  START, /* of a member */
  GZIP_FIXED,
  GZIP_EXTRA_LENGTH,
  GZIP_EXTRA,
  GZIP_NAME,
  GZIP_COMMENT,
  GZIP_CRC,
  ZLIB_HEADER,
  BLOCK,
  STORED_LENGTH,
  STORED,
  TABLE_SIZES,
  TABLE_LENGTHS,
  CODE_LENGTHS,
  SYMBOL,
  MATCH_LENGTH,
  MATCH_DISTANCE,
  DISTANCE_EXTRA,
  MATCH,
  GZIP_CRC32,
  GZIP_SIZE,
  ZLIB_ADLER32,
  DONE
} state;

/* What a step has come to. */
typedef enum step { GO_ON, LACKS_INPUT, LACKS_ROOM, AT_FAULT } step;

typedef struct table {
  uint16_t fast[1 << FAST_BITS]; /* symbol << 4 | length; 0: a longer code */
  uint16_t count[LONGEST_CODE + 1];
  uint16_t symbols[LITERALS]; /* by their codes */
} table;

struct ts_inflate {
  ts_coding coding;
  state state;
  bool last; /* the block is the last one of its member */
  uint64_t bits;
  unsigned bit_count;
  unsigned flags;
  unsigned length; /* of what is skipped, stored or repeated */
  unsigned distance;
  unsigned symbol;
  unsigned literal_count, distance_count, code_count, index;
  unsigned char lengths[LITERALS + 32];
  table literals, distances;
  uint32_t crc_table[256];
  uint32_t check, size; /* of what the member has come to */
  size_t from, to;      /* what came out, and was not taken yet */
  size_t accounted;     /* up to where 'check' and 'size' are */
  unsigned char out[OUT_SIZE];
};

static bool is_named(const char *name, size_t length, const char *coding) {
  size_t i;
  for (i = 0; i < length && coding[i] != '\0'; i++) {
    if ((name[i] | 0x20) != coding[i]) {
      return false;
    }
  }
  return i == length && coding[i] == '\0';
}

ts_coding ts_coding_find(const char *name, size_t length) {
  while (length > 0 && (name[length - 1] == ' ' || name[length - 1] == '\t')) {
    length--;
  }
  if (length == 0 || is_named(name, length, "identity") ||
      is_named(name, length, "none")) {
    return TS_CODING_NONE;
  }
  if (is_named(name, length, "gzip") || is_named(name, length, "x-gzip")) {
    return TS_CODING_GZIP;
  }
  return is_named(name, length, "deflate") ? TS_CODING_DEFLATE
                                           : TS_CODING_UNKNOWN;
}

ts_inflate *ts_inflate_new(ts_coding coding) {
  ts_inflate *z = calloc(1, sizeof *z);
  uint32_t i;
  int bit;
  if (z == NULL) {
    return NULL;
  }
  z->coding = coding;
  for (i = 0; i < 256; i++) {
    uint32_t crc = i;
    for (bit = 0; bit < 8; bit++) {
      crc = crc & 1 ? 0xEDB88320u ^ (crc >> 1) : crc >> 1;
    }
    z->crc_table[i] = crc;
  }
  return z;
}

void ts_inflate_free(ts_inflate *z) {
  if (z != NULL) {
    ts_wipe(z, sizeof *z);
    free(z);
  }
}

/* --- Bits ------------------------------------------------------------- */

/* Whether there are so many bits, at most 32. */
static bool need(ts_inflate *z, const unsigned char **in,
                 const unsigned char *end, unsigned count) {
  while (z->bit_count < count && *in < end) {
    z->bits |= (uint64_t) * (*in)++ << z->bit_count;
    z->bit_count += 8;
  }
  return z->bit_count >= count;
}

static unsigned take(ts_inflate *z, unsigned count) {
  unsigned value = (unsigned)(z->bits & (((uint64_t)1 << count) - 1));
  z->bits >>= count;
  z->bit_count -= count;
  return value;
}

static void align(ts_inflate *z) {
  take(z, z->bit_count & 7);
}

/* --- Codes ------------------------------------------------------------ */

static unsigned reverse(unsigned code, unsigned length) {
  unsigned reversed = 0;
  while (length-- > 0) {
    reversed = reversed << 1 | (code & 1);
    code >>= 1;
  }
  return reversed;
}

/* Makes the table of a canonical Huffman code; false: there is no such code.
** An incomplete one may have a single symbol only. */
static bool make_table(table *t, const unsigned char *lengths,
                       unsigned count) {
  uint16_t offsets[LONGEST_CODE + 2], next[LONGEST_CODE + 2];
  unsigned i, length, code = 0, left = 1, used = 0;
  memset(t, 0, sizeof *t);
  for (i = 0; i < count; i++) {
    t->count[lengths[i]]++;
  }
  used = count - t->count[0];
  t->count[0] = 0;
  offsets[1] = 0;
  for (length = 1; length <= LONGEST_CODE; length++) {
    left <<= 1;
    if (t->count[length] > left) {
      return false;
    }
    left -= t->count[length];
    next[length] = (uint16_t)code;
    code = (code + t->count[length]) << 1;
    offsets[length + 1] = (uint16_t)(offsets[length] + t->count[length]);
  }
  for (i = 0; i < count; i++) {
    length = lengths[i];
    if (length > 0) {
      t->symbols[offsets[length]++] = (uint16_t)i;
      code = reverse(next[length]++, length);
      for (; length <= FAST_BITS && code < 1 << FAST_BITS;
           code += 1u << length) {
        t->fast[code] = (uint16_t)(i << 4 | length);
      }
    }
  }
  return left == 0 || used <= 1;
}

/* Finds a longer code bit by bit; the length is 0 if there is none. */
static unsigned find_long(const table *t, uint64_t bits, unsigned *length) {
  unsigned code = 0, first = 0, index = 0, n;
  for (n = 1; n <= LONGEST_CODE; n++) {
    code |= (unsigned)(bits & 1);
    bits >>= 1;
    if (code < first + t->count[n]) {
      *length = n;
      return t->symbols[index + (code - first)];
    }
    index += t->count[n];
    first = (first + t->count[n]) << 1;
    code <<= 1;
  }
  *length = 0;
  return 0;
}

/* Reads a symbol into 'symbol'. */
static step read_symbol(ts_inflate *z, const unsigned char **in,
                        const unsigned char *end, const table *t) {
  unsigned length, entry;
  need(z, in, end, LONGEST_CODE);
  entry = t->fast[z->bits & ((1 << FAST_BITS) - 1)];
  length = entry & 15;
  z->symbol = entry >> 4;
  if (length == 0) {
    z->symbol = find_long(t, z->bits, &length);
    if (length == 0) {
      return z->bit_count < LONGEST_CODE ? LACKS_INPUT : AT_FAULT;
    }
  }
  if (length > z->bit_count) {
    return LACKS_INPUT;
  }
  take(z, length);
  return GO_ON;
}

/* --- Members ---------------------------------------------------------- */

static step start_member(ts_inflate *z, const unsigned char **in,
                         const unsigned char *end) {
  if (z->bit_count == 0 && *in == end) {
    return LACKS_INPUT;
  }
  z->check = z->coding == TS_CODING_GZIP ? 0xFFFFFFFFu : 1;
  z->size = 0;
  z->state = z->coding == TS_CODING_GZIP ? GZIP_FIXED : ZLIB_HEADER;
  return GO_ON;
}

/* The ten bytes that any gzip header has, in two parts. */
static step read_gzip_header(ts_inflate *z, const unsigned char **in,
                             const unsigned char *end) {
  if (!need(z, in, end, 32)) {
    return LACKS_INPUT;
  }
  if (take(z, 24) != 0x088B1F) {
    return AT_FAULT;
  }
  z->flags = take(z, 8);
  z->length = 6; /* time, further flags, system */
  z->state = GZIP_EXTRA;
  return (z->flags & RESERVED) != 0 ? AT_FAULT : GO_ON;
}

/* Skips 'length' bytes, then an extra field, if there is one. */
static step skip_extra(ts_inflate *z, const unsigned char **in,
                       const unsigned char *end) {
  while (z->length > 0) {
    if (!need(z, in, end, 8)) {
      return LACKS_INPUT;
    }
    take(z, 8);
    z->length--;
  }
  z->state = (z->flags & HAS_EXTRA) != 0 ? GZIP_EXTRA_LENGTH : GZIP_NAME;
  z->flags &= ~(unsigned)HAS_EXTRA;
  return GO_ON;
}

/* Skips a text up to its NUL, if the header has it. */
static step skip_text(ts_inflate *z, const unsigned char **in,
                      const unsigned char *end, unsigned flag, state next) {
  while ((z->flags & flag) != 0) {
    if (!need(z, in, end, 8)) {
      return LACKS_INPUT;
    }
    if (take(z, 8) == 0) {
      z->flags &= ~flag;
    }
  }
  z->state = next;
  return GO_ON;
}

static step read_extra_length(ts_inflate *z, const unsigned char **in,
                              const unsigned char *end) {
  if (!need(z, in, end, 16)) {
    return LACKS_INPUT;
  }
  z->length = take(z, 16);
  z->state = GZIP_EXTRA;
  return GO_ON;
}

static step skip_header_crc(ts_inflate *z, const unsigned char **in,
                            const unsigned char *end) {
  if ((z->flags & HAS_CRC) != 0) {
    if (!need(z, in, end, 16)) {
      return LACKS_INPUT;
    }
    take(z, 16);
  }
  z->state = BLOCK;
  return GO_ON;
}

/* What is called deflate may have no header. */
static step read_zlib_header(ts_inflate *z, const unsigned char **in,
                             const unsigned char *end) {
  unsigned method, flags;
  if (!need(z, in, end, 16)) {
    return LACKS_INPUT;
  }
  method = (unsigned)(z->bits & 0xFF);
  flags = (unsigned)(z->bits >> 8 & 0xFF);
  z->flags = (method & 15) == 8 && (method * 256 + flags) % 31 == 0;
  if (z->flags != 0) {
    take(z, 16);
  }
  z->state = BLOCK;
  return z->flags != 0 && (flags & 0x20) != 0 ? AT_FAULT : GO_ON;
}

static step check_crc(ts_inflate *z, const unsigned char **in,
                      const unsigned char *end) {
  if (!need(z, in, end, 32)) {
    return LACKS_INPUT;
  }
  z->state = GZIP_SIZE;
  return take(z, 32) == (z->check ^ 0xFFFFFFFFu) ? GO_ON : AT_FAULT;
}

/* After it, another member may begin. */
static step check_size(ts_inflate *z, const unsigned char **in,
                       const unsigned char *end) {
  if (!need(z, in, end, 32)) {
    return LACKS_INPUT;
  }
  z->state = START;
  return take(z, 32) == z->size ? GO_ON : AT_FAULT;
}

static step check_adler(ts_inflate *z, const unsigned char **in,
                        const unsigned char *end) {
  uint32_t check = 0;
  int byte;
  if (z->flags != 0) {
    if (!need(z, in, end, 32)) {
      return LACKS_INPUT;
    }
    for (byte = 0; byte < 4; byte++) {
      check = check << 8 | take(z, 8);
    }
  }
  z->state = DONE;
  return z->flags == 0 || check == z->check ? GO_ON : AT_FAULT;
}

/* Adds what came out since the last time to the checksum and the size. */
static void account(ts_inflate *z) {
  uint32_t low = z->check & 0xFFFF, high = z->check >> 16;
  z->size += (uint32_t)(z->to - z->accounted);
  if (z->coding == TS_CODING_GZIP) {
    for (; z->accounted < z->to; z->accounted++) {
      z->check = z->crc_table[(z->check ^ z->out[z->accounted]) & 0xFF] ^
                 (z->check >> 8);
    }
    return;
  }
  for (; z->accounted < z->to; z->accounted++) {
    low = (low + z->out[z->accounted]) % 65521;
    high = (high + low) % 65521;
  }
  z->check = high << 16 | low;
}

/* --- Blocks ----------------------------------------------------------- */

static step use_fixed_codes(ts_inflate *z) {
  memset(z->lengths, 8, 144);
  memset(z->lengths + 144, 9, 112);
  memset(z->lengths + 256, 7, 24);
  memset(z->lengths + 280, 8, 8);
  make_table(&z->literals, z->lengths, LITERALS);
  memset(z->lengths, 5, 32);
  make_table(&z->distances, z->lengths, 32);
  z->state = SYMBOL;
  return GO_ON;
}

static step read_block(ts_inflate *z, const unsigned char **in,
                       const unsigned char *end) {
  if (!need(z, in, end, 3)) {
    return LACKS_INPUT;
  }
  z->last = take(z, 1) != 0;
  switch (take(z, 2)) {
  case 0:
    align(z);
    z->state = STORED_LENGTH;
    return GO_ON;
  case 1:
    return use_fixed_codes(z);
  case 2:
    z->state = TABLE_SIZES;
    return GO_ON;
  default:
    return AT_FAULT;
  }
}

static step read_stored_length(ts_inflate *z, const unsigned char **in,
                               const unsigned char *end) {
  if (!need(z, in, end, 32)) {
    return LACKS_INPUT;
  }
  z->length = take(z, 16);
  z->state = STORED;
  return take(z, 16) == (z->length ^ 0xFFFF) ? GO_ON : AT_FAULT;
}

static void put(ts_inflate *z, unsigned char byte) {
  z->out[z->to++] = byte;
}

static void end_block(ts_inflate *z) {
  if (!z->last) {
    z->state = BLOCK;
    return;
  }
  align(z);
  account(z);
  z->state = z->coding == TS_CODING_GZIP ? GZIP_CRC32 : ZLIB_ADLER32;
}

static step copy_stored(ts_inflate *z, const unsigned char **in,
                        const unsigned char *end) {
  for (; z->length > 0; z->length--) {
    if (z->to == OUT_SIZE) {
      return LACKS_ROOM;
    }
    if (!need(z, in, end, 8)) {
      return LACKS_INPUT;
    }
    put(z, (unsigned char)take(z, 8));
  }
  end_block(z);
  return GO_ON;
}

static step read_table_sizes(ts_inflate *z, const unsigned char **in,
                             const unsigned char *end) {
  if (!need(z, in, end, 14)) {
    return LACKS_INPUT;
  }
  z->literal_count = take(z, 5) + 257;
  z->distance_count = take(z, 5) + 1;
  z->code_count = take(z, 4) + 4;
  z->index = 0;
  memset(z->lengths, 0, sizeof z->lengths);
  z->state = TABLE_LENGTHS;
  return z->literal_count > 286 || z->distance_count > DISTANCES ? AT_FAULT
                                                                 : GO_ON;
}

static step read_table_lengths(ts_inflate *z, const unsigned char **in,
                               const unsigned char *end) {
  static const unsigned char order[LENGTH_CODES] = {
      16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
  for (; z->index < z->code_count; z->index++) {
    if (!need(z, in, end, 3)) {
      return LACKS_INPUT;
    }
    z->lengths[order[z->index]] = (unsigned char)take(z, 3);
  }
  if (!make_table(&z->literals, z->lengths, LENGTH_CODES)) {
    return AT_FAULT;
  }
  memset(z->lengths, 0, sizeof z->lengths);
  z->index = 0;
  z->symbol = LENGTH_CODES; /* none is read */
  z->state = CODE_LENGTHS;
  return GO_ON;
}

static step use_own_codes(ts_inflate *z) {
  if (z->lengths[END_OF_BLOCK] == 0 ||
      !make_table(&z->distances, z->lengths + z->literal_count,
                  z->distance_count) ||
      !make_table(&z->literals, z->lengths, z->literal_count)) {
    return AT_FAULT;
  }
  z->state = SYMBOL;
  return GO_ON;
}

/* Lengths of codes, which are told by a code, some of them as repeats. */
static step read_code_lengths(ts_inflate *z, const unsigned char **in,
                              const unsigned char *end) {
  static const unsigned char extra[] = {2, 3, 7}, base[] = {3, 3, 11};
  unsigned total = z->literal_count + z->distance_count;
  while (z->index < total) {
    unsigned kind, repeat = 1;
    unsigned char length;
    if (z->symbol == LENGTH_CODES) {
      step read = read_symbol(z, in, end, &z->literals);
      if (read != GO_ON) {
        z->symbol = LENGTH_CODES;
        return read;
      }
    }
    length = (unsigned char)z->symbol;
    if (z->symbol >= 16) {
      kind = z->symbol - 16;
      if (!need(z, in, end, extra[kind])) {
        return LACKS_INPUT;
      }
      repeat = base[kind] + take(z, extra[kind]);
      if ((kind == 0 && z->index == 0) || z->index + repeat > total) {
        return AT_FAULT;
      }
      length = kind == 0 ? z->lengths[z->index - 1] : 0;
    }
    memset(z->lengths + z->index, length, repeat);
    z->index += repeat;
    z->symbol = LENGTH_CODES;
  }
  return use_own_codes(z);
}

/* Literals, up to a symbol that is none. */
static step read_literals(ts_inflate *z, const unsigned char **in,
                          const unsigned char *end) {
  for (;;) {
    step read;
    if (z->to == OUT_SIZE) {
      return LACKS_ROOM;
    }
    read = read_symbol(z, in, end, &z->literals);
    if (read != GO_ON) {
      return read;
    }
    if (z->symbol < END_OF_BLOCK) {
      put(z, (unsigned char)z->symbol);
    } else if (z->symbol == END_OF_BLOCK) {
      end_block(z);
      return GO_ON;
    } else {
      z->symbol -= 257;
      z->state = MATCH_LENGTH;
      return z->symbol < 29 ? GO_ON : AT_FAULT;
    }
  }
}

static step read_match_length(ts_inflate *z, const unsigned char **in,
                              const unsigned char *end) {
  static const uint16_t base[] = {3,  4,  5,  6,   7,   8,   9,   10,  11, 13,
                                  15, 17, 19, 23,  27,  31,  35,  43,  51, 59,
                                  67, 83, 99, 115, 131, 163, 195, 227, 258};
  static const unsigned char extra[] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1,
                                        1, 1, 2, 2, 2, 2, 3, 3, 3, 3,
                                        4, 4, 4, 4, 5, 5, 5, 5, 0};
  if (!need(z, in, end, extra[z->symbol])) {
    return LACKS_INPUT;
  }
  z->length = base[z->symbol] + take(z, extra[z->symbol]);
  z->state = MATCH_DISTANCE;
  return GO_ON;
}

static step read_match_distance(ts_inflate *z, const unsigned char **in,
                                const unsigned char *end) {
  step read = read_symbol(z, in, end, &z->distances);
  if (read == GO_ON) {
    z->state = DISTANCE_EXTRA;
    return z->symbol < DISTANCES ? GO_ON : AT_FAULT;
  }
  return read;
}

static step read_distance_extra(ts_inflate *z, const unsigned char **in,
                                const unsigned char *end) {
  unsigned extra = z->symbol < 4 ? 0 : z->symbol / 2 - 1;
  unsigned base =
      z->symbol < 4 ? z->symbol + 1 : ((2 + (z->symbol & 1)) << extra) + 1;
  if (!need(z, in, end, extra)) {
    return LACKS_INPUT;
  }
  z->distance = base + take(z, extra);
  z->state = MATCH;
  return z->distance > z->to ? AT_FAULT : GO_ON;
}

static step copy_match(ts_inflate *z) {
  for (; z->length > 0; z->length--) {
    if (z->to == OUT_SIZE) {
      return LACKS_ROOM;
    }
    put(z, z->out[z->to - z->distance]);
  }
  z->state = SYMBOL;
  return GO_ON;
}

/* --- Interface -------------------------------------------------------- */

static step take_step(ts_inflate *z, const unsigned char **in,
                      const unsigned char *end) {
  switch (z->state) {
  case START:
    return start_member(z, in, end);
  case GZIP_FIXED:
    return read_gzip_header(z, in, end);
  case GZIP_EXTRA_LENGTH:
    return read_extra_length(z, in, end);
  case GZIP_EXTRA:
    return skip_extra(z, in, end);
  case GZIP_NAME:
    return skip_text(z, in, end, HAS_NAME, GZIP_COMMENT);
  case GZIP_COMMENT:
    return skip_text(z, in, end, HAS_COMMENT, GZIP_CRC);
  case GZIP_CRC:
    return skip_header_crc(z, in, end);
  case ZLIB_HEADER:
    return read_zlib_header(z, in, end);
  case BLOCK:
    return read_block(z, in, end);
  case STORED_LENGTH:
    return read_stored_length(z, in, end);
  case STORED:
    return copy_stored(z, in, end);
  case TABLE_SIZES:
    return read_table_sizes(z, in, end);
  case TABLE_LENGTHS:
    return read_table_lengths(z, in, end);
  case CODE_LENGTHS:
    return read_code_lengths(z, in, end);
  case SYMBOL:
    return read_literals(z, in, end);
  case MATCH_LENGTH:
    return read_match_length(z, in, end);
  case MATCH_DISTANCE:
    return read_match_distance(z, in, end);
  case DISTANCE_EXTRA:
    return read_distance_extra(z, in, end);
  case MATCH:
    return copy_match(z);
  case GZIP_CRC32:
    return check_crc(z, in, end);
  case GZIP_SIZE:
    return check_size(z, in, end);
  case ZLIB_ADLER32:
    return check_adler(z, in, end);
  case DONE: /* nothing may follow */
    return z->bit_count == 0 && *in == end ? LACKS_INPUT : AT_FAULT;
  }
  return AT_FAULT;
}

/* Everything in 'out' was taken: its second half becomes the window. */
static void slide(ts_inflate *z) {
  memcpy(z->out, z->out + WINDOW, WINDOW);
  z->from = z->to = z->accounted = WINDOW;
}

bool ts_inflate_run(ts_inflate *z, const char **in, const char *end,
                    const char **out, size_t *length) {
  const unsigned char *at = (const unsigned char *)*in;
  step last;
  if (z->to == OUT_SIZE) {
    slide(z);
  }
  do {
    last = take_step(z, &at, (const unsigned char *)end);
  } while (last == GO_ON);
  account(z);
  *in = (const char *)at;
  *out = (const char *)z->out + z->from;
  *length = z->to - z->from;
  z->from = z->to;
  return last != AT_FAULT;
}

bool ts_inflate_is_complete(const ts_inflate *z) {
  return (z->state == START || z->state == DONE) && z->bit_count == 0;
}
