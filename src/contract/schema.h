/*
** schema.h - schemas of Lua tables: named, typed fields. One description
** serves requests, replies, options, docs and annotations.
*/

#ifndef TS_SCHEMA_H
#define TS_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

typedef enum ts_type {
  TS_STRING,
  TS_INTEGER, /* a 32-bit integer, as in the contract */
  TS_NUMBER,
  TS_BOOLEAN,
  TS_OBJECT,   /* a table described by the field's schema */
  TS_JSON,     /* any JSON object */
  TS_HEADERS,  /* a table of header name = value */
  TS_CALLABLE, /* a function, or a table that can be called */
  TS_TABLE,    /* any table; whoever uses it checks its content */
  TS_LIMIT     /* a table described by the field's schema, a function, or
                  false */
} ts_type;

enum {
  TS_REQUIRED = 1 << 0,
  TS_NULLABLE = 1 << 1,
  TS_LIST = 1 << 2,     /* a list of the type */
  TS_NONEMPTY = 1 << 3, /* a list with at least one item, or a string with
                           at least one character */
  TS_SECRET = 1 << 4,   /* never shown */
  TS_LOCAL = 1 << 5,    /* checked here, never sent */
  TS_POSITIVE = 1 << 6, /* a number above zero */
  TS_DRY_RUN = 1 << 7,  /* a boolean: the call changes nothing if it is true
                          or absent */
  TS_NOT_NEGATIVE = 1 << 8, /* a number */
  /* What a field means for the safety of users; see ts_field_role. */
  TS_TARGET = 1 << 9,
  TS_STATUS = 1 << 10,
  TS_OTHERS = 1 << 11,
  TS_NEW_NAME = 1 << 12,
  TS_FILLED = 1 << 13, /* if absent, filled in from the host or a link; refused
                          if required and still absent */
  TS_HOST = 1 << 14,   /* the address of a cluster; if absent, the client's */
  TS_LINK = 1 << 15,   /* an activation link, from which other fields are
                          filled in */
  TS_NO_LINE_END = 1 << 16 /* a string that does not begin or end with a line
                              end */
};

typedef struct ts_schema ts_schema;

typedef struct ts_field {
  const char *name; /* NULL ends a list of fields */
  ts_type type;
  unsigned flags;
  const char *const *values; /* the enum, NULL terminated, or NULL */
  const ts_schema *schema;
  const char *default_text; /* NULL: not stated */
  const char *doc;
  const char *annotation; /* its LuaCATS type; NULL: derived from the type */
} ts_field;

struct ts_schema {
  const char *name;
  const ts_field *fields;
};

/* Returns the field called 'name' (of 'length' bytes), or NULL. */
const ts_field *ts_schema_find(const ts_schema *schema, const char *name,
                               size_t length);

/* Finds the best suggestion for an unknown name among the names offered: one
** that differs in at most a third of its letters, ignoring case, or one of
** which is a prefix of the other. */
typedef struct ts_guess {
  const char *name;
  size_t length;
  const char *best; /* NULL: none */
  size_t distance;
} ts_guess;

void ts_guess_init(ts_guess *guess, const char *name, size_t length);
void ts_guess_offer(ts_guess *guess, const char *candidate);

/* Returns the field name of 'schema' that 'name' most likely meant, or
** NULL. */
const char *ts_schema_suggest(const ts_schema *schema, const char *name,
                              size_t length);

/* Returns the one of 'values' that 'value' most likely meant, or NULL. */
const char *ts_values_suggest(const char *const *values, const char *value,
                              size_t length);

/* Returns whether the schema has a secret field; true for NULL, because
** nothing is known. */
bool ts_schema_has_secret(const ts_schema *schema);

/*
** Returns the role of a field in a call that deletes, deactivates or logs out
** users.
**   "target"    names the users
**   "status"    the targets are affected only if it is given and not ACTIVE
**   "others"    if true, all users not named by a target are affected
**   "new_name"  the new name of the target
**   "dry_run"   the call changes nothing if it is true or absent
** NULL: nothing.
*/
const char *ts_field_role(const ts_field *field);

/* Returns the name of a type as users of the Lua module know it. */
const char *ts_type_name(ts_type type);

#endif
