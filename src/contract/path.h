/*
** path.h - checks paths below /api/rest/2.0/ that a caller gives: whether they
** are valid, and whether they belong to an endpoint of the table.
*/

#ifndef TS_PATH_H
#define TS_PATH_H

#include "contract/endpoint.h"

/* Returns what is wrong with the path, or NULL. Paths are not percent-encoded:
** their segments are encoded when the request is created. */
const char *ts_path_fault(const char *path);

/* Returns the endpoint of the table that has this path, ignoring case, and
** changes something; or NULL. */
const ts_endpoint *ts_path_owner(const char *path);

#endif
