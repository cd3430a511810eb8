/*
** scratch.h - memory that is owned by one call.
**
** Any allocation by Lua may run a finalizer, which may do with clients and
** exchanges whatever a program can do. So their data are not used across such
** an allocation unless they were copied here before.
*/

#ifndef TS_SCRATCH_H
#define TS_SCRATCH_H

#include "bytes/buffer.h"
#include "values/compat.h"

/* Creates the class of the userdata that own buffers. */
void ts_scratch_open(lua_State *L);

/* Pushes a userdata that owns the returned buffer, which is empty and secret,
** and frees it when it is collected. */
ts_buffer *ts_scratch_push(lua_State *L);

/* As ts_scratch_push, for what is called often: uses a userdata again. */
ts_buffer *ts_scratch_borrow(lua_State *L);

/* Frees the borrowed buffer at 'index', removes it from the stack, and keeps
** its userdata for the next call. */
void ts_scratch_give_back(lua_State *L, int index);

/* Pushes the bytes of a buffer as a string; if 'bytes' is NULL, an empty one.
** The object that contains the buffer must stay alive, but the bytes may
** change meanwhile: the string is what they were at some moment during the
** call. */
void ts_scratch_pushbytes(lua_State *L, const ts_buffer *bytes);

/* Replaces the table at 'index' by a shallow copy, so that its fields can be
** read more than once; keeps it if it is empty. */
void ts_scratch_copy(lua_State *L, int index);

#endif
