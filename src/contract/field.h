/*
** field.h - macros for the rows of schemas. Include it only in files that
** contain rows, because its names have no prefix.
*/

#ifndef TS_FIELD_H
#define TS_FIELD_H

#include "contract/schema.h"

#define FIELD(name, type, flags, doc)                                         \
  { name, type, flags, NULL, NULL, NULL, doc, NULL }
#define FIELD_OR(name, type, flags, default_text, doc)                        \
  { name, type, flags, NULL, NULL, default_text, doc, NULL }
#define ENUM(name, flags, values, doc)                                        \
  { name, TS_STRING, flags, values, NULL, NULL, doc, NULL }
#define ENUM_OR(name, flags, values, default_text, doc)                       \
  { name, TS_STRING, flags, values, NULL, default_text, doc, NULL }
#define OBJECT(name, flags, schema, doc)                                      \
  { name, TS_OBJECT, flags, NULL, schema, NULL, doc, NULL }

/* Ends a list of fields. */
#define END                                                                   \
  { NULL, TS_STRING, 0, NULL, NULL, NULL, NULL, NULL }

#endif
