/*
** report.h - what the body of an error says, in whatever shape.
*/

#ifndef TS_REPORT_H
#define TS_REPORT_H

#include "values/compat.h"

/* Reads the decoded body on top of the stack, which stays there, and sets in
** the table at 'into', an absolute index, what it says: debug, incident_id and
** trace_id, which are strings, and code, an integer. */
void ts_report_read(lua_State *L, int into);

#endif
