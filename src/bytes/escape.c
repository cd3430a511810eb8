/*
** escape.c - text, as JSON and URLs have it.
*/

#include <string.h>

#include "bytes/escape.h"

static const char hex[] = "0123456789ABCDEF";

static const char *short_escape(unsigned char c) {
  switch (c) {
  case '"':
    return "\\\"";
  case '\\':
    return "\\\\";
  case '\b':
    return "\\b";
  case '\f':
    return "\\f";
  case '\n':
    return "\\n";
  case '\r':
    return "\\r";
  case '\t':
    return "\\t";
  default:
    return NULL;
  }
}

static bool append_escaped(ts_buffer *json, unsigned char c) {
  char escape[6] = {'\\', 'u', '0', '0', '0', '0'};
  const char *brief = short_escape(c);
  if (brief != NULL) {
    return ts_buffer_append(json, brief, 2);
  }
  escape[4] = hex[c >> 4];
  escape[5] = hex[c & 15];
  return ts_buffer_append(json, escape, sizeof escape);
}

bool ts_escape_json(ts_buffer *json, const char *text, size_t length) {
  size_t start = 0, i;
  if (!ts_buffer_append_byte(json, '"')) {
    return false;
  }
  for (i = 0; i < length; i++) {
    unsigned char c = (unsigned char)text[i];
    if (c < 0x20 || c == '"' || c == '\\') {
      if (!ts_buffer_append(json, text + start, i - start) ||
          !append_escaped(json, c)) {
        return false;
      }
      start = i + 1;
    }
  }
  return ts_buffer_append(json, text + start, length - start) &&
         ts_buffer_append_byte(json, '"');
}

static unsigned digit_of(char c) {
  return (unsigned)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

static unsigned code_unit_at(const char *digits) {
  return digit_of(digits[0]) << 12 | digit_of(digits[1]) << 8 |
         digit_of(digits[2]) << 4 | digit_of(digits[3]);
}

static bool append_utf8(ts_buffer *text, unsigned c) {
  static const unsigned char leads[] = {0x00, 0xC0, 0xE0, 0xF0};
  int more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
  bool done =
      ts_buffer_append_byte(text, (char)(leads[more] | c >> (6 * more)));
  while (done && more-- > 0) {
    done =
        ts_buffer_append_byte(text, (char)(0x80 | ((c >> (6 * more)) & 0x3F)));
  }
  return done;
}

/* Appends what the escape uXXXX at 'json' means, or the two that make a pair
** of surrogates; returns how long it is, 0: out of memory. */
static size_t append_unescaped(ts_buffer *text, const char *json,
                               size_t length) {
  unsigned c = code_unit_at(json + 1);
  size_t used = 5;
  if (c >= 0xD800 && c < 0xDC00 && length >= 11 && json[5] == '\\' &&
      json[6] == 'u') {
    unsigned low = code_unit_at(json + 7);
    if (low >= 0xDC00 && low < 0xE000) {
      c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
      used = 11;
    }
  }
  return append_utf8(text, c) ? used : 0;
}

bool ts_unescape_json(ts_buffer *text, const char *json, size_t length) {
  static const char escapes[] = "b\bf\fn\nr\rt\t";
  size_t i = 0;
  while (i < length) {
    size_t used = 1;
    if (json[i] != '\\') {
      used = ts_buffer_append_byte(text, json[i]) ? 1 : 0;
    } else if (json[++i] == 'u') {
      used = append_unescaped(text, json + i, length - i);
    } else {
      const char *escape = strchr(escapes, json[i]);
      used = ts_buffer_append_byte(text, escape != NULL ? escape[1] : json[i])
                 ? 1
                 : 0;
    }
    if (used == 0) {
      return false;
    }
    i += used;
  }
  return true;
}

static bool is_unreserved(unsigned char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
         (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
         c == '~';
}

bool ts_escape_path(ts_buffer *url, const char *text, size_t length) {
  size_t i;
  for (i = 0; i < length; i++) {
    unsigned char c = (unsigned char)text[i];
    char escape[3] = {'%', '0', '0'};
    escape[1] = hex[c >> 4];
    escape[2] = hex[c & 15];
    if (!(is_unreserved(c) ? ts_buffer_append_byte(url, (char)c)
                           : ts_buffer_append(url, escape, sizeof escape))) {
      return false;
    }
  }
  return true;
}
