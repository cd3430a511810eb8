/*
** client.c - what all exchanges with one cluster share.
*/

#define _POSIX_C_SOURCE 200809L

#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "protocol/client.h"

double ts_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

ts_client *ts_client_new(void) {
  ts_client *client = calloc(1, sizeof *client);
  if (client == NULL) {
    return NULL;
  }
  client->references = 1;
  ts_buffer_init_secret(&client->password);
  ts_buffer_init_secret(&client->secret_key);
  ts_buffer_init_secret(&client->headers);
  ts_buffer_init_secret(&client->secrets);
  ts_buffer_init_secret(&client->proxy);
  ts_buffer_init_secret(&client->token.value);
  ts_buffer_init_secret(&client->token.refused);
  /* Clients created at the same moment must have different jitter. */
  client->random = (unsigned long long)(ts_now() * 1e9) ^
                   ((unsigned long long)(size_t)client << 16) ^ 1;
  return client;
}

void ts_client_retain(ts_client *client) {
  client->references++;
}

void ts_client_release(ts_client *client) {
  ts_buffer *const texts[] = {
      &client->host,          &client->base_url,        &client->username,
      &client->password,      &client->secret_key,      &client->headers,
      &client->ca_file,       &client->client_cert,     &client->client_key,
      &client->proxy,         &client->token.value,     &client->token.refused,
      &client->token.user_id, &client->token.user_name, &client->secrets};
  size_t i;
  if (--client->references > 0) {
    return;
  }
  if (client->driver != NULL) {
    client->close_driver(client);
  }
  for (i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    ts_buffer_free(texts[i]);
  }
  free(client);
}

/* splitmix64: enough for jitter. */
double ts_client_random(ts_client *client) {
  unsigned long long z = client->random += 0x9E3779B97F4A7C15ULL;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return (double)((z ^ (z >> 31)) >> 11) / (double)(1ULL << 53);
}
