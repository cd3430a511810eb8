/*
** filter.h - a scanner that is fed a JSON document in chunks of any size and
** keeps what is wanted of it, as minimal JSON.
**
** The document is one object, which is then the only element, or an array of
** objects, which are the elements. They are taken one by one while the rest
** of the document is still to come, so that memory does not grow with it.
**
** The scanner is strict (RFC 8259) also in what it does not keep. Halves of
** surrogate pairs pass, as the RFC has it, and so does UTF-8 that is not
** valid. Duplicate names pass: who decodes takes the last one, which, if
** members that are null are dropped, is the last that is not null.
*/

#ifndef TS_FILTER_H
#define TS_FILTER_H

#include "bytes/buffer.h"

#include <stdint.h>

#define TS_FILTER_MAX_DEPTH 256 /* of the document, the outermost included */

typedef enum {
  TS_FILTER_OK = 0,
  TS_FILTER_MEMORY,       /* out of memory */
  TS_FILTER_SYNTAX,       /* not JSON */
  TS_FILTER_SHAPE,        /* JSON of another shape than asked for */
  TS_FILTER_DEPTH,        /* deeper than TS_FILTER_MAX_DEPTH */
  TS_FILTER_ELEMENT_SIZE, /* an element is larger than max_element */
  TS_FILTER_SIZE,         /* more is held than max_held */
  TS_FILTER_TRUNCATED     /* the document ends too early */
} ts_filter_status;

typedef enum {
  TS_FILTER_OBJECT, /* an object, the element */
  TS_FILTER_ARRAY   /* an array of objects, the elements */
} ts_filter_shape;

typedef struct ts_filter_options {
  ts_filter_shape shape;
  bool keep_null; /* else members that are null are dropped, at every depth;
                     items of arrays stay */
  bool secret;    /* wipe memory that held elements */
  const char *const *fields; /* the members wanted of each element, by their
                                names as decoded; NULL: all */
  size_t field_count;
  size_t max_element; /* bytes kept of one element; 0: no bound */
  size_t max_held;    /* bytes kept and not taken yet; 0: no bound */
} ts_filter_options;

typedef struct ts_filter {
  ts_filter_options options;

  /* To be read by the holder. */
  ts_filter_status status; /* once not OK, it stays */
  size_t offset;    /* bytes read; after an error, those before the fault */
  size_t completed; /* elements, taken or not */

  /* What is kept, see filter.c. */
  ts_buffer kept;
  size_t taken;
  size_t complete;
  bool keeping;
  const char *span;
  size_t member;
  size_t name;
  uint64_t lengths;

  /* Where in the grammar the scan is, see filter.c. */
  unsigned char state;
  unsigned char part; /* of a token, see tokens.h */
  bool escaped;
  unsigned progress;
  const char *literal;
  size_t element_depth;
  size_t depth;
  char closers[TS_FILTER_MAX_DEPTH + 1];
} ts_filter;

/* The strings of the options must outlive the filter. */
void ts_filter_init(ts_filter *f, const ts_filter_options *options);

/* Frees what is kept; the filter is to be initialized before further use. */
void ts_filter_free(ts_filter *f);

/* Reads the next 'n' bytes of the document. An error is final: it is
** returned ever after, while elements completed before it can be taken.
** The size of an element includes the name of a member of which is not known
** yet whether it is wanted. */
ts_filter_status ts_filter_feed(ts_filter *f, const char *bytes, size_t n);

/* Says that the document ends here. */
ts_filter_status ts_filter_finish(ts_filter *f);

/* The next complete element: false if there is none. Its text ends with a
** '\n', which 'length' leaves out, and is valid until the next call of feed,
** hand_over or free. */
bool ts_filter_peek(const ts_filter *f, const char **element, size_t *length);

/* As above, and takes it. */
bool ts_filter_next(ts_filter *f, const char **element, size_t *length);

/* Hands over what is complete and was not taken to 'elements', which is empty:
** elements, each with a '\n' behind it. The filter is to be fed no more. */
void ts_filter_hand_over(ts_filter *f, ts_buffer *elements);

/* The number of bytes kept and not taken yet. */
size_t ts_filter_held(const ts_filter *f);

/* A phrase for error messages. */
const char *ts_filter_describe(ts_filter_status status);

#endif
