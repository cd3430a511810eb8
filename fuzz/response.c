/*
** response.c - fuzzes the reading of replies. The input selects the endpoint,
** then steps: a status line, a header, a part of the body, taking an element
** or all of them, the end. What must hold: no more elements can be taken than
** were read, a pause ends after enough were taken, and the end is judged.
*/

#include "protocol/response.h"
#include "fuzzer.h"

#include <string.h>

typedef struct input {
  const uint8_t *data;
  size_t size;
} input;

static unsigned next_byte(input *in) {
  unsigned byte = in->size > 0 ? *in->data : 0;
  in->data += in->size > 0;
  in->size -= in->size > 0;
  return byte;
}

/* Returns the next bytes, up to 'most', in their own allocation. */
static char *next_bytes(input *in, size_t most, size_t *length) {
  char *bytes;
  *length = most < in->size ? most : in->size;
  bytes = malloc(*length + 1);
  require(bytes != NULL);
  memcpy(bytes, in->data, *length);
  bytes[*length] = '\0';
  in->data += *length;
  in->size -= *length;
  return bytes;
}

static void take(ts_response *response) {
  const char *element;
  size_t length, waiting = ts_response_waiting(response);
  require(waiting <= response->filter.completed);
  require(ts_response_take(response, &element, &length) == (waiting > 0));
  if (waiting > 0) {
    require(length >= 2 && element[0] == '{' && element[length - 1] == '}' &&
            element[length] == '\n');
    require(ts_response_waiting(response) == waiting - 1);
  }
}

static void take_all(ts_response *response) {
  while (ts_response_waiting(response) > 0) {
    take(response);
  }
  require(!response->paused || ts_response_may_resume(response));
}

/* Offers a part of the body, again after a pause. */
static void offer(ts_response *response, const char *bytes, size_t length) {
  if (ts_response_body(response, bytes, length) == TS_PAUSE) {
    take_all(response);
    response->paused = false;
    require(ts_response_body(response, bytes, length) != TS_PAUSE);
  }
}

static void end(ts_response *response) {
  ts_attempt attempt;
  char message[256] = "";
  memset(&attempt, 0, sizeof attempt);
  ts_response_confirms_success(response);
  ts_response_judge(response, &attempt, message, sizeof message);
  require(strlen(message) < sizeof message);
}

static void step(ts_response *response, input *in) {
  static const long statuses[] = {200, 100, 204, 401, 429, 500, 0, 302};
  static const char *const headers[] = {
      "Retry-After: ", "Date: ", "Content-Type: ", "Location: "};
  unsigned what = next_byte(in);
  size_t length;
  char *bytes;
  switch (what % 8) {
  case 0:
    ts_response_begin(response, statuses[what / 8 % 8]);
    break;
  case 1:
    bytes = next_bytes(in, what / 8, &length);
    ts_response_header(response, bytes, length);
    free(bytes);
    break;
  case 2: {
    char line[64];
    bytes = next_bytes(in, what / 32, &length);
    strcpy(line, headers[what / 8 % 4]);
    strcat(line, bytes);
    ts_response_header(response, line, strlen(line));
    free(bytes);
    break;
  }
  case 3:
    take(response);
    break;
  case 4:
    if (what >= 248 && !response->all_taken) {
      ts_buffer elements = {0};
      ts_response_take_all(response, &elements);
      require(ts_response_waiting(response) == 0);
      ts_buffer_free(&elements);
    }
    break;
  default:
    if (!response->all_taken) {
      bytes = next_bytes(in, what, &length);
      offer(response, bytes, length);
      free(bytes);
    }
    break;
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char *const names[] = {"search_users", "create_user",
                                      "delete_user", "get_full_access_token"};
  input in = {data, size};
  unsigned first = next_byte(&in);
  ts_response response;
  ts_response_init(&response, ts_endpoint_find(names[first % 4]),
                   (first & 4) != 0, (first & 8) != 0 ? 64 : 1 << 20);
  response.stream = (first & 16) != 0;
  if ((first & 32) != 0) {
    require(ts_response_select(&response, "id"));
  }
  ts_response_begin(&response, 200);
  while (in.size > 0) {
    step(&response, &in);
  }
  end(&response);
  take_all(&response);
  ts_response_free(&response);
  return 0;
}
