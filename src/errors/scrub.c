/*
** scrub.c - removes secrets from texts that people see.
**
** A server may quote in an error what it was sent: as it was; as JSON, as JSON
** in a JSON string, and so on; or encoded for URLs, forms or HTML. So text and
** secrets are compared letter by letter, where a letter is a decoded character
** without backslashes; and secrets have other forms, see forms.h.
** spec/support/scrub_model.lua does the same in Lua.
**
** The text comes from a server and there may be thousands of secrets, so the
** time is limited: only the part of the text that will be shown is read, and
** the secrets are sorted, so that at each position all are searched together.
*/

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "bytes/characters.h"
#include "bytes/utf8.h"
#include "errors/forms.h"
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

/* The forms that are compared in the same way. */
typedef struct search {
  ts_likeness like;
  const char *const *forms; /* sorted */
  size_t count;
  bool begins[UCHAR_MAX + 1]; /* a form, with this byte */
} search;

/* The forms of all secrets. */
typedef struct workspace {
  ts_buffer letters; /* of one secret */
  ts_buffer forms[TS_LIKENESSES];
  ts_buffer sorted[TS_LIKENESSES]; /* pointers to the forms */
  search searches[TS_LIKENESSES];
} workspace;

static void init(workspace *w) {
  int like;
  memset(w, 0, sizeof *w);
  ts_buffer_init_secret(&w->letters);
  for (like = 0; like < TS_LIKENESSES; like++) {
    ts_buffer_init_secret(&w->forms[like]);
    w->searches[like].like = (ts_likeness)like;
  }
}

static void release(workspace *w) {
  int like;
  ts_buffer_free(&w->letters);
  for (like = 0; like < TS_LIKENESSES; like++) {
    ts_buffer_free(&w->forms[like]);
    ts_buffer_free(&w->sorted[like]);
  }
}

static bool read_secret(const char *secret, workspace *w) {
  letters l = read_letters(secret, 0, PLAIN);
  ts_buffer_truncate(&w->letters, 0);
  while (l.bytes[0] != 0) {
    if (!ts_buffer_append(&w->letters, l.bytes, (size_t)l.count)) {
      return false;
    }
    l = read_letters(secret, l.next, PLAIN);
  }
  return ts_buffer_append_byte(&w->letters, '\0') &&
         ts_forms_add(secret, w->letters.data, w->forms);
}

static int compare(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorts a list of forms; false: out of memory. */
static bool sort(const ts_buffer *list, ts_buffer *sorted, search *s) {
  const char *form = list->data, *end;
  if (list->length == 0) {
    return true;
  }
  for (end = form + list->length; form < end; form += strlen(form) + 1) {
    if (*form != '\0') {
      if (!ts_buffer_append(sorted, &form, sizeof form)) {
        return false;
      }
      s->begins[(unsigned char)*form] = true;
      s->count++;
    }
  }
  if (s->count > 0) {
    qsort(sorted->data, s->count, sizeof form, compare);
  }
  s->forms = (const char *const *)(void *)sorted->data;
  return true;
}

/* Reads the secrets of the exchange and of its client; false: out of
** memory. */
static bool read_secrets(const ts_exchange *x, workspace *w) {
  const ts_buffer *const lists[] = {&x->secrets,
                                    &x->client->password,
                                    &x->client->secret_key,
                                    &x->client->token.value,
                                    &x->client->token.refused,
                                    &x->client->secrets};
  size_t i, at;
  int like;
  for (i = 0; i < sizeof lists / sizeof lists[0]; i++) {
    for (at = 0; at < lists[i]->length;
         at += strlen(lists[i]->data + at) + 1) {
      if (!read_secret(lists[i]->data + at, w)) {
        return false;
      }
    }
  }
  for (like = 0; like < TS_LIKENESSES; like++) {
    if (!sort(&w->forms[like], &w->sorted[like], &w->searches[like])) {
      return false;
    }
  }
  return true;
}

/* --- Searching -------------------------------------------------------- */

/* Returns the first form from 'first' on whose letter at 'depth' is not less
** than 'letter', or 'end'. The forms up to 'end' share 'depth' letters. */
static size_t bound(const search *s, size_t first, size_t end, size_t depth,
                    int letter) {
  while (first < end) {
    size_t middle = first + (end - first) / 2;
    if ((unsigned char)s->forms[middle][depth] < letter) {
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
        return depth >= SHORTEST_PIECE && s->forms[end - 1][depth] != '\0'
                   ? l.next
                   : longest;
      }
      const int letter = ts_forms_fold(s->like, l.bytes[i]);
      first = bound(s, first, end, depth, letter);
      end = bound(s, first, end, depth, letter + 1);
      if (first == end) {
        return depth >= LONG_PIECE ? agreed : longest;
      }
      agreed = l.next;
      depth++;
      if (s->forms[first][depth] == '\0') {
        longest = agreed;
      }
    }
    l = read_letters(text, l.next, way);
  }
}

/* Returns whether a form can begin with a byte of the text: few can, and these
** are the only positions that take long. The first letter may be another if the
** byte is escaped or begins an escape, in any encoding. */
static bool may_begin(const search *s, unsigned char byte) {
  return byte < ' ' || byte == '\\' || byte == '%' || byte == '&' ||
         byte == '+' || s->begins[ts_forms_fold(s->like, byte)];
}

/* As end_of_secret, for all forms and all encodings of the text. A backslash
** after another one is not checked, because both were read together. */
static size_t skip_secret(const search searches[TS_LIKENESSES],
                          const char *text, size_t from) {
  size_t longest = from;
  int like, way;
  if (from > 0 && text[from] == '\\' && text[from - 1] == '\\') {
    return from;
  }
  for (like = 0; like < TS_LIKENESSES; like++) {
    const search *s = &searches[like];
    bool may = s->count > 0 && may_begin(s, (unsigned char)text[from]);
    for (way = 0; may && way < WRITINGS; way++) {
      size_t end = end_of_secret(s, text, from, (writing)way);
      longest = end > longest ? end : longest;
    }
  }
  return longest;
}

/* Appends the text without secrets: up to 'most' bytes, or slightly more if a
** replacement is last. */
static bool replace(const search searches[TS_LIKENESSES], const char *text,
                    size_t length, size_t most, ts_buffer *scrubbed) {
  size_t from = 0;
  while (from < length && scrubbed->length < most) {
    size_t end = skip_secret(searches, text, from);
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
  ts_buffer *scrubbed = ts_scratch_push(L);
  workspace w;
  size_t length;
  bool done;
  const char *text = lua_tolstring(L, top, &length);
  if (length > LONGEST_TEXT) {
    lua_pushlstring(L, text, LONGEST_TEXT);
    text = lua_tolstring(L, -1, &length);
  }
  init(&w); /* owned by nobody, so no call of the Lua API may follow... */
  done =
      read_secrets(x, &w) && replace(w.searches, text, length, most, scrubbed);
  release(&w); /* ...before this */
  ts_check_memory(L, done);
  lua_pushlstring(L, length > 0 ? scrubbed->data : "", scrubbed->length);
  ts_buffer_free(scrubbed);
  lua_replace(L, top);
  lua_settop(L, top);
}
