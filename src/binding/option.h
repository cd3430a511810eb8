/*
** option.h - the options of a client and of a call, as schemas.
*/

#ifndef TS_OPTION_H
#define TS_OPTION_H

#include "contract/schema.h"

extern const ts_schema ts_client_options;
extern const ts_schema ts_call_options;

#endif
