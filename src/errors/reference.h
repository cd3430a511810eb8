/*
** reference.h - character references, as HTML has them.
*/

#ifndef TS_REFERENCE_H
#define TS_REFERENCE_H

#include <stddef.h>

/* The character that the reference at 'text', a string, means, and '*length',
** how long it is; below zero: there is none. Numbers are read in general, and
** the names that writers of HTML use for ASCII and Latin-1. */
long ts_reference_at(const char *text, size_t *length);

#endif
