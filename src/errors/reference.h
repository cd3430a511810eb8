/*
** reference.h - character references of HTML.
*/

#ifndef TS_REFERENCE_H
#define TS_REFERENCE_H

#include <stddef.h>

/* Returns the character of the reference at 'text', a string, and sets
** '*length' to the length of the reference; negative: there is none. All
** numeric references are known, and the names that encoders use for ASCII and
** Latin-1. */
long ts_reference_at(const char *text, size_t *length);

#endif
