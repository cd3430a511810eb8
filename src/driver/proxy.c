/*
** proxy.c - the address of a proxy, read as libcurl will.
**
** libcurl itself reads it only when a call is made, and says the whole of it,
** password included, when it cannot.
*/

#include <curl/curl.h>
#include <string.h>

#include "driver/proxy.h"

/* Those that libcurl knows, all names for some kind of proxy. */
static bool is_scheme(const char *scheme) {
  static const char *const known[] = {"http",    "https",  "socks",  "socks4",
                                      "socks4a", "socks5", "socks5h"};
  size_t i;
  for (i = 0; i < sizeof known / sizeof known[0]; i++) {
    if (strcmp(scheme, known[i]) == 0) {
      return true;
    }
  }
  return false;
}

static CURLUcode read_scheme(CURLU *url, const char **refusal) {
  char *scheme = NULL;
  CURLUcode code = curl_url_get(url, CURLUPART_SCHEME, &scheme, 0);
  if (code == CURLUE_OK && !is_scheme(scheme)) {
    *refusal = "has no scheme of a proxy: expected http, https, socks4, "
               "socks4a, socks5 or socks5h";
  }
  curl_free(scheme);
  return code;
}

/* 'flags': how the password is to be read. */
static CURLUcode read_password(CURLU *url, unsigned flags,
                               ts_buffer *secrets) {
  char *password = NULL;
  CURLUcode code = curl_url_get(url, CURLUPART_PASSWORD, &password, flags);
  if (code == CURLUE_OK) {
    size_t length = strlen(password);
    if (!ts_buffer_append(secrets, password, length + 1)) {
      code = CURLUE_OUT_OF_MEMORY;
    }
    ts_wipe(password, length);
  }
  curl_free(password);
  return code == CURLUE_NO_PASSWORD ? CURLUE_OK : code;
}

bool ts_proxy_read(const char *proxy, ts_buffer *secrets,
                   const char **refusal) {
  CURLU *url = curl_url();
  CURLUcode code;
  *refusal = NULL;
  if (url == NULL) {
    return false;
  }
  code = curl_url_set(url, CURLUPART_URL, proxy,
                      CURLU_NON_SUPPORT_SCHEME | CURLU_GUESS_SCHEME);
  if (code == CURLUE_OK) {
    code = read_scheme(url, refusal);
  }
  if (code == CURLUE_OK) {
    code = read_password(url, 0, secrets);
  }
  if (code == CURLUE_OK) {
    code = read_password(url, CURLU_URLDECODE, secrets);
  }
  curl_url_cleanup(url);
  if (code == CURLUE_OUT_OF_MEMORY) {
    return false;
  }
  if (code != CURLUE_OK) {
    *refusal = "is no address of a proxy: expected one like "
               "http://name:port, with what is special in a password "
               "percent-encoded";
  }
  return true;
}
