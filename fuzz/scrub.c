/*
** scrub.c - fuzzes the removal of secrets. The input is the length of the
** secret, the way in which it is encoded, the secret, and a text; the secret
** is within the text and at its end. What must hold: neither the secret nor
** its encoded form is in the result.
*/

#include "errors/scrub.h"
#include "bytes/characters.h"
#include "bytes/escape.h"
#include "protocol/exchange.h"
#include "script.h"

static const char script[] = "return 0\n";

static void add(ts_buffer *text, const char *format, unsigned char byte) {
  char piece[16];
  snprintf(piece, sizeof piece, format, byte);
  ts_buffer_append_string(text, piece);
}

/* Writes the secret in one of the encodings of servers. */
static void write_secret(ts_buffer *text, const ts_buffer *secret, int way) {
  size_t i;
  if (way == 1) {
    ts_escape_json(text, secret->data, secret->length - 1);
    return;
  }
  for (i = 0; i + 1 < secret->length; i++) {
    unsigned char c = (unsigned char)secret->data[i];
    if (way == 6) {
      ts_buffer_append_byte(text, ts_to_lower((char)c));
    } else if (c >= 0x80 || way == 0) {
      ts_buffer_append_byte(text, (char)c);
    } else {
      add(text,
          way == 2   ? "%%%02X"
          : way == 3 ? "&#%u;"
          : way == 4 ? "&#x%x;"
                     : "\\u%04x",
          c);
    }
  }
}

/* Removes characters that are part of the replacement text, or do not count as
** letters. */
static bool is_secret(const uint8_t *data, size_t size) {
  static const char word[] = "secret";
  size_t i, inside = 0;
  for (i = 0; i < size; i++) {
    if (data[i] == 0 || data[i] == '\\' || data[i] == '[' || data[i] == ']') {
      return false;
    }
    inside += memchr(word, data[i], sizeof word - 1) != NULL;
  }
  return size > 0 && inside < size;
}

static void check(lua_State *L, const ts_exchange *x, const ts_buffer *text,
                  const ts_buffer *written) {
  const char *scrubbed;
  size_t length, i;
  char *exact = malloc(text->length + 1);
  if (exact == NULL) {
    abort();
  }
  memcpy(exact, text->data, text->length);
  lua_pushlstring(L, exact, text->length);
  free(exact);
  ts_scrub(L, x, 4096);
  scrubbed = lua_tolstring(L, -1, &length);
  if (length > 4096 + 8) {
    abort();
  }
  for (i = 0; i + written->length <= length; i++) {
    if (memcmp(scrubbed + i, written->data, written->length) == 0) {
      fprintf(stderr, "%s\n", scrubbed);
      abort();
    }
  }
  lua_pop(L, 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static lua_State *L;
  ts_client *client;
  ts_exchange *x;
  ts_buffer text = {0}, written = {0};
  size_t length;
  if (L == NULL) {
    L = open_script(script);
  }
  length = size < 3 ? 0 : 1 + data[0] % 40;
  if (length == 0 || length > size - 2 || !is_secret(data + 2, length)) {
    return 0;
  }
  client = ts_client_new();
  x = ts_exchange_new(client, ts_endpoint_find("create_user"));
  ts_buffer_append(&x->secrets, data + 2, length);
  ts_buffer_append_byte(&x->secrets, '\0');
  /* Short secrets have no other form. */
  write_secret(&written, &x->secrets, data[1] % (length < 8 ? 6 : 7));
  ts_buffer_append(&text, data + 2 + length, size - 2 - length);
  ts_buffer_append_byte(&text, ' ');
  ts_buffer_append(&text, written.data, written.length);
  ts_buffer_append_byte(&text, ' ');
  ts_buffer_append(&text, data + 2 + length, size - 2 - length);
  ts_buffer_append_byte(&text, ' ');
  ts_buffer_append(&text, written.data, written.length);
  check(L, x, &text, &written);
  ts_buffer_free(&text);
  ts_buffer_free(&written);
  ts_exchange_release(x);
  ts_client_release(client);
  return 0;
}
