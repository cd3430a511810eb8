/*
** retry.c - whether to try again, and when.
*/

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "retry.h"

#define FIRST_DELAY 0.5
#define LONGEST_DELAY 8.0

static bool said(const ts_attempt *attempt) {
  return attempt->retry_after >= 0;
}

bool ts_retry_allowed(const ts_attempt *attempt, bool repeatable) {
  switch (attempt->failure) {
  case TS_FAILURE_NONE:
    break;
  case TS_FAILURE_CONNECT:
  case TS_FAILURE_HANDSHAKE:
  case TS_FAILURE_TIMEOUT:
  case TS_FAILURE_NETWORK:
    return repeatable || !attempt->sent;
  default:
    return false;
  }
  switch (attempt->status) {
  case 429:
    return true;
  case 503:
    return repeatable || said(attempt);
  case 408:
  case 502:
  case 504:
    return repeatable;
  default:
    return false;
  }
}

bool ts_retry_may_have_applied(const ts_attempt *attempt) {
  if (attempt->failure != TS_FAILURE_NONE) {
    return attempt->sent;
  }
  if (attempt->status == 503) {
    return !said(attempt);
  }
  /* 303: the result is elsewhere. */
  return attempt->status < 300 || attempt->status >= 500 ||
         attempt->status == 303 || attempt->status == 408;
}

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

double ts_retry_pause(const ts_attempt *attempt, int number, double random) {
  return said(attempt) ? fmax(attempt->retry_after, usual_pause(1, random))
                       : usual_pause(number, random);
}

/* Reads 'digits' decimal digits; below zero: there are others. */
static int number_at(const char *s, int digits) {
  int number = 0;
  while (digits-- > 0) {
    if (*s < '0' || *s > '9') {
      return -1;
    }
    number = number * 10 + (*s++ - '0');
  }
  return number;
}

static int month_at(const char *s) {
  static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  int month;
  for (month = 0; month < 12; month++) {
    if (memcmp(months + 3 * month, s, 3) == 0) {
      return month;
    }
  }
  return -1;
}

/* Days from 1970-01-01 to a date of the Gregorian calendar. */
static long days_to(int year, int month, int day) {
  static const int before[] = {0,   31,  59,  90,  120, 151,
                               181, 212, 243, 273, 304, 334};
  long leap_year = month > 1 ? year : year - 1;
  long leap_days = leap_year / 4 - leap_year / 100 + leap_year / 400 - 477;
  return (year - 1970) * 365L + leap_days + before[month] + day - 1;
}

double ts_retry_date(const char *value, size_t length) {
  /*                           0         1         2
  **                           01234567890123456789012345678 */
  static const char shape[] = "aaa, 00 aaa 0000 00:00:00 GMT";
  int day, month, year, hour, minute, second;
  size_t i;
  if (length != sizeof shape - 1) {
    return -1;
  }
  for (i = 0; i < length; i++) {
    if (shape[i] != 'a' && shape[i] != '0' && shape[i] != value[i]) {
      return -1;
    }
  }
  day = number_at(value + 5, 2);
  month = month_at(value + 8);
  year = number_at(value + 12, 4);
  hour = number_at(value + 17, 2);
  minute = number_at(value + 20, 2);
  second = number_at(value + 23, 2);
  if (day < 1 || day > 31 || month < 0 || year < 1970 || hour < 0 ||
      hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) {
    return -1;
  }
  return (double)days_to(year, month, day) * 86400 + hour * 3600.0 +
         minute * 60 + second;
}

double ts_retry_after(const char *value, size_t length, double date) {
  double seconds = 0;
  size_t i;
  for (i = 0; i < length && value[i] >= '0' && value[i] <= '9'; i++) {
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
