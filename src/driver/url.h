/*
** url.h - addresses, of clusters and of proxies: taken apart by libcurl, as
** libcurl will do when it uses them, each part held against what is allowed.
*/

#ifndef TS_URL_H
#define TS_URL_H

#include "bytes/buffer.h"

/*
** The functions below return false if memory ran out; '*refusal' is what is
** wrong with the address, which it does not repeat, or NULL.
*/

/*
** Reads the address of a cluster, and appends to 'base' what the paths of its
** endpoints go behind, and a NUL: the scheme in small letters, no slash at the
** end. '*plain': it is http. '*loopback': it names this machine, as localhost
** or by an address that the platform's parser takes for one.
*/
bool ts_url_read_cluster(const char *address, ts_buffer *base, bool *plain,
                         bool *loopback, const char **refusal);

/* Reads the address of a proxy, and appends its password to 'secrets', as it
** stands there and as it is meant, each with a NUL. */
bool ts_url_read_proxy(const char *address, ts_buffer *secrets,
                       const char **refusal);

/* Appends the passwords of the proxies in the environment, which libcurl uses
** if it is given none, to 'secrets', as above. */
bool ts_url_read_environment(ts_buffer *secrets);

#endif
