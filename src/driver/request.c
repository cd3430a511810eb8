/*
** request.c - sets up libcurl's handle for a request.
**
** A write must not reach the server twice. libcurl repeats a request by itself
** if a reused connection turns out to be dead; the pre-request callback stops
** the second transmission if it could do harm.
**
** A reply must not be that to another request. libcurl, 7.88 at least, reuses
** an HTTP/1.1 connection on which something has arrived after the last reply,
** such as a second reply, or a 408 before the server closes it, and would read
** it as the reply. The pre-request callback stops this, too.
*/

#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "bytes/header.h"
#include "driver/transfer.h"

/* Seconds after which an idle connection is no longer reused. Servers and load
** balancers close idle connections after about a minute, and it would be
** unknown whether a write sent at that moment was applied. */
#define LONGEST_IDLE 30L

/* Sets close-on-exec, so that programs started by this process do not inherit
** its connections. */
static int on_socket(void *data, curl_socket_t socket, curlsocktype purpose) {
  ts_transfer *transfer = data;
  (void)purpose;
  transfer->socket = socket;
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
  if (transfer->exchange->sent && transfer->exchange->effect == TS_ONCE) {
    transfer->sentence = "the connection broke after the request was sent";
    return CURL_PREREQFUNC_ABORT;
  }
  if (transfer->overdue > 0) {
    transfer->sentence = "no time was left to send the request";
    return CURL_PREREQFUNC_ABORT;
  }
  if (transfer->socket == CURL_SOCKET_BAD && /* a reused connection */
      ts_sockets_take_ready(transfer->sockets, local_port)) {
    transfer->unusable = true;
    transfer->sentence = "the connection had bytes that nobody requested";
    return CURL_PREREQFUNC_ABORT;
  }
  transfer->local_port = local_port;
  ts_exchange_note_sending(transfer->exchange);
  return CURL_PREREQFUNC_OK;
}

#endif

long ts_request_milliseconds(double seconds) {
  double ms = seconds * 1000;
  return ms > (double)INT_MAX ? INT_MAX : ms < 1 ? 1 : (long)ms;
}

/* Sets an option unless an earlier one failed. */
#define SET(option, value)                                                    \
  (code = code == CURLE_OK ? curl_easy_setopt(easy, option, value) : code)

CURLcode ts_request_set_up_handle(ts_transfer *transfer,
                                  const ts_client *client, bool quick_exit) {
  CURL *easy = transfer->easy;
  CURLcode code = CURLE_OK;
  SET(CURLOPT_NOSIGNAL, 1L);
#if LIBCURL_VERSION_NUM >= 0x075500
  SET(CURLOPT_PROTOCOLS_STR, "http,https");
#else
  SET(CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
  SET(CURLOPT_CURLU, transfer->url);
  SET(CURLOPT_FOLLOWLOCATION, 0L);
#if LIBCURL_VERSION_NUM >= 0x075700
  /* A resolver thread cannot be stopped; with this option a cancelled transfer
  ** does not wait for it. */
  SET(CURLOPT_QUICK_EXIT, quick_exit ? 1L : 0L);
#else
  (void)quick_exit;
#endif
  /* A proxy's reply to CONNECT is not the cluster's. */
  SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  SET(CURLOPT_ACCEPT_ENCODING, "gzip");
  SET(CURLOPT_HTTP_CONTENT_DECODING, 0L); /* see inflate.h */
  SET(CURLOPT_TCP_KEEPALIVE, 1L);
  SET(CURLOPT_BUFFERSIZE, (long)LARGEST_READING);
  SET(CURLOPT_MAXAGE_CONN, LONGEST_IDLE);
  SET(CURLOPT_SSL_VERIFYPEER, client->verify ? 1L : 0L);
  SET(CURLOPT_SSL_VERIFYHOST, client->verify ? 2L : 0L);
  SET(CURLOPT_CONNECTTIMEOUT_MS,
      ts_request_milliseconds(client->connect_timeout));
  SET(CURLOPT_SOCKOPTFUNCTION, on_socket);
  SET(CURLOPT_SOCKOPTDATA, transfer);
  SET(CURLOPT_WRITEFUNCTION, ts_receive_body);
  SET(CURLOPT_HEADERFUNCTION, ts_receive_header);
#if LIBCURL_VERSION_NUM >= 0x075000
  SET(CURLOPT_PREREQFUNCTION, on_sending);
  SET(CURLOPT_PREREQDATA, transfer);
#endif
  SET(CURLOPT_WRITEDATA, transfer);
  SET(CURLOPT_HEADERDATA, transfer);
  SET(CURLOPT_ERRORBUFFER, transfer->message);
  SET(CURLOPT_PRIVATE, transfer);
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
static CURLcode choose_version(ts_transfer *transfer) {
  const ts_exchange *x = transfer->exchange;
  CURL *easy = transfer->easy;
  CURLcode code = CURLE_OK;
  bool shared = x->effect != TS_ONCE && !x->client->avoids_http2 &&
                strncmp(x->url.data, "https:", 6) == 0;
  transfer->may_multiplex = shared;
  SET(CURLOPT_HTTP_VERSION,
      (long)(shared ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));
  SET(CURLOPT_PIPEWAIT, shared ? 1L : 0L);
  /* Otherwise libcurl, at least from 7.88 to 8.14, may send a request that can
  ** use HTTP/2 over the HTTP/1.1 connection of another one in flight, and mix up
  ** their replies. Connections with other options are never shared; both mean
  ** the newest version. */
  SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2 |
                              (shared ? (long)CURL_SSLVERSION_MAX_NONE
                                      : (long)CURL_SSLVERSION_MAX_DEFAULT));
  return code;
}

/* Returns whether the request has content, even if empty: a POST without
** Content-Length would be rejected. */
static bool has_content(const ts_exchange *x) {
  return x->has_body || (strcmp(x->endpoint->method, "GET") != 0 &&
                         strcmp(x->endpoint->method, "DELETE") != 0);
}

/* Sets the URL, unless the handle's last request had the same. It was valid
** when the client was created, so only memory can be missing. */
static CURLcode set_address(ts_transfer *transfer, const char *address) {
  ts_buffer *last = &transfer->address;
  if (last->data != NULL && strcmp(last->data, address) == 0) {
    return CURLE_OK;
  }
  ts_buffer_free(last);
  return curl_url_set(transfer->url, CURLUPART_URL, address,
                      CURLU_PATH_AS_IS) == CURLUE_OK &&
                 ts_buffer_append(last, address, strlen(address) + 1)
             ? CURLE_OK
             : CURLE_OUT_OF_MEMORY;
}

CURLcode ts_request_set_up(ts_transfer *transfer) {
  const ts_exchange *x = transfer->exchange;
  CURL *easy = transfer->easy;
  CURLcode code = choose_version(transfer);
  if (code == CURLE_OK) {
    code = set_address(transfer, x->url.data);
  }
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
#endif
  return code;
}

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

bool ts_request_add_headers(ts_transfer *transfer) {
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

void ts_request_free_headers(ts_transfer *transfer) {
  struct curl_slist *header;
  for (header = transfer->headers; header != NULL; header = header->next) {
    ts_wipe(header->data, strlen(header->data));
  }
  curl_slist_free_all(transfer->headers);
}
