/*
** decode.h - decodes JSON into Lua values: minimal JSON, known to be valid, as
** the output of a filter is; and any other with ts_decode_document. The former
** is not checked again: lua-cjson, which does check, takes 1.76 times as long
** for a page of users.
**
** If Lua has integers, JSON integers of up to 64 bits keep all digits, and
** other whole numbers become integers up to 2^53. Empty lists have the
** metatable of ts_json_pushlistmeta. An unpaired surrogate becomes U+FFFD.
**
** The caller must own the text, because Lua allocates while it is read, and
** one byte must follow it.
*/

#ifndef TS_DECODE_H
#define TS_DECODE_H

#include "values/compat.h"

/*
** Pushes the object at the beginning of the text, and returns where it ends.
** '*members' is the expected number of members, and becomes the actual one:
** the objects of a list are alike.
*/
const char *ts_decode(lua_State *L, const char *text, size_t length,
                      int *members);

/* Pushes a list of so many objects, each of which is followed by a byte. */
void ts_decode_list(lua_State *L, const char *text, size_t length,
                    size_t count, int *members);

/* Decodes a document of any shape, which need not be valid: pushes the value
** and returns true; false with nothing pushed: it is not JSON. No byte need
** follow the text. */
bool ts_decode_document(lua_State *L, const char *text, size_t length);

#endif
