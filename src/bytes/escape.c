/*
** escape.c - text, as JSON and URLs have it.
*/

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
