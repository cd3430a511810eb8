/*
** stuck_resolver.c - for LD_PRELOAD: no name is ever resolved. At the end of
** the program, prints whether the code that asked for a name is still in
** memory.
*/

#define _GNU_SOURCE

#include <dlfcn.h>
#include <netdb.h>
#include <stdio.h>
#include <unistd.h>

static void *caller;

int getaddrinfo(const char *name, const char *service,
                const struct addrinfo *hints, struct addrinfo **result) {
  (void)name;
  (void)service;
  (void)hints;
  (void)result;
  caller = __builtin_return_address(0);
  for (;;) {
    pause();
  }
}

__attribute__((destructor)) static void report(void) {
  Dl_info info;
  if (caller != NULL) {
    puts(dladdr(caller, &info) ? "resident" : "unloaded");
    fflush(stdout);
  }
}
