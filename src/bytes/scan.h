/*
** scan.h - scans JSON and keeps the wanted members of each element; included
** by the filter's files only.
*/

#ifndef TS_SCAN_H
#define TS_SCAN_H

#include "bytes/filter.h"

/* Scans up to 'end', or to the invalid byte, whose fault becomes the filter's
** status; returns where it has stopped. Adds at most 'end' - 'p' + 1 bytes to
** the kept ones, for which there must be room. */
const char *ts_scan(ts_filter *f, const char *p, const char *end);

/* Returns whether the document is complete. */
bool ts_scan_is_complete(const ts_filter *f);

#endif
