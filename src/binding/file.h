/*
** file.h - files that only their owner can read, and that survive a crash.
*/

#ifndef TS_FILE_H
#define TS_FILE_H

#include "values/compat.h"

/*
** core.open_private(path) -> file | nil, message: opens a regular file for
** reading and appending, and creates it if there is none. Only its owner can
** read it afterwards; symbolic links, files of other owners and files with
** several hard links are refused. The file is locked until it is closed: a
** second open fails, also in the same process.
*/
int ts_open_private(lua_State *L);

/* core.sync(file) -> true | nil, message: flushes what was written to the
** disk. */
int ts_sync(lua_State *L);

#endif
