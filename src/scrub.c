/*
** scrub.c - keeps secrets out of what people get to see.
**
** A server may repeat in an error what it was sent. Secrets are replaced as
** they were given and as JSON writes them.
*/

#include <string.h>

#include "escape.h"
#include "exchange.h"
#include "scrub.h"

#define REPLACEMENT "[secret]"

bool ts_scrub_note(ts_buffer *secrets, const char *text, size_t length) {
  size_t start;
  if (!ts_buffer_append(secrets, text, length + 1)) {
    return false;
  }
  start = secrets->length;
  if (!ts_escape_json(secrets, text, length)) {
    return false;
  }
  if (secrets->length - start == length + 2) {
    ts_buffer_truncate(secrets, start);
    return true;
  }
  /* The quotes are not part of it: the last becomes the NUL. */
  memmove(secrets->data + start, secrets->data + start + 1,
          secrets->length - start - 1);
  ts_buffer_truncate(secrets, secrets->length - 1);
  secrets->data[secrets->length - 1] = '\0';
  return true;
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

void ts_scrub(lua_State *L, const ts_exchange *x) {
  int number = 0;
  const char *secret = NULL;
  while ((secret = next_secret(x, &number, secret)) != NULL) {
    luaL_gsub(L, lua_tostring(L, -1), secret, REPLACEMENT);
    lua_remove(L, -2);
  }
}

static int finds_in_text(const char *text, const ts_exchange *x) {
  int number = 0;
  const char *secret = NULL;
  while ((secret = next_secret(x, &number, secret)) != NULL) {
    if (strstr(text, secret) != NULL) {
      return 1;
    }
  }
  return 0;
}

int ts_scrub_finds(lua_State *L, const ts_exchange *x) {
  int found = 0;
  if (lua_type(L, -1) == LUA_TSTRING) {
    return finds_in_text(lua_tostring(L, -1), x);
  }
  if (!lua_istable(L, -1)) {
    return 0;
  }
  luaL_checkstack(L, 4, "reply nested too deep");
  lua_pushnil(L);
  while (!found && lua_next(L, -2)) {
    found = ts_scrub_finds(L, x);
    lua_pop(L, 1);
    if (!found && lua_type(L, -1) == LUA_TSTRING) {
      found = finds_in_text(lua_tostring(L, -1), x);
    }
  }
  if (found) {
    lua_pop(L, 1);
  }
  return found;
}
