/*
** seen.c - remembers the texts that were seen last.
*/

#include <stdlib.h>
#include <string.h>

#include "bytes/seen.h"

#define FEWEST_TEXTS 32
#define FEWEST_SLOTS 128

static void free_generation(ts_seen_generation *g) {
  ts_buffer_free(&g->bytes);
  free(g->texts);
  free(g->slots);
  memset(g, 0, sizeof *g);
}

void ts_seen_free(ts_seen *s) {
  free_generation(&s->young);
  free_generation(&s->old);
}

/* Forgets the texts, but keeps the memory. */
static void empty_generation(ts_seen_generation *g) {
  ts_buffer_truncate(&g->bytes, 0);
  g->count = 0;
  if (g->slots != NULL) {
    memset(g->slots, 0, g->slot_count * sizeof *g->slots);
  }
}

static uint32_t hash_of(const char *text, size_t length) {
  const uint64_t factor = UINT64_C(0x9E3779B97F4A7C15); /* odd, and mixed */
  uint64_t hash = length, word;
  for (; length >= sizeof word; length -= sizeof word) {
    memcpy(&word, text, sizeof word);
    hash = (hash ^ word) * factor;
    hash ^= hash >> 32;
    text += sizeof word;
  }
  word = 0;
  memcpy(&word, text, length);
  hash = (hash ^ word) * factor;
  return (uint32_t)(hash >> 32);
}

static bool is_text(const ts_seen_generation *g, size_t number,
                    const char *text, size_t length) {
  size_t start = number > 1 ? g->texts[number - 2].end : 0;
  return g->texts[number - 1].end - start == length &&
         memcmp(g->bytes.data + start, text, length) == 0;
}

/* Returns the slot of a text, or the free one where it belongs. */
static ts_seen_slot *slot_of(const ts_seen_generation *g, uint32_t hash,
                             const char *text, size_t length) {
  size_t i = hash & (g->slot_count - 1);
  while (g->slots[i].number != 0 &&
         !(g->slots[i].hash == hash &&
           is_text(g, g->slots[i].number, text, length))) {
    i = (i + 1) & (g->slot_count - 1);
  }
  return &g->slots[i];
}

static size_t rank_in(const ts_seen_generation *g, uint32_t hash,
                      const char *text, size_t length) {
  size_t number = g->count > 0 ? slot_of(g, hash, text, length)->number : 0;
  return number > 0 ? g->texts[number - 1].rank : 0;
}

static bool grow_texts(ts_seen_generation *g) {
  size_t room = g->room > 0 ? 2 * g->room : (size_t)FEWEST_TEXTS;
  ts_seen_text *texts = realloc(g->texts, room * sizeof *texts);
  if (texts == NULL) {
    return false;
  }
  g->texts = texts;
  g->room = room;
  return true;
}

static bool grow_slots(ts_seen_generation *g) {
  size_t count = g->slot_count > 0 ? 2 * g->slot_count : (size_t)FEWEST_SLOTS;
  ts_seen_slot *slots = calloc(count, sizeof *slots);
  size_t from, to;
  if (slots == NULL) {
    return false;
  }
  for (from = 0; from < g->slot_count; from++) {
    if (g->slots[from].number != 0) {
      to = g->slots[from].hash & (count - 1);
      while (slots[to].number != 0) {
        to = (to + 1) & (count - 1);
      }
      slots[to] = g->slots[from];
    }
  }
  free(g->slots);
  g->slots = slots;
  g->slot_count = count;
  return true;
}

/* Adds a text that the generation does not have; false: out of memory. At most
** half of the slots are used. */
static bool add(ts_seen_generation *g, uint32_t hash, const char *text,
                size_t length, size_t rank) {
  ts_seen_slot *slot;
  if ((g->count == g->room && !grow_texts(g)) ||
      (2 * g->count >= g->slot_count && !grow_slots(g)) ||
      !ts_buffer_append(&g->bytes, text, length)) {
    return false;
  }
  slot = slot_of(g, hash, text, length);
  slot->hash = hash;
  g->texts[g->count].end = g->bytes.length;
  g->texts[g->count].rank = rank;
  slot->number = (uint32_t)++g->count;
  return true;
}

size_t ts_seen_rank(const ts_seen *s, const char *text, size_t length) {
  uint32_t hash = hash_of(text, length);
  size_t rank = rank_in(&s->young, hash, text, length);
  return rank > 0 ? rank : rank_in(&s->old, hash, text, length);
}

size_t ts_seen_remember(ts_seen *s, const char *text, size_t length,
                        bool *known) {
  uint32_t hash = hash_of(text, length);
  size_t rank = rank_in(&s->young, hash, text, length);
  *known = true;
  if (rank > 0) {
    return rank;
  }
  rank = rank_in(&s->old, hash, text, length);
  *known = rank > 0;
  if (!*known) {
    rank = s->total + 1;
  }
  if (!add(&s->young, hash, text, length, rank)) {
    return 0;
  }
  if (!*known) {
    s->total = rank;
  }
  if (s->young.count >= s->window) {
    ts_seen_generation full = s->young;
    s->young = s->old;
    s->old = full;
    empty_generation(&s->young);
  }
  return rank;
}
