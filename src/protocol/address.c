/*
** address.c - the address of a request: the URL of its endpoint, or of the
** path given to client:request().
*/

#include <string.h>

#include "bytes/escape.h"
#include "protocol/exchange.h"

/* Starts the URL, and adds the client's headers; those of the call override
** them. */
static bool begin_address(ts_exchange *x) {
  return ts_buffer_append_string(&x->url, x->client->base_url.data) &&
         ts_buffer_append_string(&x->url, TS_API_PATH) &&
         ts_buffer_append(&x->headers, x->client->headers.data,
                          x->client->headers.length);
}

bool ts_exchange_address(ts_exchange *x, const char *identifier,
                         size_t length) {
  const char *path = x->endpoint->path;
  const char *open = strchr(path, '{');
  ts_buffer *url = &x->url;
  if (!begin_address(x)) {
    return false;
  }
  if (open != NULL) {
    if (!ts_buffer_append(url, path, (size_t)(open - path)) ||
        !ts_escape_path(url, identifier, length)) {
      return false;
    }
    path = strchr(open, '}') + 1;
  }
  return ts_buffer_append(url, path, strlen(path) + 1);
}

/* Appends a path, percent-encoding its segments, and a NUL. */
static bool append_path(ts_buffer *url, const char *path) {
  for (;;) {
    size_t length = strcspn(path, "/");
    /* The segment, and its end: a slash or the NUL. */
    if (!ts_escape_path(url, path, length) ||
        !ts_buffer_append(url, path + length, 1)) {
      return false;
    }
    path += length;
    if (*path++ == '\0') {
      return true;
    }
  }
}

bool ts_exchange_set_request(ts_exchange *x, const ts_request *request) {
  if (!begin_address(x) || !append_path(&x->url, request->path) ||
      !ts_buffer_append_string(&x->name, request->method) ||
      !ts_buffer_append_byte(&x->name, ' ') ||
      !ts_buffer_append(&x->name, request->path, strlen(request->path) + 1)) {
    return false;
  }
  x->row = *x->endpoint;
  x->row.name = x->name.data;
  x->row.method = request->method;
  x->row.reply = request->reply;
  x->row.effect = request->effect;
  x->endpoint = &x->row;
  x->response.endpoint = &x->row;
  x->effect = request->effect;
  return true;
}
