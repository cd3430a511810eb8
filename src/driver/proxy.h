/*
** proxy.h - the address of a proxy, read as libcurl will.
*/

#ifndef TS_PROXY_H
#define TS_PROXY_H

#include "bytes/buffer.h"

/*
** Puts the password of the proxy, if it has one, into 'secrets': as it stands
** there and as it is meant. '*refusal' is why libcurl could not use the proxy,
** or NULL. False: out of memory.
*/
bool ts_proxy_read(const char *proxy, ts_buffer *secrets,
                   const char **refusal);

#endif
