/*
** forms.c - the forms in which a secret may appear in a text.
*/

#include <string.h>

#include "bytes/characters.h"
#include "errors/forms.h"

/* The length of the shortest secret that has other forms. Those of shorter
** ones occur in ordinary words. */
#define SHORTEST 8

unsigned char ts_forms_fold(ts_likeness like, unsigned char byte) {
  switch (like) {
  case TS_LIKE_ANY_CASE:
    return (unsigned char)ts_to_lower((char)byte);
  case TS_LIKE_BASE64:
    return byte == '-' ? '+' : byte == '_' ? '/' : byte;
  default:
    return byte;
  }
}

static bool add_folded(const char *text, bool backwards, ts_buffer *list) {
  const size_t length = strlen(text);
  size_t i;
  for (i = 0; i < length; i++) {
    unsigned char c = (unsigned char)text[backwards ? length - 1 - i : i];
    if (!ts_buffer_append_byte(list,
                               (char)ts_forms_fold(TS_LIKE_ANY_CASE, c))) {
      return false;
    }
  }
  return ts_buffer_append_byte(list, '\0');
}

static bool add_hexadecimal(const char *text, ts_buffer *list) {
  static const char digits[] = "0123456789abcdef";
  for (; *text != '\0'; text++) {
    unsigned char c = (unsigned char)*text;
    if (!ts_buffer_append_byte(list, digits[c >> 4]) ||
        !ts_buffer_append_byte(list, digits[c & 15])) {
      return false;
    }
  }
  return ts_buffer_append_byte(list, '\0');
}

/* Appends the Base64 digits that depend only on the secret when 'before' bytes
** precede it. */
static bool add_base64(const char *secret, size_t before, ts_buffer *list) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "abcdefghijklmnopqrstuvwxyz0123456789+/";
  const size_t length = strlen(secret);
  const size_t end = 8 * (before + length) / 6;
  size_t i;
  for (i = (8 * before + 5) / 6; i < end; i++) {
    const size_t bit = 6 * i - 8 * before;
    const unsigned high = (unsigned char)secret[bit / 8];
    const unsigned low = (unsigned char)secret[bit / 8 + 1]; /* or the NUL */
    const unsigned digit = ((high << 8 | low) >> (10 - bit % 8)) & 63;
    if (!ts_buffer_append_byte(list, digits[digit])) {
      return false;
    }
  }
  return ts_buffer_append_byte(list, '\0');
}

bool ts_forms_add(const char *secret, const char *letters,
                  ts_buffer forms[TS_LIKENESSES]) {
  ts_buffer *any_case = &forms[TS_LIKE_ANY_CASE];
  ts_buffer *base64 = &forms[TS_LIKE_BASE64];
  if (!ts_buffer_append(&forms[TS_LIKE_IS], letters, strlen(letters) + 1)) {
    return false;
  }
  return strlen(secret) < SHORTEST ||
         (add_folded(letters, false, any_case) &&
          add_folded(letters, true, any_case) &&
          add_hexadecimal(secret, any_case) && add_base64(secret, 0, base64) &&
          add_base64(secret, 1, base64) && add_base64(secret, 2, base64));
}
