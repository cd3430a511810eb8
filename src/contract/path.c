/*
** path.c - paths below /api/rest/2.0/ given by a caller.
*/

#include <string.h>

#include "contract/path.h"

static bool is_hex(char c) {
  return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

/* Returns why a character is not allowed in a path, or NULL. */
static const char *fault_of_character(const char *at) {
  if (*at == '?' || *at == '#') {
    return "holds a query or a fragment; what the API takes goes into body";
  }
  if (*at == '\\' || (unsigned char)*at < 0x20 || *at == 0x7F) {
    return "holds a backslash or a control character";
  }
  if (*at == '%' && is_hex(at[1]) && is_hex(at[2])) {
    return "is percent-encoded; give it as it reads, it is encoded here";
  }
  return NULL;
}

/* Returns why a segment is not allowed in a path, or NULL. */
static const char *fault_of_segment(const char *segment, size_t length) {
  if (length == 0) {
    return "has an empty segment: no slash at its ends, nor two in a row";
  }
  if (segment[0] == '.' &&
      (length == 1 || (length == 2 && segment[1] == '.'))) {
    return "has a segment . or ..";
  }
  return NULL;
}

const char *ts_path_fault(const char *path) {
  const char *at, *fault;
  if (strstr(path, "://") != NULL) {
    return "is an address; give what follows /api/rest/2.0/ in it";
  }
  if (strstr(path, "api/rest/") != NULL) {
    return "begins too early; give what follows /api/rest/2.0/";
  }
  for (at = path; *at != '\0'; at++) {
    fault = fault_of_character(at);
    if (fault != NULL) {
      return fault;
    }
  }
  for (at = path;; at++) {
    size_t length = strcspn(at, "/");
    fault = fault_of_segment(at, length);
    at += length;
    if (fault != NULL || *at == '\0') {
      return fault;
    }
  }
}

static char lower(char c) {
  return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* Returns whether a path matches that of a row, in which {name} matches any
** segment. */
static bool is_path(const char *path, const char *row) {
  while (*row != '\0') {
    if (*row == '{') {
      row = strchr(row, '}') + 1;
      path += strcspn(path, "/");
    } else if (lower(*path) == lower(*row)) {
      path++;
      row++;
    } else {
      return false;
    }
  }
  return *path == '\0';
}

const ts_endpoint *ts_path_owner(const char *path) {
  const ts_endpoint *endpoint;
  for (endpoint = ts_endpoints; endpoint->name != NULL; endpoint++) {
    if (endpoint->effect != TS_SAFE && is_path(path, endpoint->path)) {
      return endpoint;
    }
  }
  return NULL;
}
