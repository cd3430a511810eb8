/*
** lookahead.h - a fast path for the members of an element that a chunk holds
** whole; included by the filter's files only.
*/

#ifndef TS_LOOKAHEAD_H
#define TS_LOOKAHEAD_H

#include "bytes/filter.h"

/* The points at which the fast path can stop, for the scan to continue. */
typedef enum ts_resume_point {
  TS_AT_FIRST_NAME, /* of an object, which may be empty */
  TS_AT_NAME,
  TS_AT_FIRST_ITEM, /* of an array, which may be empty */
  TS_AT_VALUE,      /* of a member, or an item */
  TS_AFTER_VALUE    /* before a comma or a closing byte */
} ts_resume_point;

/*
** Reads members of an element from the opening quote of a name at 'p' on,
** until a rare case comes. Returns where the scan has to continue, and sets
** '*at' to the kind of that point; returns 'p' itself if nothing was read.
** Reads no byte twice except the first 64, at most, of a string.
**
** The filter is keeping, 'member' is the position of the member at 'p', and
** 'depth' is that of the members of an element.
*/
const char *ts_lookahead(ts_filter *f, const char *p, const char *end,
                         ts_resume_point *at);

#endif
