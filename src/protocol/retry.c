/*
** retry.c - computes pauses between attempts.
*/

#include <curl/curl.h>
#include <math.h>
#include <string.h>

#include "bytes/characters.h"
#include "protocol/retry.h"

#define FIRST_DELAY 0.5
#define LONGEST_DELAY 8.0

static double usual_pause(int number, double random) {
  double delay = FIRST_DELAY;
  while (--number > 0 && delay < LONGEST_DELAY) {
    delay *= 2;
  }
  if (delay > LONGEST_DELAY) {
    delay = LONGEST_DELAY;
  }
  return delay * (1 - random / 2);
}

double ts_retry_pause(double retry_after, int number, double random) {
  return retry_after >= 0 ? fmax(retry_after, usual_pause(1, random))
                          : usual_pause(number, random);
}

double ts_retry_date(const char *value, size_t length) {
  char text[TS_DATE_SIZE];
  time_t date;
  if (length >= sizeof text) {
    return -1;
  }
  memcpy(text, value, length);
  text[length] = '\0';
  /* A date begins with a letter: libcurl would take 20261124, a number of
  ** seconds, for a date. */
  date = text[0] < 'A' ? -1 : curl_getdate(text, NULL);
  return date < 0 ? -1 : (double)date;
}

double ts_retry_after(const char *value, size_t length, double date) {
  double seconds = 0;
  size_t i;
  for (i = 0; i < length && ts_is_digit(value[i]); i++) {
    seconds = seconds * 10 + (value[i] - '0');
  }
  if (length > 0 && i == length) {
    return seconds;
  }
  seconds = ts_retry_date(value, length);
  if (seconds < 0) {
    return -1;
  }
  return seconds > date ? seconds - date : 0;
}
