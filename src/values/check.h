/*
** check.h - does a Lua table fit a schema?
*/

#ifndef TS_CHECK_H
#define TS_CHECK_H

#include "values/compat.h"
#include "contract/schema.h"

/*
** Checks the table at 'index'. Returns 1, or 0 with two strings pushed: the
** path of the field that was refused, as in users[3].account_type, and what
** is wrong with it. Unless 'strict', unknown fields and enum values pass.
** No metamethod is called; a table that is empty but for its metatable is
** refused.
*/
int ts_check(lua_State *L, int index, const ts_schema *schema, int strict);

/* As ts_check, for one value. */
int ts_check_value(lua_State *L, int index, const ts_field *field, int strict);

#endif
