/*
** body.c - classifies the body of a reply.
*/

#include <string.h>

#include "bytes/characters.h"
#include "bytes/peek.h"
#include "protocol/body.h"

/* Limit of the nesting of error reports. */
#define REPORT_DEPTH 3

/* Number of letters of a name that are compared. */
#define NAME_SIZE 24

/* What a member means for its object. */
typedef enum meaning {
  MEANS_NOTHING,
  MEANS_ERROR,   /* present and not empty: an error */
  MEANS_ERRORS,  /* likewise, but {} is no error */
  MEANS_STATUS,  /* a status or code: from 400 on, in words, or inside */
  MEANS_SUCCESS, /* false: an error */
  MEANS_TITLE,   /* together with a detail (RFC 7807): an error */
  MEANS_DETAIL,
  MEANS_WRAPPER /* look inside */
} meaning;

/* Names as ts_peek_fold() returns them. Any other name that contains "error",
** "exception" or "failure", or begins with "fault", means an error, too. */
static const struct {
  const char *name;
  meaning meaning;
} meanings[] = {
    {"err", MEANS_ERROR},
    {"errors", MEANS_ERRORS},
    {"fault", MEANS_ERROR},
    {"failed", MEANS_ERRORS},
    {"noerror", MEANS_NOTHING},
    {"noerrors", MEANS_NOTHING},
    {"debug", MEANS_ERROR},
    {"incidentid", MEANS_ERROR},
    {"incidentidguid", MEANS_ERROR},
    {"status", MEANS_STATUS},
    {"statuscode", MEANS_STATUS},
    {"httpstatus", MEANS_STATUS},
    {"code", MEANS_STATUS},
    {"type", MEANS_STATUS},
    {"state", MEANS_STATUS},
    {"result", MEANS_STATUS},
    {"success", MEANS_SUCCESS},
    {"succeeded", MEANS_SUCCESS},
    {"ok", MEANS_SUCCESS},
    {"title", MEANS_TITLE},
    {"detail", MEANS_DETAIL},
    {"data", MEANS_WRAPPER},
    {"message", MEANS_WRAPPER},
    {"messages", MEANS_WRAPPER},
    {"payload", MEANS_WRAPPER},
    {"response", MEANS_WRAPPER},
    {"meta", MEANS_WRAPPER},
};

/* Words in a status or code, as ts_peek_fold() returns them, that mean an
** error. */
static const char *const bad_words[] = {
    "error",           "fail",          "fault",      "exception",
    "denied",          "reject",        "forbidden",  "unauthori",
    "unauthenticated", "invalid",       "notfound",   "abort",
    "timeout",         "unavailable",   "badrequest", "baduser",
    "badgateway",      "notauthori",    "notallowed", "toomany",
    "exceeded",        "exhausted",     "conflict",   "alreadyexists",
    "unimplemented",   "notimplemented"};

static meaning meaning_of(const ts_peek *name) {
  char folded[NAME_SIZE];
  size_t i;
  ts_peek_fold(name, folded, sizeof folded);
  for (i = 0; i < sizeof meanings / sizeof meanings[0]; i++) {
    if (strcmp(meanings[i].name, folded) == 0) {
      return meanings[i].meaning;
    }
  }
  return strstr(folded, "error") != NULL || strncmp(folded, "fault", 5) == 0 ||
                 strstr(folded, "exception") != NULL ||
                 strstr(folded, "failure") != NULL
             ? MEANS_ERROR
             : MEANS_NOTHING;
}

/* Returns the integer part of the number in the text; negative: it is not a
** number. */
static long read_number(const ts_peek *value) {
  long number = 0;
  size_t i;
  for (i = 0; i < value->length && number < 1000000; i++) {
    char c = value->text[i];
    if (!ts_is_digit(c)) {
      return i > 0 && c == '.' ? number : -1;
    }
    number = number * 10 + (c - '0');
  }
  return value->length > 0 ? number : -1;
}

static bool is_set(const ts_peek *value, bool even_if_empty) {
  switch (value->type) {
  case TS_PEEK_TRUE:
    return true;
  case TS_PEEK_NUMBER:
    return read_number(value) != 0;
  case TS_PEEK_STRING:
    return value->length > 0;
  case TS_PEEK_ARRAY:
    return !ts_peek_is_empty(value);
  case TS_PEEK_OBJECT:
    return even_if_empty || !ts_peek_is_empty(value);
  default:
    return false;
  }
}

/* Returns whether a status or code, a number or a word, means an error. */
static bool is_bad(const ts_peek *value) {
  char folded[NAME_SIZE];
  long number = read_number(value);
  size_t i;
  if (value->type != TS_PEEK_NUMBER && value->type != TS_PEEK_STRING) {
    return false;
  }
  if (number >= 0 || value->type == TS_PEEK_NUMBER) {
    return number >= 400;
  }
  ts_peek_fold(value, folded, sizeof folded);
  for (i = 0; i < sizeof bad_words / sizeof bad_words[0]; i++) {
    if (strstr(folded, bad_words[i]) != NULL) {
      return strcmp(folded, "noerror") != 0;
    }
  }
  return false;
}

static bool is_false(const ts_peek *value) {
  return value->type == TS_PEEK_FALSE ||
         (value->type == TS_PEEK_NUMBER && read_number(value) == 0) ||
         (value->type == TS_PEEK_STRING && value->length == 5 &&
          memcmp(value->text, "false", 5) == 0);
}

static bool reports_error(const ts_peek *value, unsigned depth);

/* Returns whether a member with that meaning makes its object an error
** report. */
static bool tells_error(meaning means, const ts_peek *value, unsigned depth) {
  switch (means) {
  case MEANS_ERROR:
    return is_set(value, true);
  case MEANS_ERRORS:
    return is_set(value, false);
  case MEANS_STATUS:
    return is_bad(value) || reports_error(value, depth + 1);
  case MEANS_SUCCESS:
    return is_false(value);
  case MEANS_WRAPPER:
    return reports_error(value, depth + 1);
  default:
    return false;
  }
}

static bool object_reports_error(const ts_peek *object, unsigned depth) {
  ts_peek name, value;
  const char *at = NULL;
  bool title = false, detail = false;
  while (ts_peek_next(object, &at, &name, &value)) {
    meaning means = meaning_of(&name);
    title = title || means == MEANS_TITLE;
    detail = detail || means == MEANS_DETAIL;
    if (tells_error(means, &value, depth)) {
      return true;
    }
  }
  return title && detail;
}

/* Returns whether the value is a report of an error, or a list that contains
** one. */
static bool reports_error(const ts_peek *value, unsigned depth) {
  ts_peek name, item;
  const char *at = NULL;
  if (depth == REPORT_DEPTH) {
    return false;
  }
  if (value->type == TS_PEEK_OBJECT) {
    return object_reports_error(value, depth);
  }
  while (value->type == TS_PEEK_ARRAY &&
         ts_peek_next(value, &at, &name, &item)) {
    if (item.type == TS_PEEK_OBJECT && reports_error(&item, depth + 1)) {
      return true;
    }
  }
  return false;
}

static bool requires_something(const ts_schema *schema) {
  const ts_field *field;
  for (field = schema->fields; field->name != NULL; field++) {
    if ((field->flags & TS_REQUIRED) != 0) {
      return true;
    }
  }
  return false;
}

/* Returns whether the value has the type of the field and is not empty. Some
** servers send {} for an empty list. */
static bool is_of(const ts_peek *value, const ts_field *field) {
  if ((field->flags & TS_LIST) != 0) {
    return value->type == TS_PEEK_ARRAY || value->type == TS_PEEK_OBJECT;
  }
  switch (field->type) {
  case TS_STRING:
    return value->type == TS_PEEK_STRING && value->length > 0;
  case TS_INTEGER:
  case TS_NUMBER:
    return value->type == TS_PEEK_NUMBER;
  case TS_BOOLEAN:
    return value->type == TS_PEEK_TRUE || value->type == TS_PEEK_FALSE;
  default:
    return value->type == TS_PEEK_OBJECT;
  }
}

/* Returns whether a member with that name and value shows that its object
** belongs to the schema, see is_one(). */
static bool tells_schema(const ts_peek *name, const ts_peek *value,
                         const ts_schema *schema, bool strict,
                         bool even_null) {
  const ts_field *field;
  for (field = schema->fields; field->name != NULL; field++) {
    if (ts_peek_is(name, field->name)) {
      return (strict ? (field->flags & TS_REQUIRED) != 0
                     : meaning_of(name) == MEANS_NOTHING) &&
             (is_of(value, field) ||
              (even_null && !strict && value->type == TS_PEEK_NULL));
    }
  }
  return false;
}

/* Returns whether the object has a required field of the schema. If the schema
** requires none, any of its fields counts except those that have a meaning in
** an error report; with 'even_null' its value may be null. */
static bool is_one(const ts_peek *object, const ts_schema *schema,
                   bool even_null) {
  bool strict = requires_something(schema);
  ts_peek name, value;
  const char *at = NULL;
  while (object->type == TS_PEEK_OBJECT &&
         ts_peek_next(object, &at, &name, &value)) {
    if (tells_schema(&name, &value, schema, strict, even_null)) {
      return true;
    }
  }
  return false;
}

bool ts_body_begins_as(const char *object, size_t length,
                       const ts_schema *schema) {
  static const size_t around = sizeof "{\"\":\"" - 1;
  const ts_field *first = &schema->fields[0];
  size_t size = strlen(first->name);
  return (first->flags & (TS_REQUIRED | TS_LIST)) == TS_REQUIRED &&
         first->type == TS_STRING && length > size + around &&
         memcmp(object + 2, first->name, size) == 0 &&
         memcmp(object + 2 + size, "\":\"", 3) == 0 &&
         object[size + around] != '"';
}

bool ts_body_may_be(const char *text, size_t length, const ts_schema *schema) {
  ts_peek object = ts_peek_document(text, length);
  return object.cut || is_one(&object, schema, true);
}

bool ts_body_has_field(const char *text, size_t length,
                       const ts_schema *schema) {
  ts_peek object = ts_peek_document(text, length);
  ts_peek name, value;
  const char *at = NULL;
  const ts_field *field;
  while (ts_peek_next(&object, &at, &name, &value)) {
    for (field = schema->fields; field->name != NULL; field++) {
      if (ts_peek_is(&name, field->name)) {
        return true;
      }
    }
  }
  return object.cut;
}

bool ts_body_breaks_off(const char *text, size_t length) {
  return ts_peek_document(text, length).cut;
}

static size_t skip_space(const char *text, size_t length) {
  size_t at = 0;
  while (at < length && ts_is_space(text[at])) {
    at++;
  }
  return at;
}

/* Returns the object or array that begins the text. */
static ts_peek first_value(const char *text, size_t length) {
  size_t at = skip_space(text, length);
  ts_peek value = {TS_PEEK_NONE, text + at, length - at, true};
  if (at < length && text[at] == '{') {
    value.type = TS_PEEK_OBJECT;
  } else if (at < length && text[at] == '[') {
    value.type = TS_PEEK_ARRAY;
  }
  return value;
}

/* Returns whether the value, or the first object of a list, fits the
** schema. */
static bool is_expected(const ts_peek *value, const ts_schema *schema) {
  ts_peek first = *value;
  if (value->type == TS_PEEK_ARRAY && value->length > 0) {
    first = first_value(value->text + 1, value->length - 1);
  }
  return first.type == TS_PEEK_OBJECT && is_one(&first, schema, false);
}

/* Names, as ts_peek_fold() returns them, of other members of error reports. */
static const char *const report_names[] = {
    "msg",  "description", "reason",    "details",      "path",
    "uri",  "instance",    "timestamp", "traceid",      "traceidguid",
    "hint", "requestid",   "method",    "correlationid"};

static bool is_of_report(const ts_peek *name, const ts_peek *value) {
  meaning means = meaning_of(name);
  char folded[NAME_SIZE];
  size_t i;
  if (means == MEANS_ERROR || means == MEANS_ERRORS) {
    return true;
  }
  if ((value->type == TS_PEEK_OBJECT || value->type == TS_PEEK_ARRAY) &&
      !ts_peek_is_empty(value) && !reports_error(value, 1)) {
    return false; /* content */
  }
  ts_peek_fold(name, folded, sizeof folded);
  for (i = 0; i < sizeof report_names / sizeof report_names[0]; i++) {
    if (strcmp(report_names[i], folded) == 0) {
      return true;
    }
  }
  return means != MEANS_NOTHING;
}

/* Returns whether an object without a schema is an error report: it has a
** non-empty member called "error" or "errors", or it is complete and has
** nothing but members of a report. An object with others may well have a
** last_error or a status of its own. */
static bool is_report(const ts_peek *object, bool complete) {
  ts_peek name, value;
  const char *at = NULL;
  bool only = complete;
  while (ts_peek_next(object, &at, &name, &value)) {
    char folded[NAME_SIZE];
    ts_peek_fold(&name, folded, sizeof folded);
    if ((strcmp(folded, "error") == 0 && is_set(&value, true)) ||
        (strcmp(folded, "errors") == 0 && is_set(&value, false))) {
      return true;
    }
    only = only && is_of_report(&name, &value);
  }
  return only && object_reports_error(object, 0);
}

bool ts_body_is_expected(const char *text, size_t length,
                         const ts_schema *schema) {
  ts_peek value = first_value(text, length);
  return schema != NULL && is_expected(&value, schema);
}

bool ts_body_reports_error(const char *text, size_t length,
                           const ts_schema *schema) {
  ts_peek value = first_value(text, length);
  if (schema == NULL) {
    ts_peek whole = ts_peek_document(text, length);
    return value.type == TS_PEEK_OBJECT &&
           is_report(&value, whole.type == TS_PEEK_OBJECT && !whole.cut);
  }
  return !is_expected(&value, schema) && reports_error(&value, 0);
}

ts_body ts_body_judge(const char *text, size_t length, bool cut) {
  size_t at = skip_space(text, length);
  ts_peek value;
  if (at == length) {
    return cut ? TS_BODY_TEXT : TS_BODY_EMPTY;
  }
  if (text[at] == '<') {
    return TS_BODY_PAGE;
  }
  value = ts_peek_document(text + at, length - at);
  if (value.type == TS_PEEK_NONE ||
      (value.cut && !cut && value.type != TS_PEEK_OBJECT &&
       value.type != TS_PEEK_ARRAY)) {
    return TS_BODY_TEXT;
  }
  return (value.type == TS_PEEK_STRING && is_bad(&value)) ||
                 reports_error(&value, 0)
             ? TS_BODY_REPORT
             : TS_BODY_JSON;
}
