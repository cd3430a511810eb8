/*
** transfer.h - one transfer of libcurl: its state, and what curl.c needs of the
** files that set it up, read its reply and judge its end.
*/

#ifndef TS_TRANSFER_H
#define TS_TRANSFER_H

#include <curl/curl.h>

#include "bytes/inflate.h"
#include "driver/sockets.h"
#include "protocol/exchange.h"

/* A transfer that has read so many body bytes stops until the next poll,
** because libcurl reads for as long as data keep arriving. Data that it has
** already read are accepted beyond that, because libcurl would copy them
** otherwise, but no more than LARGEST_DELIVERY, because a few bytes may be
** decompressed to many. */
#define LARGEST_READING 262144
#define LARGEST_DELIVERY (2 * LARGEST_READING)

#define BADLY_COMPRESSED "the reply is badly compressed"

typedef struct ts_transfer {
  /* Kept for the next request. */
  struct ts_driver *driver;
  ts_sockets *sockets; /* those of the driver */
  CURL *easy;
  CURLU *url;        /* parsed, because libcurl would do that each time */
  ts_buffer address; /* what 'url' was parsed from, NUL-terminated */

  struct ts_transfer *previous, *next;
  ts_exchange *exchange;
  struct curl_slist *headers;
  double started_at;    /* monotonic seconds */
  double last_activity; /* of the server, monotonic seconds */
  double time_limit;    /* seconds; for a stream, until its body begins */
  unsigned overdue;     /* polls since the time limit */
  bool multiplexed;     /* others may share its connection */
  bool may_multiplex;   /* if the server can */
  curl_socket_t socket; /* opened for it, or CURL_SOCKET_BAD */
  int local_port;       /* of its connection; 0: not sent, or unknown */
  bool unusable;        /* its connection is, and the request was not sent */
  bool after_abandoned; /* one with the same connection was abandoned */
  bool mixed_up;        /* another had the same HTTP/1.1 connection */
  bool head_ended;      /* the final header section is complete */
  size_t read;          /* body bytes in this poll */
  bool yielded;         /* paused until the next poll */
  bool held;            /* libcurl may keep data that were refused */
  bool dropped;         /* what is still offered is not read */
  bool stopped;         /* by us: enough has been read */
  ts_coding coding;     /* of the body */
  ts_inflate *inflate;  /* NULL until the first body byte */
  const char *inflated; /* decompressed and not delivered yet */
  size_t inflated_length;
  size_t consumed;      /* bytes read of a chunk that is offered again */
  bool miscoded;        /* the body cannot be decompressed */
  const char *sentence; /* our own reason for its end, or NULL */
  char message[CURL_ERROR_SIZE];
} ts_transfer;

/* --- request.c -------------------------------------------------------- */

/* Sets the options that all requests of the client share. 'quick_exit': a
** cancelled transfer need not wait for a resolver thread. */
CURLcode ts_request_set_up_handle(ts_transfer *transfer,
                                  const ts_client *client, bool quick_exit);

/* Sets the options of this request. */
CURLcode ts_request_set_up(ts_transfer *transfer);

/* Makes the list of the request's headers; false: out of memory. */
bool ts_request_add_headers(ts_transfer *transfer);

void ts_request_free_headers(ts_transfer *transfer);

/* Returns a time for libcurl: at least 1, because 0 would mean none. */
long ts_request_milliseconds(double seconds);

/* --- receive.c -------------------------------------------------------- */

/* Callbacks of libcurl. */
size_t ts_receive_header(char *line, size_t size, size_t count, void *data);
size_t ts_receive_body(char *bytes, size_t size, size_t count, void *data);

/* Returns whether the header section of the final response is complete: the
** body, and perhaps trailers, follow. */
bool ts_receive_has_begun(const ts_transfer *transfer);

/* Notes that the transfer ends before it has read its reply: over HTTP/1.1,
** another with the same connection may get it. */
void ts_receive_abandon(ts_transfer *transfer);

/* --- ending.c --------------------------------------------------------- */

/* Judges a transfer that libcurl ended with 'code': returns the kind of its
** failure, and writes the message. */
ts_failure ts_ending_judge(const ts_transfer *transfer, CURLcode code,
                           char message[TS_MESSAGE]);

#endif
