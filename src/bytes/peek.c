/*
** peek.c - reads JSON text in place.
*/

#include <math.h>
#include <string.h>

#include "bytes/characters.h"
#include "bytes/escape.h"
#include "bytes/peek.h"

typedef struct cursor {
  const char *at;
  const char *end;
  bool cut; /* the text is incomplete */
} cursor;

static void skip_space(cursor *c) {
  while (c->at < c->end && ts_is_space(*c->at)) {
    c->at++;
  }
}

/* Returns whether a byte is left; if not, marks the text as cut. */
static bool has_byte(cursor *c) {
  c->cut = c->at == c->end;
  return !c->cut;
}

/* Skips the byte if it is the next one. */
static bool skip_byte(cursor *c, char byte) {
  if (!has_byte(c) || *c->at != byte) {
    return false;
  }
  c->at++;
  return true;
}

static bool skip_literal(cursor *c, const char *literal) {
  for (; *literal != '\0'; literal++) {
    if (!skip_byte(c, *literal)) {
      return false;
    }
  }
  return true;
}

static bool skip_escape(cursor *c) {
  int digit;
  if (!has_byte(c)) {
    return false;
  }
  if (*c->at != 'u') {
    return memchr("\"\\/bfnrt", *c->at++, 8) != NULL;
  }
  c->at++;
  for (digit = 0; digit < 4; digit++) {
    if (!has_byte(c) || !ts_is_hex_digit(*c->at)) {
      return false;
    }
    c->at++;
  }
  return true;
}

/* Skips a string, from after its opening quote. */
static bool skip_string(cursor *c) {
  for (;;) {
    c->at = ts_skip_plain(c->at, c->end);
    if (!has_byte(c)) {
      return false;
    }
    if (*c->at++ == '"') {
      return true;
    }
    if (c->at[-1] != '\\' || !skip_escape(c)) {
      return false;
    }
  }
}

static bool skip_digits(cursor *c) {
  if (!has_byte(c) || !ts_is_digit(*c->at)) {
    return false;
  }
  while (c->at < c->end && ts_is_digit(*c->at)) {
    c->at++;
  }
  return true;
}

static bool skip_number(cursor *c) {
  c->at += *c->at == '-';
  if (c->at < c->end && *c->at == '0') {
    c->at++;
  } else if (!skip_digits(c)) {
    return false;
  }
  if (c->at < c->end && *c->at == '.') {
    c->at++;
    if (!skip_digits(c)) {
      return false;
    }
  }
  if (c->at < c->end && (*c->at | 0x20) == 'e') {
    c->at++;
    c->at += c->at < c->end && (*c->at == '+' || *c->at == '-');
    return skip_digits(c);
  }
  return true;
}

static ts_peek read_value(cursor *c, unsigned depth);

/* Reads an item or a member; for an item, 'name' is of type NONE. False: it is
** invalid, or cut. */
static bool read_entry(cursor *c, char closer, unsigned depth, ts_peek *name,
                       ts_peek *value) {
  memset(name, 0, sizeof *name);
  memset(value, 0, sizeof *value);
  skip_space(c);
  if (closer == '}') {
    if (!has_byte(c) || *c->at != '"') {
      return false;
    }
    *name = read_value(c, depth);
    skip_space(c);
    if (name->type == TS_PEEK_NONE || name->cut || !skip_byte(c, ':')) {
      return false;
    }
    skip_space(c);
  }
  *value = read_value(c, depth);
  return value->type != TS_PEEK_NONE && !value->cut;
}

/* Skips a comma. False: there is none, but the end of the container, something
** invalid, or the end of the text. */
static bool skip_comma(cursor *c, char closer) {
  skip_space(c);
  return has_byte(c) && *c->at != closer && skip_byte(c, ',');
}

/* Skips a container, from after its opening bracket; false: it is invalid, or
** cut. */
static bool skip_container(cursor *c, char closer, unsigned depth) {
  ts_peek name, value;
  skip_space(c);
  if (skip_byte(c, closer)) {
    return true;
  }
  do {
    if (!read_entry(c, closer, depth, &name, &value)) {
      return false;
    }
  } while (skip_comma(c, closer));
  return skip_byte(c, closer);
}

/* Reads the value at the cursor; if it is incomplete, its type is NONE, or
** 'cut' is set. */
static ts_peek read_value(cursor *c, unsigned depth) {
  ts_peek value = {TS_PEEK_NONE, c->at, 0, false};
  bool whole;
  if (!has_byte(c) || depth == TS_PEEK_DEPTH) {
    value.cut = c->cut;
    return value;
  }
  switch (*c->at) {
  case '"':
    value.type = TS_PEEK_STRING;
    c->at++;
    whole = skip_string(c);
    break;
  case '{':
    value.type = TS_PEEK_OBJECT;
    c->at++;
    whole = skip_container(c, '}', depth + 1);
    break;
  case '[':
    value.type = TS_PEEK_ARRAY;
    c->at++;
    whole = skip_container(c, ']', depth + 1);
    break;
  case 't':
    value.type = TS_PEEK_TRUE;
    whole = skip_literal(c, "true");
    break;
  case 'f':
    value.type = TS_PEEK_FALSE;
    whole = skip_literal(c, "false");
    break;
  case 'n':
    value.type = TS_PEEK_NULL;
    whole = skip_literal(c, "null");
    break;
  default:
    value.type = TS_PEEK_NUMBER;
    whole = skip_number(c);
    break;
  }
  value.cut = !whole && c->cut;
  if (!whole && !value.cut) {
    value.type = TS_PEEK_NONE;
  }
  value.length = (size_t)(c->at - value.text);
  if (value.type == TS_PEEK_STRING) {
    value.text++;
    value.length -= value.cut ? 1 : 2;
  }
  return value;
}

ts_peek ts_peek_document(const char *text, size_t length) {
  cursor c = {text, text + length, false};
  ts_peek value;
  skip_space(&c);
  value = read_value(&c, 0);
  skip_space(&c);
  if (c.at < c.end) {
    value.type = TS_PEEK_NONE;
  }
  return value;
}

bool ts_peek_next(const ts_peek *container, const char **at, ts_peek *name,
                  ts_peek *value) {
  char closer = container->type == TS_PEEK_OBJECT ? '}' : ']';
  cursor c = {*at, container->text + container->length, false};
  if (container->type != TS_PEEK_OBJECT && container->type != TS_PEEK_ARRAY) {
    return false;
  }
  if (c.at == NULL) {
    c.at = container->text + 1;
  } else if (!skip_comma(&c, closer)) {
    return false;
  }
  if (!read_entry(&c, closer, 1, name, value)) {
    return false;
  }
  *at = c.at;
  return true;
}

bool ts_peek_is(const ts_peek *string, const char *name) {
  return ts_unescaped_is(string->text, string->length, name);
}

ts_peek ts_peek_member(const ts_peek *object, const char *name) {
  ts_peek found = {TS_PEEK_NONE, NULL, 0, false};
  ts_peek key, value;
  const char *at = NULL;
  while (object->type == TS_PEEK_OBJECT &&
         ts_peek_next(object, &at, &key, &value)) {
    if (ts_peek_is(&key, name)) {
      found = value;
    }
  }
  return found;
}

bool ts_peek_is_empty(const ts_peek *container) {
  ts_peek name, value;
  const char *at = NULL;
  return !container->cut && !ts_peek_next(container, &at, &name, &value);
}

bool ts_peek_text(const ts_peek *value, ts_buffer *text) {
  size_t mark = text->length;
  if (value->type != TS_PEEK_STRING) {
    return false;
  }
  if (ts_unescape_json(text, value->text, value->length) &&
      ts_buffer_append_byte(text, '\0')) {
    return true;
  }
  ts_buffer_truncate(text, mark);
  return false;
}

void ts_peek_fold(const ts_peek *text, char *folded, size_t size) {
  const char *at = text->text, *end = at + text->length;
  size_t length = 0;
  while (at < end && length < size - 1) {
    char utf8[4];
    ts_unescape_next(&at, end, utf8);
    utf8[0] = ts_to_lower(utf8[0]);
    if (memchr("_- ", utf8[0], 3) == NULL) {
      folded[length++] = utf8[0];
    }
  }
  folded[length] = '\0';
}

/* Parses by hand, because strtod expects the decimal point of the locale. */
bool ts_peek_number(const ts_peek *value, double *number) {
  const char *p = value->text;
  double result = 0, scale = 0, sign = 1;
  if (value->type != TS_PEEK_NUMBER) {
    return false;
  }
  if (*p == '-') {
    sign = -1;
    p++;
  }
  for (; ts_is_digit(*p); p++) {
    result = result * 10 + (*p - '0');
  }
  if (*p == '.') {
    for (p++; ts_is_digit(*p); p++) {
      result = result * 10 + (*p - '0');
      scale--;
    }
  }
  if (*p == 'e' || *p == 'E') {
    double exponent = 0, down = p[1] == '-' ? -1 : 1;
    for (p += p[1] == '-' || p[1] == '+' ? 2 : 1; ts_is_digit(*p); p++) {
      exponent = fmin(exponent * 10 + (*p - '0'), 9999);
    }
    scale += down * exponent;
  }
  *number = sign * (scale == 0 ? result : result * pow(10, scale));
  return true;
}
