/*
** endpoint.h - the endpoint table: the endpoints, what they take and return,
** and whether they may be retried. Everything else is derived from it.
*/

#ifndef TS_ENDPOINT_H
#define TS_ENDPOINT_H

#include "contract/schema.h"

/* Where the API begins on a cluster; the paths of endpoints are relative. */
#define TS_API_PATH "/api/rest/2.0/"

typedef enum ts_reply {
  TS_REPLY_NONE, /* 204, or any 2xx, whose body is ignored: true */
  TS_REPLY_OBJECT,
  TS_REPLY_LIST
} ts_reply;

/* The first is that of a row that does not say, because it does no harm. */
typedef enum ts_effect {
  TS_ONCE,       /* never repeated once bytes were sent */
  TS_IDEMPOTENT, /* repeating it changes nothing more */
  TS_SAFE        /* changes nothing (RFC 9110, 9.2.1) */
} ts_effect;

typedef enum ts_guard {
  TS_GUARD_NONE,
  TS_GUARD_IMPORT, /* delete_unspecified_users */
  TS_GUARD_LISTS,  /* an empty list removes the user from all */
  TS_GUARD_TARGET, /* a user or a token must be given */
  TS_GUARD_HOST    /* confirm must be the host */
} ts_guard;

typedef struct ts_endpoint {
  const char *name; /* NULL ends the table */
  const char *method;
  const char *path;               /* below TS_API_PATH */
  const ts_field *path_parameter; /* NULL, or the {name} in the path */
  const ts_schema *request;       /* NULL: no body */
  ts_reply reply;
  const ts_schema *reply_schema;
  ts_effect effect;
  ts_guard guard;
  const char *since;     /* the cluster version that introduced it */
  const char *privilege; /* required of the caller; NULL: none */
  const char *doc;
} ts_endpoint;

/* The privilege required to manage users. */
#define TS_USER_ADMINISTRATION                                                \
  "ADMINISTRATION, or USER_ADMINISTRATION if the cluster has RBAC"

extern const ts_endpoint ts_endpoints[];

/* The endpoint of client:request(), for calls that are not in the table: its
** request has method, path, body and reply. */
extern const ts_endpoint ts_endpoint_request;

/* Returns the endpoint that mints tokens. */
const ts_endpoint *ts_endpoint_token(void);

/* The schema of an object whose fields are unknown. */
extern const ts_schema ts_any_object;

/* Returns the endpoint called 'name', ts_endpoint_request included, or
** NULL. */
const ts_endpoint *ts_endpoint_find(const char *name);

#endif
