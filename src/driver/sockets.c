/*
** sockets.c - knows the sockets of connections.
**
** libcurl tells neither when it closes a connection nor, at the moment of
** sending, which socket it uses, but only the local port. A socket that is
** known may thus be closed, and its number be that of another file: the port
** tells.
*/

#define _POSIX_C_SOURCE 200809L

#include <netinet/in.h>
#include <sys/socket.h>

#include "driver/sockets.h"

static int local_port(curl_socket_t socket) {
  union {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
  } address;
  socklen_t size = sizeof address;
  if (getsockname(socket, &address.any, &size) != 0) {
    return 0;
  }
  switch (address.any.sa_family) {
  case AF_INET:
    return ntohs(address.v4.sin_port);
  case AF_INET6:
    return ntohs(address.v6.sin6_port);
  default:
    return 0;
  }
}

void ts_sockets_note(ts_sockets *sockets, int port, curl_socket_t socket) {
  if (port > 0 && local_port(socket) == port) {
    sockets->known[port % TS_MOST_SOCKETS].port = port;
    sockets->known[port % TS_MOST_SOCKETS].socket = socket;
  }
}

bool ts_sockets_take_ready(ts_sockets *sockets, int port) {
  int place = port > 0 ? port % TS_MOST_SOCKETS : 0;
  curl_socket_t socket = sockets->known[place].socket;
  char byte;
  if (port <= 0 || sockets->known[place].port != port ||
      local_port(socket) != port ||
      recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0) {
    return false;
  }
  sockets->known[place].port = 0;
  return true;
}
