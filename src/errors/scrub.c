/*
** scrub.c - keeps secrets out of what people get to see.
**
** A server may repeat in an error what it was sent: as it was, or as JSON
** writes it, or as JSON in a string of JSON, and so on inwards; or as URLs,
** forms or HTML have it. That is why text and secrets are compared by letters,
** which are what is left of a character once it has lost its backslashes and
** is written as itself.
**
** The text comes from a server and the secrets may be thousands, so the time
** is bounded: the text is read once for each way of writing, and the secrets
** are sorted, so that at each place all of them are looked for at once.
*/

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/exchange.h"
#include "errors/scrub.h"

#define REPLACEMENT "[secret]"

/* Letters of a secret at the end of a text, which may have been cut there,
** that are taken for it. */
#define SHORTEST_PIECE 4

/* Letters from which on the beginning of a secret is taken for it anywhere, as
** far as it goes: no place in a text takes longer to look at, unless it is
** replaced. */
#define LONG_PIECE 32

/* Bytes of a text that are looked at; the rest is not shown. */
#define LONGEST_TEXT 65536

/* --- Reading ---------------------------------------------------------- */

/* What is read at a place of a text: the bytes of a character, which are
** letters, and where to read on. At the end that is one letter 0. */
typedef struct place {
  size_t next;
  size_t bare; /* where the backslashes end that begin here */
  unsigned char letters[4];
  int count;
} place;

/* How text may be written besides JSON's ways; each has its places. */
typedef enum writing {
  PLAIN,
  URL,  /* %2B for '+' */
  FORM, /* and '+' for a space */
  HTML, /* &amp; for '&' */
  WRITINGS
} writing;

/* The letter that JSON writes behind a backslash for a control character, or
** the character itself. */
static unsigned char letter_of(char c) {
  switch (c) {
  case '\b':
    return 'b';
  case '\f':
    return 'f';
  case '\n':
    return 'n';
  case '\r':
    return 'r';
  case '\t':
    return 't';
  default:
    return (unsigned char)c;
  }
}

/* Reads 'count' hexadecimal digits; below zero: it is something else. */
static long hex_at(const char *text, int count) {
  static const char digits[] = "0123456789abcdef0123456789ABCDEF";
  long number = 0;
  int i;
  for (i = 0; i < count; i++) {
    const char *digit = text[i] != '\0' ? strchr(digits, text[i]) : NULL;
    if (digit == NULL) {
      return -1;
    }
    number = number * 16 + (digit - digits) % 16;
  }
  return number;
}

/* Reads uXXXX at 'text'; below zero: it is something else. */
static long code_unit_at(const char *text) {
  return *text == 'u' ? hex_at(text + 1, 4) : -1;
}

/* The character that a reference at 'text' means, as HTML has them, and the
** length of it; below zero: there is none. */
static long entity_at(const char *text, size_t *length) {
  static const struct {
    const char *text;
    char c;
  } entities[] = {{"&amp;", '&'},  {"&lt;", '<'},    {"&gt;", '>'},
                  {"&quot;", '"'}, {"&apos;", '\''}, {"&#39;", '\''},
                  {"&#34;", '"'},  {"&#x27;", '\''}, {"&#x22;", '"'}};
  size_t i;
  for (i = 0; i < sizeof entities / sizeof entities[0]; i++) {
    *length = strlen(entities[i].text);
    if (strncmp(text, entities[i].text, *length) == 0) {
      return entities[i].c;
    }
  }
  return -1;
}

/* The character at 'text' and the length of it, as 'way' has them. */
static long character_at(const char *text, writing way, size_t *length) {
  long c = -1;
  if (way == HTML && *text == '&') {
    c = entity_at(text, length);
  } else if ((way == URL || way == FORM) && *text == '%') {
    c = hex_at(text + 1, 2);
    *length = 3;
  } else if (way == FORM && *text == '+') {
    c = ' ';
    *length = 1;
  }
  if (c <= 0) {
    c = (unsigned char)*text;
    *length = 1;
  }
  return c;
}

/* Puts the UTF-8 of a character into the place. */
static void put_character(place *p, unsigned long c) {
  static const unsigned char leads[] = {0x00, 0xC0, 0xE0, 0xF0};
  int i;
  p->count = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  for (i = p->count - 1; i > 0; i--) {
    p->letters[i] = (unsigned char)(0x80 | (c & 0x3F));
    c >>= 6;
  }
  p->letters[0] = (unsigned char)(leads[p->count - 1] | c);
}

/* Reads the escape uXXXX of 'unit' at 'at', behind a backslash, or two of them
** that make a pair of surrogates, into the place. */
static void read_escape(const char *text, size_t at, long unit,
                        const place *places, place *p) {
  size_t second = places[at + 5].bare;
  if (unit == '\\') {
    *p = places[at + 5];
    return;
  }
  p->next = at + 5;
  if (unit >= 0xD800 && unit < 0xDC00 && second > at + 5) {
    long low = code_unit_at(text + second);
    if (low >= 0xDC00 && low < 0xE000) {
      p->next = second + 5;
      unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    }
  }
  put_character(p,
                (unsigned long)(unit < 0x80 ? letter_of((char)unit) : unit));
}

/* Backslashes, which may be escaped themselves, are no letters. */
static void read_backslash(const char *text, size_t at, place *places) {
  size_t behind = at + 1;
  long unit = code_unit_at(text + behind);
  if (unit == '\\') {
    behind += 5;
    unit = code_unit_at(text + behind);
  }
  if (text[behind] != '\\' && unit >= 0) {
    read_escape(text, behind, unit, places, &places[at]);
  } else {
    places[at] = places[behind];
  }
  places[at].bare = places[behind].bare;
}

/* Reads the text, from its end, for what follows a place is part of it. A NUL
** in the text is an end, too. */
static void read_text(const char *text, size_t length, writing way,
                      place *places) {
  size_t at = length + 1;
  while (at-- > 0) {
    place *p = &places[at];
    size_t written = 0;
    long c = 0;
    if (text[at] == '\\') {
      read_backslash(text, at, places);
      continue;
    }
    if (text[at] != '\0') {
      c = character_at(text + at, way, &written);
    }
    if (c == '\\') {
      *p = places[at + written];
    } else {
      p->next = at + written;
      p->letters[0] = letter_of((char)c);
      p->count = 1;
    }
    p->bare = at;
  }
}

/* --- Secrets ---------------------------------------------------------- */

/* The list of lists of secrets of an exchange, by number; NULL after the
** last. */
static const ts_buffer *secrets_of(const ts_exchange *x, int number) {
  switch (number) {
  case 0:
    return &x->secrets;
  case 1:
    return &x->client->password;
  case 2:
    return &x->client->secret_key;
  case 3:
    return &x->client->token.value;
  case 4:
    return &x->client->token.refused;
  case 5:
    return &x->client->secrets;
  default:
    return NULL;
  }
}

typedef struct search {
  const char **secrets; /* the letters of each, sorted */
  size_t count;
  char *letters; /* all of them */
  size_t bytes;
  size_t longest;
  place *places[WRITINGS]; /* NULL: nothing is written so */
} search;

/* Counts the secrets, and the room that they need. */
static void measure(const ts_exchange *x, search *s) {
  const ts_buffer *list;
  int number;
  for (number = 0; (list = secrets_of(x, number)) != NULL; number++) {
    size_t at = 0;
    while (at < list->length) {
      size_t length = strlen(list->data + at);
      s->count++;
      s->longest = length > s->longest ? length : s->longest;
      at += length + 1;
    }
    s->bytes += list->length;
  }
}

/* Puts the letters of a text to 'letters', and a 0; returns what is behind. */
static char *copy_letters(const place *p, const place *places, char *letters) {
  for (;;) {
    int i;
    for (i = 0; i < p->count; i++) {
      *letters++ = (char)p->letters[i];
      if (p->letters[i] == 0) {
        return letters;
      }
    }
    p = &places[p->next];
  }
}

static int compare(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Fills in the secrets; the places are lent for it. */
static void read_secrets(const ts_exchange *x, place *places, search *s) {
  const ts_buffer *list;
  char *letters = s->letters;
  int number;
  s->count = 0;
  for (number = 0; (list = secrets_of(x, number)) != NULL; number++) {
    size_t at = 0;
    while (at < list->length) {
      size_t length = strlen(list->data + at);
      read_text(list->data + at, length, PLAIN, places);
      if (places[0].letters[0] != 0) {
        s->secrets[s->count++] = letters;
        letters = copy_letters(places, places, letters);
      }
      at += length + 1;
    }
  }
  ts_wipe(places, (s->longest + 1) * sizeof *places);
  qsort(s->secrets, s->count, sizeof *s->secrets, compare);
}

/* --- Searching -------------------------------------------------------- */

/* The first of the secrets from 'first' to before 'end', alike in 'depth'
** letters, whose next one is not below 'letter'; or 'end'. */
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

/* Where what spells a secret at 'from' ends: the longest that does; or 'from':
** none does. */
static size_t end_of_secret(const search *s, const place *places,
                            size_t from) {
  size_t first = 0, end = s->count, depth = 0, longest = from, agreed = from;
  const place *p = &places[from];
  for (;;) {
    int i;
    for (i = 0; i < p->count; i++) {
      unsigned char letter = p->letters[i];
      if (letter == 0) {
        return depth >= SHORTEST_PIECE && s->secrets[end - 1][depth] != '\0'
                   ? p->next
                   : longest;
      }
      first = bound(s, first, end, depth, letter);
      end = bound(s, first, end, depth, letter + 1);
      if (first == end) {
        return depth >= LONG_PIECE ? agreed : longest;
      }
      agreed = p->next;
      depth++;
      if (s->secrets[first][depth] == '\0') {
        longest = agreed;
      }
    }
    p = &places[p->next];
  }
}

/* As end_of_secret, of all the ways in which the text may be written. */
static size_t skip_secret(const search *s, size_t from) {
  size_t longest = from;
  int way;
  for (way = 0; way < WRITINGS; way++) {
    if (s->places[way] != NULL) {
      size_t end = end_of_secret(s, s->places[way], from);
      longest = end > longest ? end : longest;
    }
  }
  return longest;
}

/* Writes the text without secrets to 'scrubbed', where there is room for
** 'most' bytes and a replacement; returns the length. */
static size_t replace(const search *s, const char *text, size_t length,
                      size_t most, char *scrubbed) {
  size_t from = 0, written = 0;
  while (from < length && written < most) {
    size_t end = s->count > 0 ? skip_secret(s, from) : from;
    if (end > from) {
      memcpy(scrubbed + written, REPLACEMENT, sizeof REPLACEMENT - 1);
      written += sizeof REPLACEMENT - 1;
      from = end;
    } else {
      scrubbed[written++] = text[from++];
    }
  }
  return written;
}

void ts_scrub(lua_State *L, const ts_exchange *x, size_t most) {
  static const char marks[WRITINGS] = {0, '%', '+', '&'};
  search s = {NULL, 0, NULL, 0, 0, {NULL}};
  size_t length, row, rows = 0, used;
  int top = lua_gettop(L), way;
  const char *text = lua_tolstring(L, top, &length);
  char *scrubbed;
  place *places;
  if (length > LONGEST_TEXT) {
    lua_pushlstring(L, text, LONGEST_TEXT);
    text = lua_tolstring(L, -1, &length);
  }
  measure(x, &s);
  ts_check_memory(L, s.bytes < SIZE_MAX / (4 * sizeof *places));
  for (way = 0; way < WRITINGS; way++) {
    rows += way == PLAIN || memchr(text, marks[way], length) != NULL;
  }
  row = length + 1;
  scrubbed = ts_newuserdata(L, most + sizeof REPLACEMENT);
  /* The secrets' letters go into memory that is Lua's: nothing raises until
  ** they are wiped. */
  used = rows * row > s.longest ? rows * row : s.longest + 1;
  places = ts_newuserdata(L, used * sizeof *places +
                                 s.count * sizeof *s.secrets + s.bytes);
  s.secrets = (const char **)(places + used);
  s.letters = (char *)(s.secrets + s.count);
  read_secrets(x, places, &s);
  for (way = 0, rows = 0; way < WRITINGS; way++) {
    if (way == PLAIN || memchr(text, marks[way], length) != NULL) {
      s.places[way] = places + rows++ * row;
      read_text(text, length, (writing)way, s.places[way]);
    }
  }
  length = replace(&s, text, length, most, scrubbed);
  ts_wipe(s.letters, s.bytes);
  lua_pushlstring(L, scrubbed, length);
  lua_replace(L, top);
  lua_settop(L, top);
}
