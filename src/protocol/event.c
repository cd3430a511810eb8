/*
** event.c - what happened to an exchange, for on_event.
*/

#include <string.h>

#include "protocol/event.h"

const char *ts_event_name(ts_event_type type) {
  static const char *const names[] = {"request", "response", "retry", "token",
                                      "wait"};
  return names[type];
}

/* Removes the oldest event. */
static void drop_oldest(ts_events *events) {
  events->count--;
  memmove(events->list, events->list + 1,
          events->count * sizeof *events->list);
}

void ts_events_add(ts_events *events, const ts_event *event) {
  if (events->count == TS_EVENTS) {
    drop_oldest(events);
  }
  events->list[events->count++] = *event;
}

bool ts_events_next(ts_events *events, ts_event *event) {
  if (events->count == 0) {
    return false;
  }
  *event = events->list[0];
  drop_oldest(events);
  return true;
}
