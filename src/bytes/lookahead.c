/*
** lookahead.c - a fast path for the members of an element that a chunk holds
** whole.
**
** Its grammar is that of scan.c without the rare cases: white space,
** escapes, fractions, long strings, the end of the chunk. There it hands over
** to the scan, at a token that neither has read, leaving the filter as the
** scan would have. So it decides nothing by itself: the scan alone decides
** what is invalid, where, and what is kept.
**
** A token costs the scan about a hundred instructions, because it may pause
** anywhere; here it costs about fifteen.
*/

#include "bytes/lookahead.h"

#include "bytes/characters.h"
#include "bytes/kept.h"

/* The longest string that is read here, and the bytes that a token may take
** besides: with so much left in a chunk, a token is read without checking for
** the end. */
#define LOOK_AHEAD 64
#define MARGIN (LOOK_AHEAD + 16)

/* Returns the quote that ends the string whose first character is at 'p';
** NULL: it is too far away, or the string is not plain. */
static inline const char *string_end(const char *p) {
  int i;
#ifdef TS_SSE2
  for (i = 0; i < LOOK_AHEAD; i += 16) {
    unsigned bits = ts_special_bits(p + i);
    if (bits != 0) {
      p += i + __builtin_ctz(bits);
      return *p == '"' ? p : NULL;
    }
  }
#else
  for (i = 0; i < LOOK_AHEAD; i++) {
    if (ts_is_special(p[i])) {
      return p[i] == '"' ? p + i : NULL;
    }
  }
#endif
  return NULL;
}

/* Returns the end of the integer at 'p'; NULL: it is not one, is long, or
** continues as another kind of number. */
static inline const char *integer_end(const char *p) {
  const char *last;
  p += *p == '-';
  last = p + LOOK_AHEAD / 2;
  if (!ts_is_digit(*p)) {
    return NULL;
  }
  if (*p == '0') {
    p++;
  } else {
    while (p < last && ts_is_digit(*p)) {
      p++;
    }
  }
  return ts_is_digit(*p) || *p == '.' || (*p | 0x20) == 'e' ? NULL : p;
}

/* Returns the end of the literal at 'p', or NULL. */
static inline const char *literal_end(const char *p) {
  if (memcmp(p, "true", 4) == 0 || memcmp(p, "null", 4) == 0) {
    return p + 4;
  }
  return memcmp(p, "false", 5) == 0 ? p + 5 : NULL;
}

/* Returns the end of the string, number or literal at 'p'; NULL: it is none of
** them, or a rare case. */
static inline const char *scalar_end(const char *p) {
  if (*p == '"') {
    p = string_end(p + 1);
    return p != NULL ? p + 1 : NULL;
  }
  return (unsigned char)*p < 'A' ? integer_end(p) : literal_end(p);
}

/* Reads the value at 'p' and the tokens after it, until the member of the
** element ends. Returns the position after it; or, at a token left to the
** scan, sets '*at' to its kind. 'keeping' is f->keeping as a constant, because
** reading without keeping is cheaper. */
TS_INLINE const char *read_value(ts_filter *f, const char *p, const char *end,
                                 ts_resume_point *at, const bool keeping) {
  const size_t outside = f->element_depth + 1;
  size_t depth = outside;
  char closer = '}'; /* closes the innermost object or array */
  const char *after;
value:
  if (end - p < MARGIN) {
    goto at_value;
  }
  if ((*p | 0x20) != '{') { /* '[' but for that bit */
    after = scalar_end(p);
    if (after == NULL) {
      goto at_value;
    }
    if (keeping && *p == 'n' && closer == '}' && !f->options.keep_null) {
      ts_kept_drop_member(f, after);
    }
    p = after;
    goto after_value;
  }
  if (depth == TS_FILTER_MAX_DEPTH) {
    goto at_value;
  }
  closer = *p == '{' ? '}' : ']';
  f->closers[++depth] = closer;
  p++;
  if (*p == closer) {
    goto close;
  }
  if ((unsigned char)*p <= ' ') {
    *at = closer == '}' ? TS_AT_FIRST_NAME : TS_AT_FIRST_ITEM;
    goto stop;
  }
  if (closer == ']') {
    goto value;
  }
  if (keeping) {
    f->member = ts_kept_position(f, p);
  }

name:
  after = end - p < MARGIN || *p != '"' ? NULL : string_end(p + 1);
  if (after == NULL || after[1] != ':') {
    *at = TS_AT_NAME;
    goto stop;
  }
  p = after + 2;
  goto value;

close:
  p++;
  closer = f->closers[--depth];

after_value:
  if (depth != outside && p != end) {
    if (*p == closer) {
      goto close;
    }
    if (*p == ',') {
      if (keeping && closer == '}') {
        ts_kept_start_member(f, p);
      }
      p++;
      if (closer == '}') {
        goto name;
      }
      goto value;
    }
  }
  *at = TS_AFTER_VALUE;
  goto stop;

at_value:
  *at = TS_AT_VALUE;
stop:
  f->depth = depth;
  return p;
}

const char *ts_lookahead(ts_filter *f, const char *p, const char *end,
                         ts_resume_point *at) {
  const bool selects = f->options.fields != NULL;
  *at = TS_AT_NAME;
  for (;;) {
    /* 'p' is at a name, or at what should be one. If the filter is keeping,
    ** the member has been started; else the comma precedes 'p'. */
    const char *quote =
        end - p < MARGIN || *p != '"' ? NULL : string_end(p + 1);
    if (quote == NULL || quote[1] != ':') {
      break;
    }
    if (selects) {
      bool wanted = ts_kept_wants(f, p + 1, (size_t)(quote - p - 1));
      if (!wanted && f->keeping) {
        ts_kept_drop_member(f, p);
        f->keeping = false;
      } else if (wanted && !f->keeping) {
        ts_kept_start(f, p - 1);
        ts_kept_start_member(f, p - 1);
      }
    }
    p = f->keeping ? read_value(f, quote + 2, end, at, true)
                   : read_value(f, quote + 2, end, at, false);
    if (*at != TS_AFTER_VALUE || f->depth != f->element_depth + 1 ||
        end - p < MARGIN || *p != ',') {
      if (!f->keeping && *at == TS_AFTER_VALUE &&
          f->depth == f->element_depth + 1) {
        ts_kept_start(f, p);
      }
      return p;
    }
    if (f->keeping) {
      ts_kept_start_member(f, p);
    }
    p++;
    *at = TS_AT_NAME;
  }
  if (!f->keeping) {
    ts_kept_start(f, p - 1);
    ts_kept_start_member(f, p - 1);
  }
  return p;
}
