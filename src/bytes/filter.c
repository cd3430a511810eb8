/*
** filter.c - a scanner that is fed a JSON document in chunks of any size and
** keeps what is wanted of it, as minimal JSON.
**
** The grammar is one coroutine, scan(): it reads from top to bottom as the
** grammar does, and wherever a byte is needed it can pause for the next chunk
** and resume. The number of the place is 'state'; the open arrays and objects
** are in 'closers', at [1] to [depth], by the byte that ends them.
**
** What is kept is 'kept', then the bytes from 'span' up to the scan, which
** are copied only when something after them is left out, at the end of an
** element, and at the end of the chunk. Hence:
** - a position in what is kept is kept.length + (p - span), and copying the
**   span leaves positions as they are;
** - outside of strings, what is kept has no white space, so that the byte '{'
**   stands last exactly when an object has no member yet, and '\n' is free to
**   end elements;
** - 'keeping' is false between elements and in members that are not wanted,
**   and then there is no span.
** A member is kept as its bytes are read, the comma before it included, and
** its position is 'member'; the member is cut off again when its name turns
** out not to be wanted or its value to be null.
**
** Of 'kept', the first 'taken' bytes were handed out, the elements up to
** 'complete' can be, and the element after that is unfinished.
**
** Each byte read adds at most one byte; the '\n' comes on top, and is made up
** for by the comma before the next element. So n bytes add at most n + 1,
** and n bytes which are no more than the room left can break a bound with
** the last one only: feed() scans in slices of that size, which makes where
** and how a document fails independent of its chunks, and reserves memory
** ahead, which leaves the scan without errors but those of the document.
*/

#include "bytes/escape.h"
#include "bytes/filter.h"

#include <string.h>

#if defined(__GNUC__) && defined(__SSE2__)
#include <emmintrin.h>
#endif

#define LARGEST_SLICE 65536 /* bounds the memory reserved ahead */

enum {
  DOCUMENT, /* before the outermost value */
  FIRST_ITEM,
  ITEM, /* of the outermost array */
  VALUE,
  FIRST_NAME,
  NAME,
  COLON,
  STRING,
  ESCAPE,
  HEX,
  INTEGER,
  MORE_INTEGER,
  FRACTION_OR_END,
  FRACTION,
  MORE_FRACTION,
  EXPONENT_SIGN,
  EXPONENT,
  MORE_EXPONENT,
  LITERAL,
  AFTER_VALUE,
  END /* after the outermost value */
};

/* --- Characters ------------------------------------------------------- */

static bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* Whether a string ends, escapes or is at fault here. */
static bool is_special(char c) {
  return c == '"' || c == '\\' || (unsigned char)c < 0x20;
}

static bool starts_value(char c) {
  return is_digit(c) || (c != '\0' && strchr("\"{[-tfn", c) != NULL);
}

static bool is_hex_digit(char c) {
  return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

static const char *skip_digits(const char *p, const char *end) {
  while (p < end && is_digit(*p)) {
    p++;
  }
  return p;
}

/* Skips plain characters of a string, many at a time, up to the first which
** is not, or to where too few are left. */
#if defined(__GNUC__) && defined(__SSE2__)

static const char *skip_blocks(const char *p, const char *end) {
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i control = _mm_set1_epi8(0x1F); /* the highest of them */
  for (; end - p >= 16; p += 16) {
    __m128i block = _mm_loadu_si128((const __m128i *)(const void *)p);
    __m128i special =
        _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(block, quote),
                                  _mm_cmpeq_epi8(block, backslash)),
                     _mm_cmpeq_epi8(_mm_max_epu8(block, control), control));
    int marks = _mm_movemask_epi8(special);
    if (marks != 0) {
      return p + __builtin_ctz((unsigned)marks);
    }
  }
  return p;
}

#else

#define EACH_BYTE(byte) (UINT64_MAX / 255 * (byte))

/* Whether a byte of the word is less than 'limit', at most 0x80. */
static bool has_less(uint64_t word, unsigned limit) {
  return ((word - EACH_BYTE(limit)) & ~word & EACH_BYTE(0x80)) != 0;
}

static const char *skip_blocks(const char *p, const char *end) {
  for (; end - p >= 8; p += 8) {
    uint64_t word;
    memcpy(&word, p, 8);
    if (has_less(word, 0x20) || has_less(word ^ EACH_BYTE('"'), 1) ||
        has_less(word ^ EACH_BYTE('\\'), 1)) {
      break;
    }
  }
  return p;
}

#endif

static const char *skip_plain(const char *p, const char *end) {
  p = skip_blocks(p, end);
  while (p < end && !is_special(*p)) {
    p++;
  }
  return p;
}

/* --- What is kept ----------------------------------------------------- */

static size_t position(const ts_filter *f, const char *p) {
  return f->kept.length + (size_t)(p - f->span);
}

/* Copies the span up to 'to'; it goes on at 'from'. */
static void cut(ts_filter *f, const char *to, const char *from) {
  size_t length = (size_t)(to - f->span);
  memcpy(f->kept.data + f->kept.length, f->span, length);
  f->kept.length += length;
  f->span = from;
}

/* Cuts off the member up to 'p'. */
static void drop_member(ts_filter *f, const char *p) {
  if (f->member > f->kept.length) {
    cut(f, f->span + (f->member - f->kept.length), p);
  } else {
    ts_buffer_truncate(&f->kept, f->member);
    f->span = p;
  }
}

static void start_keeping(ts_filter *f, const char *p) {
  f->keeping = true;
  f->span = p;
}

static char last_kept(const ts_filter *f, const char *p) {
  return p > f->span ? p[-1] : f->kept.data[f->kept.length - 1];
}

/* A member begins after the comma at 'p', which belongs to it unless all
** members before it were dropped. */
static void start_member(ts_filter *f, const char *p) {
  if (f->keeping) {
    if (last_kept(f, p) == '{') {
      cut(f, p, p + 1);
      p++;
    }
    f->member = position(f, p);
  }
}

static size_t element_size(const ts_filter *f) {
  return f->kept.length - f->complete;
}

static ts_filter_status broken_bound(const ts_filter *f) {
  const ts_filter_options *o = &f->options;
  if (o->max_element > 0 && element_size(f) > o->max_element) {
    return TS_FILTER_ELEMENT_SIZE;
  }
  if (o->max_held > 0 && ts_filter_held(f) > o->max_held) {
    return TS_FILTER_SIZE;
  }
  return TS_FILTER_OK;
}

/* An element ends before 'p'. If its last byte breaks a bound, it stays
** unfinished; then that is the end of the slice, and feed() notices. */
static void complete_element(ts_filter *f, const char *p) {
  cut(f, p, p);
  if (broken_bound(f) != TS_FILTER_OK) {
    return;
  }
  f->kept.data[f->kept.length++] = '\n';
  f->complete = f->kept.length;
  f->completed++;
  f->keeping = false;
}

static const char *skip_space(ts_filter *f, const char *p, const char *end) {
  const char *start = p;
  while (p < end && is_space(*p)) {
    p++;
  }
  if (f->keeping && p > start) {
    cut(f, start, p);
  }
  return p;
}

/* The next byte of the grammar; mostly there is no white space. */
static inline const char *next_token(ts_filter *f, const char *p,
                                     const char *end) {
  return p < end && (unsigned char)*p > ' ' ? p : skip_space(f, p, end);
}

/* --- Wanted members --------------------------------------------------- */

static bool is_name(const char *raw, size_t length, bool escaped,
                    const char *name) {
  const char *end = raw + length;
  if (!escaped) {
    return strncmp(name, raw, length) == 0 && name[length] == '\0';
  }
  while (raw < end) {
    char utf8[4];
    size_t n = ts_unescape_next(&raw, end, utf8);
    if (utf8[0] == '\0' || strncmp(name, utf8, n) != 0) {
      return false;
    }
    name += n;
  }
  return *name == '\0';
}

/* One bit for each length of a name, folded: tells most of the unwanted from
** the wanted without a look at them. */
static uint64_t length_bit(size_t length) {
  return (uint64_t)1 << (length & 63);
}

/* Whether the member is wanted whose name ends before 'p'. */
static bool is_wanted(ts_filter *f, const char *p) {
  size_t length = position(f, p) - f->name - 2; /* without the quotes */
  const char *raw;
  size_t i;
  if (!f->escaped && !(f->lengths & length_bit(length))) {
    return false;
  }
  if (f->name < f->kept.length) {
    cut(f, p, p);
    raw = f->kept.data + f->name + 1;
  } else {
    raw = f->span + (f->name - f->kept.length) + 1;
  }
  for (i = 0; i < f->options.field_count; i++) {
    if (is_name(raw, length, f->escaped, f->options.fields[i])) {
      return true;
    }
  }
  return false;
}

/* --- The grammar ------------------------------------------------------ */

/* A point where a byte is needed, after what 'skip' skips: the scan pauses
** and resumes there. It is a label as well, to go to. */
#define RESUME_AT(at, skip)                                                   \
  goto at;                                                                    \
  case at:                                                                    \
  at:                                                                         \
    skip;                                                                     \
    if (p == end) {                                                           \
      f->state = at;                                                          \
      goto pause;                                                             \
    }

#define NEED_BYTE(at) RESUME_AT(at, (void)0)
#define NEED_TOKEN(at) RESUME_AT(at, p = next_token(f, p, end))
#define SKIP_DIGITS(at) RESUME_AT(at, p = skip_digits(p, end))
#define SKIP_PLAIN(at) RESUME_AT(at, p = skip_plain(p, end))

#define EXPECT(condition)                                                     \
  if (!(condition)) {                                                         \
    f->status = TS_FILTER_SYNTAX;                                             \
    goto pause;                                                               \
  }

/* Reads up to 'end', or to the byte at fault. */
static const char *scan(ts_filter *f, const char *p, const char *end) {
  f->span = p;
  switch (f->state) {

  default: /* a switch has to begin with a label */
    NEED_TOKEN(DOCUMENT)
    if (f->options.shape == TS_FILTER_OBJECT) {
      goto element;
    }
    if (*p != '[') {
      goto misfit;
    }
    goto array;

    NEED_TOKEN(ITEM)
  element:
    if (*p != '{') {
      goto misfit;
    }
    start_keeping(f, p);
    goto object;

    NEED_TOKEN(VALUE)
    switch (*p) {
    case '"':
      f->in_name = false;
      goto string;
    case '{':
      goto object;
    case '[':
      goto array;
    case 't':
      f->literal = "true";
      goto literal;
    case 'f':
      f->literal = "false";
      goto literal;
    case 'n':
      f->literal = "null";
      goto literal;
    case '-':
      p++;
      break;
    default:
      break;
    }

    NEED_BYTE(INTEGER)
    EXPECT(is_digit(*p))
    if (*p++ == '0') {
      goto FRACTION_OR_END;
    }
    SKIP_DIGITS(MORE_INTEGER)
    NEED_BYTE(FRACTION_OR_END)
    if (*p != '.') {
      goto exponent_or_end;
    }
    p++;
    NEED_BYTE(FRACTION)
    EXPECT(is_digit(*p))
    SKIP_DIGITS(MORE_FRACTION)
  exponent_or_end:
    if (*p != 'e' && *p != 'E') {
      goto after_value;
    }
    p++;
    NEED_BYTE(EXPONENT_SIGN)
    if (*p == '+' || *p == '-') {
      p++;
    }
    NEED_BYTE(EXPONENT)
    EXPECT(is_digit(*p))
    SKIP_DIGITS(MORE_EXPONENT)
    goto after_value;

  literal:
    f->progress = 0;
    do {
      NEED_BYTE(LITERAL)
      EXPECT(*p == f->literal[f->progress])
      p++;
    } while (f->literal[++f->progress] != '\0');
    if (f->literal[0] == 'n' && !f->options.keep_null && f->keeping &&
        f->closers[f->depth] == '}') {
      drop_member(f, p);
    }
    goto after_value;

  array:
    if (f->depth == TS_FILTER_MAX_DEPTH) {
      goto too_deep;
    }
    f->closers[++f->depth] = ']';
    p++;
    NEED_TOKEN(FIRST_ITEM)
    if (*p == ']') {
      goto close;
    }
    goto next_item;

  object:
    if (f->depth == TS_FILTER_MAX_DEPTH) {
      goto too_deep;
    }
    f->closers[++f->depth] = '}';
    p++;
    NEED_TOKEN(FIRST_NAME)
    if (*p == '}') {
      goto close;
    }
    if (f->keeping) {
      f->member = position(f, p);
    }
    NEED_TOKEN(NAME)
    EXPECT(*p == '"')
    if (f->keeping) {
      f->name = position(f, p);
      f->escaped = false;
    }
    f->in_name = true;
    goto string;

  after_name:
    if (f->options.fields != NULL && f->keeping &&
        f->depth == f->element_depth + 1 && !is_wanted(f, p)) {
      drop_member(f, p);
      f->keeping = false;
    }
    NEED_TOKEN(COLON)
    EXPECT(*p == ':')
    p++;
    goto VALUE;

  string:
    p++;
    SKIP_PLAIN(STRING)
    if (*p == '"') {
      p++;
      if (f->in_name) {
        goto after_name;
      }
      goto after_value;
    }
    EXPECT(*p == '\\')
    p++;
    f->escaped = true;
    NEED_BYTE(ESCAPE)
    if (*p == 'u') {
      goto code_unit;
    }
    EXPECT(*p != '\0' && strchr("\"\\/bfnrt", *p) != NULL)
    p++;
    goto STRING;

  code_unit:
    p++;
    f->progress = 0;
    do {
      NEED_BYTE(HEX)
      EXPECT(is_hex_digit(*p))
      p++;
    } while (++f->progress < 4);
    goto STRING;

  after_value:
    if (!f->keeping && f->depth == f->element_depth + 1) {
      start_keeping(f, p);
    }
    NEED_TOKEN(AFTER_VALUE)
    if (*p != ',') {
      EXPECT(*p == f->closers[f->depth])
      goto close;
    }
    if (f->closers[f->depth] == '}') {
      start_member(f, p);
      p++;
      goto NAME;
    }
    p++;
  next_item:
    if (f->depth == f->element_depth) {
      goto ITEM;
    }
    goto VALUE;

  close:
    p++;
    if (f->depth-- == f->element_depth + 1) {
      complete_element(f, p);
    }
    if (f->depth > 0) {
      goto after_value;
    }
    NEED_TOKEN(END)
    EXPECT(false)
  }

misfit:
  f->status = starts_value(*p) ? TS_FILTER_SHAPE : TS_FILTER_SYNTAX;
  goto pause;

too_deep:
  f->status = TS_FILTER_DEPTH;

pause:
  if (f->keeping) {
    cut(f, p, NULL);
  }
  return p;
}

#undef PLACE
#undef NEED_BYTE
#undef NEED_TOKEN
#undef SKIP_DIGITS
#undef SKIP_PLAIN
#undef EXPECT

/* --- Interface -------------------------------------------------------- */

void ts_filter_init(ts_filter *f, const ts_filter_options *options) {
  size_t i;
  memset(f, 0, sizeof *f);
  f->options = *options;
  f->element_depth = options->shape == TS_FILTER_ARRAY ? 1 : 0;
  f->kept.secret = options->secret;
  if (options->fields != NULL) {
    for (i = 0; i < options->field_count; i++) {
      f->lengths |= length_bit(strlen(options->fields[i]));
    }
  }
}

void ts_filter_free(ts_filter *f) {
  ts_buffer_free(&f->kept);
}

/* Gives up the memory of what was taken, when moving the rest costs no more
** than what was taken did. */
static void drop_taken(ts_filter *f) {
  if (f->taken >= f->kept.length - f->taken) {
    ts_buffer_consume(&f->kept, f->taken);
    f->complete -= f->taken;
    f->member -= f->taken;
    f->name -= f->taken;
    f->taken = 0;
  }
}

static size_t least(size_t a, size_t b) {
  return a < b ? a : b;
}

/* The number of bytes to scan at once, see above. */
static size_t slice(const ts_filter *f, size_t n) {
  const ts_filter_options *o = &f->options;
  size_t length = least(n, LARGEST_SLICE);
  if (o->max_element > 0) {
    length = least(length, o->max_element - element_size(f));
  }
  if (o->max_held > 0) {
    length = least(length, o->max_held - ts_filter_held(f));
  }
  return length > 0 ? length : 1;
}

/* Only complete elements outlast an error. */
static void drop_unfinished(ts_filter *f) {
  ts_buffer_truncate(&f->kept, f->complete);
}

ts_filter_status ts_filter_feed(ts_filter *f, const char *bytes, size_t n) {
  drop_taken(f);
  while (n > 0 && f->status == TS_FILTER_OK) {
    size_t length = slice(f, n);
    if (ts_buffer_reserve(&f->kept, length + 1)) {
      size_t done = (size_t)(scan(f, bytes, bytes + length) - bytes);
      f->offset += done;
      bytes += done;
      n -= done;
    } else {
      f->status = TS_FILTER_MEMORY;
    }
    if (f->status == TS_FILTER_OK) {
      f->status = broken_bound(f);
      if (f->status != TS_FILTER_OK) {
        f->offset--;
      }
    }
  }
  if (f->status != TS_FILTER_OK) {
    drop_unfinished(f);
  }
  return f->status;
}

ts_filter_status ts_filter_finish(ts_filter *f) {
  if (f->status == TS_FILTER_OK && f->state != END) {
    f->status = TS_FILTER_TRUNCATED;
    drop_unfinished(f);
  }
  return f->status;
}

bool ts_filter_peek(const ts_filter *f, const char **element, size_t *length) {
  const char *start, *end;
  if (f->taken == f->complete) {
    return false;
  }
  start = f->kept.data + f->taken;
  end = memchr(start, '\n', f->complete - f->taken);
  *element = start;
  *length = (size_t)(end - start);
  return true;
}

bool ts_filter_next(ts_filter *f, const char **element, size_t *length) {
  if (!ts_filter_peek(f, element, length)) {
    return false;
  }
  f->taken += *length + 1;
  return true;
}

void ts_filter_hand_over(ts_filter *f, ts_buffer *elements) {
  ts_buffer_truncate(&f->kept, f->complete);
  ts_buffer_consume(&f->kept, f->taken);
  *elements = f->kept;
  f->kept = (ts_buffer){.secret = f->options.secret};
  f->taken = f->complete = 0;
}

size_t ts_filter_held(const ts_filter *f) {
  return f->kept.length - f->taken;
}

const char *ts_filter_describe(ts_filter_status status) {
  switch (status) {
  case TS_FILTER_OK:
    return "no error";
  case TS_FILTER_MEMORY:
    return "out of memory";
  case TS_FILTER_SYNTAX:
    return "not valid JSON";
  case TS_FILTER_SHAPE:
    return "JSON of an unexpected shape";
  case TS_FILTER_DEPTH:
    return "JSON nested too deeply";
  case TS_FILTER_ELEMENT_SIZE:
    return "an object is too large";
  case TS_FILTER_SIZE:
    return "too much data";
  case TS_FILTER_TRUNCATED:
    return "JSON that ends too early";
  }
  return "unknown error";
}
