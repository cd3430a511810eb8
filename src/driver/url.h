/*
** url.h - addresses of clusters and of proxies. libcurl parses them, as it
** does when it uses them, and each part is checked.
*/

#ifndef TS_URL_H
#define TS_URL_H

#include "bytes/buffer.h"

/*
** The functions below return false if memory ran out. They set '*refusal' to
** what is wrong with the address, without quoting it, or to NULL.
*/

/*
** Parses the address of a cluster, and appends to 'base' the prefix of its
** endpoints' URLs, NUL-terminated: scheme in lower case, no trailing slash.
** Sets '*plain' if the scheme is http, and '*loopback' if the host is this
** machine: localhost, or an address that the platform parses as a loopback
** address.
*/
bool ts_url_read_cluster(const char *address, ts_buffer *base, bool *plain,
                         bool *loopback, const char **refusal);

/* Parses the address of a proxy, and appends its password to 'secrets', both
** as written and decoded, each NUL-terminated. */
bool ts_url_read_proxy(const char *address, ts_buffer *secrets,
                       const char **refusal);

/* Appends the host and port of a proxy, without its credentials, and sets
** '*port', to 0 if the address has none. False: memory ran out, or it is not
** an address, and nothing was appended. */
bool ts_url_name_proxy(const char *address, ts_buffer *name, long *port);

/* Returns the address of the proxy in the environment that libcurl uses for
** 'url' if no proxy is set, or NULL. Whether no_proxy exempts the host is not
** considered. */
const char *ts_url_environment_proxy(const char *url);

/* Appends to 'secrets', as ts_url_read_proxy does, the passwords of the proxies
** in the environment, which libcurl uses if no proxy is set. */
bool ts_url_read_environment(ts_buffer *secrets);

#endif
