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
  TS_DRY_RUN = 1 << 7,  /* a boolean: the call changes nothing if it is true
                          or absent */
  TS_NOT_NEGATIVE = 1 << 8, /* a number */
  /* What a field means for the safety of users; see ts_field_role. */
  TS_TARGET = 1 << 9,
  TS_STATUS = 1 << 10,
  TS_OTHERS = 1 << 11,
  TS_NEW_NAME = 1 << 12,
  TS_FILLED = 1 << 13, /* filled in if absent, from the host or from a link;
                          what is then still absent and required is refused */
  TS_HOST = 1 << 14,   /* the host of the client, if absent */
  TS_LINK = 1 << 15    /* an activation link, which fills others in */
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
  const char *annotation; /* its LuaCATS type, or NULL: what 'type' says */
} ts_field;

struct ts_schema {
  const char *name;
  const ts_field *fields;
};

/* The field called 'name' (of 'length' bytes), or NULL. */
const ts_field *ts_schema_find(const ts_schema *schema, const char *name,
                               size_t length);

/* The best among the names that are offered for one that is not known: the one
** that is its beginning, or the reverse, or differs in a third of its letters
** at most; case does not count. */
typedef struct ts_guess {
  const char *name;
  size_t length;
  const char *best; /* NULL: none */
  size_t distance;
} ts_guess;

void ts_guess_init(ts_guess *guess, const char *name, size_t length);
void ts_guess_offer(ts_guess *guess, const char *candidate);

/* The name among 'schema's fields that 'name' most likely meant, or NULL. */
const char *ts_schema_suggest(const ts_schema *schema, const char *name,
                              size_t length);

/* The one of 'values' that 'value' most likely meant, or NULL. */
const char *ts_values_suggest(const char *const *values, const char *value,
                              size_t length);

/* Whether a field of the schema is secret; one of NULL, of which nothing is
** known, may be. */
bool ts_schema_has_secret(const ts_schema *schema);

/*
** Returns what a field means for whom a call takes away: deletes, deactivates
** or logs out.
**   "target"    it names users, who are taken away
**   "status"    the targets are taken away if it is given and not ACTIVE, and
**               only then
**   "others"    if it is true, all whom no target names are taken away
**   "new_name"  the target goes by this name from now on
**   "dry_run"   the call changes nothing if it is true or absent
** NULL: nothing.
*/
const char *ts_field_role(const ts_field *field);

/* The name of a type, as Lua's users know it. */
const char *ts_type_name(ts_type type);

#endif
