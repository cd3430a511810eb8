/*
** token.c - the token of a client.
*/

#include "protocol/token.h"

bool ts_is_bearer(const char *token, size_t length) {
  size_t i;
  for (i = 0; i < length; i++) {
    unsigned char c = (unsigned char)token[i];
    if (c <= ' ' || c >= 0x7F) {
      return false;
    }
  }
  return length > 0;
}

bool ts_token_usable(const ts_token *token, double now) {
  return token->value.length > 0 && now < token->renew_at;
}

bool ts_token_accept(ts_token *token, const char *value, size_t length,
                     double lifetime, double now) {
  ts_buffer copy;
  double early = lifetime / 10;
  ts_buffer_init_secret(&copy);
  if (!ts_buffer_append(&copy, value, length) ||
      !ts_buffer_append_byte(&copy, '\0')) {
    ts_buffer_free(&copy);
    return false;
  }
  ts_buffer_free(&token->value);
  ts_buffer_free(&token->user_id);
  token->value = copy;
  token->expires_at = now + lifetime;
  token->renew_at =
      token->expires_at - (early < TS_RENEW_EARLY ? early : TS_RENEW_EARLY);
  token->generation++;
  return true;
}

void ts_token_know_user(ts_token *token, const char *id, size_t id_length,
                        const char *name, size_t name_length) {
  ts_buffer_free(&token->user_id);
  ts_buffer_free(&token->user_name);
  if (id == NULL || name == NULL ||
      !ts_buffer_append(&token->user_id, id, id_length) ||
      !ts_buffer_append(&token->user_name, name, name_length)) {
    ts_buffer_free(&token->user_id);
  }
}

void ts_token_drop(ts_token *token, unsigned long generation) {
  if (token->generation == generation && token->value.length > 0) {
    ts_buffer_free(&token->refused);
    token->refused = token->value;
    ts_buffer_init_secret(&token->value);
  }
}
