/*
** origin.h - tells errors that gateways write in JSON from those of the
** cluster.
*/

#ifndef TS_ORIGIN_H
#define TS_ORIGIN_H

#include <stdbool.h>
#include <stddef.h>

/* Returns whether the text is an error in JSON that has the form of a known
** gateway or framework, or is about the path of the request: then it says
** nothing about a user. False: it may be the cluster's. */
bool ts_origin_is_gateway(const char *text, size_t length);

#endif
