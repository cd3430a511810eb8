/*
** object.h - clients and exchanges as Lua objects.
*/

#ifndef TS_OBJECT_H
#define TS_OBJECT_H

#include "protocol/exchange.h"
#include "values/compat.h"

/* Names of the classes; their addresses identify them. */
extern const char ts_client_class[];
extern const char ts_exchange_class[];

/* Creates a class: a metatable with methods, left on the stack. */
void ts_new_class(lua_State *L, const char *name, const luaL_Reg *methods);

/* Pushes a box: a zeroed userdata for a pointer, with its metatable. It owns
** the object that is then put into it. */
void **ts_push_box(lua_State *L, const char *name);

/* Returns the box of that class at 'index'; raises if the value is anything
** else. Allocates only to raise, so that a box can be emptied when memory has
** run out. */
void **ts_check_box(lua_State *L, int index, const char *name);

/* Returns the object at 'index'; raises if the value is anything else, or the
** object has been freed. */
ts_client *ts_check_client(lua_State *L, int index);
ts_exchange *ts_check_exchange(lua_State *L, int index);

/*
** As ts_check_..., and replaces the argument by a new box, which keeps the
** object alive until the box is collected, whatever finalizers do. For
** functions that read the object while Lua may allocate; see
** doc/architecture.md. They release an exchange with ts_let_go at the end,
** because it may hold much memory.
*/
ts_client *ts_hold_client(lua_State *L, int index);
ts_exchange *ts_hold_exchange(lua_State *L, int index);

/* Empties the box at 'index', and releases the exchange that was in it, if
** any. */
void ts_let_go(lua_State *L, int index);

/* Pushes the NUL-terminated string in a buffer of a held object; an empty
** string if the buffer has no data. */
void ts_push_text(lua_State *L, const ts_buffer *text);

/* Create the classes. */
void ts_client_open(lua_State *L);
void ts_exchange_open(lua_State *L);

/* core.new(options) -> client | nil, err */
int ts_client_object(lua_State *L);

/* Creates the class of seen_object.c, and pushes core.seen, the table of its
** functions. */
void ts_seen_open(lua_State *L);

/* Returns the time of a call of a method of the exchange: the argument at
** 'index', which later calls without one use, too; or the system's time if
** none was ever given. */
double ts_time_of(lua_State *L, int index, ts_exchange *x);

#endif
