/*
** receive.c - reads the reply of a transfer: decompresses the body and passes
** it to the exchange. In one poll it reads a limited part of each reply.
*/

#include <string.h>

#include "bytes/characters.h"
#include "bytes/header.h"
#include "driver/transfer.h"

/* Passes body bytes to the exchange. */
static ts_reading deliver(ts_transfer *transfer, const char *bytes,
                          size_t length) {
  ts_reading reading;
  if (transfer->read >= LARGEST_DELIVERY) {
    transfer->yielded = true;
    return TS_PAUSE;
  }
  reading = ts_response_body(&transfer->exchange->response, bytes, length);
  if (reading == TS_READ) {
    transfer->read += length;
  }
  return reading;
}

static ts_reading stop_at_fault(ts_transfer *transfer, const char *sentence) {
  transfer->miscoded = true;
  transfer->sentence = sentence;
  return TS_STOP;
}

/* Decompresses body bytes. After a pause libcurl offers the same chunk from
** its first byte; bytes that were already read are skipped. */
static ts_reading inflate(ts_transfer *transfer, const char *bytes,
                          size_t length) {
  size_t skipped = transfer->consumed < length ? transfer->consumed : length;
  const char *at = bytes + skipped, *end = bytes + length;
  transfer->consumed -= skipped;
  for (;;) {
    if (transfer->inflated_length > 0) {
      ts_reading reading =
          deliver(transfer, transfer->inflated, transfer->inflated_length);
      if (reading != TS_READ) {
        transfer->consumed += (size_t)(at - bytes);
        return reading;
      }
    }
    if (!ts_inflate_run(transfer->inflate, &at, end, &transfer->inflated,
                        &transfer->inflated_length)) {
      return stop_at_fault(transfer, BADLY_COMPRESSED);
    }
    if (transfer->inflated_length == 0) {
      return TS_READ;
    }
  }
}

static ts_reading read_body(ts_transfer *transfer, const char *bytes,
                            size_t length) {
  if (transfer->coding == TS_CODING_NONE) {
    return deliver(transfer, bytes, length);
  }
  if (transfer->coding == TS_CODING_UNKNOWN) {
    return stop_at_fault(
        transfer, "the reply has a Content-Encoding that was not requested");
  }
  if (transfer->inflate == NULL) {
    transfer->inflate = ts_inflate_new(transfer->coding);
  }
  return transfer->inflate != NULL
             ? inflate(transfer, bytes, length)
             : stop_at_fault(transfer, "not enough memory");
}

/* Keeps libcurl from reading more in this poll if enough was read. */
static void yield_if_due(ts_transfer *transfer) {
  if (transfer->read >= LARGEST_READING && !transfer->yielded) {
    transfer->yielded = transfer->held = true;
    curl_easy_pause(transfer->easy, CURLPAUSE_RECV);
  }
}

size_t ts_receive_body(char *bytes, size_t size, size_t count, void *data) {
  ts_transfer *transfer = data;
  if (transfer->dropped) {
    return size * count;
  }
  if (transfer->mixed_up) {
    return 0;
  }
  transfer->last_activity = ts_now();
  switch (read_body(transfer, bytes, size * count)) {
  case TS_PAUSE:
    transfer->held = true;
    return CURL_WRITEFUNC_PAUSE;
  case TS_STOP:
    transfer->stopped = true;
    return 0;
  default:
    yield_if_due(transfer);
    return size * count;
  }
}

/* Starts a new header section: discards the state of an earlier response's
** body. */
static void reset_coding(ts_transfer *transfer) {
  ts_inflate_free(transfer->inflate);
  transfer->inflate = NULL;
  transfer->coding = TS_CODING_NONE;
  transfer->inflated_length = 0;
  transfer->consumed = 0;
}

static void read_header(ts_transfer *transfer, const char *line,
                        size_t length) {
  const char *value;
  size_t value_length;
  ts_response_header(&transfer->exchange->response, line, length);
  if (ts_header_is(line, length, "Content-Encoding", &value, &value_length)) {
    transfer->coding = ts_coding_find(value, value_length);
  }
}

/* Returns the status code in a status line such as "HTTP/1.1 200 OK". */
static long status_in(const char *line, size_t length) {
  const char *space = memchr(line, ' ', length);
  long status = 0;
  if (space != NULL) {
    const char *digit = space + 1;
    while (digit < line + length && ts_is_digit(*digit) && status < 1000) {
      status = status * 10 + (*digit++ - '0');
    }
  }
  return status;
}

bool ts_receive_has_begun(const ts_transfer *transfer) {
  return transfer->head_ended && transfer->exchange->response.status >= 200;
}

static bool share_connection(const ts_transfer *one,
                             const ts_transfer *other) {
  return other->may_multiplex && other->local_port == one->local_port;
}

static void mark_mixed_up(ts_transfer *transfer) {
  transfer->mixed_up = true;
  transfer->sentence = "libcurl mixed up the replies to two calls";
  transfer->exchange->client->avoids_http2 = true;
}

/* Returns the transfer of the list that is next after 'other', or first if
** that is NULL, and has the same connection as this one. */
static ts_transfer *next_sharer(ts_transfer *transfer, ts_transfer *other) {
  if (!transfer->may_multiplex || transfer->local_port == 0) {
    return NULL;
  }
  if (other != NULL) {
    other = other->next;
  } else {
    for (other = transfer; other->previous != NULL;) {
      other = other->previous;
    }
  }
  while (other != NULL &&
         (other == transfer || !share_connection(transfer, other))) {
    other = other->next;
  }
  return other;
}

/* If machines with and without HTTP/2 are behind the same address, libcurl,
** 7.88 at least, may send a second request over an HTTP/1.1 connection while the
** first awaits its reply. Each transfer then gets what it happens to read: no
** reply can be trusted.
** Called with each status line of HTTP/1.1; marks the transfers that share the
** connection with this one, or have shared it, and this one. */
static void notice_mix_up(ts_transfer *transfer) {
  ts_transfer *other = NULL;
  if (transfer->after_abandoned) {
    mark_mixed_up(transfer);
  }
  while ((other = next_sharer(transfer, other)) != NULL) {
    mark_mixed_up(other);
    mark_mixed_up(transfer);
  }
}

/* Called with each status line of HTTP/1.1. With HTTP/2, frames may arrive at
** any time. */
static void note_socket(ts_transfer *transfer) {
  if (transfer->socket != CURL_SOCKET_BAD) {
    ts_sockets_note(transfer->sockets, transfer->local_port, transfer->socket);
  }
}

void ts_receive_abandon(ts_transfer *transfer) {
  ts_transfer *other = NULL;
  while ((other = next_sharer(transfer, other)) != NULL) {
    other->after_abandoned = true;
  }
}

size_t ts_receive_header(char *line, size_t size, size_t count, void *data) {
  ts_transfer *transfer = data;
  size_t length = size * count;
  if (transfer->dropped) {
    return length;
  }
  if (transfer->mixed_up) {
    return 0;
  }
  transfer->last_activity = ts_now();
  if (!ts_receive_has_begun(transfer) && length > 5 &&
      memcmp(line, "HTTP/", 5) == 0) {
    transfer->head_ended = false;
    transfer->multiplexed = line[5] != '1'; /* HTTP/2 and later */
    if (!transfer->multiplexed) {
      note_socket(transfer);
      notice_mix_up(transfer);
    }
    if (transfer->mixed_up) {
      return 0;
    }
    reset_coding(transfer);
    ts_response_begin(&transfer->exchange->response, status_in(line, length));
  } else if (length > 0 && (*line == '\r' || *line == '\n')) {
    transfer->head_ended = true;
  } else if (!transfer->head_ended) { /* not a trailer */
    read_header(transfer, line, length);
  }
  return length;
}
