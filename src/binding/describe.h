/*
** describe.h - the endpoint table and the options, as Lua tables.
*/

#ifndef TS_DESCRIBE_H
#define TS_DESCRIBE_H

#include "values/compat.h"

/*
** core.describe() -> a list of the names of all endpoints
** core.describe(name) -> a description of the endpoint; or the fields of
** "Options" or "CallOptions"; or nil.
**
** An endpoint: name, doc, method, path, since, effect ("safe", "idempotent",
** "once"), reply ("none", "object", "list"), and if present privilege,
** path_parameter (a field), request and returns (schemas). A schema: name,
** fields. A field: name, type, doc, and if they apply default (as text), list,
** required, nullable, nonempty, secret, values, schema, annotation (its
** LuaCATS type, if not derived from 'type'), role (see ts_field_role).
*/
int ts_describe(lua_State *L);

#endif
