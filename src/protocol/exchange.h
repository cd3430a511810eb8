/*
** exchange.h - one call: a state machine that neither waits nor does I/O.
**
** Its owner does what ts_exchange_step() returns:
**   TS_WANT_NOTHING  done: ask for the outcome
**   TS_WANT_IO       send the request of ts_exchange_on_wire(), pass the reply
**                    to its 'response', then call ts_exchange_end
**   TS_WANT_WAIT     step again after some seconds
**   TS_WANT_TOKEN    if there is a login, call ts_mint_take; else get a token
**                    from the provider or store, then call
**                    ts_exchange_supplied or ts_exchange_fail
**   TS_WANT_PERMIT   get a permit for ts_exchange_on_wire() from the
**                    rate_limit function, then call ts_exchange_permit
*/

#ifndef TS_EXCHANGE_H
#define TS_EXCHANGE_H

#include "protocol/client.h"
#include "protocol/event.h"
#include "protocol/response.h"
#include "protocol/retry.h"

struct ts_transfer;

typedef enum ts_want {
  TS_WANT_NOTHING,
  TS_WANT_IO,
  TS_WANT_WAIT,
  TS_WANT_TOKEN,
  TS_WANT_PERMIT
} ts_want;

typedef enum ts_phase {
  TS_PHASE_TOKEN,   /* needs a token */
  TS_PHASE_PACE,    /* has a token; needs a permit of the rate limit */
  TS_PHASE_PACED,   /* waits for that permit */
  TS_PHASE_READY,   /* the request may be sent */
  TS_PHASE_SENT,    /* the reply is awaited, or being read */
  TS_PHASE_BACKOFF, /* waits for the next attempt */
  TS_PHASE_DONE
} ts_phase;

/* Seconds after which to step an exchange again that has no transfer in
** libcurl, and so no event. */
#define TS_RECHECK_SECONDS 0.01

#define TS_MESSAGE 256

/* Members are grouped by who writes them. */
typedef struct ts_exchange {
  size_t references;
  ts_client *client;
  const ts_endpoint *endpoint; /* of the table, or 'row' */

  /* Written once, when the call is prepared. */
  bool anonymous;   /* is sent without a token */
  ts_effect effect; /* of this call: that of its endpoint, or a safer one */
  ts_buffer url;    /* NUL terminated */
  ts_buffer body;
  bool has_body;
  ts_buffer headers; /* lines, see header.h */
  ts_buffer secrets; /* sent strings that no error may show */
  ts_endpoint row;   /* of a call of client:request() */
  ts_buffer name;    /* its name: method and path, NUL terminated */
  double timeout;    /* seconds */
  double deadline;   /* seconds */
  long max_retries;

  /* Written by the caller, if it passes its own time, as tests do. */
  bool has_clock;
  double clock; /* its last time */

  /* The state of the call. */
  ts_phase phase;
  double ends_at;                 /* monotonic; 0: not begun */
  double resume_at;               /* end of a pause */
  struct ts_exchange *pace_ahead; /* in the queue for permits; not owned */
  struct ts_exchange *pace_behind;
  bool has_permit; /* that it has not used yet */
  double step_at;  /* when to step again; HUGE_VAL: when there is news */
  int retries;     /* after transient failures */
  bool renewed;    /* has recovered from a 401 already */
  bool may_have_applied;
  ts_events events;

  /* Written as each attempt begins. */
  double attempt_at;        /* when it began */
  int attempts;             /* how many so far */
  bool sent;                /* bytes may have been sent */
  unsigned long generation; /* of the token used */

  /* Written as tokens come and go. */
  struct ts_exchange *login; /* for which this one waits */
  bool login_failed;         /* so this exchange fails, too */
  /* If this is a login sent by a transport: the exchange that was given its
  ** request. Not owned. */
  const struct ts_exchange *sender;

  /* Written by a driver: its transfer for the exchange, and the function that
  ** cancels the transfer and sets it to NULL. */
  struct ts_transfer *transfer;
  void (*cancel)(struct ts_exchange *x);

  /* Written as the reply of the current attempt is read. */
  ts_response response;
  int members;     /* of the element decoded last */
  ts_buffer spare; /* memory of the elements taken last, for the next ones */

  /* Written at the end of an attempt and of the call. */
  ts_kind kind;
  const ts_outcome *outcome; /* its row; NULL: an error of our own */
  char message[TS_MESSAGE];  /* empty: use that of the reply or the row */
  bool quoted;               /* the message is not ours: scrub it */
} ts_exchange;

/* Returns an exchange with one reference, which still needs its address and
** its body; NULL: out of memory. */
ts_exchange *ts_exchange_new(ts_client *client, const ts_endpoint *endpoint);

/* Sets the address and the client's headers; 'identifier' goes into the path,
** if the endpoint's has one. False: out of memory. */
bool ts_exchange_address(ts_exchange *x, const char *identifier,
                         size_t length);

/* The request of client:request(). */
typedef struct ts_request {
  const char *method; /* static */
  const char *path;   /* one that ts_path_fault accepts */
  ts_reply reply;
  ts_effect effect;
} ts_request;

/* As ts_exchange_address, for an exchange of ts_endpoint_request: from now on
** its name is its method and path. False: out of memory. */
bool ts_exchange_set_request(ts_exchange *x, const ts_request *request);

void ts_exchange_retain(ts_exchange *x);
void ts_exchange_release(ts_exchange *x);

/* Returns what to do next; for TS_WANT_WAIT sets '*seconds'. 'now' is as
** ts_now returns it. */
ts_want ts_exchange_step(ts_exchange *x, double now, double *seconds);

/* Defers the next step by 'seconds', because what the last one asked for is
** not available earlier. */
void ts_exchange_defer(ts_exchange *x, double seconds, double now);

/* Returns whether a step would make progress, or the stream has an element. */
bool ts_exchange_has_news(ts_exchange *x, double now);

/* Returns the exchange whose request TS_WANT_IO is about: this one or its
** login. */
ts_exchange *ts_exchange_on_wire(ts_exchange *x);

/* Returns whether the request needs a token and there is none. */
bool ts_exchange_lacks_token(const ts_exchange *x);

/* Continues with a permit of the rate limit in 'delay' seconds; fails the
** exchange if that is past its deadline. */
void ts_exchange_permit(ts_exchange *x, double delay, double now);

/* Returns whether a permit of the rate limit is left over if the exchange, and
** a login that nobody else waits for, end now or have ended. */
bool ts_exchange_leaves_permit(ts_exchange *x);

/* Starts an attempt, before the request is sent. False: out of memory, and
** nothing has started. */
bool ts_exchange_begin(ts_exchange *x, double now);

/* Returns the seconds that an attempt may take, from 'now'. */
double ts_exchange_time_limit(const ts_exchange *x, double now);

/* Notes that the request is being sent: a driver calls this before each
** transmission, because there may be several in one attempt. */
void ts_exchange_note_sending(ts_exchange *x);

/* Ends the attempt. 'message' is our own explanation of the failure, or
** NULL. */
void ts_exchange_end(ts_exchange *x, ts_failure failure, const char *message,
                     double now);

/* As ts_exchange_end, with a message that is not ours and may contain a
** secret. */
void ts_exchange_break(ts_exchange *x, ts_failure failure, const char *message,
                       double now);

/* Fails the exchange with an error of our own. */
void ts_exchange_fail(ts_exchange *x, ts_kind kind, const char *message);

/* Continues with the client's new token, for which 'x' has asked. */
void ts_exchange_supplied(ts_exchange *x);

/* Takes the next element of the reply, see filter.h; false: there is none
** (yet). */
bool ts_exchange_take(ts_exchange *x, const char **element, size_t *length);

/* Takes up to 'limit' elements, see ts_filter_take, and sets '*count' to how
** many; false: out of memory. */
bool ts_exchange_take_many(ts_exchange *x, size_t limit, ts_buffer *elements,
                           size_t *count);

/* Returns the next event of the exchange, or of the login that it waits for;
** false: there is none. */
bool ts_exchange_next_event(ts_exchange *x, ts_event *event);

/* Returns whether the call is a write that the server may have applied. */
bool ts_exchange_may_have_applied(const ts_exchange *x);

#endif
