/*
** report.h - reads the body of an error, of any shape.
*/

#ifndef TS_REPORT_H
#define TS_REPORT_H

#include "values/compat.h"

/* Reads the decoded body on top of the stack, which stays there, and sets the
** fields found in it in the table at 'into', an absolute index: debug,
** incident_id and trace_id, which are strings, and code, an integer. */
void ts_report_read(lua_State *L, int into);

#endif
