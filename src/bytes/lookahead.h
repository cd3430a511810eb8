/*
** lookahead.h - the members of an element, read fast where a chunk holds them
** whole; for the files of the filter alone.
*/

#ifndef TS_LOOKAHEAD_H
#define TS_LOOKAHEAD_H

#include "bytes/filter.h"

/* Where the scan of a filter can pause and resume: the points that the fast
** path can hand over at. */
typedef enum ts_handover {
  TS_AT_FIRST_NAME, /* of an object, which may be empty */
  TS_AT_NAME,
  TS_AT_FIRST_ITEM, /* of an array, which may be empty */
  TS_AT_VALUE,      /* of a member, or an item */
  TS_AFTER_VALUE    /* before a comma or a closing byte */
} ts_handover;

/*
** Reads members of an element from the quote before a name at 'p', for as
** long as nothing rare comes. Returns where the scan has to go on, at the
** point '*at'; 'p' itself if nothing was read. No byte is read twice but for
** the first bytes of a string, 64 at the most.
**
** The filter is keeping, 'member' is the position of the member at 'p', and
** 'depth' is that of the members of an element.
*/
const char *ts_lookahead(ts_filter *f, const char *p, const char *end,
                         ts_handover *at);

#endif
