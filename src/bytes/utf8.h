/*
** utf8.h - UTF-8 (RFC 3629).
*/

#ifndef TS_UTF8_H
#define TS_UTF8_H

#include <stddef.h>

/* Returns the offset of the first byte that is NUL or not valid UTF-8, or
** 'length'. */
size_t ts_utf8_fault(const char *text, size_t length);

/* Writes the UTF-8 of a character, up to four bytes, and returns how many. */
size_t ts_utf8_write(char *utf8, unsigned long c);

#endif
