/*
** scrub.c - removes secrets from texts that people see.
**
** A server may quote in an error what it was sent: as it was; as JSON, as JSON
** in a JSON string, and so on; or encoded for URLs, forms or HTML. So text and
** secrets are compared letter by letter, where a letter is a decoded character
** without backslashes. spec/support/scrub_model.lua does the same in Lua.
**
** The text comes from a server and there may be thousands of secrets, so the
** time is limited: only the part of the text that will be shown is read, and
** the secrets are sorted, so that at each position all are searched at once.
*/

#include <stdlib.h>
#include <string.h>

#include "bytes/characters.h"
#include "bytes/escape.h"
#include "errors/reference.h"
#include "errors/scrub.h"
#include "protocol/exchange.h"
#include "values/scratch.h"

#define REPLACEMENT "[secret]"

/* If a text, which may have been cut, ends with at least this many letters of
** a secret, they count as the secret. */
#define SHORTEST_PIECE 4

/* If at least this many letters of a secret match anywhere, they count as the
** secret. So a position takes longer than this to check only if it is
** replaced. */
#define LONG_PIECE 32

/* Most bytes of a text that are read; the rest is not shown. */
#define LONGEST_TEXT 65536

/* --- Reading ---------------------------------------------------------- */

/* How text may be encoded, in addition to JSON. */
typedef enum writing {
  PLAIN,
  URL,  /* %2B for '+' */
  FORM, /* and '+' for a space */
  HTML, /* &amp; for '&' */
  WRITINGS
} writing;

/* A character in UTF-8, or a single 0 at the end of the text; and the position
** of the next one. */
typedef struct letters {
  unsigned char bytes[4];
  int count;
  size_t next;
} letters;

/* Stores the UTF-8 of a character. If JSON writes it as a backslash and a
** letter, stores that letter. */
static void put(letters *l, long c, size_t next) {
  static const char escapes[] = "\bb\ff\nn\rr\tt";
  const char *escape = c > 0 && c < ' ' ? strchr(escapes, (int)c) : NULL;
  unsigned long letter = (unsigned long)(escape != NULL ? escape[1] : c);
  l->count = (int)ts_utf8_write((char *)l->bytes, letter);
  l->next = next;
}

/* Stores the byte at 'at', which may be part of a longer character. At the end
** of the text there is no next one. */
static void put_byte(letters *l, unsigned char byte, size_t at) {
  if (byte < 0x80) {
    put(l, byte, byte != 0 ? at + 1 : at);
  } else {
    l->bytes[0] = byte;
    l->next = at + 1;
  }
}

/* Reads 'count' hexadecimal digits; negative: there are fewer. */
static long hex_at(const char *text, int count) {
  long number = 0;
  int i;
  for (i = 0; i < count; i++) {
    int digit = ts_hex_value(text[i]);
    if (digit < 0) {
      return -1;
    }
    number = number * 16 + digit;
  }
  return number;
}

/* Reads uXXXX at 'text'; negative: it is something else. */
static long code_unit_at(const char *text) {
  return *text == 'u' ? hex_at(text + 1, 4) : -1;
}

/* Skips backslashes, which may be escaped themselves and do not count as
** letters. */
static size_t skip_backslashes(const char *text, size_t at) {
  while (text[at] == '\\') {
    at += code_unit_at(text + at + 1) == '\\' ? 6 : 1;
  }
  return at;
}

/* Returns the character that is escaped at 'text' in an encoding other than
** JSON, and sets '*length' to the length of the escape; zero or negative:
** there is none. */
static long reference_at(const char *text, writing way, size_t *length) {
  if (way == HTML) {
    return ts_reference_at(text, length);
  }
  if (way != PLAIN && *text == '%') {
    *length = 3;
    return hex_at(text + 1, 2);
  }
  *length = 1;
  return way == FORM && *text == '+' ? ' ' : -1;
}

/* Stores the escape uXXXX of 'unit' at 'at', or the two of a surrogate
** pair. */
static void put_escape(letters *l, const char *text, size_t at, long unit) {
  size_t next = at + 5, second = skip_backslashes(text, next);
  long low = second > next ? code_unit_at(text + second) : -1;
  if (unit >= 0xD800 && unit < 0xDC00 && low >= 0xDC00 && low < 0xE000) {
    put(l, 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00), second + 5);
  } else {
    put(l, unit, next);
  }
}

static letters read_letters(const char *text, size_t at, writing way) {
  letters l = {{0}, 1, at};
  for (;;) {
    size_t behind = skip_backslashes(text, at), length = 0;
    long unit = behind > at ? code_unit_at(text + behind) : -1;
    long c = unit < 0 ? reference_at(text + behind, way, &length) : -1;
    if (unit == '\\') {
      at = behind + 5;
    } else if (c == '\\') {
      at = behind + length;
    } else if (unit >= 0) {
      put_escape(&l, text, behind, unit);
      return l;
    } else if (c > 0 && way == HTML) {
      put(&l, c, behind + length);
      return l;
    } else if (c > 0) {
      put_byte(&l, (unsigned char)c, behind + length - 1);
      return l;
    } else {
      put_byte(&l, (unsigned char)text[behind], behind);
      return l;
    }
  }
}

/* --- Secrets ---------------------------------------------------------- */

typedef struct search {
  const char *const *secrets; /* as letters, sorted */
  size_t count;
} search;

static bool add_letters(const char *secret, ts_buffer *all) {
  letters l = read_letters(secret, 0, PLAIN);
  while (l.bytes[0] != 0) {
    if (!ts_buffer_append(all, l.bytes, (size_t)l.count)) {
      return false;
    }
    l = read_letters(secret, l.next, PLAIN);
  }
  return ts_buffer_append_byte(all, '\0');
}

static int compare(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Reads the secrets of the exchange and of its client; false: out of
** memory. */
static bool read_secrets(const ts_exchange *x, ts_buffer *all,
                         ts_buffer *sorted, search *s) {
  const ts_buffer *const lists[] = {&x->secrets,
                                    &x->client->password,
                                    &x->client->secret_key,
                                    &x->client->token.value,
                                    &x->client->token.refused,
                                    &x->client->secrets};
  const char *secret, *end;
  size_t i, at;
  for (i = 0; i < sizeof lists / sizeof lists[0]; i++) {
    for (at = 0; at < lists[i]->length;
         at += strlen(lists[i]->data + at) + 1) {
      if (!add_letters(lists[i]->data + at, all)) {
        return false;
      }
    }
  }
  if (all->length == 0) {
    return true;
  }
  end = all->data + all->length;
  for (secret = all->data; secret < end; secret += strlen(secret) + 1) {
    if (*secret != '\0') {
      if (!ts_buffer_append(sorted, &secret, sizeof secret)) {
        return false;
      }
      s->count++;
    }
  }
  if (s->count > 0) {
    qsort(sorted->data, s->count, sizeof secret, compare);
  }
  s->secrets = (const char *const *)(void *)sorted->data;
  return true;
}

/* --- Searching -------------------------------------------------------- */

/* Returns the first secret from 'first' on whose letter at 'depth' is not less
** than 'letter', or 'end'. The secrets up to 'end' share 'depth' letters. */
static size_t bound(const search *s, size_t first, size_t end, size_t depth,
                    int letter) {
  while (first < end) {
    size_t middle = first + (end - first) / 2;
    if ((unsigned char)s->secrets[middle][depth] < letter) {
      first = middle + 1;
    } else {
      end = middle;
    }
  }
  return first;
}

/* Returns the end of the longest secret at 'from', or 'from' if there is
** none. */
static size_t end_of_secret(const search *s, const char *text, size_t from,
                            writing way) {
  size_t first = 0, end = s->count, depth = 0, longest = from, agreed = from;
  letters l = read_letters(text, from, way);
  for (;;) {
    int i;
    for (i = 0; i < l.count; i++) {
      if (l.bytes[i] == 0) {
        return depth >= SHORTEST_PIECE && s->secrets[end - 1][depth] != '\0'
                   ? l.next
                   : longest;
      }
      first = bound(s, first, end, depth, l.bytes[i]);
      end = bound(s, first, end, depth, l.bytes[i] + 1);
      if (first == end) {
        return depth >= LONG_PIECE ? agreed : longest;
      }
      agreed = l.next;
      depth++;
      if (s->secrets[first][depth] == '\0') {
        longest = agreed;
      }
    }
    l = read_letters(text, l.next, way);
  }
}

/* As end_of_secret, for all encodings of the text. A backslash after another
** one is not checked, because both were read together. */
static size_t skip_secret(const search *s, const char *text, size_t from) {
  size_t longest = from;
  int way;
  if (s->count == 0 ||
      (from > 0 && text[from] == '\\' && text[from - 1] == '\\')) {
    return from;
  }
  for (way = 0; way < WRITINGS; way++) {
    size_t end = end_of_secret(s, text, from, (writing)way);
    longest = end > longest ? end : longest;
  }
  return longest;
}

/* Appends the text without secrets: up to 'most' bytes, or slightly more if a
** replacement is last. */
static bool replace(const search *s, const char *text, size_t length,
                    size_t most, ts_buffer *scrubbed) {
  size_t from = 0;
  while (from < length && scrubbed->length < most) {
    size_t end = skip_secret(s, text, from);
    if (!(end > from ? ts_buffer_append_string(scrubbed, REPLACEMENT)
                     : ts_buffer_append_byte(scrubbed, text[from]))) {
      return false;
    }
    from = end > from ? end : from + 1;
  }
  return true;
}

void ts_scrub(lua_State *L, const ts_exchange *x, size_t most) {
  int top = lua_gettop(L);
  ts_buffer *all = ts_scratch_push(L), *sorted = ts_scratch_push(L);
  ts_buffer *scrubbed = ts_scratch_push(L);
  search s = {NULL, 0};
  size_t length;
  const char *text = lua_tolstring(L, top, &length);
  if (length > LONGEST_TEXT) {
    lua_pushlstring(L, text, LONGEST_TEXT);
    text = lua_tolstring(L, -1, &length);
  }
  /* No call of the Lua API may come between these. */
  ts_check_memory(L, read_secrets(x, all, sorted, &s) &&
                         replace(&s, text, length, most, scrubbed));
  lua_pushlstring(L, length > 0 ? scrubbed->data : "", scrubbed->length);
  ts_buffer_free(all);
  ts_buffer_free(sorted);
  ts_buffer_free(scrubbed);
  lua_replace(L, top);
  lua_settop(L, top);
}
