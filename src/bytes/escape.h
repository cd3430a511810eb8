/*
** escape.h - escaping of text for JSON and URLs.
*/

#ifndef TS_ESCAPE_H
#define TS_ESCAPE_H

#include "bytes/buffer.h"

/* Appends a JSON string, quotes included; false: out of memory. */
bool ts_escape_json(ts_buffer *json, const char *text, size_t length);

/* Decodes the character or escape at '*json', inside a valid JSON string that
** ends at 'end': writes its UTF-8, up to four bytes, to 'utf8', advances
** '*json' past it and returns the number of bytes. An unpaired surrogate,
** which some servers write, becomes U+FFFD. */
size_t ts_unescape_next(const char **json, const char *end, char *utf8);

/* Returns whether the inside of a valid JSON string, decoded, equals the
** text. */
bool ts_unescaped_is(const char *json, size_t length, const char *text);

/* Decodes the inside of a valid JSON string into 'text', which has room for
** 'length' bytes; returns the length of the text. */
size_t ts_unescape(const char *json, size_t length, char *text);

/* As ts_unescape, but appends; false: out of memory. */
bool ts_unescape_json(ts_buffer *text, const char *json, size_t length);

/* Appends a path segment, percent-encoding all but the unreserved characters
** of RFC 3986; false: out of memory. */
bool ts_escape_path(ts_buffer *url, const char *text, size_t length);

#endif
