/*
** header.c - request headers: lines "Name: value", each NUL-terminated.
*/

#include <string.h>

#include "bytes/characters.h"
#include "bytes/header.h"

/* Headers that the client itself sets; others here would break a request or
** send the token elsewhere. */
static const char *const reserved[] = {
    "Authorization",  "Connection", "Content-Encoding",
    "Content-Length", "Expect",     "Host",
    "Content-Type",   "TE",         "Transfer-Encoding",
    "Trailer",        "Upgrade",    NULL};

/* Caller's headers that may be shown: they are not secret, and help to find a
** request in logs. */
static const char *const shown[] = {
    "Accept",       "Accept-Language",  "Traceparent", "User-Agent",
    "X-Request-Id", "X-Correlation-Id", NULL};

/* Shorter words are not treated as secrets, because they are more likely to
** occur in ordinary messages. */
#define SHORTEST_SECRET 8

/* RFC 9110, section 5.6.2. */
static bool is_token_character(char c) {
  return ts_is_alphanumeric(c) ||
         (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static bool is_one_of(const char *const *names, const char *name,
                      size_t length) {
  for (; *names != NULL; names++) {
    if (strlen(*names) == length && ts_same_letters(*names, name, length)) {
      return true;
    }
  }
  return false;
}

const char *ts_header_refusal(const char *name, size_t name_length,
                              const char *value, size_t value_length) {
  size_t i;
  if (name_length == 0) {
    return "a header needs a name";
  }
  for (i = 0; i < name_length; i++) {
    if (!is_token_character(name[i])) {
      return "is not a valid header name";
    }
  }
  for (i = 0; i < value_length; i++) {
    unsigned char c = (unsigned char)value[i];
    if ((c < 0x20 && c != '\t') || c == 0x7F) {
      return "must not contain control characters";
    }
  }
  return is_one_of(reserved, name, name_length) ? "is set by the client itself"
                                                : NULL;
}

const char *ts_header_next(const ts_buffer *lines, const char *line) {
  line = line == NULL ? lines->data : line + strlen(line) + 1;
  return lines->length == 0 || line == lines->data + lines->length ? NULL
                                                                   : line;
}

bool ts_header_is(const char *line, size_t length, const char *name,
                  const char **value, size_t *value_length) {
  size_t name_length = strlen(name);
  if (length <= name_length || line[name_length] != ':' ||
      !ts_same_letters(line, name, name_length)) {
    return false;
  }
  line += name_length + 1;
  length -= name_length + 1;
  while (length > 0 && (*line == ' ' || *line == '\t')) {
    line++;
    length--;
  }
  while (length > 0 && (unsigned char)line[length - 1] <= ' ') {
    length--;
  }
  *value = line;
  *value_length = length;
  return true;
}

bool ts_header_put(ts_buffer *lines, const char *name, const char *value) {
  const char *line;
  size_t mark = lines->length;
  if (!ts_buffer_append_string(lines, name) ||
      !ts_buffer_append_string(lines, ": ") ||
      !ts_buffer_append(lines, value, strlen(value) + 1)) {
    ts_buffer_truncate(lines, mark);
    return false;
  }
  for (line = lines->data; line < lines->data + mark;
       line += strlen(line) + 1) {
    const char *old;
    size_t old_length;
    if (ts_header_is(line, strlen(line), name, &old, &old_length)) {
      size_t at = (size_t)(line - lines->data);
      size_t gone = strlen(line) + 1;
      memmove(lines->data + at, lines->data + at + gone,
              lines->length - at - gone);
      ts_buffer_truncate(lines, lines->length - gone);
      break;
    }
  }
  return true;
}

/* Appends the parts of a value, separated by any of the characters in
** 'between', that are long enough to be secrets. */
static bool add_parts(ts_buffer *secrets, const char *value,
                      const char *between) {
  while (*value != '\0') {
    size_t length = strcspn(value, between);
    if (length >= SHORTEST_SECRET &&
        !(ts_buffer_append(secrets, value, length) &&
          ts_buffer_append_byte(secrets, '\0'))) {
      return false;
    }
    value += length;
    value += strspn(value, between);
  }
  return true;
}

/* Adds a word such as session="hunter22" both as a whole and in parts. */
bool ts_header_secrets(ts_buffer *secrets, const char *name,
                       const char *value) {
  return is_one_of(shown, name, strlen(name)) ||
         (add_parts(secrets, value, " \t,;") &&
          add_parts(secrets, value, " \t,;=\"'"));
}
