/*
** event.h - what happened to an exchange, for on_event.
*/

#ifndef TS_EVENT_H
#define TS_EVENT_H

#include <stdbool.h>
#include <stddef.h>

typedef enum ts_event_type {
  TS_EVENT_REQUEST,
  TS_EVENT_RESPONSE,
  TS_EVENT_RETRY,
  TS_EVENT_TOKEN,
  TS_EVENT_WAIT
} ts_event_type;

/* An event; it contains no secrets. */
typedef struct ts_event {
  ts_event_type type;
  const char *endpoint;
  int attempt;
  long status;    /* 0: none */
  double seconds; /* response: since the request; retry, wait: to wait */
  double bytes;   /* request: of the body; response: of the reply */
} ts_event;

#define TS_EVENTS 8 /* more than happen between two steps */

/* Events that were not read yet, the oldest first. */
typedef struct ts_events {
  ts_event list[TS_EVENTS];
  size_t count;
} ts_events;

/* Adds an event; drops the oldest if there are TS_EVENTS. */
void ts_events_add(ts_events *events, const ts_event *event);

/* Takes the oldest event; false: there is none. */
bool ts_events_next(ts_events *events, ts_event *event);

const char *ts_event_name(ts_event_type type);

#endif
