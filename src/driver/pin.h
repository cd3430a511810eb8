/*
** pin.h - keeps this module in memory.
*/

#ifndef TS_PIN_H
#define TS_PIN_H

#include <stdbool.h>

/* Keeps lua_close() from unloading this module and the libraries that it
** needs. False: that is not possible, for example because the module is linked
** into the program. */
bool ts_pin_library(void);

#endif
