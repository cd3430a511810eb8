/*
** curl.c - performs the transfers of exchanges with libcurl.
**
** The callbacks append to the exchange's buffers and do nothing else. The easy
** handle of a finished transfer is kept for the next one, with the client's
** settings in place.
**
** A write must not reach the server twice. libcurl repeats a request by itself
** if a reused connection turns out to be dead; the pre-request callback stops
** the second transmission if it could do harm.
*/

#define _POSIX_C_SOURCE 200809L

#include <curl/curl.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "driver/curl.h"
#include "protocol/exchange.h"
#include "bytes/header.h"
#include "bytes/inflate.h"
#include "driver/pin.h"
#include "driver/url.h"

#define IDLE_HANDLES 64

#define BADLY_COMPRESSED "the reply is badly compressed"

/* After so many body bytes a transfer reads no more until the next poll:
** without this limit libcurl reads for as long as data keep arriving. What it
** has read by then is accepted, because it copies what is refused, but at most
** LARGEST_DELIVERY: a few bytes may be decompressed to many. */
#define LARGEST_READING 262144
#define LARGEST_DELIVERY (2 * LARGEST_READING)

/* Requests that may wait to be sent while replies are handled. */
#define MOST_UNSENT 4

/* Number of polls in which an overdue transfer may still read data that have
** already arrived: more than a socket buffer holds. */
#define OVERDUE_POLLS 100

/* Seconds after which an idle connection is no longer reused. Servers and load
** balancers close idle connections after about a minute, and it would be
** unknown whether a write sent at that moment was applied. */
#define LONGEST_IDLE 30L

typedef struct ts_driver {
  CURLM *multi;
  pid_t process; /* the owner: a forked child must not use its connections */
  CURL *idle[IDLE_HANDLES];
  size_t idle_count;
  size_t unsent;             /* transfers started since the last poll */
  struct ts_transfer *first; /* head of the list of transfers */
} ts_driver;

typedef struct ts_transfer {
  struct ts_transfer *previous, *next;
  ts_exchange *exchange;
  ts_driver *driver;
  CURL *easy;
  struct curl_slist *headers;
  double started_at;    /* monotonic seconds */
  double last_activity; /* of the server, monotonic seconds */
  double time_limit;    /* seconds; for a stream, until its body begins */
  unsigned overdue;     /* polls since the time limit */
  bool head_ended;      /* the final header section is complete */
  size_t read;          /* body bytes in this poll */
  bool yielded;         /* paused until the next poll */
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

/* True if the module stays in memory, so that libcurl's threads may outlive
** the client. */
static bool pinned;

static bool initialized;

static void initialize(void) {
  pinned = ts_pin_library();
  initialized = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

/* Threads may each run a Lua state. Before libcurl 7.84 curl_global_init() is
** not thread-safe: the module must then be loaded in one thread first. */
bool ts_curl_open(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  return pthread_once(&once, initialize) == 0 && initialized;
}

const char *ts_curl_version(void) {
  return curl_version_info(CURLVERSION_NOW)->version;
}

/* --- Callbacks -------------------------------------------------------- */

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
    transfer->yielded = true;
    curl_easy_pause(transfer->easy, CURLPAUSE_RECV);
  }
}

static size_t on_body(char *bytes, size_t size, size_t count, void *data) {
  ts_transfer *transfer = data;
  transfer->last_activity = ts_now();
  switch (read_body(transfer, bytes, size * count)) {
  case TS_PAUSE:
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
    while (digit < line + length && *digit >= '0' && *digit <= '9' &&
           status < 1000) {
      status = status * 10 + (*digit++ - '0');
    }
  }
  return status;
}

/* Returns whether the header section of the final response is complete: the
** body, and perhaps trailers, follow. */
static bool has_begun(const ts_transfer *transfer) {
  return transfer->head_ended && transfer->exchange->response.status >= 200;
}

static size_t on_header(char *line, size_t size, size_t count, void *data) {
  ts_transfer *transfer = data;
  size_t length = size * count;
  transfer->last_activity = ts_now();
  if (!has_begun(transfer) && length > 5 && memcmp(line, "HTTP/", 5) == 0) {
    transfer->head_ended = false;
    reset_coding(transfer);
    ts_response_begin(&transfer->exchange->response, status_in(line, length));
  } else if (length > 0 && (*line == '\r' || *line == '\n')) {
    transfer->head_ended = true;
  } else if (!transfer->head_ended) { /* not a trailer */
    read_header(transfer, line, length);
  }
  return length;
}

/* Sets close-on-exec, so that programs started by this process do not inherit
** its connections. */
static int on_socket(void *data, curl_socket_t socket, curlsocktype purpose) {
  (void)data;
  (void)purpose;
  return fcntl(socket, F_SETFD, FD_CLOEXEC) < 0 ? CURL_SOCKOPT_ERROR
                                                : CURL_SOCKOPT_OK;
}

#if LIBCURL_VERSION_NUM >= 0x075000

static int on_sending(void *data, char *remote_address, char *local_address,
                      int remote_port, int local_port) {
  ts_transfer *transfer = data;
  (void)remote_address;
  (void)local_address;
  (void)remote_port;
  (void)local_port;
  if (transfer->exchange->sent && transfer->exchange->effect == TS_ONCE) {
    transfer->sentence = "the connection broke after the request was sent";
    return CURL_PREREQFUNC_ABORT;
  }
  if (transfer->overdue > 0) {
    transfer->sentence = "no time was left to send the request";
    return CURL_PREREQFUNC_ABORT;
  }
  ts_exchange_note_sending(transfer->exchange);
  return CURL_PREREQFUNC_OK;
}

#endif

/* --- Handles ---------------------------------------------------------- */

/* Returns the driver of this process; NULL: out of memory. */
static ts_driver *open_driver(ts_client *client) {
  ts_driver *driver = client->driver;
  if (driver != NULL && driver->process == getpid()) {
    return driver;
  }
  /* After a fork the parent's handles are left alone, because closing them
  ** would shut down the parent's connections. The copies of its sockets stay
  ** open here until this process exits or calls exec. */
  driver = calloc(1, sizeof *driver);
  if (driver == NULL) {
    return NULL;
  }
  driver->process = getpid();
  driver->multi = curl_multi_init();
  if (driver->multi == NULL) {
    free(driver);
    return NULL;
  }
  client->driver = driver;
  client->close_driver = ts_curl_close;
  return driver;
}

void ts_curl_close(ts_client *client) {
  ts_driver *driver = client->driver;
  if (driver == NULL || driver->process != getpid()) {
    return;
  }
  client->driver = NULL;
  while (driver->first != NULL) {
    ts_exchange_fail(driver->first->exchange, TS_CLOSED,
                     "the client was closed");
  }
  while (driver->idle_count > 0) {
    curl_easy_cleanup(driver->idle[--driver->idle_count]);
  }
  curl_multi_cleanup(driver->multi);
  free(driver);
}

static long milliseconds(double seconds) {
  double ms = seconds * 1000;
  return ms > (double)INT_MAX ? INT_MAX : ms < 1 ? 1 : (long)ms;
}

/* Sets an option unless an earlier one failed. */
#define SET(option, value)                                                    \
  (code = code == CURLE_OK ? curl_easy_setopt(easy, option, value) : code)

/* Sets the options that all requests of the client share. */
static CURLcode set_up_client(CURL *easy, const ts_client *client) {
  CURLcode code = CURLE_OK;
  SET(CURLOPT_NOSIGNAL, 1L);
#if LIBCURL_VERSION_NUM >= 0x075500
  SET(CURLOPT_PROTOCOLS_STR, "http,https");
#else
  SET(CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
  SET(CURLOPT_FOLLOWLOCATION, 0L);
  SET(CURLOPT_PATH_AS_IS, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700
  /* A resolver thread cannot be stopped; with this option a cancelled transfer
  ** does not wait for it. */
  SET(CURLOPT_QUICK_EXIT, pinned ? 1L : 0L);
#endif
  /* A proxy's reply to CONNECT is not the cluster's. */
  SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  SET(CURLOPT_ACCEPT_ENCODING, "gzip");
  SET(CURLOPT_HTTP_CONTENT_DECODING, 0L); /* see inflate.h */
  SET(CURLOPT_TCP_KEEPALIVE, 1L);
  SET(CURLOPT_BUFFERSIZE, (long)LARGEST_READING);
  SET(CURLOPT_MAXAGE_CONN, LONGEST_IDLE);
  SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
  SET(CURLOPT_SSL_VERIFYPEER, client->verify ? 1L : 0L);
  SET(CURLOPT_SSL_VERIFYHOST, client->verify ? 2L : 0L);
  SET(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(client->connect_timeout));
  SET(CURLOPT_SOCKOPTFUNCTION, on_socket);
  SET(CURLOPT_WRITEFUNCTION, on_body);
  SET(CURLOPT_HEADERFUNCTION, on_header);
#if LIBCURL_VERSION_NUM >= 0x075000
  SET(CURLOPT_PREREQFUNCTION, on_sending);
#endif
  if (client->ca_file.data != NULL) {
    SET(CURLOPT_CAINFO, client->ca_file.data);
  }
  if (client->client_cert.data != NULL) {
    SET(CURLOPT_SSLCERT, client->client_cert.data);
  }
  if (client->client_key.data != NULL) {
    SET(CURLOPT_SSLKEY, client->client_key.data);
  }
  if (client->proxy.data != NULL) {
    SET(CURLOPT_PROXY, client->proxy.data);
  } else if (client->local) {
    SET(CURLOPT_PROXY, ""); /* nor one from the environment */
  }
  return code;
}

/* With HTTP/2, over TLS, transfers share a connection, so they wait for one
** that is being set up. But when an HTTP/2 server closes a connection, as
** nginx does every keepalive_requests, the requests that it has not processed
** must be sent again. The pre-request callback would stop that for requests
** that may be sent only once, and their outcome would be unknown. HTTP/1.1
** connections are closed between requests. */
static CURLcode choose_version(CURL *easy, const ts_exchange *x) {
  CURLcode code = CURLE_OK;
  bool shared = x->effect != TS_ONCE && strncmp(x->url.data, "https:", 6) == 0;
  SET(CURLOPT_HTTP_VERSION,
      (long)(shared ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));
  SET(CURLOPT_PIPEWAIT, shared ? 1L : 0L);
  return code;
}

/* Returns whether the request has content, even if empty: a POST without
** Content-Length would be rejected. */
static bool has_content(const ts_exchange *x) {
  return x->has_body || (strcmp(x->endpoint->method, "GET") != 0 &&
                         strcmp(x->endpoint->method, "DELETE") != 0);
}

/* Sets the options of this request. */
static CURLcode set_up_request(ts_transfer *transfer) {
  const ts_exchange *x = transfer->exchange;
  CURL *easy = transfer->easy;
  CURLcode code = choose_version(easy, x);
  SET(CURLOPT_URL, x->url.data);
  SET(CURLOPT_HTTPGET, 1L);
  if (has_content(x)) {
    SET(CURLOPT_POST, 1L);
    SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)x->body.length);
    SET(CURLOPT_POSTFIELDS, x->body.length > 0 ? x->body.data : "");
  }
  SET(CURLOPT_CUSTOMREQUEST, x->endpoint->method);
  SET(CURLOPT_HTTPHEADER, transfer->headers);
#if LIBCURL_VERSION_NUM < 0x075000
  /* Without a pre-request callback, a write gets a new connection, so that
  ** libcurl never sends it twice. */
  SET(CURLOPT_FRESH_CONNECT, x->effect == TS_SAFE ? 0L : 1L);
#else
  SET(CURLOPT_PREREQDATA, transfer);
#endif
  SET(CURLOPT_WRITEDATA, transfer);
  SET(CURLOPT_HEADERDATA, transfer);
  SET(CURLOPT_ERRORBUFFER, transfer->message);
  SET(CURLOPT_PRIVATE, transfer);
  return code;
}

static CURL *take_handle(ts_driver *driver, const ts_client *client) {
  CURL *easy;
  if (driver->idle_count > 0) {
    return driver->idle[--driver->idle_count];
  }
  easy = curl_easy_init();
  if (easy != NULL && set_up_client(easy, client) != CURLE_OK) {
    curl_easy_cleanup(easy);
    easy = NULL;
  }
  return easy;
}

/* Resets the handle and keeps it for the next exchange. */
static void give_back(ts_driver *driver, CURL *easy) {
  if (driver->idle_count == IDLE_HANDLES) {
    curl_easy_cleanup(easy);
    return;
  }
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, NULL);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, NULL);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, NULL);
  curl_easy_setopt(easy, CURLOPT_PRIVATE, NULL);
  driver->idle[driver->idle_count++] = easy;
}

static void free_headers(struct curl_slist *headers) {
  struct curl_slist *header;
  for (header = headers; header != NULL; header = header->next) {
    ts_wipe(header->data, strlen(header->data));
  }
  curl_slist_free_all(headers);
}

static void link_transfer(ts_transfer *transfer) {
  ts_driver *driver = transfer->driver;
  transfer->next = driver->first;
  if (driver->first != NULL) {
    driver->first->previous = transfer;
  }
  driver->first = transfer;
}

static void unlink_transfer(ts_transfer *transfer) {
  if (transfer->next != NULL) {
    transfer->next->previous = transfer->previous;
  }
  if (transfer->previous != NULL) {
    transfer->previous->next = transfer->next;
  } else {
    transfer->driver->first = transfer->next;
  }
}

/* Frees the transfer and detaches it from the exchange. */
static void drop_transfer(ts_transfer *transfer) {
  ts_driver *driver = transfer->driver;
  transfer->exchange->transfer = NULL;
  if (driver->process == getpid()) {
    curl_multi_remove_handle(driver->multi, transfer->easy);
    unlink_transfer(transfer);
    give_back(driver, transfer->easy);
    free_headers(transfer->headers);
    ts_inflate_free(transfer->inflate);
    free(transfer);
  }
  /* Otherwise it belongs to the parent, whose handle still points here. */
}

/* Cancels the transfer of the exchange, if it has one. */
static void cancel(ts_exchange *x) {
  if (x->transfer != NULL) {
    drop_transfer(x->transfer);
  }
}

/* --- Sending ---------------------------------------------------------- */

static bool add_header(ts_transfer *transfer, const char *line) {
  struct curl_slist *longer = curl_slist_append(transfer->headers, line);
  if (longer == NULL) {
    return false;
  }
  transfer->headers = longer;
  return true;
}

/* Adds one of the caller's headers. */
static bool add_line(ts_transfer *transfer, const char *line) {
  const char *value = strchr(line, ':') + 2;
  ts_buffer name;
  bool added;
  if (value[strspn(value, " \t")] != '\0') {
    return add_header(transfer, line);
  }
  /* To libcurl "Name:" means: do not send this header; "Name;" sends it with
  ** an empty value. */
  ts_buffer_init(&name);
  added = ts_buffer_append(&name, line, (size_t)(value - line) - 2) &&
          ts_buffer_append(&name, ";", 2) && add_header(transfer, name.data);
  ts_buffer_free(&name);
  return added;
}

static bool add_bearer(ts_transfer *transfer, const ts_client *client) {
  ts_buffer line;
  bool added;
  ts_buffer_init_secret(&line);
  added = ts_buffer_append_string(&line, "Authorization: Bearer ") &&
          ts_buffer_append(&line, client->token.value.data,
                           client->token.value.length) &&
          add_header(transfer, line.data);
  ts_buffer_free(&line);
  return added;
}

static bool add_headers(ts_transfer *transfer) {
  const ts_exchange *x = transfer->exchange;
  const char *line = NULL;
  /* Removes headers that libcurl adds: no 100-continue for a large body, no
  ** form content type. */
  if (!add_header(transfer, "Expect:") ||
      !add_header(transfer, x->has_body ? "Content-Type: application/json"
                                        : "Content-Type:")) {
    return false;
  }
  while ((line = ts_header_next(&x->headers, line)) != NULL) {
    if (!add_line(transfer, line)) {
      return false;
    }
  }
  return x->anonymous || add_bearer(transfer, x->client);
}

static ts_transfer *new_transfer(ts_exchange *x) {
  ts_driver *driver = open_driver(x->client);
  ts_transfer *transfer;
  if (driver == NULL) {
    return NULL;
  }
  transfer = calloc(1, sizeof *transfer);
  if (transfer == NULL) {
    return NULL;
  }
  transfer->exchange = x;
  transfer->started_at = transfer->last_activity = ts_now();
  transfer->driver = driver;
  transfer->easy = take_handle(driver, x->client);
  if (transfer->easy == NULL) {
    free(transfer);
    return NULL;
  }
  link_transfer(transfer);
  x->transfer = transfer;
  x->cancel = cancel;
  return transfer;
}

void ts_curl_start(ts_exchange *x, double now) {
  ts_transfer *transfer;
  CURLcode code;
  if (!ts_exchange_begin(x, now)) {
    ts_exchange_fail(x, TS_LIMIT_EXCEEDED, "not enough memory");
    return;
  }
#if LIBCURL_VERSION_NUM < 0x075000
  x->sent = true; /* because no callback will report it */
#endif
  transfer = new_transfer(x);
  if (transfer == NULL || !add_headers(transfer)) {
    cancel(x);
    ts_exchange_end(x, TS_FAILURE_LOCAL, "not enough memory", now);
    return;
  }
  transfer->time_limit =
      x->response.stream ? x->ends_at - now : ts_exchange_time_limit(x, now);
  code = set_up_request(transfer);
  if (code != CURLE_OK || curl_multi_add_handle(transfer->driver->multi,
                                                transfer->easy) != CURLM_OK) {
    cancel(x);
    ts_exchange_end(x, TS_FAILURE_LOCAL,
                    code != CURLE_OK ? curl_easy_strerror(code)
                                     : "not enough memory",
                    now);
    return;
  }
  transfer->driver->unsent++;
}

bool ts_curl_sends(const ts_exchange *x) {
  return x->transfer != NULL && x->transfer->driver->process == getpid();
}

/* --- Receiving -------------------------------------------------------- */

static ts_failure failure_of(CURLcode code, bool sent) {
  switch (code) {
  case CURLE_OK:
    return TS_FAILURE_NONE;
  case CURLE_COULDNT_RESOLVE_PROXY:
  case CURLE_COULDNT_RESOLVE_HOST:
  case CURLE_COULDNT_CONNECT:
  case CURLE_PROXY:
    /* libcurl reconnects if a reused connection is dead */
    return sent ? TS_FAILURE_NETWORK : TS_FAILURE_CONNECT;
  case CURLE_SSL_CONNECT_ERROR:
    return TS_FAILURE_HANDSHAKE;
  case CURLE_PEER_FAILED_VERIFICATION:
  case CURLE_SSL_CERTPROBLEM:
  case CURLE_SSL_CIPHER:
  case CURLE_SSL_CACERT_BADFILE:
  case CURLE_SSL_ISSUER_ERROR:
  case CURLE_SSL_ENGINE_NOTFOUND:
  case CURLE_SSL_ENGINE_SETFAILED:
  case CURLE_SSL_INVALIDCERTSTATUS:
  case CURLE_SSL_CLIENTCERT:
  case CURLE_USE_SSL_FAILED:
    return TS_FAILURE_TLS;
  case CURLE_OPERATION_TIMEDOUT:
    return TS_FAILURE_TIMEOUT;
  case CURLE_ABORTED_BY_CALLBACK: /* by the pre-request callback */
    return sent ? TS_FAILURE_NETWORK : TS_FAILURE_TIMEOUT;
  case CURLE_BAD_CONTENT_ENCODING:
    return TS_FAILURE_ENCODING;
  case CURLE_OUT_OF_MEMORY:
  case CURLE_URL_MALFORMAT:
  case CURLE_UNSUPPORTED_PROTOCOL:
  case CURLE_FAILED_INIT:
    return sent ? TS_FAILURE_NETWORK : TS_FAILURE_LOCAL;
  default:
    return TS_FAILURE_NETWORK;
  }
}

/* Returns the status with which a proxy has refused CONNECT, or 0. */
static long proxy_refusal(const ts_transfer *transfer) {
  long status = 0;
  curl_easy_getinfo(transfer->easy, CURLINFO_HTTP_CONNECTCODE, &status);
  return status >= 300 ? status : 0;
}

/* Notes which proxy has replied with 407, unless the reply came through a
** tunnel, or not by the proxy, because no_proxy exempts the host. Without
** memory it is not noted. */
static void note_proxy(const ts_transfer *transfer) {
  ts_exchange *x = transfer->exchange;
  const char *url = x->url.data;
  const char *address = x->client->proxy.data != NULL
                            ? x->client->proxy.data
                            : ts_url_environment_proxy(url);
  long port, peer = 0;
  if (strncmp(url, "https:", 6) == 0 && proxy_refusal(transfer) == 0) {
    return;
  }
  curl_easy_getinfo(transfer->easy, CURLINFO_PRIMARY_PORT, &peer);
  if (address != NULL &&
      ts_url_name_proxy(address, &x->response.proxy, &port) && port != 0 &&
      port != peer) {
    ts_buffer_free(&x->response.proxy);
  }
}

/* As failure_of, for a transfer that a proxy may have refused. A 407 counts as
** the status of a reply, as it does without CONNECT. */
static ts_failure judge_end(const ts_transfer *transfer, CURLcode code) {
  ts_exchange *x = transfer->exchange;
  long refusal = code != CURLE_OK ? proxy_refusal(transfer) : 0;
  if (refusal == 0 || refusal >= 500 || x->response.status != 0) {
    return failure_of(refusal >= 500 ? CURLE_COULDNT_CONNECT : code, x->sent);
  }
  if (refusal != 407 || x->sent) {
    return TS_FAILURE_PROXY;
  }
  ts_response_begin(&x->response, refusal);
  return TS_FAILURE_NONE;
}

/* Copies libcurl's message. Replaces one of them, which quotes the address of
** an unusable proxy, because that may contain a password. */
static void quote(const ts_transfer *transfer, CURLcode code, char *said) {
  static const char proxy[] = "Unsupported proxy";
  const char *message = transfer->message[0] != '\0'
                            ? transfer->message
                            : curl_easy_strerror(code);
  if (strncmp(message, proxy, sizeof proxy - 1) == 0) {
    message = "libcurl cannot use the proxy's address; check the option "
              "proxy, or https_proxy and all_proxy in the environment";
  }
  snprintf(said, TS_MESSAGE, "%s", message);
}

/* Returns whether the body is badly compressed or truncated. */
static bool is_badly_compressed(const ts_transfer *transfer, CURLcode code) {
  return transfer->miscoded ||
         (code == CURLE_OK && transfer->inflate != NULL &&
          !ts_inflate_is_complete(transfer->inflate));
}

static void end_transfer(ts_transfer *transfer, CURLcode code, double now) {
  ts_exchange *x = transfer->exchange;
  ts_failure failure;
  char said[TS_MESSAGE];
  const char *sentence = transfer->sentence;
  if (sentence == NULL && code == CURLE_OK && !transfer->head_ended) {
    code = CURLE_GOT_NOTHING;
    sentence = "the connection broke while the reply's headers were read";
  } else if (is_badly_compressed(transfer, code)) {
    code = CURLE_BAD_CONTENT_ENCODING;
    sentence = sentence != NULL ? sentence : BADLY_COMPRESSED;
  }
#if LIBCURL_VERSION_NUM < 0x075000
  {
    long size = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_REQUEST_SIZE, &size);
    x->sent = size > 0;
  }
#endif
  if (sentence != NULL) {
    snprintf(said, sizeof said, "%s", sentence);
  } else {
    quote(transfer, code, said);
  }
  failure = judge_end(
      transfer, transfer->stopped && !transfer->miscoded ? CURLE_OK : code);
  if (failure == TS_FAILURE_NONE && x->response.status == 407) {
    note_proxy(transfer);
  }
  drop_transfer(transfer);
  ts_exchange_end(x, failure, said, now);
}

/* --- Time ------------------------------------------------------------- */

/* Timeouts are not left to libcurl, which would fail a transfer whose response
** has arrived in time if the program polls late. Here the response is read
** first. */

/* Returns whether the time limit applies. A stream whose body has begun has no
** time limit, as long as data keep arriving. */
static bool is_bounded(const ts_transfer *transfer) {
  return !transfer->exchange->response.stream || !has_begun(transfer);
}

/* Returns the time at which the transfer times out unless data arrive. */
static double end_of(const ts_transfer *transfer) {
  const ts_exchange *x = transfer->exchange;
  double end = HUGE_VAL;
  if (x->response.stream && !x->response.paused) {
    end = transfer->last_activity + x->timeout;
  }
  if (is_bounded(transfer)) {
    end = fmin(end, transfer->started_at + transfer->time_limit);
  }
  return end;
}

/* Returns 'seconds', or less if a transfer times out earlier. */
static double time_to_wait(const ts_driver *driver, double seconds) {
  const ts_transfer *transfer;
  double now = ts_now();
  for (transfer = driver->first; transfer != NULL; transfer = transfer->next) {
    seconds = fmin(seconds, end_of(transfer) - now);
  }
  return seconds;
}

static void note_late(const ts_driver *driver) {
  ts_transfer *transfer;
  double now = ts_now();
  for (transfer = driver->first; transfer != NULL; transfer = transfer->next) {
    transfer->overdue = now < end_of(transfer) ? 0 : transfer->overdue + 1;
  }
}

static void collect(ts_driver *driver, double now) {
  CURLMsg *message;
  int left;
  while ((message = curl_multi_info_read(driver->multi, &left)) != NULL) {
    char *transfer = NULL;
    if (message->msg == CURLMSG_DONE) {
      CURLcode code = message->data.result;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
      end_transfer((ts_transfer *)(void *)transfer, code, now);
    }
  }
}

static void end_late_transfer(ts_transfer *transfer, double now) {
  const char *what = has_begun(transfer) ? "the reply was not complete within"
                                         : "no reply within";
  double seconds = transfer->time_limit;
  if (!is_bounded(transfer) || now < transfer->started_at + seconds) {
    what = "the server has sent nothing for";
    seconds = now - transfer->last_activity;
  }
  snprintf(transfer->message, sizeof transfer->message, "%s %.3g seconds",
           what, seconds);
  transfer->sentence = transfer->message;
  end_transfer(transfer, CURLE_OPERATION_TIMEDOUT, now);
}

/* Fails the transfers that are overdue, unless something arrived in the poll
** that started at 'began'. Returns whether there was one. */
static bool end_late(const ts_driver *driver, double began) {
  ts_transfer *transfer = driver->first, *next;
  double now = ts_now();
  bool ended = false;
  for (; transfer != NULL; transfer = next) {
    next = transfer->next;
    if (transfer->overdue > 0 && now >= end_of(transfer) &&
        (transfer->last_activity < began ||
         transfer->overdue > OVERDUE_POLLS)) {
      end_late_transfer(transfer, now);
      ended = true;
    }
  }
  return ended;
}

/* Unpauses a transfer. False: the data that libcurl had buffered are invalid,
** and the transfer was ended here, because libcurl does not report its end. */
static bool resume(ts_transfer *transfer) {
  CURLcode code = curl_easy_pause(transfer->easy, CURLPAUSE_CONT);
  if (code != CURLE_OK) {
    end_transfer(transfer, code, ts_now());
  }
  return code == CURLE_OK;
}

/* Starts a poll: resumes the transfers that yielded. Returns whether one
** ended. */
static bool resume_yielded(const ts_driver *driver) {
  ts_transfer *transfer = driver->first, *next;
  bool ended = false;
  for (; transfer != NULL; transfer = next) {
    next = transfer->next;
    transfer->read = 0;
    if (transfer->yielded) {
      transfer->yielded = false;
      ended = !resume(transfer) || ended;
    }
  }
  return ended;
}

/* Returns whether one of libcurl's timers has expired, which is so for a
** transfer just added. */
static bool is_due(const ts_driver *driver) {
  long left = -1;
  curl_multi_timeout(driver->multi, &left);
  return left == 0;
}

/* Waits up to 'seconds' for a socket to become ready; returns whether one
** is. */
static bool is_ready(const ts_driver *driver, double seconds) {
  int ready = 0;
  curl_multi_poll(driver->multi, NULL, 0,
                  seconds > 0 ? (int)milliseconds(seconds) : 0, &ready);
  return ready > 0;
}

/* All sockets are polled together first, because curl_multi_perform() checks
** the socket of each transfer. */
bool ts_curl_poll(ts_client *client, double seconds) {
  ts_driver *driver = open_driver(client);
  double began = ts_now();
  int running;
  bool ready;
  if (driver == NULL) {
    return false;
  }
  if (resume_yielded(driver)) {
    return true;
  }
  ready = is_due(driver) || is_ready(driver, time_to_wait(driver, seconds)) ||
          is_due(driver);
  note_late(driver);
  if (ready) {
    driver->unsent = 0;
    curl_multi_perform(driver->multi, &running);
    collect(driver, ts_now());
  }
  return end_late(driver, began) || ready;
}

bool ts_curl_is_behind(const ts_client *client) {
  const ts_driver *driver = client->driver;
  return driver != NULL && driver->unsent >= MOST_UNSENT;
}

void ts_curl_resume(ts_exchange *x) {
  if (x->response.paused && ts_curl_sends(x)) {
    x->response.paused = false;
    x->transfer->last_activity = ts_now();
    resume(x->transfer);
  }
}
