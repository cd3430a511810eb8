/*
** escape.h - text, as JSON and URLs have it.
*/

#ifndef TS_ESCAPE_H
#define TS_ESCAPE_H

#include "bytes/buffer.h"

/* Appends a string as JSON has it, quotes included; false: out of memory. */
bool ts_escape_json(ts_buffer *json, const char *text, size_t length);

/* Reads a character or an escape at '*json', in the inside of a valid JSON
** string that ends at 'end': puts the up to four bytes that it means to
** 'utf8', and steps over it; returns their number. Half a pair of surrogates,
** as some servers write it, is U+FFFD. */
size_t ts_unescape_next(const char **json, const char *end, char *utf8);

/* Puts the text that the inside of a valid JSON string means to 'text', which
** has room for as many bytes as it has; returns the length. */
size_t ts_unescape(const char *json, size_t length, char *text);

/* The same, appended; false: out of memory. */
bool ts_unescape_json(ts_buffer *text, const char *json, size_t length);

/* Appends one segment of a path, percent-encoded but for the unreserved
** characters of RFC 3986; false: out of memory. */
bool ts_escape_path(ts_buffer *url, const char *text, size_t length);

#endif
