/*
** scan.c - scans JSON and keeps the wanted members of each element.
**
** ts_scan() is a state machine over the structure of JSON: at each significant
** byte, 'state' says what may come next, and one function per state takes it.
** While a string, number or literal is being read the state stays, see
** tokens.h. So the scan can pause between any two bytes. The open arrays and
** objects are in 'closers', at [1] to [depth], by the byte that closes them.
** If it can, the scan lets ts_lookahead read ahead. What is kept is explained
** in kept.h.
*/

#include <string.h>

#include "bytes/characters.h"
#include "bytes/kept.h"
#include "bytes/lookahead.h"
#include "bytes/scan.h"
#include "bytes/tokens.h"

typedef enum state {
  DOCUMENT, /* before the outermost value */
  FIRST_ITEM,
  ITEM, /* of the outermost array */
  VALUE,
  FIRST_NAME,
  NAME,
  COLON,
  AFTER_VALUE,
  END, /* after the outermost value */

  /* Within a token. */
  IN_NAME,
  IN_STRING,
  IN_NUMBER,
  IN_LITERAL
} state;

static bool starts_value(char c) {
  return ts_is_digit(c) || (c != '\0' && strchr("\"{[-tfn", c) != NULL);
}

static const char *skip_space(ts_filter *f, const char *p, const char *end) {
  const char *start = p;
  while (p < end && ts_is_space(*p)) {
    p++;
  }
  if (f->keeping && p > start) {
    ts_kept_cut(f, start, p);
  }
  return p;
}

/* Skips white space, which is rare, to the next token. */
static inline const char *next_token(ts_filter *f, const char *p,
                                     const char *end) {
  return p < end && (unsigned char)*p > ' ' ? p : skip_space(f, p, end);
}

/* Returns whether the member whose name ends before 'p' is wanted. */
static bool is_wanted(ts_filter *f, const char *p) {
  size_t length = ts_kept_position(f, p) - f->name - 2; /* without quotes */
  const char *raw;
  if (f->name < f->kept.length) {
    ts_kept_cut(f, p, p);
    raw = f->kept.data + f->name + 1;
  } else {
    raw = f->span + (f->name - f->kept.length) + 1;
  }
  return f->escaped ? ts_kept_lists(f, raw, length, true)
                    : ts_kept_wants(f, raw, length);
}

/* --- The structure ---------------------------------------------------- */

/* Each function takes what is at 'p' in the state that it is named after, and
** returns where the next state begins. */

static const char *fault(ts_filter *f, const char *p) {
  f->status = TS_FILTER_SYNTAX;
  return p;
}

static const char *misfit(ts_filter *f, const char *p) {
  f->status = starts_value(*p) ? TS_FILTER_SHAPE : TS_FILTER_SYNTAX;
  return p;
}

static const char *open_nested(ts_filter *f, const char *p, char closer,
                               state inside) {
  if (f->depth == TS_FILTER_MAX_DEPTH) {
    f->status = TS_FILTER_DEPTH;
    return p;
  }
  f->closers[++f->depth] = closer;
  f->state = (unsigned char)inside;
  return p + 1;
}

static const char *open_array(ts_filter *f, const char *p) {
  return open_nested(f, p, ']', FIRST_ITEM);
}

static const char *open_object(ts_filter *f, const char *p) {
  return open_nested(f, p, '}', FIRST_NAME);
}

static const char *take_element(ts_filter *f, const char *p) {
  if (*p != '{') {
    return misfit(f, p);
  }
  ts_kept_start(f, p);
  f->text = p;
  return open_object(f, p);
}

static const char *take_document(ts_filter *f, const char *p) {
  if (f->options.shape == TS_FILTER_OBJECT) {
    return take_element(f, p);
  }
  return *p == '[' ? open_array(f, p) : misfit(f, p);
}

static void begin_token(ts_filter *f, state in, ts_part part) {
  f->state = (unsigned char)in;
  f->part = (unsigned char)part;
}

static const char *begin_literal(ts_filter *f, const char *p,
                                 const char *literal) {
  f->literal = literal;
  f->progress = 0;
  begin_token(f, IN_LITERAL, TS_PART_LITERAL);
  return p;
}

static const char *take_value(ts_filter *f, const char *p) {
  switch (*p) {
  case '"':
    begin_token(f, IN_STRING, TS_PART_STRING);
    return p + 1;
  case '{':
    return open_object(f, p);
  case '[':
    return open_array(f, p);
  case 't':
    return begin_literal(f, p, "true");
  case 'f':
    return begin_literal(f, p, "false");
  case 'n':
    return begin_literal(f, p, "null");
  default:
    begin_token(f, IN_NUMBER, TS_PART_NUMBER);
    return p;
  }
}

/* Ends the value before 'p'; after an unwanted member, the filter resumes
** keeping. */
static const char *end_value(ts_filter *f, const char *p) {
  if (!f->keeping && f->depth == f->element_depth + 1) {
    ts_kept_start(f, p);
  }
  f->state = AFTER_VALUE;
  return p;
}

static const char *close_nested(ts_filter *f, const char *p) {
  p++;
  if (f->depth-- == f->element_depth + 1) {
    ts_kept_complete(f, p);
  }
  if (f->depth > 0) {
    return end_value(f, p);
  }
  f->state = END;
  return p;
}

static void expect_item(ts_filter *f) {
  f->state = f->depth == f->element_depth ? ITEM : VALUE;
}

static const char *take_first_item(ts_filter *f, const char *p) {
  if (*p == ']') {
    return close_nested(f, p);
  }
  expect_item(f);
  return p;
}

static const char *take_first_name(ts_filter *f, const char *p) {
  if (*p == '}') {
    return close_nested(f, p);
  }
  if (f->keeping) {
    f->member = ts_kept_position(f, p);
  }
  f->state = NAME;
  return p;
}

static const char *take_name(ts_filter *f, const char *p, const char *end) {
  static const unsigned char states[] = {FIRST_NAME, NAME, FIRST_ITEM, VALUE,
                                         AFTER_VALUE};
  if (f->depth == f->element_depth + 1) {
    ts_resume_point at;
    const char *ahead = ts_lookahead(f, p, end, &at);
    if (ahead != p) {
      f->state = states[at];
      return ahead;
    }
  }
  if (*p != '"') {
    return fault(f, p);
  }
  if (f->keeping) {
    f->name = ts_kept_position(f, p);
  }
  f->escaped = false;
  begin_token(f, IN_NAME, TS_PART_STRING);
  return p + 1;
}

/* Ends the name before 'p'. */
static void end_name(ts_filter *f, const char *p) {
  if (f->options.fields != NULL && f->keeping &&
      f->depth == f->element_depth + 1 && !is_wanted(f, p)) {
    ts_kept_drop_member(f, p);
    f->keeping = false;
  }
  f->state = COLON;
}

static const char *take_colon(ts_filter *f, const char *p) {
  if (*p != ':') {
    return fault(f, p);
  }
  f->state = VALUE;
  return p + 1;
}

static const char *take_after_value(ts_filter *f, const char *p) {
  if (*p != ',') {
    return *p == f->closers[f->depth] ? close_nested(f, p) : fault(f, p);
  }
  if (f->closers[f->depth] == ']') {
    expect_item(f);
    return p + 1;
  }
  if (f->keeping) {
    ts_kept_start_member(f, p);
  }
  f->state = NAME;
  return p + 1;
}

/* Ends the literal before 'p'. */
static void end_literal(ts_filter *f, const char *p) {
  if (f->literal[0] == 'n' && !f->options.keep_null && f->keeping &&
      f->closers[f->depth] == '}') {
    ts_kept_drop_member(f, p);
  }
}

/* Continues the current token and, once it is complete, moves past it. */
static const char *take_token(ts_filter *f, const char *p, const char *end) {
  switch (f->state) {
  case IN_NUMBER:
    p = ts_token_number(f, p, end);
    break;
  case IN_LITERAL:
    p = ts_token_literal(f, p, end);
    break;
  default:
    p = ts_token_string(f, p, end);
    break;
  }
  if (f->status != TS_FILTER_OK || f->part != TS_PART_DONE) {
    return p;
  }
  if (f->state == IN_NAME) {
    end_name(f, p);
    return p;
  }
  if (f->state == IN_LITERAL) {
    end_literal(f, p);
  }
  return end_value(f, p);
}

/* Takes the next significant byte, or more. */
static const char *take(ts_filter *f, const char *p, const char *end) {
  switch (f->state) {
  case DOCUMENT:
    return take_document(f, p);
  case FIRST_ITEM:
    return take_first_item(f, p);
  case ITEM:
    return take_element(f, p);
  case VALUE:
    return take_value(f, p);
  case FIRST_NAME:
    return take_first_name(f, p);
  case NAME:
    return take_name(f, p, end);
  case COLON:
    return take_colon(f, p);
  case AFTER_VALUE:
    return take_after_value(f, p);
  default: /* END */
    return fault(f, p);
  }
}

const char *ts_scan(ts_filter *f, const char *p, const char *end) {
  f->span = p;
  while (f->status == TS_FILTER_OK) {
    if (f->state >= IN_NAME) {
      p = take_token(f, p, end);
      if (p == end) {
        break;
      }
    } else {
      p = next_token(f, p, end);
      if (p == end) {
        break;
      }
      p = take(f, p, end);
    }
  }
  if (f->keeping) {
    ts_kept_cut(f, p, NULL);
  }
  return p;
}

bool ts_scan_is_complete(const ts_filter *f) {
  return f->state == END;
}
