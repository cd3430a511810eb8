/*
** tokens.c - strings, numbers and literals, read in chunks of any size.
*/

#include <string.h>

#include "bytes/characters.h"
#include "bytes/tokens.h"

static const char *fault(ts_filter *f, const char *p) {
  f->status = TS_FILTER_SYNTAX;
  return p;
}

/* --- Strings ---------------------------------------------------------- */

/* Takes a digit of an escaped code unit, which may be half of a surrogate
** pair; false: it is invalid. */
static bool take_hex_digit(ts_filter *f, char c) {
  if (++f->progress == 4) {
    f->part = TS_PART_STRING;
  }
  return ts_is_hex_digit(c);
}

/* Takes the character after a backslash; false: it is invalid. */
static bool take_escape(ts_filter *f, char c) {
  f->part = c == 'u' ? TS_PART_HEX : TS_PART_STRING;
  f->progress = 0;
  return c == 'u' || (c != '\0' && strchr("\"\\/bfnrt", c) != NULL);
}

/* Takes the next byte of a string if it is not a plain character; false: it is
** invalid. */
static bool take_special(ts_filter *f, char c) {
  switch (f->part) {
  case TS_PART_STRING:
    f->part = c == '"' ? TS_PART_DONE : TS_PART_ESCAPE;
    f->escaped = f->escaped || c != '"';
    return c == '"' || c == '\\';
  case TS_PART_ESCAPE:
    return take_escape(f, c);
  default: /* TS_PART_HEX */
    return take_hex_digit(f, c);
  }
}

const char *ts_token_string(ts_filter *f, const char *p, const char *end) {
  while (f->part != TS_PART_DONE) {
    if (f->part == TS_PART_STRING) {
      p = ts_skip_plain(p, end);
    }
    if (p == end) {
      return p;
    }
    if (!take_special(f, *p)) {
      return fault(f, p);
    }
    p++;
  }
  return p;
}

/* --- Numbers ---------------------------------------------------------- */

/* What a part of a number does with the next byte: the part that follows, and
** whether the byte is consumed. */
typedef struct number_step {
  ts_part next;
  bool takes;
  bool valid;
} number_step;

static number_step step_number(unsigned char part, char c) {
  const bool digit = ts_is_digit(c);
  number_step step = {TS_PART_DONE, false, true};
  switch (part) {
  case TS_PART_NUMBER:
    step.next = TS_PART_FIRST_DIGIT;
    step.takes = c == '-';
    break;
  case TS_PART_FIRST_DIGIT:
    step.next = c == '0' ? TS_PART_POINT : TS_PART_DIGITS;
    step.takes = step.valid = digit;
    break;
  case TS_PART_DIGITS:
    step.next = TS_PART_POINT;
    break;
  case TS_PART_POINT:
    step.next = c == '.' ? TS_PART_FIRST_DECIMAL : TS_PART_EXPONENT;
    step.takes = c == '.';
    break;
  case TS_PART_FIRST_DECIMAL:
    step.next = TS_PART_DECIMALS;
    step.takes = step.valid = digit;
    break;
  case TS_PART_DECIMALS:
    step.next = TS_PART_EXPONENT;
    break;
  case TS_PART_EXPONENT:
    step.takes = c == 'e' || c == 'E';
    step.next = step.takes ? TS_PART_EXPONENT_SIGN : TS_PART_DONE;
    break;
  case TS_PART_EXPONENT_SIGN:
    step.next = TS_PART_EXPONENT_FIRST_DIGIT;
    step.takes = c == '+' || c == '-';
    break;
  case TS_PART_EXPONENT_FIRST_DIGIT:
    step.next = TS_PART_EXPONENT_DIGITS;
    step.takes = step.valid = digit;
    break;
  default: /* TS_PART_EXPONENT_DIGITS */
    break;
  }
  return step;
}

const char *ts_token_number(ts_filter *f, const char *p, const char *end) {
  while (f->part != TS_PART_DONE) {
    number_step step;
    if (f->part == TS_PART_DIGITS || f->part == TS_PART_DECIMALS ||
        f->part == TS_PART_EXPONENT_DIGITS) {
      p = ts_skip_digits(p, end);
    }
    if (p == end) {
      return p;
    }
    step = step_number(f->part, *p);
    if (!step.valid) {
      return fault(f, p);
    }
    f->part = (unsigned char)step.next;
    p += step.takes;
  }
  return p;
}

/* --- Literals --------------------------------------------------------- */

const char *ts_token_literal(ts_filter *f, const char *p, const char *end) {
  while (f->literal[f->progress] != '\0') {
    if (p == end) {
      return p;
    }
    if (*p != f->literal[f->progress]) {
      return fault(f, p);
    }
    p++;
    f->progress++;
  }
  f->part = TS_PART_DONE;
  return p;
}
