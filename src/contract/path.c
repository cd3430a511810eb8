/*
** path.c - checks paths below /api/rest/2.0/ that a caller gives.
*/

#include <string.h>

#include "bytes/characters.h"
#include "contract/path.h"

/* Returns why the character is not allowed in a path, or NULL. */
static const char *fault_of_character(const char *at) {
  if (*at == '?' || *at == '#') {
    return "contains a query or a fragment; put parameters into body";
  }
  if (*at == '\\' || (unsigned char)*at < 0x20 || *at == 0x7F) {
    return "contains a backslash or a control character";
  }
  if (*at == '%' && ts_is_hex_digit(at[1]) && ts_is_hex_digit(at[2])) {
    return "is percent-encoded; give it unencoded, the client encodes it";
  }
  return NULL;
}

/* Returns why the segment is not allowed in a path, or NULL. */
static const char *fault_of_segment(const char *segment, size_t length) {
  if (length == 0) {
    return "has an empty segment: remove leading, trailing and double slashes";
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
    return "is an address; give only the part after /api/rest/2.0/";
  }
  if (strstr(path, "api/rest/") != NULL) {
    return "must not contain api/rest/; give only the part after "
           "/api/rest/2.0/";
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

/* Returns whether the path matches that of a row, in which {name} stands for
** any segment. */
static bool is_path(const char *path, const char *row) {
  while (*row != '\0') {
    if (*row == '{') {
      row = strchr(row, '}') + 1;
      path += strcspn(path, "/");
    } else if (ts_to_lower(*path) == ts_to_lower(*row)) {
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
