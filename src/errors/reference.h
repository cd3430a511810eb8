/*
** reference.h - character references of HTML.
*/

#ifndef TS_REFERENCE_H
#define TS_REFERENCE_H

#include <stddef.h>

/* Returns the character of the reference at 'text', a string, and sets
** '*length' to its length; below zero: there is none. Numeric references are
** general; names are those that encoders use for ASCII and Latin-1. */
long ts_reference_at(const char *text, size_t *length);

#endif
