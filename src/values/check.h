/*
** check.h - checks a Lua table against a schema, and writes it as JSON.
*/

#ifndef TS_CHECK_H
#define TS_CHECK_H

#include "contract/schema.h"
#include "values/compat.h"
#include "values/encode.h"

/* What is wrong with a text that begins with a byte order mark. */
#define TS_BEGINS_WITH_MARK                                                   \
  "begins with a byte order mark, as some files do; give it without"

/*
** Checks the table at 'index'. Returns 1; or 0 with two strings pushed: the
** path of the refused field, such as users[3].account_type, and what is wrong
** with it. Unless 'strict', unknown fields and enum values pass. Calls no
** metamethods; refuses a table that is empty except for its metatable.
*/
int ts_check(lua_State *L, int index, const ts_schema *schema, int strict);

/* Pushes the path of a field and what is wrong with it, as ts_check does;
** returns 0. */
int ts_check_refuse(lua_State *L, const char *path, const char *message);

/* As ts_check, for a single value. */
int ts_check_value(lua_State *L, int index, const ts_field *field, int strict);

/* A note of what was given for a top-level field of the table. */
typedef struct ts_note {
  const char *field; /* NULL ends a list of notes */
  bool given;        /* it was not nil */
  bool boolean;      /* it was true or false */
  bool value;        /* it was true */
  bool list;         /* it was a list */
  size_t items;      /* number of items in the list */
} ts_note;

/*
** As ts_check, and writes the table as JSON: first its fields in the order of
** the schema, then those that the schema does not have. Reads each value once,
** so that what is written is what was checked, even if a finalizer changes the
** table meanwhile, and fills in 'notes'. Fills in no defaults. If it returns 0
** or raises, part of the JSON has been written.
*/
int ts_check_and_write(lua_State *L, int index, const ts_schema *schema,
                       int strict, ts_writer *writer, ts_note *notes);

#endif
