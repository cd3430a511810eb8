/*
** escape.c - escaping of text for JSON and URLs.
*/

#include <string.h>

#include "bytes/characters.h"
#include "bytes/escape.h"
#include "bytes/utf8.h"

/* Replaces an unpaired surrogate, which is not a character. */
#define REPLACEMENT_CHARACTER 0xFFFD

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

static unsigned code_unit_at(const char *digits) {
  unsigned unit = 0;
  int i;
  for (i = 0; i < 4; i++) {
    unit = unit << 4 | (unsigned)ts_hex_value(digits[i]);
  }
  return unit;
}

/* Decodes the escape uXXXX at '*json', together with the next one if they form
** a surrogate pair; advances '*json' past what it has read. */
static unsigned read_escape(const char **json, const char *end) {
  const char *p = *json;
  unsigned c = code_unit_at(p + 1);
  *json = p + 5;
  if (c >= 0xD800 && c < 0xDC00 && end - p >= 11 && p[5] == '\\' &&
      p[6] == 'u') {
    unsigned low = code_unit_at(p + 7);
    if (low >= 0xDC00 && low < 0xE000) {
      *json = p + 11;
      return 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
    }
  }
  return c >= 0xD800 && c < 0xE000 ? REPLACEMENT_CHARACTER : c;
}

size_t ts_unescape_next(const char **json, const char *end, char *utf8) {
  static const char escapes[] = "b\bf\fn\nr\rt\t";
  const char *p = *json;
  const char *escape;
  if (*p != '\\') {
    *utf8 = *p;
    *json = p + 1;
    return 1;
  }
  if (*++p == 'u') {
    *json = p;
    return ts_utf8_write(utf8, read_escape(json, end));
  }
  escape = strchr(escapes, *p);
  *utf8 = escape != NULL ? escape[1] : *p;
  *json = p + 1;
  return 1;
}

bool ts_unescaped_is(const char *json, size_t length, const char *text) {
  const char *end = json + length;
  while (json < end) {
    char utf8[4];
    size_t n = ts_unescape_next(&json, end, utf8);
    if (utf8[0] == '\0' || strncmp(text, utf8, n) != 0) {
      return false;
    }
    text += n;
  }
  return *text == '\0';
}

size_t ts_unescape(const char *json, size_t length, char *text) {
  const char *end = json + length;
  char *start = text;
  while (json < end) {
    text += ts_unescape_next(&json, end, text);
  }
  return (size_t)(text - start);
}

bool ts_unescape_json(ts_buffer *text, const char *json, size_t length) {
  if (!ts_buffer_reserve(text, length)) {
    return false;
  }
  text->length += ts_unescape(json, length, text->data + text->length);
  return true;
}

static bool is_unreserved(unsigned char c) {
  return ts_is_alphanumeric((char)c) || c == '-' || c == '.' || c == '_' ||
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
