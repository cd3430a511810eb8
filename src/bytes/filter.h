/*
** filter.h - an incremental JSON scanner that keeps the wanted members, as
** minimal JSON.
**
** The document is fed in chunks of any size. It is one object, which is then
** the only element, or an array of objects, which are the elements. Elements
** can be taken while the rest of the document is still to come, so that memory
** does not grow with it.
**
** The scanner is strict (RFC 8259), also in what it does not keep. It accepts
** unpaired surrogates, as the RFC does, and invalid UTF-8. It accepts
** duplicate names: the decoder takes the last one, which is the last that is
** not null if null members are dropped.
*/

#ifndef TS_FILTER_H
#define TS_FILTER_H

#include <stdint.h>

#include "bytes/buffer.h"

#define TS_FILTER_MAX_DEPTH 256 /* levels, including the outermost */
#define TS_FILTER_TEXT 65536    /* bytes by which an element is judged */

typedef enum {
  TS_FILTER_OK = 0,
  TS_FILTER_MEMORY,       /* out of memory */
  TS_FILTER_SYNTAX,       /* not JSON */
  TS_FILTER_SHAPE,        /* JSON, but not of the expected shape */
  TS_FILTER_REJECTED,     /* an element is not accepted */
  TS_FILTER_DEPTH,        /* deeper than TS_FILTER_MAX_DEPTH */
  TS_FILTER_ELEMENT_SIZE, /* an element is larger than max_element */
  TS_FILTER_SIZE,         /* more bytes are held than max_held */
  TS_FILTER_TRUNCATED     /* the document is incomplete */
} ts_filter_status;

typedef enum {
  TS_FILTER_OBJECT, /* an object, the element */
  TS_FILTER_ARRAY   /* an array of objects, the elements */
} ts_filter_shape;

typedef struct ts_filter_options {
  ts_filter_shape shape;
  bool keep_null; /* false: drop members whose value is null, at every depth;
                     array items are always kept */
  bool secret;    /* wipe memory that held elements */
  const char *const *fields; /* names of the wanted members of each element,
                                decoded; NULL: all */
  size_t field_count;
  size_t max_element; /* bytes kept of one element; 0: no limit */
  size_t max_held;    /* bytes kept and not taken yet; 0: no limit */
  /* Returns whether an element is one of those expected, from what is kept of
  ** it, and from the first TS_FILTER_TEXT bytes of its text. NULL: all are. */
  bool (*accepts)(void *context, const char *element, size_t length,
                  const char *text, size_t text_length);
  void *context;
} ts_filter_options;

typedef struct ts_filter {
  ts_filter_options options;

  /* Read by the holder. */
  ts_filter_status status; /* an error is final */
  size_t offset;           /* bytes read; after an error, those before it */
  size_t completed;        /* number of elements, taken or not */

  /* The kept bytes, see filter.c and kept.h. */
  ts_buffer kept;
  size_t taken;
  size_t complete;
  bool keeping;
  const char *span;
  size_t member;
  size_t name;
  uint64_t lengths;

  /* The text of the unfinished element, see kept.c. */
  const char *text;
  ts_buffer begun;

  /* The state of the scan, see scan.c. */
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

/* Frees the kept bytes; the filter must be initialized before further use. */
void ts_filter_free(ts_filter *f);

/* Scans the next 'n' bytes of the document. An error is final: every later
** call returns it, but elements completed before it can be taken. The size of
** an element includes the name of a member that is still being read, wanted or
** not. */
ts_filter_status ts_filter_feed(ts_filter *f, const char *bytes, size_t n);

/* Ends the document. */
ts_filter_status ts_filter_finish(ts_filter *f);

/* Takes the next complete element; false: there is none. Its text ends with a
** '\n', which 'length' does not count, and is valid until the next call of
** feed, take_all or free. */
bool ts_filter_next(ts_filter *f, const char **element, size_t *length);

/* Takes up to 'limit' of the complete elements and copies them to 'elements',
** which is empty; each ends with a '\n'. Returns how many; if memory runs out,
** takes none. */
size_t ts_filter_take(ts_filter *f, size_t limit, ts_buffer *elements);

/* Moves the complete elements that were not taken to 'elements', which is
** empty; each ends with a '\n'. The filter must not be fed afterwards. */
void ts_filter_take_all(ts_filter *f, ts_buffer *elements);

/* Returns the number of bytes kept and not taken yet. */
size_t ts_filter_held(const ts_filter *f);

/* Returns a phrase for error messages. */
const char *ts_filter_describe(ts_filter_status status);

#endif
