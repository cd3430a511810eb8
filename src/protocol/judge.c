/*
** judge.c - judges a complete reply: whether it is a result, and what is wrong
** with it otherwise.
*/

#include <stdio.h>

#include "protocol/body.h"
#include "protocol/origin.h"
#include "protocol/response.h"

/* Returns whether the body is, or may be, longer than what was kept. */
static bool is_cut(const ts_response *response) {
  return response->bytes > (double)response->prefix.length ||
         response->prefix.length == TS_BODY_KEPT;
}

static ts_body judge_body(const ts_response *response) {
  const ts_buffer *prefix = &response->prefix;
  ts_body body = ts_body_judge(prefix->data, prefix->length, is_cut(response));
  if (body == TS_BODY_TEXT && response->says_html) {
    return TS_BODY_PAGE;
  }
  if (!ts_response_is_success(response) &&
      (body == TS_BODY_JSON || body == TS_BODY_REPORT) &&
      ts_origin_is_gateway(prefix->data, prefix->length)) {
    return TS_BODY_GATEWAY;
  }
  return body;
}

/* Returns false if the body is JSON that breaks off. */
static bool is_whole(const ts_response *response) {
  return is_cut(response) ||
         !ts_body_breaks_off(response->prefix.data, response->prefix.length);
}

bool ts_response_confirms_success(const ts_response *response) {
  return response->endpoint->reply == TS_REPLY_NONE &&
         ts_response_is_success(response) &&
         (response->status == 204 ||
          (judge_body(response) == TS_BODY_JSON && is_whole(response)));
}

static ts_failure failure_of_filter(ts_filter_status status) {
  switch (status) {
  case TS_FILTER_OK:
    return TS_FAILURE_NONE;
  case TS_FILTER_MEMORY:
  case TS_FILTER_DEPTH:
  case TS_FILTER_ELEMENT_SIZE:
  case TS_FILTER_SIZE:
    return TS_FAILURE_TOO_LARGE;
  default:
    return TS_FAILURE_UNREADABLE;
  }
}

/* Returns what is wrong with the JSON, for a message. */
static const char *describe_fault(const ts_response *response) {
  if (response->filtered == TS_FILTER_REJECTED) {
    return "an object of the list has none of the expected fields";
  }
  if (response->filtered != TS_FILTER_SHAPE) {
    return ts_filter_describe(response->filtered);
  }
  return response->endpoint->reply == TS_REPLY_LIST
             ? "expected a list of objects"
             : "expected an object";
}

/* Returns whether the object that the filter has read may have the expected
** fields. */
static bool may_be_expected(const ts_response *response) {
  return response->endpoint->reply != TS_REPLY_OBJECT ||
         response->endpoint->reply_schema == NULL || is_cut(response) ||
         ts_body_may_be(response->prefix.data, response->prefix.length,
                        response->endpoint->reply_schema);
}

/* Marks the body as not being a result: the error shows its beginning, unless
** that may contain part of a result, or a secret. */
static void give_up_result(ts_response *response, ts_failure failure) {
  response->raw_is_result =
      failure != TS_FAILURE_UNREADABLE ||
      ts_schema_has_secret(response->endpoint->reply_schema);
  if (response->raw_is_result) {
    ts_buffer_free(&response->prefix);
  }
}

/* Judges a reply that should be a result and has passed the filter. */
static void judge_result(ts_response *response, ts_attempt *attempt,
                         char *message, size_t size) {
  const ts_schema *schema = response->endpoint->reply_schema;
  const ts_buffer *prefix = &response->prefix;
  bool is_doubtful = !response->given || response->misfit;
  bool is_expected =
      is_doubtful && ts_body_is_expected(prefix->data, prefix->length, schema);
  if (is_doubtful && !is_expected &&
      ts_body_reports_error(prefix->data, prefix->length, schema)) {
    attempt->body = TS_BODY_REPORT;
    response->raw_is_result = false;
    return;
  }
  attempt->body = TS_BODY_JSON;
  if (response->filtered == TS_FILTER_OK) {
    response->filtered = ts_filter_finish(&response->filter);
  }
  attempt->failure = failure_of_filter(response->filtered);
  if (attempt->failure != TS_FAILURE_NONE) {
    snprintf(message, size, "cannot read the reply: %s, after %lu bytes",
             describe_fault(response), (unsigned long)response->filter.offset);
  } else if (!is_expected && !may_be_expected(response)) {
    attempt->failure = TS_FAILURE_UNREADABLE;
    snprintf(message, size, "the reply has none of the expected fields of %s",
             schema->name);
  } else {
    ts_buffer_free(&response->prefix);
    return;
  }
  give_up_result(response, attempt->failure);
}

void ts_response_judge(ts_response *response, ts_attempt *attempt,
                       char *message, size_t size) {
  attempt->failure = TS_FAILURE_NONE;
  attempt->status = response->status;
  attempt->retry_after = response->retry_after;
  if (response->body_seen && response->prefix.length == 0) {
    attempt->failure = TS_FAILURE_TOO_LARGE;
    snprintf(message, size, "not enough memory");
    return;
  }
  if (!ts_response_is_success(response) ||
      response->endpoint->reply == TS_REPLY_NONE) {
    attempt->body = judge_body(response);
    if (ts_response_is_success(response) && attempt->body == TS_BODY_JSON &&
        !is_whole(response)) {
      attempt->body = TS_BODY_TEXT;
    }
    return;
  }
  if (response->page) {
    attempt->body = TS_BODY_PAGE;
    return;
  }
  if (!response->filtering && response->filtered == TS_FILTER_OK) {
    attempt->failure = TS_FAILURE_UNREADABLE;
    snprintf(message, size, "the reply is empty");
    return;
  }
  judge_result(response, attempt, message, size);
}

void ts_response_judge_encoded(ts_response *response, ts_attempt *attempt) {
  attempt->failure = TS_FAILURE_NONE;
  attempt->status = response->status;
  attempt->retry_after = response->retry_after;
  attempt->body = judge_body(response);
  if (attempt->body == TS_BODY_EMPTY || !is_whole(response)) {
    attempt->body = TS_BODY_TEXT;
  }
}
