/*
** response.c - the reply to one attempt, while it arrives.
*/

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bytes/characters.h"
#include "bytes/header.h"
#include "protocol/body.h"
#include "protocol/response.h"

#define HIGH_WATER 262144 /* bytes held of a stream before it pauses */
#define LOW_WATER 131072  /* and before it resumes */

void ts_response_init(ts_response *response, const ts_endpoint *endpoint,
                      bool keep_null, size_t max_bytes) {
  memset(response, 0, sizeof *response);
  response->endpoint = endpoint;
  response->keep_null = keep_null;
  response->max_bytes = max_bytes;
  response->retry_after = -1;
  response->retry_at = -1;
  ts_buffer_init_secret(&response->prefix);
}

static void stop_filter(ts_response *response) {
  if (response->filtering) {
    ts_filter_free(&response->filter);
    response->filtering = false;
  }
}

void ts_response_free(ts_response *response) {
  stop_filter(response);
  ts_buffer_free(&response->fields);
  ts_buffer_free(&response->prefix);
  ts_buffer_free(&response->location);
  ts_buffer_free(&response->proxy);
  free(response->field_names);
  response->field_names = NULL;
}

bool ts_response_select(ts_response *response, const char *name) {
  return ts_buffer_append(&response->fields, name, strlen(name) + 1);
}

/* --- Arrival ---------------------------------------------------------- */

void ts_response_begin(ts_response *response, long status) {
  stop_filter(response);
  ts_buffer_free(&response->prefix);
  ts_buffer_free(&response->location);
  ts_buffer_free(&response->proxy);
  response->paused = false;
  response->status = status;
  response->retry_after = -1;
  response->retry_at = -1;
  response->date[0] = '\0';
  response->says_html = false;
  response->page = false;
  response->mark = 0;
  response->body_seen = false;
  response->raw_is_result = false;
  response->bytes = 0;
  response->misfit = false;
  response->filtered = TS_FILTER_OK;
  response->taken = 0;
}

static bool begins(const char *value, size_t length, const char *with) {
  size_t size = strlen(with);
  return length >= size && ts_same_letters(value, with, size);
}

static void keep_date(ts_response *response, const char *value,
                      size_t length) {
  if (length < sizeof response->date) {
    memcpy(response->date, value, length);
    response->date[length] = '\0';
  }
}

/* Returns the date of the reply in epoch seconds. It is read only here, because
** that takes long, and few replies have a Retry-After. */
static double date_of(const ts_response *response) {
  double date = ts_retry_date(response->date, strlen(response->date));
  return date < 0 ? (double)time(NULL) : date;
}

void ts_response_header(ts_response *response, const char *line,
                        size_t length) {
  const char *value;
  size_t value_length;
  if (ts_header_is(line, length, "Retry-After", &value, &value_length)) {
    response->retry_at = ts_retry_date(value, value_length);
    response->retry_after =
        ts_retry_after(value, value_length, date_of(response));
  } else if (ts_header_is(line, length, "Date", &value, &value_length)) {
    keep_date(response, value, value_length);
    if (response->retry_at >= 0) {
      response->retry_after = fmax(response->retry_at - date_of(response), 0);
    }
  } else if (ts_header_is(line, length, "Content-Type", &value,
                          &value_length)) {
    response->says_html = begins(value, value_length, "text/html");
  } else if (ts_header_is(line, length, "Location", &value, &value_length)) {
    /* Only for a message: if memory runs out, it is shorter. */
    ts_buffer_free(&response->location);
    if (!ts_buffer_append(&response->location, value, value_length)) {
      ts_buffer_free(&response->location);
    }
  }
}

/* Builds the list of names that the filter keeps. */
static bool list_fields(ts_response *response, size_t *count) {
  const char *name = response->fields.data;
  const char *end;
  *count = 0;
  if (response->fields.length == 0) {
    return true;
  }
  end = name + response->fields.length;
  if (response->field_names == NULL) {
    /* A name takes at least two bytes. */
    response->field_names =
        calloc(response->fields.length, sizeof *response->field_names);
    if (response->field_names == NULL) {
      return false;
    }
  }
  for (; name < end; name += strlen(name) + 1) {
    response->field_names[(*count)++] = name;
  }
  return true;
}

/* Keeps the beginning of a body, or of an object in it, for an error; if memory
** runs out, the error shows less. TS_STOP: enough is kept. */
static ts_reading keep_prefix(ts_response *response, const char *bytes,
                              size_t length) {
  size_t room = TS_BODY_KEPT - response->prefix.length;
  (void)ts_buffer_append(&response->prefix, bytes,
                         length < room ? length : room);
  return length < room ? TS_READ : TS_STOP;
}

/* Returns whether the text of an object of a list reports an error. Before the
** first one, all of the body that came may. */
static bool is_report(const ts_response *response, const char *text,
                      size_t length) {
  const ts_buffer *body = &response->prefix;
  const ts_schema *schema = response->endpoint->reply_schema;
  return response->filter.completed == 0
             ? ts_body_reports_error(body->data, body->length, schema)
             : ts_body_reports_error(text, length, schema);
}

/* Returns whether an object of a list is a result: it does not report an error,
** and if it has none of the wanted fields, it has another field of its schema.
** It is judged by its text, because the filter may have dropped the members
** that tell. The text of one that is no result replaces the prefix, so that the
** error shows it. */
static bool accept(void *context, const char *object, size_t length,
                   const char *text, size_t text_length) {
  ts_response *response = context;
  const ts_schema *schema = response->endpoint->reply_schema;
  bool reports;
  if (ts_body_begins_as(object, length, schema) ||
      ts_body_begins_as(text, text_length, schema)) {
    return true;
  }
  reports = is_report(response, text, text_length);
  if (!reports && (response->fields.length == 0 || length > sizeof "{}" - 1 ||
                   ts_body_has_field(text, text_length, schema))) {
    return true;
  }
  if (response->filter.completed > 0) {
    response->misfit = true;
    ts_buffer_truncate(&response->prefix, 0);
    (void)keep_prefix(response, text, text_length);
  }
  return false;
}

static bool start_filter(ts_response *response) {
  ts_filter_options options;
  memset(&options, 0, sizeof options);
  if (!list_fields(response, &options.field_count)) {
    return false;
  }
  options.shape = response->endpoint->reply == TS_REPLY_LIST
                      ? TS_FILTER_ARRAY
                      : TS_FILTER_OBJECT;
  options.keep_null = response->keep_null;
  options.secret = ts_schema_has_secret(response->endpoint->reply_schema);
  options.fields = options.field_count > 0 ? response->field_names : NULL;
  options.max_element = response->max_bytes;
  options.max_held = response->stream ? 0 : response->max_bytes;
  if (options.shape == TS_FILTER_ARRAY &&
      response->endpoint->reply_schema != NULL) {
    options.accepts = accept;
    options.context = response;
  }
  ts_filter_init(&response->filter, &options);
  response->filtering = true;
  return true;
}

/* Examines the first byte that is not white space. JSON is recognized whatever
** the Content-Type says. */
static void look_at_beginning(ts_response *response, const char *bytes,
                              size_t length) {
  size_t i;
  for (i = 0; i < length && !response->body_seen; i++) {
    if (!ts_is_space(bytes[i])) {
      response->body_seen = true;
      response->page = bytes[i] == '<' || (response->says_html &&
                                           bytes[i] != '{' && bytes[i] != '[');
    }
  }
}

/* As ts_response_body, without a byte order mark. */
static ts_reading read_body(ts_response *response, const char *bytes,
                            size_t length) {
  ts_reading kept;
  look_at_beginning(response, bytes, length);
  if (!ts_response_is_success(response) || response->page ||
      response->endpoint->reply == TS_REPLY_NONE) {
    response->bytes += (double)length;
    return keep_prefix(response, bytes, length);
  }
  if (!response->filtering && !start_filter(response)) {
    response->filtered = TS_FILTER_MEMORY;
    return TS_STOP;
  }
  if (response->stream && response->filter.completed > response->taken &&
      ts_filter_held(&response->filter) > HIGH_WATER) {
    response->paused = true;
    return TS_PAUSE;
  }
  response->bytes += (double)length;
  response->raw_is_result = true;
  kept = keep_prefix(response, bytes, length);
  response->filtered = ts_filter_feed(&response->filter, bytes, length);
  if (response->filtered == TS_FILTER_SHAPE) {
    return kept; /* it may be an error, so read all of it */
  }
  return response->filtered == TS_FILTER_OK ? TS_READ : TS_STOP;
}

/* Skips a byte order mark (RFC 8259, 8.1), which may arrive in pieces, so that
** the JSON after it is recognized. */
ts_reading ts_response_body(ts_response *response, const char *bytes,
                            size_t length) {
  static const char mark[] = "\xEF\xBB\xBF";
  while (length > 0 && response->mark < sizeof mark - 1 &&
         *bytes == mark[response->mark]) {
    response->mark++;
    bytes++;
    length--;
  }
  if (length == 0) {
    return TS_READ;
  }
  if (response->mark > 0 && response->mark < sizeof mark - 1) {
    (void)read_body(response, mark, response->mark); /* not a byte order
                                                        mark */
  }
  response->mark = sizeof mark - 1;
  return read_body(response, bytes, length);
}

/* --- Elements --------------------------------------------------------- */

bool ts_response_take(ts_response *response, const char **element,
                      size_t *length) {
  if (!response->filtering ||
      !ts_filter_next(&response->filter, element, length)) {
    return false;
  }
  response->taken++;
  response->given = true;
  return true;
}

size_t ts_response_take_many(ts_response *response, size_t limit,
                             ts_buffer *elements) {
  size_t count = 0;
  if (response->filtering) {
    count = ts_filter_take(&response->filter, limit, elements);
  }
  response->taken += count;
  response->given = response->given || count > 0;
  return count;
}

size_t ts_response_take_all(ts_response *response, ts_buffer *elements) {
  size_t count = ts_response_waiting(response);
  if (response->filtering) {
    ts_filter_take_all(&response->filter, elements);
    response->taken += count;
  }
  response->all_taken = true;
  return count;
}

bool ts_response_may_resume(const ts_response *response) {
  return response->paused && ts_filter_held(&response->filter) < LOW_WATER;
}

size_t ts_response_waiting(const ts_response *response) {
  return response->filtering ? response->filter.completed - response->taken
                             : 0;
}
