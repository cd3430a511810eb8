/*
** configure.h - turns a table of options into a client.
*/

#ifndef TS_CONFIGURE_H
#define TS_CONFIGURE_H

#include "protocol/client.h"
#include "values/compat.h"

/*
** Sets the client's members from the options at 'index'. Returns 1, or 0 with
** the path of an option and a message pushed, as ts_check does.
*/
int ts_configure(lua_State *L, int index, ts_client *client);

/* Appends the headers in the table at 'index' to 'lines', and the parts of
** them that may be secret to 'secrets'. Returns as ts_configure does; the path
** of a header is 'path' followed by its name. */
int ts_configure_headers(lua_State *L, int index, ts_buffer *lines,
                         ts_buffer *secrets, const char *path);

#endif
