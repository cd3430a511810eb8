/*
** retry.c - fuzzes Retry-After and dates. What must hold: a date that is
** formatted again is read as the same, and a delay is a number, or
** "malformed".
*/

#include "protocol/retry.h"
#include "fuzzer.h"

#include <time.h>

/* Reads a date in the format that servers send. */
static double read_again(double date) {
  char text[64];
  time_t seconds = (time_t)date;
  size_t length = strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT",
                           gmtime(&seconds));
  return ts_retry_date(text, length);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *value = (const char *)data;
  double date = ts_retry_date(value, size);
  double delay = ts_retry_after(value, size, 784111777);
  require(delay == -1 || delay >= 0);
  require(date == -1 || date >= 0);
  if (date >= 0) {
    require(delay == (date > 784111777 ? date - 784111777 : 0));
    require(date > 253402300799.0 /* year 9999 */ || read_again(date) == date);
  }
  return 0;
}
