/*
** curl.c - performs the transfers of exchanges with libcurl.
**
** Here are the handles, the transfers in progress and their time limits.
** request.c sets up a request, receive.c reads the reply, ending.c says how a
** transfer ended. A finished transfer is kept for the next request, its handle
** with the client's settings in place.
*/

#define _POSIX_C_SOURCE 200809L

#include <curl/curl.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bytes/inflate.h"
#include "driver/curl.h"
#include "driver/pin.h"
#include "driver/transfer.h"
#include "protocol/exchange.h"

/* Finished transfers that are kept. */
#define MOST_IDLE 128

/* Connections that may be open. libcurl's own limit, four for each transfer in
** progress, closes most of them when many transfers end together. */
#define MOST_CONNECTIONS 1000L

/* Requests that may wait to be sent while replies are handled; and the part
** of all transfers, because a poll that sends them costs time for each. */
#define MOST_UNSENT 4
#define UNSENT_PART 8

/* Number of polls in which an overdue transfer may still read data that have
** already arrived: more than a socket buffer holds. */
#define OVERDUE_POLLS 100

/* Seconds after which transfers are performed once more since something was
** received, although no socket is ready: libcurl may have read the end of one
** reply together with another on the same HTTP/2 connection, and notice it only
** when it is called again. */
#define SECOND_LOOK 0.002

typedef struct ts_driver {
  CURLM *multi;
  pid_t process; /* the owner: a forked child must not use its connections */
  struct ts_transfer *idle; /* list of the finished ones that are kept */
  size_t idle_count;
  struct ts_transfer *first; /* head of the list of transfers */
  size_t count;              /* of them */
  size_t unsent;             /* transfers started since the last poll */
  double look_again_at;      /* monotonic; HUGE_VAL: nothing was received */
  ts_sockets sockets;
} ts_driver;

/* True if the module stays in memory, so that libcurl's threads may outlive
** the client. */
static bool pinned;

static bool initialized;

static void initialize(void) {
  pinned = ts_pin_library();
  initialized = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

/* Threads may each run a Lua state. Before libcurl 7.84 curl_global_init() is
** not thread-safe: the module must then be loaded in one thread first. */
bool ts_curl_open(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  return pthread_once(&once, initialize) == 0 && initialized;
}

const char *ts_curl_version(void) {
  return curl_version_info(CURLVERSION_NOW)->version;
}

/* --- Handles ---------------------------------------------------------- */

static bool is_ours(const ts_driver *driver) {
  return driver->process == getpid();
}

/* The parent's handles are left alone, because closing them would shut down the
** parent's connections. The copies of its sockets stay open here until this
** process exits or calls exec. */
void ts_curl_notice_fork(ts_client *client) {
  if (client->driver != NULL && !is_ours(client->driver)) {
    client->driver = NULL;
  }
}

/* Returns the driver of this process; NULL: out of memory. */
static ts_driver *open_driver(ts_client *client) {
  ts_driver *driver;
  ts_curl_notice_fork(client);
  if (client->driver != NULL) {
    return client->driver;
  }
  driver = calloc(1, sizeof *driver);
  if (driver == NULL) {
    return NULL;
  }
  driver->process = getpid();
  driver->look_again_at = HUGE_VAL;
  driver->multi = curl_multi_init();
  if (driver->multi == NULL) {
    free(driver);
    return NULL;
  }
  curl_multi_setopt(driver->multi, CURLMOPT_MAXCONNECTS, MOST_CONNECTIONS);
  client->driver = driver;
  client->close_driver = ts_curl_close;
  return driver;
}

static void free_transfer(ts_transfer *transfer) {
  if (transfer->easy != NULL) {
    curl_easy_cleanup(transfer->easy);
  }
  curl_url_cleanup(transfer->url);
  ts_buffer_free(&transfer->address);
  free(transfer);
}

/* Returns a kept transfer, or NULL. */
static ts_transfer *take_idle(ts_driver *driver) {
  ts_transfer *transfer = driver->idle;
  if (transfer != NULL) {
    driver->idle = transfer->next;
    driver->idle_count--;
    transfer->next = NULL;
  }
  return transfer;
}

/* Keeps the transfer for the next request, without what belongs to this
** one. */
static void give_back(ts_transfer *transfer) {
  ts_driver *driver = transfer->driver;
  ts_transfer blank = {0};
  if (driver->idle_count == MOST_IDLE) {
    free_transfer(transfer);
    return;
  }
  curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, NULL);
  curl_easy_setopt(transfer->easy, CURLOPT_POSTFIELDS, NULL);
  blank.driver = driver;
  blank.sockets = &driver->sockets;
  blank.easy = transfer->easy;
  blank.url = transfer->url;
  blank.address = transfer->address;
  blank.next = driver->idle;
  *transfer = blank;
  driver->idle = transfer;
  driver->idle_count++;
}

static ts_transfer *create_transfer(ts_driver *driver,
                                    const ts_client *client) {
  ts_transfer *transfer = calloc(1, sizeof *transfer);
  if (transfer == NULL) {
    return NULL;
  }
  transfer->driver = driver;
  transfer->sockets = &driver->sockets;
  transfer->easy = curl_easy_init();
  transfer->url = curl_url();
  if (transfer->easy == NULL || transfer->url == NULL ||
      ts_request_set_up_handle(transfer, client, pinned) != CURLE_OK) {
    free_transfer(transfer);
    return NULL;
  }
  return transfer;
}

void ts_curl_close(ts_client *client) {
  ts_driver *driver;
  ts_curl_notice_fork(client);
  driver = client->driver;
  if (driver == NULL) {
    return;
  }
  client->driver = NULL;
  while (driver->first != NULL) {
    ts_exchange_fail(driver->first->exchange, TS_CLOSED,
                     "the client was closed");
  }
  while (driver->idle != NULL) {
    free_transfer(take_idle(driver));
  }
  curl_multi_cleanup(driver->multi);
  free(driver);
}

static void link_transfer(ts_transfer *transfer) {
  ts_driver *driver = transfer->driver;
  transfer->next = driver->first;
  if (driver->first != NULL) {
    driver->first->previous = transfer;
  }
  driver->first = transfer;
  driver->count++;
}

static void unlink_transfer(ts_transfer *transfer) {
  transfer->driver->count--;
  if (transfer->next != NULL) {
    transfer->next->previous = transfer->previous;
  }
  if (transfer->previous != NULL) {
    transfer->previous->next = transfer->next;
  } else {
    transfer->driver->first = transfer->next;
  }
}

/* Makes libcurl discard what it keeps of the reply. If other transfers share
** the connection, it would not do so by itself, at least until 7.88, and would
** offer it as part of the reply to the next request. False: it still keeps
** it. */
static bool discard(ts_transfer *transfer) {
  transfer->dropped = true;
  return !transfer->held ||
         curl_easy_pause(transfer->easy, CURLPAUSE_CONT) == CURLE_OK;
}

/* Ends the transfer and detaches it from the exchange. */
static void drop_transfer(ts_transfer *transfer) {
  ts_driver *driver = transfer->driver;
  transfer->exchange->transfer = NULL;
  if (is_ours(driver)) {
    bool is_clean = discard(transfer);
    curl_multi_remove_handle(driver->multi, transfer->easy);
    unlink_transfer(transfer);
    ts_request_free_headers(transfer);
    ts_inflate_free(transfer->inflate);
    if (is_clean) {
      give_back(transfer);
    } else {
      free_transfer(transfer);
    }
  }
  /* Otherwise it belongs to the parent, whose handle still points here. */
}

/* Cancels the transfer of the exchange, if it has one. */
static void cancel(ts_exchange *x) {
  if (x->transfer != NULL) {
    ts_receive_abandon(x->transfer);
    drop_transfer(x->transfer);
  }
}

/* --- Sending ---------------------------------------------------------- */

static ts_transfer *new_transfer(ts_exchange *x) {
  ts_driver *driver = open_driver(x->client);
  ts_transfer *transfer;
  if (driver == NULL) {
    return NULL;
  }
  transfer = take_idle(driver);
  if (transfer == NULL) {
    transfer = create_transfer(driver, x->client);
  }
  if (transfer == NULL) {
    return NULL;
  }
  transfer->exchange = x;
  transfer->socket = CURL_SOCKET_BAD;
  transfer->started_at = transfer->last_activity = ts_now();
  link_transfer(transfer);
  x->transfer = transfer;
  x->cancel = cancel;
  return transfer;
}

void ts_curl_start(ts_exchange *x, double now) {
  ts_transfer *transfer;
  CURLcode code;
  if (!ts_exchange_begin(x, now)) {
    ts_exchange_fail(x, TS_LIMIT_EXCEEDED, "not enough memory");
    return;
  }
#if LIBCURL_VERSION_NUM < 0x075000
  x->sent = true; /* because no callback will report it */
#endif
  transfer = new_transfer(x);
  if (transfer == NULL || !ts_request_add_headers(transfer)) {
    cancel(x);
    ts_exchange_end(x, TS_FAILURE_LOCAL, "not enough memory", now);
    return;
  }
  transfer->time_limit =
      x->response.stream ? x->ends_at - now : ts_exchange_time_limit(x, now);
  code = ts_request_set_up(transfer);
  if (code != CURLE_OK || curl_multi_add_handle(transfer->driver->multi,
                                                transfer->easy) != CURLM_OK) {
    cancel(x);
    ts_exchange_end(x, TS_FAILURE_LOCAL,
                    code != CURLE_OK ? curl_easy_strerror(code)
                                     : "not enough memory",
                    now);
    return;
  }
  transfer->driver->unsent++;
}

bool ts_curl_sends(const ts_exchange *x) {
  return x->transfer != NULL && x->transfer->driver == x->client->driver;
}

/* --- Ending ----------------------------------------------------------- */

static void end_transfer(ts_transfer *transfer, CURLcode code, double now) {
  ts_exchange *x = transfer->exchange;
  char said[TS_MESSAGE];
  ts_failure failure = ts_ending_judge(transfer, code, said);
  if (code != CURLE_OK) {
    ts_receive_abandon(transfer);
  }
  drop_transfer(transfer);
  ts_exchange_end(x, failure, said, now);
}

/* --- Time ------------------------------------------------------------- */

/* Timeouts are not left to libcurl, which would fail a transfer whose response
** has arrived in time if the program polls late. Here the response is read
** first. */

/* Returns whether the time limit applies. A stream whose body has begun has no
** time limit, as long as data keep arriving. */
static bool is_bounded(const ts_transfer *transfer) {
  return !transfer->exchange->response.stream ||
         !ts_receive_has_begun(transfer);
}

/* Returns the time at which the transfer times out unless data arrive. */
static double end_of(const ts_transfer *transfer) {
  const ts_exchange *x = transfer->exchange;
  double end = HUGE_VAL;
  if (x->response.stream && !x->response.paused) {
    end = transfer->last_activity + x->timeout;
  }
  if (is_bounded(transfer)) {
    end = fmin(end, transfer->started_at + transfer->time_limit);
  }
  return end;
}

/* Returns 'seconds', or less if a transfer times out or is to be performed
** again earlier. */
static double time_to_wait(const ts_driver *driver, double seconds) {
  const ts_transfer *transfer;
  double now = ts_now();
  seconds = fmin(seconds, driver->look_again_at - now);
  for (transfer = driver->first; transfer != NULL; transfer = transfer->next) {
    seconds = fmin(seconds, end_of(transfer) - now);
  }
  return seconds;
}

static void mark_overdue(const ts_driver *driver) {
  ts_transfer *transfer;
  double now = ts_now();
  for (transfer = driver->first; transfer != NULL; transfer = transfer->next) {
    transfer->overdue = now < end_of(transfer) ? 0 : transfer->overdue + 1;
  }
}

/* Starts a transfer once more that was stopped before its request was sent,
** because its connection, which libcurl has closed now, was unusable. Returns
** whether it could. */
static bool restart(ts_transfer *transfer) {
  CURLM *multi = transfer->driver->multi;
  curl_multi_remove_handle(multi, transfer->easy);
  if (curl_multi_add_handle(multi, transfer->easy) != CURLM_OK) {
    return false;
  }
  transfer->unusable = false;
  transfer->sentence = NULL;
  transfer->message[0] = '\0';
  return true;
}

/* Ends the transfers that are done. Returns whether there was one. */
static bool collect(ts_driver *driver, double now) {
  CURLMsg *message;
  int left;
  bool ended = false;
  while ((message = curl_multi_info_read(driver->multi, &left)) != NULL) {
    char *private = NULL;
    if (message->msg == CURLMSG_DONE) {
      CURLcode code = message->data.result;
      ts_transfer *transfer;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &private);
      transfer = (ts_transfer *)(void *)private;
      if (!transfer->unusable || !restart(transfer)) {
        end_transfer(transfer, code, now);
      }
      ended = true;
    }
  }
  return ended;
}

static void end_overdue_transfer(ts_transfer *transfer, double now) {
  const char *what = ts_receive_has_begun(transfer)
                         ? "the reply was not complete within"
                         : "no reply within";
  double seconds = transfer->time_limit;
  if (!is_bounded(transfer) || now < transfer->started_at + seconds) {
    what = "the server has sent nothing for";
    seconds = now - transfer->last_activity;
  }
  snprintf(transfer->message, sizeof transfer->message, "%s %.3g seconds",
           what, seconds);
  transfer->sentence = transfer->message;
  end_transfer(transfer, CURLE_OPERATION_TIMEDOUT, now);
}

/* Fails the transfers whose replies are mixed up, and those that are overdue,
** unless something arrived in the poll that started at 'began'. Returns whether
** there was one. */
static bool end_failed(const ts_driver *driver, double began) {
  ts_transfer *transfer = driver->first, *next;
  double now = ts_now();
  bool ended = false;
  for (; transfer != NULL; transfer = next) {
    next = transfer->next;
    if (transfer->mixed_up) {
      end_transfer(transfer, CURLE_RECV_ERROR, now);
      ended = true;
    } else if (transfer->overdue > 0 && now >= end_of(transfer) &&
               (transfer->last_activity < began ||
                transfer->overdue > OVERDUE_POLLS)) {
      end_overdue_transfer(transfer, now);
      ended = true;
    }
  }
  return ended;
}

/* Unpauses a transfer. False: the data that libcurl had buffered are invalid,
** and the transfer was ended here, because libcurl does not report its end. */
static bool resume(ts_transfer *transfer) {
  CURLcode code;
  transfer->held = false;
  code = curl_easy_pause(transfer->easy, CURLPAUSE_CONT);
  if (code != CURLE_OK) {
    transfer->held = true;
    end_transfer(transfer, code, ts_now());
  }
  return code == CURLE_OK;
}

/* Starts a poll: resumes the transfers that yielded. Returns whether one
** ended. */
static bool resume_yielded(const ts_driver *driver) {
  ts_transfer *transfer = driver->first, *next;
  bool ended = false;
  for (; transfer != NULL; transfer = next) {
    next = transfer->next;
    transfer->read = 0;
    if (transfer->yielded) {
      transfer->yielded = false;
      ended = !resume(transfer) || ended;
    }
  }
  return ended;
}

/* Returns whether one of libcurl's timers has expired: that of a transfer just
** added has. */
static bool is_due(const ts_driver *driver) {
  long left = -1;
  curl_multi_timeout(driver->multi, &left);
  return left == 0;
}

/* Waits up to 'seconds' for a socket to become ready; returns whether one
** is. */
static bool is_ready(const ts_driver *driver, double seconds) {
  int ready = 0;
  curl_multi_poll(driver->multi, NULL, 0,
                  seconds > 0 ? (int)ts_request_milliseconds(seconds) : 0,
                  &ready);
  return ready > 0;
}

/* Performs the transfers. Returns whether something was received. */
static bool perform(ts_driver *driver) {
  const ts_transfer *transfer;
  double began = ts_now(), now;
  int running;
  bool received = false, shared = false;
  driver->unsent = 0;
  curl_multi_perform(driver->multi, &running);
  for (transfer = driver->first; transfer != NULL && !(received && shared);
       transfer = transfer->next) {
    received = received || transfer->last_activity >= began;
    shared = shared || transfer->multiplexed;
  }
  now = ts_now();
  received = collect(driver, now) || received;
  driver->look_again_at = received && shared && driver->first != NULL
                              ? now + SECOND_LOOK
                              : HUGE_VAL;
  return received;
}

/* All sockets are polled together first, because curl_multi_perform() checks
** the socket of each transfer. */
bool ts_curl_poll(ts_client *client, double seconds) {
  ts_driver *driver = open_driver(client);
  double began = ts_now();
  bool moved;
  if (driver == NULL) {
    return false;
  }
  if (resume_yielded(driver)) {
    return true;
  }
  moved = is_due(driver) || is_ready(driver, time_to_wait(driver, seconds)) ||
          is_due(driver);
  mark_overdue(driver);
  if (moved || ts_now() >= driver->look_again_at) {
    moved = perform(driver) || moved;
  }
  return end_failed(driver, began) || moved;
}

bool ts_curl_is_behind(const ts_client *client) {
  const ts_driver *driver = client->driver;
  return driver != NULL && driver->unsent >= MOST_UNSENT &&
         driver->unsent * UNSENT_PART >= driver->count;
}

void ts_curl_resume(ts_exchange *x) {
  ts_curl_notice_fork(x->client);
  if (x->response.paused && ts_curl_sends(x)) {
    x->response.paused = false;
    x->transfer->last_activity = ts_now();
    resume(x->transfer);
  }
}
