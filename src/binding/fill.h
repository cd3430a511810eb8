/*
** fill.h - fields of a request that are filled in.
*/

#ifndef TS_FILL_H
#define TS_FILL_H

#include "contract/schema.h"
#include "protocol/client.h"
#include "values/compat.h"

/* Fills in the fields of the request at 'request' that the client knows, or
** that a link contains; the caller's table does not change. Returns as
** ts_check. */
int ts_fill_request(lua_State *L, int request, const ts_schema *schema,
                    const ts_client *client);

#endif
