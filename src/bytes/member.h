/*
** member.h - the members of an object that a filter has handed out, read
** without Lua. Such an object is known to be JSON without white space; the
** byte after it must be there.
*/

#ifndef TS_MEMBER_H
#define TS_MEMBER_H

#include "bytes/buffer.h"

/* The value of the member 'name' of the object, the last one if there are
** several; NULL: there is none. */
const char *ts_member_find(const char *object, const char *name);

/* Appends the string at 'value', which may be NULL, and a NUL; false: it is no
** string, or memory ran out, and nothing was appended. */
bool ts_member_text(const char *value, ts_buffer *text);

/* Reads the number at 'value', which may be NULL; false: it is none, and
** '*number' is as it was. */
bool ts_member_number(const char *value, double *number);

#endif
