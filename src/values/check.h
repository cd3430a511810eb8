/*
** check.h - does a Lua table fit a schema, and what is it in JSON?
*/

#ifndef TS_CHECK_H
#define TS_CHECK_H

#include "values/compat.h"
#include "contract/schema.h"
#include "values/encode.h"

/*
** Checks the table at 'index'. Returns 1, or 0 with two strings pushed: the
** path of the field that was refused, as in users[3].account_type, and what
** is wrong with it. Unless 'strict', unknown fields and enum values pass.
** No metamethod is called; a table that is empty but for its metatable is
** refused.
*/
int ts_check(lua_State *L, int index, const ts_schema *schema, int strict);

/* As ts_check, for one value. */
int ts_check_value(lua_State *L, int index, const ts_field *field, int strict);

/* What was given for a field of the table itself. */
typedef struct ts_note {
  const char *field; /* NULL ends a list of notes */
  bool given;        /* it was not nil */
  bool boolean;      /* it was true or false */
  bool value;        /* it was true */
  bool list;         /* it was a list */
  size_t items;      /* of that */
} ts_note;

/*
** As ts_check, and writes the table as JSON on the way: its fields in the
** schema's order, then those that the schema does not know. Each value is
** looked at once, so that what is written is what was checked, even if a
** finalizer changes the table meanwhile; and 'notes' says what that was.
** Nothing is filled in. When it returns 0 or raises, a part was written.
*/
int ts_check_and_write(lua_State *L, int index, const ts_schema *schema,
                       int strict, ts_writer *writer, ts_note *notes);

#endif
