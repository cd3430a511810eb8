/*
** path.h - paths below /api/rest/2.0/ that a caller gives: what can be one,
** and which of them the endpoint table has.
*/

#ifndef TS_PATH_H
#define TS_PATH_H

#include "contract/endpoint.h"

/* Returns why the text, which holds no NUL, can be no path, or NULL: it can.
** A path is as it is read: whoever sends it percent-encodes its segments. */
const char *ts_path_fault(const char *path);

/* Returns the endpoint of the table that changes something and has this path,
** in whatever case, or NULL. */
const ts_endpoint *ts_path_owner(const char *path);

#endif
