/*
** response.h - the reply to one attempt, while it arrives. A body that should
** be a result goes through the filter; the beginning of every body is kept
** until it turns out to be a result.
*/

#ifndef TS_RESPONSE_H
#define TS_RESPONSE_H

#include "bytes/buffer.h"
#include "bytes/filter.h"
#include "contract/endpoint.h"
#include "protocol/outcome.h"
#include "protocol/retry.h"

/* Bytes that are kept of a body in case it is not a result. */
#define TS_BODY_KEPT 65536

typedef struct ts_response {
  /* Which reply is expected, and which fields are wanted. */
  const ts_endpoint *endpoint;
  bool keep_null;
  size_t max_bytes; /* to hold */
  bool stream;      /* elements are taken while others arrive */
  ts_buffer fields; /* wanted fields: names, NUL terminated */
  const char **field_names;

  /* What has arrived since the last status line. */
  long status;             /* 0: none */
  double retry_after;      /* seconds, or below zero: absent */
  double retry_at;         /* as received: epoch seconds, or below zero */
  char date[TS_DATE_SIZE]; /* as received; empty: absent */
  bool says_html;          /* by its Content-Type */
  bool page;               /* HTML, by its first byte and its Content-Type */
  bool body_seen;          /* more of the body than white space */
  unsigned mark;           /* bytes of a byte order mark received */
  double bytes;            /* of the body, decoded */
  ts_buffer prefix;        /* its beginning */
  bool misfit;        /* prefix is an error report found among the objects of a
                  list */
  bool raw_is_result; /* prefix belongs to a result, which errors do not
                         show */
  ts_buffer location;
  ts_buffer proxy; /* host and port of the proxy that replied in place of the
                      cluster, if known */
  ts_filter filter;
  bool filtering;
  ts_filter_status filtered;
  bool paused;

  size_t taken;   /* elements of this reply */
  bool all_taken; /* all of them were taken together */
  bool given; /* an element of any attempt was returned: there is no further
                 attempt */
} ts_response;

/* Prepares for the reply of an endpoint. */
void ts_response_init(ts_response *response, const ts_endpoint *endpoint,
                      bool keep_null, size_t max_bytes);
void ts_response_free(ts_response *response);

/* Adds 'name' to the fields to keep of the reply's objects; false: out of
** memory. */
bool ts_response_select(ts_response *response, const char *name);

/* Takes a status line. Drops everything before it: a 100 Continue, or the
** reply to an earlier attempt. */
void ts_response_begin(ts_response *response, long status);

/* Takes a header line, with or without its line end. */
void ts_response_header(ts_response *response, const char *line,
                        size_t length);

typedef enum ts_reading { TS_READ, TS_PAUSE, TS_STOP } ts_reading;

/* Takes bytes of the body. TS_PAUSE: none were taken; pass them again once
** elements have been taken. TS_STOP: no more are needed. */
ts_reading ts_response_body(ts_response *response, const char *bytes,
                            size_t length);

/* Returns whether the status is a success, 2xx. */
static inline bool ts_response_is_success(const ts_response *response) {
  return response->status >= 200 && response->status < 300;
}

/* Judges a complete reply: sets the status, body, Retry-After and failure of
** the attempt, and a message if neither the reply nor the outcome's sentence
** says what is wrong. */
void ts_response_judge(ts_response *response, ts_attempt *attempt,
                       char *message, size_t size);

/* As ts_response_judge, for an error status with a body that cannot be
** decompressed, or breaks off. The status counts in any case. What could be
** read of the body counts if it is complete JSON or a page; otherwise the body
** is taken for text, which is not the cluster's, because the cluster compresses
** as it is asked to. */
void ts_response_judge_encoded(ts_response *response, ts_attempt *attempt);

/* Returns whether the reply, which may be incomplete, already confirms
** success: no body is needed. */
bool ts_response_confirms_success(const ts_response *response);

/* Takes the next element, see filter.h; false: there is none (yet). */
bool ts_response_take(ts_response *response, const char **element,
                      size_t *length);

/* Takes up to 'limit' elements; see ts_filter_take. */
size_t ts_response_take_many(ts_response *response, size_t limit,
                             ts_buffer *elements);

/* Takes all elements of a reply that is complete, see filter.h; returns their
** number. */
size_t ts_response_take_all(ts_response *response, ts_buffer *elements);

/* Returns the number of elements that can be taken. */
size_t ts_response_waiting(const ts_response *response);

/* Returns whether enough of a paused stream was taken to resume it. */
bool ts_response_may_resume(const ts_response *response);

#endif
