/*
** configure.h - a table of options, turned into a client.
*/

#ifndef TS_CONFIGURE_H
#define TS_CONFIGURE_H

#include "protocol/client.h"
#include "values/compat.h"

/*
** Puts the options at 'index' into the client. Returns 1, or 0 with the
** path of an option and a message pushed, as ts_check does.
*/
int ts_configure(lua_State *L, int index, ts_client *client);

/* Puts the headers in the table at 'index' into 'lines', and what may be
** secret in them into 'secrets'; returns as above, with 'path' before the
** name of a header. */
int ts_configure_headers(lua_State *L, int index, ts_buffer *lines,
                         ts_buffer *secrets, const char *path);

#endif
