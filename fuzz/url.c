/*
** url.c - fuzzes the parser of addresses, against libcurl's. The input is an
** address. What must hold: libcurl reads what is accepted as a cluster's
** address as such, with the paths of endpoints after it; what is accepted as
** this machine is an address of it; the password of a proxy is found if
** libcurl finds one.
*/

#include "driver/url.h"
#include "fuzzer.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <string.h>
#include <strings.h>

#define PATH "/api/rest/2.0/users/search"

/* Returns a part of the address, to be freed, or NULL. */
static char *part_of(CURLU *url, CURLUPart which) {
  char *part = NULL;
  return curl_url_get(url, which, &part, 0) == CURLUE_OK ? part : NULL;
}

static void check_host(const char *host, const char *address, bool loopback) {
  struct in_addr four;
  require(host != NULL && strpbrk(host, "%@/?#\\ ") == NULL);
  if (loopback) {
    require(strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0 ||
            (inet_pton(AF_INET, host, &four) == 1 &&
             ntohl(four.s_addr) >> 24 == 127));
    require(strstr(address, "//") != NULL);
  }
}

static void check_cluster(const char *address) {
  ts_buffer base = {0};
  bool plain, loopback;
  const char *refusal;
  require(ts_url_read_cluster(address, &base, &plain, &loopback, &refusal));
  if (refusal == NULL) {
    CURLU *url = curl_url();
    char *scheme, *host, *path, *user, *query, *fragment;
    size_t length;
    require(base.data[base.length - 1] == '\0');
    base.length--;
    require(ts_buffer_append(&base, PATH, sizeof PATH));
    require(curl_url_set(url, CURLUPART_URL, base.data, CURLU_PATH_AS_IS) ==
            CURLUE_OK);
    scheme = part_of(url, CURLUPART_SCHEME);
    host = part_of(url, CURLUPART_HOST);
    path = part_of(url, CURLUPART_PATH);
    user = part_of(url, CURLUPART_USER);
    query = part_of(url, CURLUPART_QUERY);
    fragment = part_of(url, CURLUPART_FRAGMENT);
    require(strcmp(scheme, plain ? "http" : "https") == 0);
    check_host(host, address, loopback);
    length = strlen(path);
    require(length >= sizeof PATH - 1 &&
            strcmp(path + length - (sizeof PATH - 1), PATH) == 0);
    require(strstr(path, "/../") == NULL && strstr(path, "/./") == NULL);
    require(user == NULL && query == NULL && fragment == NULL);
    curl_free(scheme);
    curl_free(host);
    curl_free(path);
    curl_url_cleanup(url);
  }
  ts_buffer_free(&base);
}

/* Returns whether the list contains the string. */
static bool knows(const ts_buffer *secrets, const char *secret) {
  size_t at = 0;
  while (at < secrets->length) {
    if (strcmp(secrets->data + at, secret) == 0) {
      return true;
    }
    at += strlen(secrets->data + at) + 1;
  }
  return false;
}

static void check_proxy(const char *address) {
  ts_buffer secrets = {0};
  const char *refusal;
  require(ts_url_read_proxy(address, &secrets, &refusal));
  if (refusal == NULL) {
    CURLU *url = curl_url();
    char *password;
    require(curl_url_set(url, CURLUPART_URL, address,
                         CURLU_NON_SUPPORT_SCHEME | CURLU_GUESS_SCHEME) ==
            CURLUE_OK);
    password = part_of(url, CURLUPART_PASSWORD);
    require(password == NULL || knows(&secrets, password));
    curl_free(password);
    curl_url_cleanup(url);
  } else {
    require(*address == '\0' || strstr(refusal, address) == NULL ||
            strlen(address) < 24);
  }
  ts_buffer_free(&secrets);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char *address = malloc(size + 1);
  if (address == NULL) {
    abort();
  }
  memcpy(address, data, size);
  address[size] = '\0';
  check_cluster(address);
  check_proxy(address);
  free(address);
  return 0;
}
