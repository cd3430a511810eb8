/*
** file.h - files that only their owner reads, and that outlive a crash.
*/

#ifndef TS_FILE_H
#define TS_FILE_H

#include "values/compat.h"

/*
** core.open_private(path) -> file | nil, message: opens a regular file, which
** is created where there is none, to read it and to append to it. Nobody but
** its owner may read it afterwards; a symbolic link is not followed, and a
** file of another owner or with a second name is refused. It is locked
** until it is closed: a second opener, of this process too, is told so.
*/
int ts_open_private(lua_State *L);

/* core.sync(file) -> true | nil, message: what was written is on the disk. */
int ts_sync(lua_State *L);

#endif
