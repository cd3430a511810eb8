/*
** encode.h - a Lua table that fits a schema, as JSON.
*/

#ifndef TS_ENCODE_H
#define TS_ENCODE_H

#include "bytes/buffer.h"
#include "values/compat.h"
#include "contract/schema.h"

/*
** Appends the table at 'index', which has passed ts_check, to 'json': its
** fields in the schema's order, then those that the schema does not know.
** The secret strings among them are noted in 'secrets', each ended by a NUL.
** Nothing is filled in, and no digit of a number is lost. Raises when memory
** runs out.
*/
void ts_encode(lua_State *L, int index, const ts_schema *schema,
               ts_buffer *json, ts_buffer *secrets);

#endif
