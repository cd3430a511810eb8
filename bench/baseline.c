/*
** baseline.c - measures libcurl alone: consecutive searches whose replies are
** discarded.
**
** baseline URL CALLS SIZE STEP
**
** requests SIZE users CALLS times, each time STEP further on, and prints the
** seconds that this took.
*/

#define _POSIX_C_SOURCE 200809L

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static size_t throw_away(char *bytes, size_t size, size_t count, void *data) {
  (void)bytes;
  *(double *)data += (double)(size * count);
  return size * count;
}

static void expect(CURLcode code) {
  if (code != CURLE_OK) {
    fprintf(stderr, "baseline: %s\n", curl_easy_strerror(code));
    exit(1);
  }
}

static struct curl_slist *headers(void) {
  const char *const lines[] = {
      "Expect:", "Content-Type: application/json", "Accept: application/json",
      "User-Agent: baseline", "Authorization: Bearer token"};
  struct curl_slist *list = NULL;
  size_t i;
  for (i = 0; i < sizeof lines / sizeof lines[0]; i++) {
    list = curl_slist_append(list, lines[i]);
  }
  return list;
}

int main(int argc, char **argv) {
  struct curl_slist *list;
  double received = 0, began;
  long calls, size, step, i;
  CURL *easy;
  if (argc != 5) {
    fprintf(stderr, "usage: baseline URL CALLS SIZE STEP\n");
    return 2;
  }
  calls = atol(argv[2]);
  size = atol(argv[3]);
  step = atol(argv[4]);
  expect(curl_global_init(CURL_GLOBAL_DEFAULT));
  easy = curl_easy_init();
  list = headers();
  expect(curl_easy_setopt(easy, CURLOPT_URL, argv[1]));
  expect(curl_easy_setopt(easy, CURLOPT_HTTPHEADER, list));
  expect(curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, throw_away));
  expect(curl_easy_setopt(easy, CURLOPT_WRITEDATA, &received));
  began = now();
  for (i = 0; i < calls; i++) {
    char body[80];
    snprintf(body, sizeof body, "{\"record_offset\":%ld,\"record_size\":%ld}",
             i * step, size);
    expect(curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)strlen(body)));
    expect(curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body));
    expect(curl_easy_perform(easy));
  }
  printf("%.6f %.0f\n", now() - began, received);
  curl_slist_free_all(list);
  curl_easy_cleanup(easy);
  return 0;
}
