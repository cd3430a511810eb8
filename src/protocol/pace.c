/*
** pace.c - permits of the client's own rate limit.
*/

#include <math.h>

#include "protocol/pace.h"

static bool is_waiting(const ts_exchange *x) {
  return x->pace_ahead != NULL || x->client->pace_first == x;
}

static void append(ts_exchange *x) {
  ts_client *client = x->client;
  x->pace_ahead = client->pace_last;
  if (client->pace_last != NULL) {
    client->pace_last->pace_behind = x;
  } else {
    client->pace_first = x;
  }
  client->pace_last = x;
}

static void take_out(ts_exchange *x) {
  ts_client *client = x->client;
  if (x->pace_ahead != NULL) {
    x->pace_ahead->pace_behind = x->pace_behind;
  } else {
    client->pace_first = x->pace_behind;
  }
  if (x->pace_behind != NULL) {
    x->pace_behind->pace_ahead = x->pace_ahead;
  } else {
    client->pace_last = x->pace_ahead;
  }
  x->pace_ahead = NULL;
  x->pace_behind = NULL;
}

double ts_pace_take(ts_exchange *x, double now, double longest) {
  ts_client *client = x->client;
  double delay;
  if (client->per_second <= 0) {
    return 0;
  }
  client->bucket += (now - client->filled_at) * client->per_second;
  client->bucket = fmin(client->bucket, client->burst);
  client->filled_at = now;
  delay = (1 - client->bucket) / client->per_second;
  if (delay >= longest) {
    return -1;
  }
  client->bucket -= 1;
  if (delay <= 0) {
    return 0;
  }
  append(x);
  return delay;
}

void ts_pace_use(ts_exchange *x) {
  if (is_waiting(x)) {
    take_out(x);
  }
}

void ts_pace_leave(ts_exchange *x) {
  double interval;
  ts_exchange *other;
  if (!is_waiting(x)) {
    return;
  }
  interval = 1 / x->client->per_second;
  for (other = x->pace_behind; other != NULL; other = other->pace_behind) {
    other->resume_at -= interval;
    other->step_at = fmin(other->step_at, other->resume_at);
  }
  x->client->bucket += 1;
  take_out(x);
}
