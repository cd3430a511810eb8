/*
** listen.c - runs nginx on ports that the kernel chooses.
**
** listen COUNT TEMPLATE CONFIG COMMAND [ARGUMENT ...]
**
** Binds COUNT sockets on 127.0.0.1, copies TEMPLATE to CONFIG with @PORT1@,
** @PORT2@ and so on replaced by their ports, starts COMMAND in the background
** and prints its process and the ports, one a line. nginx takes no port 0,
** but it takes over sockets that the variable NGINX names, as it does when it
** replaces its own binary: so no other program can come in between, and a
** client may connect at once.
*/

#define _POSIX_C_SOURCE 200809L

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST_SOCKETS 9

static void fail(const char *what) {
  perror(what);
  exit(1);
}

/* Binds a socket; returns its port. It does not block: of two workers that
** nginx wakes for one connection, the slower would wait in accept(). */
static int listen_somewhere(int *descriptor) {
  struct sockaddr_in address;
  socklen_t length = sizeof address;
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  *descriptor = socket(AF_INET, SOCK_STREAM, 0);
  if (*descriptor < 0 ||
      bind(*descriptor, (struct sockaddr *)&address, sizeof address) != 0 ||
      listen(*descriptor, 511) != 0 ||
      fcntl(*descriptor, F_SETFL, O_NONBLOCK) != 0 ||
      getsockname(*descriptor, (struct sockaddr *)&address, &length) != 0) {
    fail("listen");
  }
  return ntohs(address.sin_port);
}

/* Whether 'text' begins with @PORTn@, for one of the ports; 'n' then. */
static int port_mark(const char *text, int count) {
  if (strncmp(text, "@PORT", 5) == 0 && text[5] >= '1' &&
      text[5] < '1' + count && text[6] == '@') {
    return text[5] - '0';
  }
  return 0;
}

static void copy_line(FILE *to, const char *line, const int *ports,
                      int count) {
  while (*line != '\0') {
    int mark = port_mark(line, count);
    if (mark > 0) {
      fprintf(to, "%d", ports[mark - 1]);
      line += strlen("@PORT1@");
    } else {
      fputc(*line++, to);
    }
  }
}

/* Runs the command, apart from whoever started this. */
static void become(char **command, const char *inherited) {
  int nothing = open("/dev/null", O_RDWR);
  if (nothing < 0 || dup2(nothing, 0) < 0 || dup2(nothing, 1) < 0 ||
      dup2(nothing, 2) < 0) {
    fail("/dev/null");
  }
  setsid();
  setenv("NGINX", inherited, 1);
  execvp(command[0], command);
  _exit(127);
}

int main(int argc, char **argv) {
  int descriptors[MOST_SOCKETS], ports[MOST_SOCKETS];
  char inherited[16 * MOST_SOCKETS] = "", line[4096];
  int count = argc > 4 ? atoi(argv[1]) : 0, i;
  FILE *from, *to;
  pid_t child;
  if (count < 1 || count > MOST_SOCKETS) {
    fprintf(stderr, "usage: listen COUNT TEMPLATE CONFIG COMMAND ...\n");
    return 2;
  }
  for (i = 0; i < count; i++) {
    char one[16];
    ports[i] = listen_somewhere(&descriptors[i]);
    snprintf(one, sizeof one, "%d;", descriptors[i]);
    strcat(inherited, one);
  }
  from = fopen(argv[2], "r");
  if (from == NULL) {
    fail(argv[2]);
  }
  to = fopen(argv[3], "w");
  if (to == NULL) {
    fail(argv[3]);
  }
  while (fgets(line, sizeof line, from) != NULL) {
    copy_line(to, line, ports, count);
  }
  fclose(from);
  if (fclose(to) != 0) {
    fail(argv[3]);
  }
  child = fork();
  if (child < 0) {
    fail("fork");
  }
  if (child == 0) {
    become(argv + 4, inherited);
  }
  printf("%ld\n", (long)child);
  for (i = 0; i < count; i++) {
    printf("%d\n", ports[i]);
  }
  return 0;
}
