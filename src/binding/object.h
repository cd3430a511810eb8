/*
** object.h - clients and exchanges as Lua objects.
*/

#ifndef TS_OBJECT_H
#define TS_OBJECT_H

#include "values/compat.h"
#include "protocol/exchange.h"

/* Names of the classes; their addresses identify them. */
extern const char ts_client_class[];
extern const char ts_exchange_class[];

/* Creates a class: a metatable with methods, left on the stack. */
void ts_new_class(lua_State *L, const char *name, const luaL_Reg *methods);

/* Pushes a zeroed userdata that holds a pointer, with its metatable: it owns
** what is then put into it. */
void **ts_push_box(lua_State *L, const char *name);

/* Returns the box of a class at 'index'; raises if it is not one. Allocates
** only to raise, so that what is in the box can be freed when memory has run
** out. */
void **ts_check_box(lua_State *L, int index, const char *name);

/* Returns the object at 'index'; raises if it is not one, or has been
** freed. */
ts_client *ts_check_client(lua_State *L, int index);
ts_exchange *ts_check_exchange(lua_State *L, int index);

/*
** As ts_check_..., and replaces the argument by a box of the call's own: it
** keeps the object alive, whatever finalizers do, until the box is collected.
** For calls that read the object while Lua may allocate; see
** doc/architecture.md. An exchange is released at the end of the call, because
** it may hold much memory.
*/
ts_client *ts_hold_client(lua_State *L, int index);
ts_exchange *ts_hold_exchange(lua_State *L, int index);
void ts_let_go(lua_State *L, int index);

/* Pushes the NUL-terminated string in a buffer of a held object; an empty one
** if the buffer has no data. */
void ts_push_text(lua_State *L, const ts_buffer *text);

/* Create the classes. */
void ts_client_open(lua_State *L);
void ts_exchange_open(lua_State *L);

/* core.new(options) -> client | nil, err */
int ts_client_object(lua_State *L);

/* As ts_exchange_step, driven by libcurl; the caller has to wait, or to
** provide what only Lua can. */
ts_want ts_exchange_advance(ts_exchange *x, double now, double *seconds);

/* As ts_exchange_advance, and waits, up to a second, so that interrupts get
** through; then returns TS_WANT_WAIT. Returns TS_WANT_IO only if there is a
** transport. */
ts_want ts_exchange_run(ts_exchange *x);

/* Pushes the result of a finished, held exchange: a value, or nil and an
** error; returns how many values. */
int ts_exchange_push_result(lua_State *L, ts_exchange *x);

#endif
