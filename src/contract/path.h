/*
** path.h - paths below /api/rest/2.0/ given by a caller: which are valid, and
** which the endpoint table has.
*/

#ifndef TS_PATH_H
#define TS_PATH_H

#include "contract/endpoint.h"

/* Returns why the text, which has no NUL, is not a valid path, or NULL if it
** is. Paths are not percent-encoded: whoever sends one encodes its
** segments. */
const char *ts_path_fault(const char *path);

/* Returns the endpoint of the table that changes something and has this path,
** in any case, or NULL. */
const ts_endpoint *ts_path_owner(const char *path);

#endif
