/*
** scrub.c - keeps secrets out of what people get to see.
**
** A server may repeat in an error what it was sent: as it was, or as JSON
** writes it, or as JSON in a string of JSON, and so on inwards. That is why
** text and secrets are compared by letters, which are what is left of a
** character once it has lost its backslashes.
*/

#include <string.h>

#include "exchange.h"
#include "scrub.h"

#define REPLACEMENT "[secret]"

typedef struct reader {
  const char *next;
  unsigned char rest[4]; /* of a character that was escaped, backwards */
  int left;              /* bytes of it */
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

/* Reads uXXXX at 'text'; below zero: it is something else. */
static long code_unit_at(const char *text) {
  static const char digits[] = "0123456789abcdef0123456789ABCDEF";
  long unit = 0;
  int i;
  if (*text != 'u') {
    return -1;
  }
  for (i = 1; i <= 4; i++) {
    const char *digit = text[i] != '\0' ? strchr(digits, text[i]) : NULL;
    if (digit == NULL) {
      return -1;
    }
    unit = unit * 16 + (digit - digits) % 16;
  }
  return unit;
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

/* The next letter, or 0 at the end. */
static unsigned char next_letter(reader *r) {
  if (r->left == 0) {
    const char *text = r->next;
    r->next = skip_backslashes(text);
    if (r->next == text || !read_escape(r)) {
      unsigned char letter = letter_of(*r->next);
      r->next += letter != 0;
      return letter;
    }
  }
  return r->rest[--r->left];
}

/* How many bytes of 'text', from its beginning, spell the secret. */
static size_t spells(const char *text, const char *secret) {
  reader from = {text, {0}, 0}, wanted = {secret, {0}, 0};
  for (;;) {
    unsigned char letter = next_letter(&wanted);
    if (letter == 0) {
      return (size_t)(from.next - text);
    }
    if (next_letter(&from) != letter) {
      return 0;
    }
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
    size_t length = spells(text, secret);
    if (length > longest) {
      longest = length;
    }
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
