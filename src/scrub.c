/*
** scrub.c - keeps secrets out of what people get to see.
**
** A server may repeat in an error what it was sent: as it was, or as JSON
** writes it, or as JSON in a string of JSON, and so on inwards; or as URLs or
** HTML have it. That is why text and secrets are compared by letters, which
** are what is left of a character once it has lost its backslashes and is
** written as itself.
*/

#include <string.h>

#include "exchange.h"
#include "scrub.h"

#define REPLACEMENT "[secret]"

/* Letters of a secret at the end of a text, which may have been cut there,
** that are taken for it. */
#define SHORTEST_PIECE 4

typedef struct reader {
  const char *next;
  unsigned char rest[4]; /* of a character that was escaped, backwards */
  int left;              /* bytes of it */
  char reference;        /* what begins those to be read: '&', '%' or 0 */
} reader;

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

/* Backslashes may be escaped themselves. */
static const char *skip_backslashes(const char *text) {
  while (*text == '\\') {
    text++;
    if (code_unit_at(text) == '\\') {
      text += 5;
    }
  }
  return text;
}

/* Puts the UTF-8 of a character into the reader. */
static void queue(reader *r, unsigned long c) {
  static const unsigned char leads[] = {0x00, 0xC0, 0xE0, 0xF0};
  int bytes = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  for (r->left = 0; r->left < bytes - 1; r->left++) {
    r->rest[r->left] = (unsigned char)(0x80 | (c & 0x3F));
    c >>= 6;
  }
  r->rest[r->left++] = (unsigned char)(leads[bytes - 1] | c);
}

/* Reads the escape uXXXX at 'r->next', or two of them that make a pair of
** surrogates; false: there is none. */
static bool read_escape(reader *r) {
  long unit = code_unit_at(r->next), low;
  const char *second;
  if (unit < 0) {
    return false;
  }
  r->next += 5;
  second = skip_backslashes(r->next);
  if (unit >= 0xD800 && unit < 0xDC00 && second > r->next) {
    low = code_unit_at(second);
    if (low >= 0xDC00 && low < 0xE000) {
      r->next = second + 5;
      unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    }
  }
  if (unit < 0x80) {
    unit = letter_of((char)unit);
  }
  queue(r, (unsigned long)unit);
  return true;
}

/* The character that a reference at 'text' means, as HTML ('&') and URLs
** ('%') have them, and the length of it; below zero: there is none. */
static long reference_at(const char *text, size_t *length) {
  static const struct {
    const char *text;
    char c;
  } entities[] = {{"&amp;", '&'},  {"&lt;", '<'},    {"&gt;", '>'},
                  {"&quot;", '"'}, {"&apos;", '\''}, {"&#39;", '\''},
                  {"&#34;", '"'},  {"&#x27;", '\''}, {"&#x22;", '"'}};
  size_t i;
  if (*text == '%') {
    *length = 3;
    return hex_at(text + 1, 2);
  }
  for (i = 0; i < sizeof entities / sizeof entities[0]; i++) {
    *length = strlen(entities[i].text);
    if (strncmp(text, entities[i].text, *length) == 0) {
      return entities[i].c;
    }
  }
  return -1;
}

static unsigned char read_plain(reader *r) {
  size_t length = *r->next != '\0';
  long c = (unsigned char)*r->next;
  if (c != 0 && c == r->reference) {
    size_t written;
    long meant = reference_at(r->next, &written);
    if (meant > 0) {
      c = meant;
      length = written;
    }
  }
  r->next += length;
  return letter_of((char)c);
}

/* The next letter, or 0 at the end. */
static unsigned char next_letter(reader *r) {
  unsigned char letter;
  do {
    const char *text = r->next;
    if (r->left == 0) {
      r->next = skip_backslashes(text);
      letter = r->next != text && read_escape(r) ? r->rest[--r->left]
                                                 : read_plain(r);
    } else {
      letter = r->rest[--r->left];
    }
  } while (letter == '\\');
  return letter;
}

/* How many bytes of 'text', from its beginning, spell the secret; with the
** references that begin with 'reference', if it is not 0. */
static size_t spells(const char *text, const char *secret, char reference) {
  reader from = {text, {0}, 0, reference}, wanted = {secret, {0}, 0, 0};
  int spelt = 0;
  for (;;) {
    unsigned char letter = next_letter(&wanted), found;
    if (letter == 0) {
      return (size_t)(from.next - text);
    }
    found = next_letter(&from);
    if (found != letter) {
      return found == 0 && spelt >= SHORTEST_PIECE ? (size_t)(from.next - text)
                                                   : 0;
    }
    spelt++;
  }
}

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

/* The secret after 'secret' (NULL: the first), in the list '*number'. */
static const char *next_secret(const ts_exchange *x, int *number,
                               const char *secret) {
  const ts_buffer *list = secrets_of(x, *number);
  if (secret != NULL) {
    secret += strlen(secret) + 1;
  } else {
    secret = list->data;
  }
  while (list->length == 0 || secret == list->data + list->length) {
    list = secrets_of(x, ++*number);
    if (list == NULL) {
      return NULL;
    }
    secret = list->data;
  }
  return *secret != '\0' ? secret : next_secret(x, number, secret);
}

/* How many bytes of 'text', from its beginning, spell a secret: the longest
** that does. */
static size_t secret_at(const char *text, const ts_exchange *x) {
  int number = 0;
  const char *secret = NULL;
  size_t longest = 0;
  while ((secret = next_secret(x, &number, secret)) != NULL) {
    const char *reference = "%&"; /* and the 0 behind them */
    do {
      size_t length = spells(text, secret, *reference);
      if (length > longest) {
        longest = length;
      }
    } while (*reference++ != '\0');
  }
  return longest;
}

void ts_scrub(lua_State *L, const ts_exchange *x, size_t most) {
  luaL_Buffer scrubbed;
  size_t length, secret, from = 0, written = 0;
  const char *text = lua_tolstring(L, -1, &length);
  luaL_buffinit(L, &scrubbed);
  while (from < length && written < most) {
    secret = secret_at(text + from, x);
    if (secret > 0) {
      luaL_addstring(&scrubbed, REPLACEMENT);
      written += sizeof REPLACEMENT - 1;
      from += secret;
    } else {
      luaL_addchar(&scrubbed, text[from]);
      written++;
      from++;
    }
  }
  luaL_pushresult(&scrubbed);
  lua_remove(L, -2);
}
