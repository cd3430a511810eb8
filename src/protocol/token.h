/*
** token.h - the token of a client: where it comes from, how long it is valid,
** and whose it is.
*/

#ifndef TS_TOKEN_H
#define TS_TOKEN_H

#include "bytes/buffer.h"

struct ts_exchange;

/* A token is renewed when a tenth of its lifetime is left, but no more than
** this many seconds before it expires. */
#define TS_RENEW_EARLY 30.0

typedef enum ts_source {
  TS_SOURCE_FIXED,   /* a fixed token */
  TS_SOURCE_MINTED,  /* username with password or secret_key */
  TS_SOURCE_PROVIDED /* from outside: a provider or a store */
} ts_source;

typedef struct ts_token {
  ts_source source;
  ts_buffer value;   /* NUL terminated; empty: there is none */
  ts_buffer refused; /* the last one that a 401 dropped */
  ts_buffer user_id; /* its user; empty: not known */
  ts_buffer user_name;
  double renew_at;          /* monotonic seconds; HUGE_VAL: never */
  double expires_at;        /* monotonic seconds; HUGE_VAL: unknown */
  unsigned long generation; /* of 'value', from 1 */
  /* The login, and the exchange that asks a provider or store for the token.
  ** Not owned: each removes itself. */
  struct ts_exchange *login;
  struct ts_exchange *asking;
  double asked_at; /* when 'asking' last showed that it is alive */
} ts_token;

/* Returns whether a bearer token is valid in a header. */
bool ts_is_bearer(const char *token, size_t length);

/* Returns whether there is a token that need not be renewed yet. */
bool ts_token_usable(const ts_token *token, double now);

/* Stores a token that is valid for 'lifetime' seconds (HUGE_VAL: until it is
** refused) and whose user is not known. False: out of memory, and nothing has
** changed. */
bool ts_token_accept(ts_token *token, const char *value, size_t length,
                     double lifetime, double now);

/* Sets the user of the token. It stays unknown if an argument is NULL or
** memory runs out. */
void ts_token_know_user(ts_token *token, const char *id, size_t id_length,
                        const char *name, size_t name_length);

/* Drops the token, unless it has been replaced since that generation. */
void ts_token_drop(ts_token *token, unsigned long generation);

#endif
