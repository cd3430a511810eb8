/*
** option.h - the options of a client and of a call: their types, where their
** values are stored, and their defaults.
*/

#ifndef TS_OPTION_H
#define TS_OPTION_H

#include "contract/schema.h"
#include "values/compat.h"

/* How the value of an option is stored in its member. */
typedef enum ts_slot {
  TS_SLOT_NONE,   /* not stored: read where it is needed */
  TS_SLOT_TEXT,   /* ts_buffer, NUL terminated; no data: absent */
  TS_SLOT_FILE,   /* the same: the name of a readable file */
  TS_SLOT_NUMBER, /* double */
  TS_SLOT_COUNT,  /* long */
  TS_SLOT_SIZE,   /* size_t */
  TS_SLOT_SWITCH, /* bool */
  TS_SLOT_GIVEN   /* bool: whether the option was given */
} ts_slot;

typedef struct ts_option {
  const char *name; /* NULL ends a list of options */
  ts_slot slot;
  size_t member;    /* offset in a ts_client, or in a ts_exchange */
  double otherwise; /* default of a number or switch */
} ts_option;

extern const ts_schema ts_client_options;
extern const ts_option ts_client_slots[];

extern const ts_schema ts_call_options;
extern const ts_option ts_call_slots[];

/* Default rate limit of a client, which is what a cluster accepts: requests per
** second, and requests that may be sent without waiting. */
#define TS_RATE_PER_SECOND 100
#define TS_RATE_BURST 10

/* Sets the options' members of 'object' to their defaults. */
void ts_option_defaults(const ts_option *options, void *object);

/*
** Sets the members of 'object' for the options given in the table at 'index',
** which ts_check has accepted. Returns 1, or 0 with the path of an option and
** a message pushed, as ts_check does.
*/
int ts_option_read(lua_State *L, int index, const ts_option *options,
                   void *object);

#endif
