/*
** body.h - classifies the body of a reply by its first bytes, because servers
** send errors with a 2xx status, and proxies reply in place of the cluster.
*/

#ifndef TS_BODY_H
#define TS_BODY_H

#include "contract/schema.h"
#include "protocol/outcome.h"

/* Classifies a body that begins with the text; 'cut': the body is longer. */
ts_body ts_body_judge(const char *text, size_t length, bool cut);

/* Returns whether JSON is an object of the schema, or a list that begins with
** one: then it is no report of an error. Without a schema, false. */
bool ts_body_is_expected(const char *text, size_t length,
                         const ts_schema *schema);

/* Returns whether JSON that should be an object of the schema, or a list of
** them, reports an error instead. Without a schema only a member called error
** or errors counts, because a status may be that of the object itself. */
bool ts_body_reports_error(const char *text, size_t length,
                           const ts_schema *schema);

/* Returns whether an object, as a filter keeps it, begins with the first field
** of the schema, which is required: nearly all objects of lists do, and these
** are not reports. */
bool ts_body_begins_as(const char *object, size_t length,
                       const ts_schema *schema);

/* Returns whether the text is JSON that ends too early. */
bool ts_body_breaks_off(const char *text, size_t length);

/* Returns whether the text may be an object of the schema: it has a required
** field (any field, if none is required), or is cut off before one could
** appear. */
bool ts_body_may_be(const char *text, size_t length, const ts_schema *schema);

/* Returns whether the text, an object, has a member with the name of one of the
** schema's fields, or is cut off, so that it may. */
bool ts_body_has_field(const char *text, size_t length,
                       const ts_schema *schema);

#endif
