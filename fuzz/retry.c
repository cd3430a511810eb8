/*
** retry.c - fuzzes Retry-After and dates. What must hold: a date is what the
** C library makes of it, and a delay is a number, or "malformed".
*/

#define _DEFAULT_SOURCE /* timegm */

#include "retry.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition) {
  if (!condition) {
    abort();
  }
}

/* The seconds of the date as the C library reads it. */
static double library_date(const char *text) {
  static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  struct tm tm;
  char month[4];
  memset(&tm, 0, sizeof tm);
  require(sscanf(text + 5, "%2d %3s %4d %2d:%2d:%2d", &tm.tm_mday, month,
                 &tm.tm_year, &tm.tm_hour, &tm.tm_min, &tm.tm_sec) == 6);
  tm.tm_mon = (int)(strstr(months, month) - months) / 3;
  tm.tm_year -= 1900;
  return (double)timegm(&tm);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char text[64] = "";
  const char *value = (const char *)data;
  double date = ts_retry_date(value, size);
  double delay = ts_retry_after(value, size, 784111777);
  require(delay == -1 || delay >= 0);
  require(date == -1 || date >= 0);
  if (date >= 0) {
    require(size < sizeof text);
    memcpy(text, data, size);
    require(date == library_date(text));
    require(delay == (date > 784111777 ? date - 784111777 : 0));
  }
  return 0;
}
