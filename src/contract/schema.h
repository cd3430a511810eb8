/*
** schema.h - what a Lua table has to look like: named, typed fields.
** One description serves requests, replies, options, docs and annotations.
*/

#ifndef TS_SCHEMA_H
#define TS_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

typedef enum ts_type {
  TS_STRING,
  TS_INTEGER, /* a 32-bit integer, as the contract's */
  TS_NUMBER,
  TS_BOOLEAN,
  TS_OBJECT,   /* a table described by the field's schema */
  TS_JSON,     /* any JSON object */
  TS_HEADERS,  /* a table of header name = value */
  TS_CALLABLE, /* a function, or a table that can be called */
  TS_TABLE,    /* any table; its owner checks what is inside */
  TS_LIMIT     /* a table described by the field's schema, a function, or
                  false */
} ts_type;

enum {
  TS_REQUIRED = 1 << 0,
  TS_NULLABLE = 1 << 1,
  TS_LIST = 1 << 2,     /* a list of the type */
  TS_NONEMPTY = 1 << 3, /* a list with at least one item, or a string with
                           at least one character */
  TS_SECRET = 1 << 4,   /* never to be shown */
  TS_LOCAL = 1 << 5,    /* checked here, never sent */
  TS_POSITIVE = 1 << 6, /* a number above zero */
  TS_DRY_RUN = 1 << 7   /* a boolean: the call changes nothing where it is
                           true or absent */
};

typedef struct ts_schema ts_schema;

typedef struct ts_field {
  const char *name; /* NULL ends a list of fields */
  ts_type type;
  unsigned flags;
  const char *const *values; /* the enum, NULL terminated, or NULL */
  const ts_schema *schema;
  const char *absent; /* what absence stands for, or NULL: nothing is said */
  const char *doc;
} ts_field;

struct ts_schema {
  const char *name;
  const ts_field *fields;
};

/* The field called 'name' (of 'length' bytes), or NULL. */
const ts_field *ts_schema_find(const ts_schema *schema, const char *name,
                               size_t length);

/* The name among 'schema's fields that 'name' most likely meant, or NULL. */
const char *ts_schema_suggest(const ts_schema *schema, const char *name,
                              size_t length);

/* The one of 'values' that 'value' most likely meant, or NULL. */
const char *ts_values_suggest(const char *const *values, const char *value,
                              size_t length);

/* Whether a field of the schema is secret. */
bool ts_schema_has_secret(const ts_schema *schema);

/* The name of a type, as Lua's users know it. */
const char *ts_type_name(ts_type type);

#endif
