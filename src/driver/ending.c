/*
** ending.c - says how a transfer ended: the kind of failure, and its message.
*/

#include <stdio.h>
#include <string.h>

#include "driver/transfer.h"
#include "driver/url.h"

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

/* Returns whether the transfer used the proxy, whose port is 'port' (0:
** unknown). It does not if no_proxy exempts the host. */
static bool used_proxy(const ts_transfer *transfer, long port) {
#if LIBCURL_VERSION_NUM >= 0x080700
  long used = 0;
  (void)port;
  curl_easy_getinfo(transfer->easy, CURLINFO_USED_PROXY, &used);
  return used != 0;
#else
  long peer = 0;
  curl_easy_getinfo(transfer->easy, CURLINFO_PRIMARY_PORT, &peer);
  return port == 0 || port == peer;
#endif
}

/* Notes the proxy that has replied with 407. A reply is not the proxy's if it
** came through a tunnel, or no_proxy exempts the host. If memory runs out,
** nothing is noted. */
static void note_proxy(const ts_transfer *transfer) {
  ts_exchange *x = transfer->exchange;
  const char *url = x->url.data;
  const char *address = x->client->proxy.data != NULL
                            ? x->client->proxy.data
                            : ts_url_environment_proxy(url);
  long port;
  if (strncmp(url, "https:", 6) == 0 && proxy_refusal(transfer) == 0) {
    return;
  }
  if (address != NULL &&
      ts_url_name_proxy(address, &x->response.proxy, &port) &&
      !used_proxy(transfer, port)) {
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

/* Returns whether the reply is a refusal whose body broke off. Its status
** counts, as it does if the body cannot be read for another reason. */
static bool is_cut_refusal(const ts_transfer *transfer, ts_failure failure) {
  long status = transfer->exchange->response.status;
  return failure == TS_FAILURE_NETWORK && transfer->head_ended &&
         status >= 400 && status < 500;
}

ts_failure ts_ending_judge(const ts_transfer *transfer, CURLcode code,
                           char message[TS_MESSAGE]) {
  ts_exchange *x = transfer->exchange;
  ts_failure failure;
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
    snprintf(message, TS_MESSAGE, "%s", sentence);
  } else {
    quote(transfer, code, message);
  }
  failure = judge_end(
      transfer, transfer->stopped && !transfer->miscoded ? CURLE_OK : code);
  if (is_cut_refusal(transfer, failure)) {
    failure = TS_FAILURE_ENCODING;
  }
  if ((failure == TS_FAILURE_NONE || failure == TS_FAILURE_ENCODING) &&
      x->response.status == 407) {
    note_proxy(transfer);
  }
  return failure;
}
