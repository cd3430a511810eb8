/*
** url.c - addresses of clusters and of proxies.
**
** libcurl parses the address of a proxy only when a request is sent, and if it
** is invalid its message quotes all of it, including the password.
*/

#define _POSIX_C_SOURCE 200809L

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "driver/url.h"

static bool is_one_of(const char *text, const char *const *known) {
  while (*known != NULL && strcmp(text, *known) != 0) {
    known++;
  }
  return *known != NULL;
}

/* --- Clusters --------------------------------------------------------- */

static const char in_authority[] = "abcdefghijklmnopqrstuvwxyz"
                                   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._:"
                                   "[]";
static const char in_path[] = "abcdefghijklmnopqrstuvwxyz"
                              "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/%";

/* An address and its parts. */
typedef struct parts {
  const char *authority; /* after "://" */
  const char *path;      /* the end of the string if there is none */
  char *scheme;          /* as libcurl returns it, like the next */
  char *host;
  char *port; /* NULL: not given */
} parts;

static void free_parts(parts *p) {
  curl_free(p->scheme);
  curl_free(p->host);
  curl_free(p->port);
}

/* Parses the address with libcurl. */
static CURLUcode parse(const char *address, parts *p) {
  CURLU *url = curl_url();
  CURLUcode code;
  if (url == NULL) {
    return CURLUE_OUT_OF_MEMORY;
  }
  code = curl_url_set(url, CURLUPART_URL, address, CURLU_PATH_AS_IS);
  if (code == CURLUE_OK) {
    code = curl_url_get(url, CURLUPART_SCHEME, &p->scheme, 0);
  }
  if (code == CURLUE_OK) {
    code = curl_url_get(url, CURLUPART_HOST, &p->host, 0);
  }
  if (code == CURLUE_OK) {
    code = curl_url_get(url, CURLUPART_PORT, &p->port, 0);
    code = code == CURLUE_NO_PORT ? CURLUE_OK : code;
  }
  curl_url_cleanup(url);
  return code;
}

/* Examines the host as written, because libcurl also decodes and completes
** hosts such as 127.1, and its versions differ in how. */
static bool is_loopback(const parts *p) {
  struct in_addr four;
  struct in6_addr six;
  char host[INET6_ADDRSTRLEN];
  bool bracketed = *p->authority == '[';
  const char *start = p->authority + (bracketed ? 1 : 0);
  size_t length = strcspn(start, bracketed ? "]" : ":/");
  if (length >= sizeof host) {
    return false;
  }
  memcpy(host, start, length);
  host[length] = '\0';
  if (bracketed) {
    return inet_pton(AF_INET6, host, &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
  }
  return strcasecmp(host, "localhost") == 0 ||
         (inet_pton(AF_INET, host, &four) == 1 &&
          ntohl(four.s_addr) >> 24 == 127);
}

/* Returns whether a segment of the path is "." or "..", percent-encoded or
** not, which servers resolve to another path. */
static bool has_dot_segment(const char *path) {
  while (*path == '/') {
    size_t dots = 0;
    path++;
    while (*path == '.' || strncasecmp(path, "%2e", 3) == 0) {
      path += *path == '.' ? 1 : 3;
      dots++;
    }
    if ((dots == 1 || dots == 2) && (*path == '/' || *path == '\0')) {
      return true;
    }
    path += strcspn(path, "/");
  }
  return false;
}

/* Checks the text before libcurl parses it, because libcurl accepts too much.
** Returns what is wrong with it, or NULL. */
static const char *check_text(const char *address, parts *p) {
  const char *end_of_scheme = strstr(address, "://");
  if (strpbrk(address, " \t\r\n") != NULL) {
    return "contains white space";
  }
  if (end_of_scheme == NULL) {
    return "has no scheme; put https:// before the name";
  }
  p->authority = end_of_scheme + 3;
  p->path = p->authority + strcspn(p->authority, "/");
  if (strncasecmp(address, "https://", 8) != 0 &&
      strncasecmp(address, "http://", 7) != 0) {
    return "must begin with https:// (or, for this machine, http://)";
  }
  if (strchr(p->authority, '@') != NULL) {
    return "must not contain a user name; use the option username";
  }
  if (strpbrk(p->authority, "?#") != NULL) {
    return "must not contain a query or fragment; give only the address of "
           "the cluster";
  }
  if (p->authority == p->path ||
      strspn(p->authority, in_authority) < (size_t)(p->path - p->authority)) {
    return "is not a valid host name";
  }
  return NULL;
}

/* Returns whether the port is missing after a colon, or invalid. */
static bool has_bad_port(const parts *p) {
  return p->port == NULL ? p->path[-1] == ':'
                         : strspn(p->port, "0") == strlen(p->port);
}

/* Returns what is wrong with the parts, or NULL. */
static const char *check_parts(const parts *p, CURLUcode code) {
  static const char *const schemes[] = {"http", "https", NULL};
  const char *bracket = strchr(p->authority, ']');
  if (code == CURLUE_BAD_PORT_NUMBER ||
      (code != CURLUE_OK && bracket != NULL && bracket[1] != '\0' &&
       strchr("/:", bracket[1]) == NULL) ||
      (code == CURLUE_OK && has_bad_port(p))) {
    return "has no valid port";
  }
  if (code != CURLUE_OK || !is_one_of(p->scheme, schemes)) {
    return "is not a valid host name";
  }
  if (strspn(p->path, in_path) < strlen(p->path) || has_dot_segment(p->path)) {
    return "has an invalid path";
  }
  if (strstr(p->path, "/api/rest") != NULL) {
    return "must end before /api/rest: give only the address of the cluster";
  }
  return NULL;
}

/* Writes the address in its normal form. */
static bool write_base(const parts *p, ts_buffer *base) {
  size_t length = strlen(p->authority);
  while (p->authority[length - 1] == '/') {
    length--;
  }
  return ts_buffer_append_string(base, p->scheme) &&
         ts_buffer_append_string(base, "://") &&
         ts_buffer_append(base, p->authority, length) &&
         ts_buffer_append_byte(base, '\0');
}

bool ts_url_read_cluster(const char *address, ts_buffer *base, bool *plain,
                         bool *loopback, const char **refusal) {
  parts p = {NULL, NULL, NULL, NULL, NULL};
  CURLUcode code;
  bool done = true;
  *refusal = check_text(address, &p);
  if (*refusal != NULL) {
    return true;
  }
  code = parse(address, &p);
  if (code == CURLUE_OUT_OF_MEMORY) {
    done = false;
  } else {
    *refusal = check_parts(&p, code);
  }
  if (done && *refusal == NULL) {
    *plain = strcmp(p.scheme, "http") == 0;
    *loopback = is_loopback(&p);
    done = write_base(&p, base);
  }
  free_parts(&p);
  return done;
}

/* --- Proxies ---------------------------------------------------------- */

/* The schemes that libcurl knows, one for each type of proxy. */
static const char *const proxy_schemes[] = {
    "http", "https", "socks", "socks4", "socks4a", "socks5", "socks5h", NULL};

static CURLUcode read_scheme(CURLU *url, const char **refusal) {
  char *scheme = NULL;
  CURLUcode code = curl_url_get(url, CURLUPART_SCHEME, &scheme, 0);
  if (code == CURLUE_OK && !is_one_of(scheme, proxy_schemes)) {
    *refusal = "has no proxy scheme: expected http, https, socks4, socks4a, "
               "socks5 or socks5h";
  }
  curl_free(scheme);
  return code;
}

/* Appends the password; 'flags' say whether it is decoded. */
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

bool ts_url_read_proxy(const char *address, ts_buffer *secrets,
                       const char **refusal) {
  CURLU *url = curl_url();
  CURLUcode code;
  *refusal = NULL;
  if (url == NULL) {
    return false;
  }
  code = curl_url_set(url, CURLUPART_URL, address,
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
    *refusal = "is not a proxy address: expected one like http://name:port, "
               "with special characters in a password percent-encoded";
  }
  return true;
}

bool ts_url_name_proxy(const char *address, ts_buffer *name, long *port) {
  CURLU *url = curl_url();
  char *host = NULL, *number = NULL;
  size_t mark = name->length;
  bool done = url != NULL &&
              curl_url_set(url, CURLUPART_URL, address,
                           CURLU_NON_SUPPORT_SCHEME | CURLU_GUESS_SCHEME) ==
                  CURLUE_OK &&
              curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
              ts_buffer_append_string(name, host);
  *port = 0;
  if (done && curl_url_get(url, CURLUPART_PORT, &number, 0) == CURLUE_OK) {
    *port = strtol(number, NULL, 10);
    done = ts_buffer_append_byte(name, ':') &&
           ts_buffer_append_string(name, number);
  }
  if (!done) {
    ts_buffer_truncate(name, mark);
  }
  curl_free(host);
  curl_free(number);
  curl_url_cleanup(url);
  return done;
}

/* Returns a variable of the environment, or NULL if it is absent or empty. */
static const char *variable(const char *name) {
  const char *value = getenv(name);
  return value != NULL && *value != '\0' ? value : NULL;
}

/* Returns the first variable of the list that is set, or NULL. */
static const char *first_variable(const char *const *names) {
  const char *value = NULL;
  for (; value == NULL && *names != NULL; names++) {
    value = variable(*names);
  }
  return value;
}

const char *ts_url_environment_proxy(const char *url) {
  static const char *const tls[] = {"https_proxy", "HTTPS_PROXY", "all_proxy",
                                    "ALL_PROXY", NULL};
  /* Not HTTP_PROXY: a request to a CGI program could set that. */
  static const char *const plain[] = {"http_proxy", "all_proxy", "ALL_PROXY",
                                      NULL};
  return first_variable(strncmp(url, "https:", 6) == 0 ? tls : plain);
}

/* Appends the password in an address that libcurl cannot parse: the text from
** the first colon up to the last @. */
static bool find_password(const char *address, ts_buffer *secrets) {
  const char *user = strstr(address, "://");
  const char *end = strrchr(address, '@');
  const char *colon;
  user = user != NULL && user < end ? user + 3 : address;
  if (end == NULL) {
    return true;
  }
  colon = memchr(user, ':', (size_t)(end - user));
  user = colon != NULL ? colon + 1 : user;
  return end == user ||
         (ts_buffer_append(secrets, user, (size_t)(end - user)) &&
          ts_buffer_append_byte(secrets, '\0'));
}

bool ts_url_read_environment(ts_buffer *secrets) {
  static const char *const names[] = {"http_proxy", "https_proxy",
                                      "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
  size_t i;
  for (i = 0; i < sizeof names / sizeof names[0]; i++) {
    const char *address = getenv(names[i]);
    const char *refusal;
    if (address != NULL &&
        (!ts_url_read_proxy(address, secrets, &refusal) ||
         (refusal != NULL && !find_password(address, secrets)))) {
      return false;
    }
  }
  return true;
}
