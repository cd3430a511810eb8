/*
** fuzzer.h - what every fuzzer has: the function that libFuzzer calls, and the
** check of what must hold.
*/

#ifndef TS_FUZZ_FUZZER_H
#define TS_FUZZ_FUZZER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the run, which stores the input, if a condition does not hold. */
static inline void require(bool condition) {
  if (!condition) {
    abort();
  }
}

#endif
