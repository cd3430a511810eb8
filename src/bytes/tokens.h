/*
** tokens.h - strings, numbers and literals, read in chunks of any size;
** included by the filter's files only.
**
** Each function reads from 'p' on, at the part of the token at which the last
** call stopped; the part becomes TS_PART_DONE at the end of the token. It
** returns the end of the token, or 'end' if more is needed, or the invalid
** byte, with the filter's status set.
*/

#ifndef TS_TOKENS_H
#define TS_TOKENS_H

#include "bytes/filter.h"

/* The part of a token that is being read; the first part of each kind begins
** it. */
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

/* Reads a string; sets f->escaped if it has an escape. */
const char *ts_token_string(ts_filter *f, const char *p, const char *end);

const char *ts_token_number(ts_filter *f, const char *p, const char *end);

const char *ts_token_literal(ts_filter *f, const char *p, const char *end);

#endif
