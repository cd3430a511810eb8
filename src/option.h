/*
** option.h - the options of a client and of a call, as schemas.
*/

#ifndef TS_OPTION_H
#define TS_OPTION_H

#include "schema.h"

extern const ts_schema ts_client_options;
extern const ts_schema ts_call_options;

/* What an option is worth when it is not given; times in seconds. */
#define TS_DEFAULT_TIMEOUT 60
#define TS_DEFAULT_CONNECT_TIMEOUT 10
#define TS_DEFAULT_DEADLINE 180
#define TS_DEFAULT_MAX_RETRIES 4
#define TS_DEFAULT_PER_SECOND 100
#define TS_DEFAULT_BURST 10
#define TS_DEFAULT_MAX_RESPONSE_BYTES 134217728

#endif
