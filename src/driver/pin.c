/*
** pin.c - keeps this module in memory.
*/

#define _GNU_SOURCE /* for dladdr */

#include <dlfcn.h>
#include <stddef.h>

#include "driver/pin.h"

bool ts_pin_library(void) {
  static const char here;
  Dl_info info;
  return dladdr(&here, &info) != 0 &&
         dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE) !=
             NULL;
}
