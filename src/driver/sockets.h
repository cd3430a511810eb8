/*
** sockets.h - knows the sockets of connections, to see what arrives on one that
** no request is using.
*/

#ifndef TS_SOCKETS_H
#define TS_SOCKETS_H

#include <curl/curl.h>
#include <stdbool.h>

/* As many connections are known; of two with the same place, the later. */
#define TS_MOST_SOCKETS 1024

typedef struct ts_sockets {
  struct {
    int port; /* local; 0: none */
    curl_socket_t socket;
  } known[TS_MOST_SOCKETS];
} ts_sockets;

/* Notes the socket of a connection, unless it does not have this local port,
** because it was opened for an attempt to connect that another one won. */
void ts_sockets_note(ts_sockets *sockets, int port, curl_socket_t socket);

/* Returns whether the connection with this local port can be read: something
** has arrived, or the server has closed it. Forgets the connection then. */
bool ts_sockets_take_ready(ts_sockets *sockets, int port);

#endif
