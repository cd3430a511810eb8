/*
** fault_server.c - a server that sends scripted replies, valid or not.
**
**   fault_server FOLDER
**   fault_server FOLDER PORT...
**
** It listens on a port of 127.0.0.1 that the kernel chooses, prints it, and
** ends when its standard output is closed. With further PORTs it is a load
** balancer: it relays connections to these ports in turn.
**
** A request for /CASE/api/rest/2.0/a/b with the bearer token t is of the kind
** "a-b@t", "a-b" or "any": the first of which the file FOLDER/CASE.KIND.1
** exists. A proxy's CONNECT to CASE:PORT is of the kind "any". The script for
** the n-th request of a kind is FOLDER/CASE.KIND.n; if that does not exist,
** the last one that does. Such a file is a list of lines:
**   send N      then N bytes, which are sent, and a line end
**   flood N     the same, sent until the client leaves
**   pause N     waits N milliseconds
**   hang        waits until the client leaves
**   close       closes the connection
**   reset       breaks it
**   deaf        accepts no further connection
** After the last line the connection waits for its next request.
**
** FOLDER/CASE.log gets an entry for each request, "request CONNECTION N" and
** its N bytes, and one for each time that the client stops reading for long,
** "stall CONNECTION BYTES" with the bytes sent until then.
*/

#define _POSIX_C_SOURCE 200809L

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define API "/api/rest/2.0/"
#define NAME 256
#define PATH 2048
#define REQUEST 4194304 /* the longest */
#define CASES 4096
#define STALL 150 /* milliseconds */

typedef struct counter {
  char scripts[PATH]; /* but for their number */
  unsigned last;
  unsigned requests;
} counter;

typedef struct connection {
  int socket;
  unsigned number;
  char *request; /* the bytes of it that have come */
  size_t length;
  char prefix[PATH / 2]; /* of its case's files */
  unsigned long sent;
} connection;

static const char *root;
static int listener;
static char **machines; /* ports to relay to, NULL-terminated */
static unsigned machine_count;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static counter counters[CASES];
static size_t counter_count;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static struct sockaddr_in loopback(unsigned short port) {
  struct sockaddr_in address;
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

/* --- Requests --------------------------------------------------------- */

/* The length of the request at the start of the bytes; 0: it is incomplete. */
static size_t request_length(const char *bytes, size_t length) {
  const char *end, *field;
  size_t body = 0;
  (void)length;
  end = strstr(bytes, "\r\n\r\n");
  if (end == NULL) {
    return 0;
  }
  field = strstr(bytes, "Content-Length: ");
  if (field != NULL && field < end) {
    body = strtoul(field + 16, NULL, 10);
  }
  body += (size_t)(end - bytes) + 4;
  return body <= length ? body : 0;
}

/* Reads up to the end of a request; false: the client has left. */
static int read_request(connection *c, size_t *length) {
  while ((*length = request_length(c->request, c->length)) == 0) {
    ssize_t n =
        recv(c->socket, c->request + c->length, REQUEST - c->length, 0);
    if (n <= 0) {
      return 0;
    }
    c->length += (size_t)n;
    c->request[c->length] = '\0';
  }
  return 1;
}

static void log_entry(const connection *c, const char *what,
                      unsigned long number, const char *bytes) {
  char path[PATH];
  FILE *file;
  snprintf(path, sizeof path, "%s.log", c->prefix);
  pthread_mutex_lock(&lock);
  file = fopen(path, "ab");
  if (file != NULL) {
    fprintf(file, "%s %u %lu\n", what, c->number, number);
    if (bytes != NULL) {
      fwrite(bytes, 1, number, file);
      fputc('\n', file);
    }
    fclose(file);
  }
  pthread_mutex_unlock(&lock);
}

static int has_script(const char *scripts, unsigned number) {
  char path[PATH + NAME];
  snprintf(path, sizeof path, "%s.%u", scripts, number);
  return access(path, R_OK) == 0;
}

/* Counts a request of the kind with these scripts; returns the number of the
** one to play. */
static unsigned count(const char *scripts) {
  counter *c = counters;
  unsigned number;
  pthread_mutex_lock(&lock);
  while (c < counters + counter_count && strcmp(c->scripts, scripts) != 0) {
    c++;
  }
  if (c == counters + counter_count) {
    if (counter_count == CASES) {
      fail("too many cases");
    }
    counter_count++;
    snprintf(c->scripts, sizeof c->scripts, "%s", scripts);
    while (has_script(scripts, c->last + 1)) {
      c->last++;
    }
  }
  number = ++c->requests < c->last ? c->requests : c->last;
  pthread_mutex_unlock(&lock);
  return number;
}

/* Copies a part of a path up to a space or one of 'ends'; slashes become
** dashes. */
static void copy_name(char *name, const char *from, const char *ends) {
  size_t i = 0;
  while (i < NAME - 1 && from[i] > ' ' && strchr(ends, from[i]) == NULL) {
    name[i] = from[i] == '/' ? '-' : from[i];
    i++;
  }
  name[i] = '\0';
}

/* The scripts for a request; 'api' is its path below the API's. */
static void find_scripts(const connection *c, const char *api, char *scripts) {
  const char *bearer = strstr(c->request, "Authorization: Bearer ");
  char token[NAME] = "", path[NAME];
  copy_name(path, api, "?");
  if (bearer != NULL) {
    copy_name(token, bearer + 22, "?");
  }
  snprintf(scripts, PATH, "%s.%s@%s", c->prefix, path, token);
  if (!has_script(scripts, 1)) {
    snprintf(scripts, PATH, "%s.%s", c->prefix, path);
  }
  if (!has_script(scripts, 1)) {
    snprintf(scripts, PATH, "%s.any", c->prefix);
  }
}

/* Opens the script for the request. */
static FILE *open_script(connection *c) {
  char name[NAME], scripts[PATH], path[PATH + NAME];
  const char *target = strchr(c->request, ' ');
  const char *api;
  target = target == NULL ? "" : target + 1;
  if (strncmp(target, "http://", 7) == 0) { /* as a proxy is asked */
    target += 7 + strcspn(target + 7, "/");
  }
  copy_name(name, target + (*target == '/'), "/?:");
  snprintf(c->prefix, sizeof c->prefix, "%s/%s", root, name);
  api = strstr(target, API);
  find_scripts(c, api == NULL ? "" : api + sizeof API - 1, scripts);
  snprintf(path, sizeof path, "%s.%u", scripts, count(scripts));
  return fopen(path, "rb");
}

/* --- Replies ---------------------------------------------------------- */

/* False: the client has left. */
static int send_bytes(connection *c, const char *bytes, size_t length) {
  int stalled = 0;
  while (length > 0) {
    struct pollfd ready = {c->socket, POLLOUT, 0};
    ssize_t n;
    if (poll(&ready, 1, STALL) == 0) {
      if (!stalled) {
        log_entry(c, "stall", c->sent, NULL);
        stalled = 1;
      }
      continue;
    }
    n = send(c->socket, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0) {
      return 0;
    }
    bytes += n;
    length -= (size_t)n;
    c->sent += (unsigned long)n;
  }
  return 1;
}

static void wait_for_leave(const connection *c) {
  char bytes[4096];
  while (recv(c->socket, bytes, sizeof bytes, 0) > 0) {
  }
}

static void wait_for(unsigned long milliseconds) {
  poll(NULL, 0, (int)milliseconds);
}

static void reset(const connection *c) {
  struct linger at_once = {1, 0};
  setsockopt(c->socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

/* Sends the bytes that follow in the script; false: the client has left. */
static int send_next(connection *c, FILE *script, size_t length,
                     int for_ever) {
  char *bytes = malloc(length + 1);
  int there;
  if (bytes == NULL || fread(bytes, 1, length + 1, script) != length + 1) {
    fail("script");
  }
  do {
    there = send_bytes(c, bytes, length);
  } while (there && for_ever);
  free(bytes);
  return there;
}

/* Does what the script says; false: the connection is to be closed. */
static int play(connection *c, FILE *script) {
  char line[64];
  while (fgets(line, sizeof line, script) != NULL) {
    char what[16] = "";
    unsigned long number = 0;
    sscanf(line, "%15s %lu", what, &number);
    if (strcmp(what, "send") == 0 || strcmp(what, "flood") == 0) {
      if (!send_next(c, script, number, *what == 'f')) {
        return 0;
      }
    } else if (strcmp(what, "pause") == 0) {
      wait_for(number);
    } else if (strcmp(what, "hang") == 0) {
      wait_for_leave(c);
      return 0;
    } else if (strcmp(what, "deaf") == 0) {
      shutdown(listener, SHUT_RDWR);
    } else {
      if (strcmp(what, "reset") == 0) {
        reset(c);
      }
      return 0;
    }
  }
  return 1;
}

/* --- Relaying --------------------------------------------------------- */

/* Passes on bytes; false: there will be no more. */
static int pass_on(int from, int to) {
  char bytes[65536];
  ssize_t n = recv(from, bytes, sizeof bytes, 0), sent = 0;
  while (sent < n) {
    ssize_t more = send(to, bytes + sent, (size_t)(n - sent), MSG_NOSIGNAL);
    if (more <= 0) {
      return 0;
    }
    sent += more;
  }
  return n > 0;
}

static void relay(const connection *c, const char *port) {
  struct pollfd ends[2] = {{c->socket, POLLIN, 0}, {0, POLLIN, 0}};
  struct sockaddr_in address = loopback((unsigned short)atoi(port));
  ends[1].fd = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(ends[1].fd, (struct sockaddr *)&address, sizeof address) == 0) {
    int open = 1;
    while (open && poll(ends, 2, -1) > 0) {
      open = (ends[0].revents == 0 || pass_on(ends[0].fd, ends[1].fd)) &&
             (ends[1].revents == 0 || pass_on(ends[1].fd, ends[0].fd));
    }
  }
  close(ends[1].fd);
}

/* --- Connections ------------------------------------------------------ */

static void *serve(void *data) {
  connection *c = data;
  size_t length;
  int open = machines == NULL;
  if (machines != NULL) {
    relay(c, machines[c->number % machine_count]);
  }
  while (open && read_request(c, &length)) {
    FILE *script = open_script(c);
    log_entry(c, "request", length, c->request);
    memmove(c->request, c->request + length, c->length - length + 1);
    c->length -= length;
    open = script != NULL && play(c, script);
    if (script != NULL) {
      fclose(script);
    }
  }
  close(c->socket);
  free(c->request);
  free(c);
  return NULL;
}

static void start(int socket, unsigned number) {
  connection *c = calloc(1, sizeof *c);
  pthread_t thread;
  if (c == NULL || (c->request = malloc(REQUEST + 1)) == NULL) {
    fail("connection");
  }
  c->socket = socket;
  c->number = number;
  c->request[0] = '\0';
  if (pthread_create(&thread, NULL, serve, c) != 0) {
    fail("thread");
  }
  pthread_detach(thread);
}

static void open_listener(void) {
  struct sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  listener = socket(AF_INET, SOCK_STREAM, 0);
  if (listener < 0 ||
      bind(listener, (struct sockaddr *)&address, sizeof address) != 0 ||
      listen(listener, 512) != 0 ||
      getsockname(listener, (struct sockaddr *)&address, &size) != 0) {
    fail("listen");
  }
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
}

int main(int argc, char **argv) {
  unsigned number = 0;
  if (argc < 2) {
    fputs("usage: fault_server FOLDER [PORT...]\n", stderr);
    return 1;
  }
  root = argv[1];
  if (argc > 2) {
    machines = argv + 2;
    machine_count = (unsigned)argc - 2;
  }
  open_listener();
  for (;;) {
    struct pollfd ready[2] = {{STDOUT_FILENO, 0, 0}, {0, POLLIN, 0}};
    ready[1].fd = listener;
    if (poll(ready, 2, -1) < 0 || ready[0].revents != 0) {
      return 0;
    }
    if ((ready[1].revents & POLLIN) != 0) {
      int socket = accept(listener, NULL, NULL);
      if (socket >= 0) {
        start(socket, ++number);
        continue;
      }
    }
    if (ready[1].revents != 0) { /* deaf */
      listener = -1;
    }
  }
}
