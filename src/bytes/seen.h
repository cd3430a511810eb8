/*
** seen.h - remembers the texts that were seen last, each with its rank: its
** position in the order in which texts were first seen.
**
** At least 'window' texts are known, at most twice as many, so that memory is
** constant: they are kept in two generations, and the older one is forgotten
** when the younger one is full. As Lua strings in Lua tables they would make
** up half of the memory that the garbage collector traverses.
*/

#ifndef TS_SEEN_H
#define TS_SEEN_H

#include <stdint.h>

#include "bytes/buffer.h"

typedef struct ts_seen_text {
  size_t end; /* of its bytes; they begin where those before it end */
  size_t rank;
} ts_seen_text;

typedef struct ts_seen_slot {
  uint32_t hash;
  uint32_t number; /* of the text, from 1 on; 0: the slot is free */
} ts_seen_slot;

typedef struct ts_seen_generation {
  ts_buffer bytes;
  ts_seen_text *texts;
  size_t count, room;
  ts_seen_slot *slots; /* open addressing */
  size_t slot_count;   /* a power of two */
} ts_seen_generation;

/* A zeroed one with its window set is valid: it knows nothing. */
typedef struct ts_seen {
  size_t window;
  size_t total; /* the last rank */
  ts_seen_generation young, old;
} ts_seen;

void ts_seen_free(ts_seen *s);

/* Returns the rank of a text; 0: unknown. */
size_t ts_seen_rank(const ts_seen *s, const char *text, size_t length);

/* Remembers a text from now on; an unknown one gets the next rank. Returns its
** rank, and sets '*known' to whether it was known; 0: out of memory. */
size_t ts_seen_remember(ts_seen *s, const char *text, size_t length,
                        bool *known);

#endif
