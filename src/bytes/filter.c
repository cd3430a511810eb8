/*
** filter.c - an incremental JSON scanner that keeps the wanted members, as
** minimal JSON.
**
** scan() is a state machine over the structure of JSON: at each significant
** byte, 'state' says what may come next, and one function per state takes it.
** While a string, number or literal is being read the state stays, see
** tokens.h. So the scan can pause between any two bytes. The open arrays and
** objects are in 'closers', at [1] to [depth], by the byte that closes them.
** If it can, the scan lets ts_lookahead read ahead. What is kept is explained
** in kept.h.
**
** The first 'taken' bytes of 'kept' have been taken by the holder, the
** elements up to 'complete' can be taken, and the rest is an unfinished
** element.
**
** Each byte read adds at most one byte; the additional '\n' is offset by the
** comma before the next element. So n bytes add at most n + 1, and n bytes
** that are no more than the room left can exceed a limit with the last one
** only. feed() scans in slices of that size: so where and how a document fails
** does not depend on its chunks. It also reserves memory ahead: so the scan
** has no errors but those of the document.
*/

#include "bytes/filter.h"

#include <string.h>

#include "bytes/characters.h"
#include "bytes/escape.h"
#include "bytes/kept.h"
#include "bytes/lookahead.h"
#include "bytes/tokens.h"

#define LARGEST_SLICE 65536 /* limits the memory reserved ahead */

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

/* --- Characters ------------------------------------------------------- */

static bool starts_value(char c) {
  return ts_is_digit(c) || (c != '\0' && strchr("\"{[-tfn", c) != NULL);
}

/* --- Elements --------------------------------------------------------- */

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

/* Completes the element that ends before 'p', unless it is not accepted. If
** its last byte exceeds a limit, it stays unfinished; the slice ends there, and
** feed() notices. */
static void complete_element(ts_filter *f, const char *p) {
  ts_kept_cut(f, p, p);
  if (broken_bound(f) != TS_FILTER_OK) {
    return;
  }
  if (f->options.accepts != NULL &&
      !f->options.accepts(f->options.context, f->kept.data + f->complete,
                          element_size(f))) {
    f->status = TS_FILTER_REJECTED;
    return;
  }
  f->kept.data[f->kept.length++] = '\n';
  f->complete = f->kept.length;
  f->completed++;
  f->keeping = false;
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

/* --- Wanted members --------------------------------------------------- */

static bool is_name(const char *raw, size_t length, bool escaped,
                    const char *name) {
  const char *end = raw + length;
  if (!escaped) {
    return (length == 0 || *name == *raw) && strncmp(name, raw, length) == 0 &&
           name[length] == '\0';
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

bool ts_filter_lists(const ts_filter *f, const char *raw, size_t length,
                     bool escaped) {
  size_t i;
  for (i = 0; i < f->options.field_count; i++) {
    if (is_name(raw, length, escaped, f->options.fields[i])) {
      return true;
    }
  }
  return false;
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
  return f->escaped ? ts_filter_lists(f, raw, length, true)
                    : ts_filter_wants(f, raw, length);
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
    complete_element(f, p);
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

/* Scans up to 'end', or to the invalid byte. */
static const char *scan(ts_filter *f, const char *p, const char *end) {
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

/* --- Interface -------------------------------------------------------- */

void ts_filter_init(ts_filter *f, const ts_filter_options *options) {
  size_t i;
  memset(f, 0, sizeof *f);
  f->options = *options;
  f->element_depth = options->shape == TS_FILTER_ARRAY ? 1 : 0;
  f->kept.secret = options->secret;
  if (options->fields != NULL) {
    for (i = 0; i < options->field_count; i++) {
      f->lengths |= ts_length_bit(strlen(options->fields[i]));
    }
  }
}

void ts_filter_free(ts_filter *f) {
  ts_buffer_free(&f->kept);
}

/* Releases the memory of taken elements once moving the rest costs no more
** than they did. */
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

/* Returns the number of bytes to scan at once, see above. */
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

/* Drops the unfinished element: only complete ones survive an error. */
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

bool ts_filter_next(ts_filter *f, const char **element, size_t *length) {
  const char *start, *end;
  if (f->taken == f->complete) {
    return false;
  }
  start = f->kept.data + f->taken;
  end = memchr(start, '\n', f->complete - f->taken);
  f->taken += (size_t)(end - start) + 1;
  *element = start;
  *length = (size_t)(end - start);
  return true;
}

size_t ts_filter_take(ts_filter *f, size_t limit, ts_buffer *elements) {
  const char *start, *end, *p;
  size_t count = 0;
  if (f->taken == f->complete) {
    return 0;
  }
  start = p = f->kept.data + f->taken;
  end = f->kept.data + f->complete;
  for (; p < end && count < limit; count++) {
    p = (const char *)memchr(p, '\n', (size_t)(end - p)) + 1;
  }
  elements->secret = f->options.secret;
  if (!ts_buffer_append(elements, start, (size_t)(p - start))) {
    return 0;
  }
  f->taken += (size_t)(p - start);
  return count;
}

void ts_filter_take_all(ts_filter *f, ts_buffer *elements) {
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
  case TS_FILTER_REJECTED:
    return "an unexpected object";
  case TS_FILTER_DEPTH:
    return "JSON nested too deeply";
  case TS_FILTER_ELEMENT_SIZE:
    return "an object is too large";
  case TS_FILTER_SIZE:
    return "too much data";
  case TS_FILTER_TRUNCATED:
    return "truncated JSON";
  }
  return "unknown error";
}
