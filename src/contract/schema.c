/*
** schema.c - looks up fields, and suggests which one was meant.
*/

#include <string.h>

#include "bytes/characters.h"
#include "contract/schema.h"

/* Longer names are not suggested, so that the arrays of distance() fit on the
** stack. */
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

static bool same_letter(char a, char b) {
  return ts_to_lower(a) == ts_to_lower(b);
}

/*
** Returns the edit distance of two names, ignoring case: the number of
** insertions, deletions, substitutions and swaps of neighbours that turn one
** into the other.
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

/* Returns whether one of the names is a prefix of the other. */
static bool begins(const char *a, size_t a_length, const char *b,
                   size_t b_length) {
  size_t length = a_length < b_length ? a_length : b_length;
  return length > 2 && ts_same_letters(a, b, length);
}

void ts_guess_init(ts_guess *guess, const char *name, size_t length) {
  guess->name = name;
  guess->length = length;
  guess->best = NULL;
  guess->distance = LONGEST_GUESS + 1;
}

void ts_guess_offer(ts_guess *guess, const char *candidate) {
  size_t length = strlen(candidate);
  size_t far;
  if (guess->length > LONGEST_GUESS || length > LONGEST_GUESS) {
    return;
  }
  far = distance(guess->name, guess->length, candidate, length);
  if (far < guess->distance &&
      (far <= (guess->length + 2) / 3 ||
       begins(candidate, length, guess->name, guess->length))) {
    guess->best = candidate;
    guess->distance = far;
  }
}

const char *ts_schema_suggest(const ts_schema *schema, const char *name,
                              size_t length) {
  const ts_field *field;
  ts_guess guess;
  ts_guess_init(&guess, name, length);
  for (field = schema->fields; field->name != NULL; field++) {
    ts_guess_offer(&guess, field->name);
  }
  return guess.best;
}

const char *ts_values_suggest(const char *const *values, const char *value,
                              size_t length) {
  ts_guess guess;
  ts_guess_init(&guess, value, length);
  for (; *values != NULL; values++) {
    ts_guess_offer(&guess, *values);
  }
  return guess.best;
}

bool ts_schema_has_secret(const ts_schema *schema) {
  const ts_field *field;
  if (schema == NULL) {
    return true;
  }
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

const char *ts_field_role(const ts_field *field) {
  static const struct {
    unsigned flag;
    const char *name;
  } roles[] = {{TS_TARGET, "target"},
               {TS_STATUS, "status"},
               {TS_OTHERS, "others"},
               {TS_NEW_NAME, "new_name"},
               {TS_DRY_RUN, "dry_run"}};
  size_t i;
  for (i = 0; i < sizeof roles / sizeof roles[0]; i++) {
    if ((field->flags & roles[i].flag) != 0) {
      return roles[i].name;
    }
  }
  return NULL;
}
