/*
** escape.h - text, as JSON and URLs have it.
*/

#ifndef TS_ESCAPE_H
#define TS_ESCAPE_H

#include "bytes/buffer.h"

/* Appends a string as JSON has it, quotes included; false: out of memory. */
bool ts_escape_json(ts_buffer *json, const char *text, size_t length);

/* Appends the text that the inside of a valid JSON string means, in UTF-8;
** false: out of memory. */
bool ts_unescape_json(ts_buffer *text, const char *json, size_t length);

/* Appends one segment of a path, percent-encoded but for the unreserved
** characters of RFC 3986; false: out of memory. */
bool ts_escape_path(ts_buffer *url, const char *text, size_t length);

#endif
