/*
** outcome.h - outcomes: the table that says for each failure and status of
** which kind it is, whether the call is retried, whether it may have been
** applied, and which sentence people are shown.
*/

#ifndef TS_OUTCOME_H
#define TS_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>

/*
** The kinds of outcome: constant, name, meaning, what to do about it. The
** texts are Markdown; the tables of the documentation are derived from them.
*/
#define TS_KINDS(KIND)                                                        \
  KIND(TS_OK, "ok", "it went well", "")                                       \
  KIND(TS_ARGUMENT, "argument", "an argument is invalid; nothing was sent",   \
       "change the argument in `err.field`")                                  \
  KIND(TS_AUTH, "auth", "the credentials or the token were rejected",         \
       "check the credentials: see [Authentication](authentication.md)")      \
  KIND(TS_FORBIDDEN, "forbidden",                                             \
       "the user lacks a privilege, or has no access to the org",             \
       "grant it, or use another account")                                    \
  KIND(TS_NOT_FOUND, "not_found",                                             \
       "a user, group or org in the request does not exist",                  \
       "check the identifier")                                                \
  KIND(TS_CONFLICT, "conflict",                                               \
       "it already exists, or several users match a name",                    \
       "use another name, or the GUID")                                       \
  KIND(TS_RATE_LIMIT, "rate_limit",                                           \
       "too many requests, or the client's own rate limit",                   \
       "send fewer requests at a time")                                       \
  KIND(TS_API, "api",                                                         \
       "the cluster refused the call for another reason (4xx, or an error "   \
       "with status 2xx)",                                                    \
       "read `err.debug`")                                                    \
  KIND(TS_SERVER, "server", "the cluster failed (5xx)",                       \
       "if it is a write, check the request first")                           \
  KIND(TS_GATEWAY, "gateway",                                                 \
       "something other than the cluster replied: a proxy, a load "           \
       "balancer, a block page, a login or maintenance page",                 \
       "check host and proxy, or try later")                                  \
  KIND(TS_CONNECT, "connect",                                                 \
       "no connection was made, or the proxy refused it",                     \
       "check host, network, proxy")                                          \
  KIND(TS_TLS, "tls", "the certificate or the handshake failed",              \
       "set `ca_file` if the CA is your own")                                 \
  KIND(TS_TIMEOUT, "timeout", "no reply in time",                             \
       "raise `timeout` or `deadline`")                                       \
  KIND(TS_NETWORK, "network", "the connection broke",                         \
       "check `err.applied`: a write may have been applied")                  \
  KIND(TS_DECODE, "decode", "the reply is not as expected",                   \
       "report it as a bug, with `err.body`")                                 \
  KIND(TS_LIMIT_EXCEEDED, "limit",                                            \
       "the reply is larger than `max_response_bytes`, or nested too deep",   \
       "read lists with `client:each_user`, or raise `max_response_bytes`")   \
  KIND(TS_CLOSED, "closed", "the client was closed", "create a new client")   \
  KIND(TS_CANCELLED, "cancelled", "the batch stopped before this item",       \
       "repeat it in a new batch")

#define TS_KIND_CONSTANT(constant, name, meaning, remedy) constant,
typedef enum ts_kind { TS_KINDS(TS_KIND_CONSTANT) TS_KIND_COUNT } ts_kind;
#undef TS_KIND_CONSTANT

const char *ts_kind_name(ts_kind kind);
const char *ts_kind_meaning(ts_kind kind);
const char *ts_kind_remedy(ts_kind kind);

/* How an attempt ended if not with a readable reply. */
typedef enum ts_failure {
  TS_FAILURE_NONE, /* the status decides */
  TS_FAILURE_CONNECT,
  TS_FAILURE_PROXY,     /* refused the connection */
  TS_FAILURE_HANDSHAKE, /* of TLS, failed or interrupted */
  TS_FAILURE_TLS,       /* the certificate is not trusted */
  TS_FAILURE_TIMEOUT,
  TS_FAILURE_NETWORK,  /* the connection broke */
  TS_FAILURE_ENCODING, /* the body is badly compressed, or that of a refusal
                          breaks off */
  TS_FAILURE_LOCAL,    /* the request could not be made here */
  TS_FAILURE_UNREADABLE,
  TS_FAILURE_TOO_LARGE
} ts_failure;

/* What the body of a reply is. */
typedef enum ts_body {
  TS_BODY_EMPTY = 1 << 0,  /* empty, or white space */
  TS_BODY_JSON = 1 << 1,   /* JSON that reports no error */
  TS_BODY_REPORT = 1 << 2, /* JSON that reports an error */
  TS_BODY_PAGE = 1 << 3,   /* HTML or XML */
  TS_BODY_TEXT = 1 << 4,   /* anything else */
  TS_BODY_GATEWAY = 1 << 5 /* an error that a gateway wrote, in JSON */
} ts_body;

/* Bodies that do not come from the cluster, whose errors are JSON. */
#define TS_BODY_FOREIGN ((unsigned)(TS_BODY_PAGE | TS_BODY_TEXT))

typedef struct ts_attempt {
  ts_failure failure;
  bool sent;   /* bytes of the request may have been sent */
  bool writes; /* the call changes something */
  long status; /* with TS_FAILURE_NONE, as the body */
  ts_body body;
  double retry_after; /* seconds, or below zero: absent */
} ts_attempt;

typedef enum ts_retry {
  TS_RETRY_NEVER,
  TS_RETRY_RENEWED,        /* once, with a new token */
  TS_RETRY_IF_IDEMPOTENT,  /* idempotent calls */
  TS_RETRY_UNLESS_APPLIED, /* idempotent calls, and all if nothing was sent */
  TS_RETRY_ALWAYS
} ts_retry;

typedef enum ts_applied {
  TS_APPLIED_NO,
  TS_APPLIED_IF_SENT,
  TS_APPLIED_MAYBE
} ts_applied;

typedef struct ts_outcome {
  ts_failure failure;
  int first, last; /* statuses, for TS_FAILURE_NONE */
  unsigned when;   /* bits of ts_body, and of outcome.c; 0: in any case */
  ts_kind kind;
  ts_retry retry;
  ts_applied applied;
  const char *cause;    /* for the documentation: Markdown */
  const char *sentence; /* if the reply has none */
} ts_outcome;

/* The table; in the last row, cause is NULL. */
extern const ts_outcome ts_outcomes[];

/* Returns the first row that matches the attempt; one always does. */
const ts_outcome *ts_outcome_find(const ts_attempt *attempt);

/* Returns whether an attempt with that outcome may be followed by another one
** with the same token. */
bool ts_outcome_may_retry(const ts_outcome *outcome, const ts_attempt *attempt,
                          bool idempotent);

/* Returns whether the server may have applied an attempt with that outcome. */
bool ts_outcome_may_have_applied(const ts_outcome *outcome,
                                 const ts_attempt *attempt);

/* Codes in error bodies. */
#define TS_CODE_UNRESOLVED 13003 /* the text lists unknown identifiers */
#define TS_CODE_ORG_DENIED 13090 /* the user has no access to the org */

/* Returns the kind of an error code if it is more specific than 'kind', the
** kind of the status, and replaces '*sentence'; otherwise returns 'kind'. */
ts_kind ts_outcome_refine(ts_kind kind, long code, const char **sentence);

#endif
