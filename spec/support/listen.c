/*
** listen.c - runs nginx on ports that the kernel chooses.
**
** listen COUNT[:PORT] TEMPLATE CONFIG COMMAND [ARGUMENT ...]
**
** Binds COUNT sockets on 127.0.0.1, the first of them to PORT where that is
** given. Copies TEMPLATE to CONFIG with @PORT1@, @PORT2@ and so on replaced by
** their ports, starts COMMAND in the background, waits until it has written
** nginx.pid beside CONFIG, and prints its process and the ports, one a line.
** If COMMAND ends before that, this is an error, reported with its error.log.
**
** nginx takes no port 0, but it takes over sockets that the variable NGINX
** names, as it does when it replaces its own binary: so no other program can
** come in between, and a client may connect at once.
**
** Every process of the server holds a lock on the file "lock" beside CONFIG:
** whoever gets it knows that all of them are gone. That is exact where a pid
** is not: a pid may be reused, and a process that nobody has waited for keeps
** its pid after its end.
*/

#define _DEFAULT_SOURCE

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MOST_SOCKETS 9

/* How long a start may take, and how often it is checked. */
#define START_SECONDS 30
#define LOOKS_PER_SECOND 500

static void fail(const char *what) {
  perror(what);
  exit(1);
}

/* Binds a socket to a port, or to one of the kernel's choice; returns the
** port. It does not block: of two workers that nginx wakes for one connection,
** the slower would wait in accept(). */
static int listen_on(int port, int *descriptor) {
  struct sockaddr_in address;
  socklen_t length = sizeof address;
  int yes = 1;
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_port = htons((unsigned short)port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  *descriptor = socket(AF_INET, SOCK_STREAM, 0);
  if (*descriptor < 0 ||
      setsockopt(*descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) !=
          0 ||
      bind(*descriptor, (struct sockaddr *)&address, sizeof address) != 0 ||
      listen(*descriptor, 511) != 0 ||
      fcntl(*descriptor, F_SETFL, O_NONBLOCK) != 0 ||
      getsockname(*descriptor, (struct sockaddr *)&address, &length) != 0) {
    if (port > 0) {
      fprintf(stderr, "port %d: %s; PORT names another\n", port,
              strerror(errno));
      exit(1);
    }
    fail("listen");
  }
  return ntohs(address.sin_port);
}

/* The path of a file in the folder of another. */
static char *beside(const char *path, const char *name) {
  const char *slash = strrchr(path, '/');
  size_t folder = slash != NULL ? (size_t)(slash - path) + 1 : 0;
  char *joined = malloc(folder + strlen(name) + 1);
  if (joined == NULL) {
    fail(name);
  }
  memcpy(joined, path, folder);
  strcpy(joined + folder, name);
  return joined;
}

/* Takes the lock that the server's processes inherit. */
static void take_lock(const char *path) {
  int descriptor = open(path, O_RDWR | O_CREAT, 0600);
  if (descriptor < 0 || flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    fail(path);
  }
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

/* Runs the command in its own session. */
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

/* Copies a file to the standard error, where there is one. */
static void show(const char *path) {
  FILE *file = fopen(path, "r");
  int c;
  while (file != NULL && (c = fgetc(file)) != EOF) {
    fputc(c, stderr);
  }
  if (file != NULL) {
    fclose(file);
  }
}

/* Waits until the server has written its pid; it takes signals then. */
static void await_start(pid_t child, const char *config, const char *name) {
  const struct timespec pause = {0, 1000000000 / LOOKS_PER_SECOND};
  char *pid_file = beside(config, "nginx.pid");
  int look, status;
  for (look = 0; look < START_SECONDS * LOOKS_PER_SECOND; look++) {
    struct stat file;
    if (stat(pid_file, &file) == 0 && file.st_size > 0) {
      free(pid_file);
      return;
    }
    if (waitpid(child, &status, WNOHANG) == child) {
      fprintf(stderr, "%s does not start%s\n", name,
              WIFEXITED(status) && WEXITSTATUS(status) == 127
                  ? ": it cannot be run"
                  : "");
      show(beside(config, "error.log"));
      exit(1);
    }
    nanosleep(&pause, NULL);
  }
  kill(-child, SIGKILL);
  fprintf(stderr, "%s does not start within %d seconds\n", name,
          START_SECONDS);
  show(beside(config, "error.log"));
  exit(1);
}

int main(int argc, char **argv) {
  int descriptors[MOST_SOCKETS], ports[MOST_SOCKETS];
  char inherited[16 * MOST_SOCKETS] = "", line[4096];
  int count = argc > 4 ? atoi(argv[1]) : 0, i;
  const char *port = count > 0 ? strchr(argv[1], ':') : NULL;
  FILE *from, *to;
  pid_t child;
  if (count < 1 || count > MOST_SOCKETS) {
    fprintf(stderr,
            "usage: listen COUNT[:PORT] TEMPLATE CONFIG COMMAND ...\n");
    return 2;
  }
  for (i = 0; i < count; i++) {
    char one[16];
    ports[i] = listen_on(i == 0 && port != NULL ? atoi(port + 1) : 0,
                         &descriptors[i]);
    snprintf(one, sizeof one, "%d;", descriptors[i]);
    strcat(inherited, one);
  }
  take_lock(beside(argv[3], "lock"));
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
  await_start(child, argv[3], argv[4]);
  printf("%ld\n", (long)child);
  for (i = 0; i < count; i++) {
    printf("%d\n", ports[i]);
  }
  return 0;
}
