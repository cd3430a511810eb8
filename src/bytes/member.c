/*
** member.c - the members of an object that a filter has handed out.
*/

#include <math.h>
#include <string.h>

#include "bytes/escape.h"
#include "bytes/member.h"

/* The end of the string whose quote is at 'p'. */
static const char *skip_string(const char *p) {
  for (p++; *p != '"'; p++) {
    p += *p == '\\';
  }
  return p + 1;
}

/* The end of the value at 'p', however deep it goes. */
static const char *skip_value(const char *p) {
  size_t depth = 0;
  for (;;) {
    switch (*p) {
    case '"':
      p = skip_string(p);
      break;
    case '{':
    case '[':
      depth++;
      p++;
      continue;
    case '}':
    case ']':
      depth--;
      p++;
      break;
    case ',':
    case ':':
      p++;
      continue;
    default:
      p += strcspn(p, ",]}");
      break;
    }
    if (depth == 0) {
      return p;
    }
  }
}

/* Whether the string at 'p' is 'name'. */
static bool is_name(const char *p, const char *name) {
  size_t length = (size_t)(skip_string(p) - p) - 2;
  ts_buffer text;
  bool same;
  if (memchr(p + 1, '\\', length) == NULL) {
    return strlen(name) == length && memcmp(p + 1, name, length) == 0;
  }
  ts_buffer_init(&text);
  same = ts_member_text(p, &text) && strcmp(text.data, name) == 0;
  ts_buffer_free(&text);
  return same;
}

const char *ts_member_find(const char *object, const char *name) {
  const char *p = object + 1, *found = NULL;
  while (*p != '}') {
    const char *value = skip_string(p) + 1; /* the colon */
    if (is_name(p, name)) {
      found = value;
    }
    p = skip_value(value);
    p += *p == ',';
  }
  return found;
}

bool ts_member_text(const char *value, ts_buffer *text) {
  size_t mark = text->length;
  if (value == NULL || *value != '"') {
    return false;
  }
  if (ts_unescape_json(text, value + 1,
                       (size_t)(skip_string(value) - value) - 2) &&
      ts_buffer_append_byte(text, '\0')) {
    return true;
  }
  ts_buffer_truncate(text, mark);
  return false;
}

/* strtod would want the decimal point of the locale. */
bool ts_member_number(const char *value, double *number) {
  const char *p = value;
  double result = 0, scale = 0, sign = 1;
  if (p == NULL || (*p != '-' && (*p < '0' || *p > '9'))) {
    return false;
  }
  if (*p == '-') {
    sign = -1;
    p++;
  }
  for (; *p >= '0' && *p <= '9'; p++) {
    result = result * 10 + (*p - '0');
  }
  if (*p == '.') {
    for (p++; *p >= '0' && *p <= '9'; p++) {
      result = result * 10 + (*p - '0');
      scale--;
    }
  }
  if (*p == 'e' || *p == 'E') {
    double exponent = 0, down = p[1] == '-' ? -1 : 1;
    for (p += p[1] == '-' || p[1] == '+' ? 2 : 1; *p >= '0' && *p <= '9';
         p++) {
      exponent = fmin(exponent * 10 + (*p - '0'), 9999);
    }
    scale += down * exponent;
  }
  *number = sign * (scale == 0 ? result : result * pow(10, scale));
  return true;
}
