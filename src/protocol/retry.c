/*
** retry.c - whether to try again, and when.
*/

#include <curl/curl.h>
#include <math.h>
#include <string.h>

#include "protocol/retry.h"

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

double ts_retry_date(const char *value, size_t length) {
  char text[64]; /* the longest: "Wednesday, 30-Sep-26 08:49:37 GMT" */
  time_t date;
  if (length >= sizeof text) {
    return -1;
  }
  memcpy(text, value, length);
  text[length] = '\0';
  /* It begins with a day's name: 20261124, a date to libcurl, is seconds. */
  date = text[0] < 'A' ? -1 : curl_getdate(text, NULL);
  return date < 0 ? -1 : (double)date;
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
