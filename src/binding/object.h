/*
** object.h - clients and exchanges as Lua objects.
*/

#ifndef TS_OBJECT_H
#define TS_OBJECT_H

#include "values/compat.h"
#include "protocol/exchange.h"

/* Classes: their names, by whose addresses they are told apart. */
extern const char ts_client_class[];
extern const char ts_exchange_class[];

/* Makes a class: a metatable with methods, left on the stack. */
void ts_new_class(lua_State *L, const char *name, const luaL_Reg *methods);

/* Pushes a zeroed box for a pointer, with its metatable: what is put into it
** is owned from then on. */
void **ts_push_box(lua_State *L, const char *name);

/* The box of a class at 'index'; raises where there is none. It takes no
** memory where there is, so that what is in the box can be freed when there is
** none left. */
void **ts_check_box(lua_State *L, int index, const char *name);

/* The object at 'index'; raises where it is none, or is gone. */
ts_client *ts_check_client(lua_State *L, int index);
ts_exchange *ts_check_exchange(lua_State *L, int index);

/*
** As ts_check_..., and puts a box of the call's own in the place of the
** argument: the object stays, whatever a finalizer does, until that box is
** collected. For calls that read the object while Lua may allocate; see
** doc/architecture.md. An exchange is let go at the end of the call, because
** it may hold much memory.
*/
ts_client *ts_hold_client(lua_State *L, int index);
ts_exchange *ts_hold_exchange(lua_State *L, int index);
void ts_let_go(lua_State *L, int index);

/* Pushes the string in a buffer of an object that is held: NUL terminated, or
** without data. */
void ts_push_text(lua_State *L, const ts_buffer *text);

/* Make the classes. */
void ts_client_open(lua_State *L);
void ts_exchange_open(lua_State *L);

/* core.new(options) -> client | nil, err */
int ts_client_object(lua_State *L);

/* As ts_exchange_step, with libcurl as the driver; what is left to do is for
** the caller to wait, or to serve what only Lua can. */
ts_want ts_exchange_advance(ts_exchange *x, double now, double *seconds);

/* The same, and waits as well, up to a second, so that an interrupt gets
** through: it returns TS_WANT_WAIT then. TS_WANT_IO is left to the caller only
** where there is a transport. */
ts_want ts_exchange_run(ts_exchange *x);

/* Pushes the result of an exchange that is done and held: a value, or nil and
** an error; returns how many. */
int ts_exchange_push_result(lua_State *L, ts_exchange *x);

#endif
