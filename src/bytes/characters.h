/*
** characters.h - character classes, and skipping several plain characters of
** JSON strings at a time.
*/

#ifndef TS_CHARACTERS_H
#define TS_CHARACTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__GNUC__) && defined(__SSE2__)
#define TS_SSE2 1
#include <emmintrin.h>
#endif

/* Forces inlining of functions that are specialized by a constant
** parameter. */
#ifdef __GNUC__
#define TS_INLINE static inline __attribute__((always_inline))
#else
#define TS_INLINE static inline
#endif

static inline bool ts_is_space(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static inline bool ts_is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* Returns the value of a hexadecimal digit; negative: it is not one. */
static inline int ts_hex_value(char c) {
  if (ts_is_digit(c)) {
    return c - '0';
  }
  c = (char)(c | 0x20);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static inline bool ts_is_hex_digit(char c) {
  return ts_hex_value(c) >= 0;
}

/* Converts ASCII letters only; tolower() depends on the locale. */
static inline char ts_to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static inline bool ts_is_alphanumeric(char c) {
  char lower = ts_to_lower(c);
  return ts_is_digit(c) || (lower >= 'a' && lower <= 'z');
}

/* Returns whether the first 'length' characters of two texts are equal,
** ignoring the case of ASCII letters. */
static inline bool ts_same_letters(const char *a, const char *b,
                                   size_t length) {
  size_t i;
  for (i = 0; i < length; i++) {
    if (ts_to_lower(a[i]) != ts_to_lower(b[i])) {
      return false;
    }
  }
  return true;
}

/* Returns whether the text begins with a byte order mark. */
static inline bool ts_begins_with_mark(const char *text, size_t length) {
  return length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0;
}

/* Returns whether the character ends a string, begins an escape, or is invalid
** in a string. */
static inline bool ts_is_special(char c) {
  return c == '"' || c == '\\' || (unsigned char)c < 0x20;
}

#ifdef TS_SSE2

/* Returns a bit for each special character among sixteen. */
static inline unsigned ts_special_bits(const char *p) {
  const __m128i control = _mm_set1_epi8(0x1F); /* the highest of them */
  __m128i block = _mm_loadu_si128((const __m128i *)(const void *)p);
  __m128i special =
      _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8('"')),
                                _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'))),
                   _mm_cmpeq_epi8(_mm_max_epu8(block, control), control));
  return (unsigned)_mm_movemask_epi8(special);
}

/* Skips plain characters of a string in blocks, up to the first special one,
** or until less than a block is left. Blocks save 9 % of the time to read all
** users. */
static inline const char *ts_skip_blocks(const char *p, const char *end) {
  for (; end - p >= 16; p += 16) {
    unsigned bits = ts_special_bits(p);
    if (bits != 0) {
      return p + __builtin_ctz(bits);
    }
  }
  return p;
}

#else

#define TS_EACH_BYTE(byte) (UINT64_MAX / 255 * (byte))

/* Returns whether a byte of the word is less than 'limit', which is at most
** 0x80. */
static inline bool ts_has_less(uint64_t word, unsigned limit) {
  return ((word - TS_EACH_BYTE(limit)) & ~word & TS_EACH_BYTE(0x80)) != 0;
}

static inline const char *ts_skip_blocks(const char *p, const char *end) {
  for (; end - p >= 8; p += 8) {
    uint64_t word;
    memcpy(&word, p, 8);
    if (ts_has_less(word, 0x20) || ts_has_less(word ^ TS_EACH_BYTE('"'), 1) ||
        ts_has_less(word ^ TS_EACH_BYTE('\\'), 1)) {
      break;
    }
  }
  return p;
}

#endif

static inline const char *ts_skip_plain(const char *p, const char *end) {
  p = ts_skip_blocks(p, end);
  while (p < end && !ts_is_special(*p)) {
    p++;
  }
  return p;
}

static inline const char *ts_skip_digits(const char *p, const char *end) {
  while (p < end && ts_is_digit(*p)) {
    p++;
  }
  return p;
}

#endif
