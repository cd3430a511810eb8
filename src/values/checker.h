/*
** checker.h - what the files of the check share; included by them only.
**
** A check that fails pushes the path and the message and returns 0, and so do
** its callers. Nothing is popped after that: the caller of ts_check finds the
** two on top of the stack.
*/

#ifndef TS_CHECKER_H
#define TS_CHECKER_H

#include "values/compat.h"
#include "values/encode.h"

/* The path to the value being checked: a linked list on the C stack, from the
** innermost field outwards. NULL: the checked table itself. */
typedef struct ts_node {
  const struct ts_node *outer;
  const char *name; /* NULL: an item of a list */
  size_t length;    /* of the name */
  size_t item;
} ts_node;

typedef struct ts_checker {
  lua_State *L;
  int strict;
  ts_writer *writer;     /* NULL: only check */
  struct ts_note *notes; /* NULL: not wanted */
  size_t items;          /* number of items in the list checked last */
} ts_checker;

/* Returns whether the value is cjson's null. */
static inline bool ts_is_null(lua_State *L, int index) {
  return lua_islightuserdata(L, index) && lua_touserdata(L, index) == NULL;
}

/* --- Writing JSON, unless the table is only checked ------------------- */

static inline void ts_put(ts_checker *c, const char *json) {
  if (c->writer != NULL) {
    ts_write(c->writer, json);
  }
}

static inline void ts_put_name(ts_checker *c, const char *name, size_t length,
                               size_t *members) {
  if (c->writer != NULL) {
    ts_write_name(c->writer, name, length, (*members)++ == 0);
  }
}

static inline int ts_put_number(ts_checker *c) {
  if (c->writer != NULL) {
    ts_write_number(c->writer);
  }
  return 1;
}

static inline int ts_put_boolean(ts_checker *c) {
  ts_put(c, lua_toboolean(c->L, -1) ? "true" : "false");
  return 1;
}

/* Writes the string on top of the stack; 'secret': no error may show it. */
static inline int ts_put_string(ts_checker *c, bool secret) {
  size_t length;
  const char *text = lua_tolstring(c->L, -1, &length);
  if (c->writer != NULL) {
    ts_write_string(c->writer, text, length);
    if (secret) {
      ts_write_secret(c->writer, text, length);
    }
  }
  return 1;
}

/* --- Refusing, in refuse.c -------------------------------------------- */

/* Inserts the path below the message on top of the stack; returns 0. */
int ts_refuse(ts_checker *c, const ts_node *here);

/* Refuses the value on top of the stack, which is of the wrong type. 'doc' is
** the field's doc, or NULL if no field describes the value. */
int ts_refuse_type(ts_checker *c, const ts_node *here, const char *doc,
                   const char *expected);

/* Refuses a table because of the key on top of the stack; 'what' is the
** message up to the key. */
int ts_refuse_key(ts_checker *c, const ts_node *here, const char *what);

/* --- Tables, in table.c ----------------------------------------------- */

/*
** Checks that the table on top of the stack is a plain one. Metamethods are
** not called, so a proxy table, whose content is behind its metatable, would
** look empty, which may mean everybody.
*/
int ts_check_plain(ts_checker *c, const ts_node *here);

/* Checks that the table on top of the stack is a list without holes, and sets
** '*count' to the number of its items. */
int ts_check_list(ts_checker *c, const ts_node *here, size_t *count);

/*
** Returns 1 if all keys of the table on top of the stack are positive
** integers, and sets '*count' to their number and '*largest' to the largest:
** it is a list without holes if these are equal. Returns 0 with the first other
** key pushed.
*/
int ts_list_keys(lua_State *L, size_t *count, size_t *largest);

/* Refuses the list on top of the stack because of its first hole. */
int ts_refuse_hole(ts_checker *c, const ts_node *here);

/* --- Texts, and values without a schema, in any.c --------------------- */

/* Checks that the string on top of the stack is UTF-8 without NUL. */
int ts_check_text(ts_checker *c, const ts_node *here);

/* Checks that the table on top of the stack can be written as a JSON object,
** and writes it. 'depth' is its own, from 1. */
int ts_check_any_object(ts_checker *c, const ts_node *here, int depth);

/* Checks and writes the member on top of the stack, of an object of that depth;
** its key is below it. */
int ts_check_any_member(ts_checker *c, const ts_node *here, int depth,
                        size_t *members);

#endif
