/*
** utf8.c - UTF-8 (RFC 3629).
*/

#include "bytes/utf8.h"

size_t ts_utf8_fault(const char *text, size_t length) {
  const unsigned char *s = (const unsigned char *)text;
  size_t i = 0;
  while (i < length) {
    unsigned char c = s[i];
    unsigned char low = 0x80, high = 0xBF;
    size_t more, k;
    if (c == 0) {
      return i;
    } else if (c < 0x80) {
      i++;
      continue;
    } else if (c >= 0xC2 && c <= 0xDF) {
      more = 1;
    } else if (c >= 0xE0 && c <= 0xEF) {
      more = 2;
      low = c == 0xE0 ? 0xA0 : 0x80;
      high = c == 0xED ? 0x9F : 0xBF;
    } else if (c >= 0xF0 && c <= 0xF4) {
      more = 3;
      low = c == 0xF0 ? 0x90 : 0x80;
      high = c == 0xF4 ? 0x8F : 0xBF;
    } else {
      return i;
    }
    for (k = 1; k <= more; k++) {
      if (i + k >= length || s[i + k] < low || s[i + k] > high) {
        return i;
      }
      low = 0x80;
      high = 0xBF;
    }
    i += more + 1;
  }
  return length;
}

size_t ts_utf8_write(char *utf8, unsigned long c) {
  static const unsigned char leads[] = {0x00, 0xC0, 0xE0, 0xF0};
  size_t more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3, i;
  utf8[0] = (char)(leads[more] | c >> (6 * more));
  for (i = 1; i <= more; i++) {
    utf8[i] = (char)(0x80 | ((c >> (6 * (more - i))) & 0x3F));
  }
  return more + 1;
}
