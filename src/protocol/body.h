/*
** body.h - what the body of a reply is, judged by its first bytes: servers
** send errors with a status of success, and proxies answer in the cluster's
** place.
*/

#ifndef TS_BODY_H
#define TS_BODY_H

#include "contract/schema.h"
#include "protocol/outcome.h"

/* The body that begins with the text; 'cut': it goes on after it. */
ts_body ts_body_judge(const char *text, size_t length, bool cut);

/* Whether JSON that should be an object of the schema, or a list of them,
** reports an error instead. Of an object without a schema only a member that
** is called error says so: its status may be that of what it describes. */
bool ts_body_reports_error(const char *text, size_t length,
                           const ts_schema *schema);

/* Whether the text, JSON that may be cut, ends too early. */
bool ts_body_breaks_off(const char *text, size_t length);

/* Whether the text may be the object that the schema describes: it has one of
** the required fields (of all fields, if none is required), or is cut before
** it could be seen. */
bool ts_body_may_be(const char *text, size_t length, const ts_schema *schema);

#endif
