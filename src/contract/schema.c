/*
** schema.c - looking up fields, and guessing the one that was meant.
*/

#include <ctype.h>
#include <string.h>

#include "contract/schema.h"

/* Longer names are never guessed, so that the rows fit on the stack. */
#define LONGEST_GUESS 48

const ts_field *ts_schema_find(const ts_schema *schema, const char *name,
                               size_t length) {
  const ts_field *field;
  for (field = schema->fields; field->name != NULL; field++) {
    if (strlen(field->name) == length &&
        memcmp(field->name, name, length) == 0) {
      return field;
    }
  }
  return NULL;
}

static int same_letter(char a, char b) {
  return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/*
** The number of insertions, deletions, substitutions and swaps of two
** neighbours that turn one name into the other; case does not count.
*/
static size_t distance(const char *a, size_t a_length, const char *b,
                       size_t b_length) {
  size_t rows[3][LONGEST_GUESS + 1];
  size_t *before = rows[0], *above = rows[1], *row = rows[2];
  size_t i, j;
  for (j = 0; j <= b_length; j++) {
    above[j] = j;
  }
  for (i = 1; i <= a_length; i++) {
    size_t *spare = before;
    row[0] = i;
    for (j = 1; j <= b_length; j++) {
      size_t best = above[j - 1] + (same_letter(a[i - 1], b[j - 1]) ? 0 : 1);
      if (above[j] + 1 < best) {
        best = above[j] + 1;
      }
      if (row[j - 1] + 1 < best) {
        best = row[j - 1] + 1;
      }
      if (i > 1 && j > 1 && same_letter(a[i - 1], b[j - 2]) &&
          same_letter(a[i - 2], b[j - 1]) && before[j - 2] + 1 < best) {
        best = before[j - 2] + 1;
      }
      row[j] = best;
    }
    before = above;
    above = row;
    row = spare;
  }
  return above[b_length];
}

/* Whether one of the names is the beginning of the other. */
static int begins(const char *a, size_t a_length, const char *b,
                  size_t b_length) {
  size_t length = a_length < b_length ? a_length : b_length;
  size_t i;
  for (i = 0; i < length; i++) {
    if (!same_letter(a[i], b[i])) {
      return 0;
    }
  }
  return length > 2;
}

/* Whether 'candidate' beats the best guess so far; '*best' then becomes its
** distance. A guess is the beginning of the name, or the reverse, or differs
** in a third of its letters at most. */
static int closer(const char *candidate, const char *name, size_t length,
                  size_t *best) {
  size_t candidate_length = strlen(candidate);
  size_t far;
  if (length > LONGEST_GUESS || candidate_length > LONGEST_GUESS) {
    return 0;
  }
  far = distance(name, length, candidate, candidate_length);
  if (far >= *best || (far > (length + 2) / 3 &&
                       !begins(candidate, candidate_length, name, length))) {
    return 0;
  }
  *best = far;
  return 1;
}

const char *ts_schema_suggest(const ts_schema *schema, const char *name,
                              size_t length) {
  const char *suggestion = NULL;
  size_t best = LONGEST_GUESS + 1;
  const ts_field *field;
  for (field = schema->fields; field->name != NULL; field++) {
    if (closer(field->name, name, length, &best)) {
      suggestion = field->name;
    }
  }
  return suggestion;
}

const char *ts_values_suggest(const char *const *values, const char *value,
                              size_t length) {
  const char *suggestion = NULL;
  size_t best = LONGEST_GUESS + 1;
  for (; *values != NULL; values++) {
    if (closer(*values, value, length, &best)) {
      suggestion = *values;
    }
  }
  return suggestion;
}

bool ts_schema_has_secret(const ts_schema *schema) {
  const ts_field *field;
  for (field = schema->fields; field->name != NULL; field++) {
    if ((field->flags & TS_SECRET) != 0) {
      return true;
    }
  }
  return false;
}

const char *ts_type_name(ts_type type) {
  switch (type) {
  case TS_STRING:
    return "string";
  case TS_INTEGER:
    return "integer";
  case TS_NUMBER:
    return "number";
  case TS_BOOLEAN:
    return "boolean";
  case TS_CALLABLE:
    return "function";
  default:
    return "table";
  }
}
