/*
** tokens.h - strings, numbers and literals, read in chunks of any size; for
** the files of the filter alone.
**
** Each function reads on from 'p', at the part of the token that the one
** before has left; TS_PART_DONE is where it ends. It returns the end of the
** token, or 'end' if there is more to come, or the byte at fault, with the
** filter's status set.
*/

#ifndef TS_TOKENS_H
#define TS_TOKENS_H

#include "bytes/filter.h"

/* Where in a token a filter is; a token begins at the first of its parts. */
typedef enum ts_part {
  TS_PART_DONE,

  TS_PART_STRING, /* after the opening quote */
  TS_PART_ESCAPE,
  TS_PART_HEX,

  TS_PART_NUMBER,
  TS_PART_FIRST_DIGIT,
  TS_PART_DIGITS,
  TS_PART_POINT,
  TS_PART_FIRST_DECIMAL,
  TS_PART_DECIMALS,
  TS_PART_EXPONENT,
  TS_PART_EXPONENT_SIGN,
  TS_PART_EXPONENT_FIRST_DIGIT,
  TS_PART_EXPONENT_DIGITS,

  TS_PART_LITERAL /* 'literal' says which */
} ts_part;

/* Sets f->escaped if there is an escape. */
const char *ts_token_string(ts_filter *f, const char *p, const char *end);

const char *ts_token_number(ts_filter *f, const char *p, const char *end);

const char *ts_token_literal(ts_filter *f, const char *p, const char *end);

#endif
