/*
** pin.h - keeps this module in memory.
*/

#ifndef TS_PIN_H
#define TS_PIN_H

#include <stdbool.h>

/* Lets no lua_close() unload this module, nor the libraries that it needs;
** false: it cannot, as where the module is a part of the program. */
bool ts_pin_library(void);

#endif
