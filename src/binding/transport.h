/*
** transport.h - exchanges whose requests are sent from Lua.
*/

#ifndef TS_TRANSPORT_H
#define TS_TRANSPORT_H

#include "values/compat.h"

/* exchange:request(), exchange:respond() and exchange:fail(). */
extern const luaL_Reg ts_transport_methods[];

#endif
