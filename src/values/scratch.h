/*
** scratch.h - memory that one call owns, whatever happens meanwhile.
**
** Any allocation of Lua's may run a finalizer, and that may do to clients and
** exchanges whatever a program may do. So nothing of theirs is read across
** such an allocation, but what has been put here before.
*/

#ifndef TS_SCRATCH_H
#define TS_SCRATCH_H

#include "bytes/buffer.h"
#include "values/compat.h"

/* Makes the class of the buffers' owners. */
void ts_scratch_open(lua_State *L);

/* Pushes a value that owns the buffer returned, which is empty and secret, and
** frees it when it is collected. */
ts_buffer *ts_scratch_push(lua_State *L);

/* Pushes the bytes of a buffer as a string; without 'bytes' an empty one. The
** holder of the buffer must stay, its bytes may change meanwhile: the string
** is what they were at some moment of the call. */
void ts_scratch_pushbytes(lua_State *L, const ts_buffer *bytes);

/* Replaces the table at 'index' by a copy, if it holds anything, so that its
** fields are looked at as often as one likes; the tables in it are the same. */
void ts_scratch_copy(lua_State *L, int index);

#endif
