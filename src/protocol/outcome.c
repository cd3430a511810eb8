/*
** outcome.c - the table of outcomes, and its readers.
*/

#include "protocol/outcome.h"

/* Conditions of a row besides those of ts_body. */
#define IF_RETRY_AFTER (1u << 8) /* the reply has a Retry-After */
#define IF_WRITE (1u << 9)       /* the call changes something */

#define ANY_BODY                                                              \
  ((unsigned)(TS_BODY_EMPTY | TS_BODY_JSON | TS_BODY_REPORT | TS_BODY_PAGE |  \
              TS_BODY_TEXT | TS_BODY_GATEWAY))

#define REJECTED "the cluster rejected the credentials"
#define DENIED "the cluster denied permission"
#define MISSING "it does not exist"
#define TAKEN "it already exists"
#define REFUSED "the cluster refused the request"
#define FAILED "the cluster failed"
#define GATEWAY "a proxy or gateway replied in place of the cluster"
#define ELSEWHERE "the host redirects elsewhere"
#define IN_ITS_PLACE                                                          \
  "a proxy, a login page or a maintenance page replied in place of the "      \
  "cluster"

#define FAILURE(failure, kind, retry, applied, cause)                         \
  { failure, 0, 0, 0, kind, retry, applied, cause, NULL }
#define STATUS(first, last, when, kind, retry, applied, cause, sentence)      \
  { TS_FAILURE_NONE, first, last, when, kind, retry, applied, cause, sentence }

const ts_outcome ts_outcomes[] = {
    FAILURE(TS_FAILURE_CONNECT, TS_CONNECT, TS_RETRY_UNLESS_APPLIED,
            TS_APPLIED_IF_SENT, "no connection was made"),
    FAILURE(TS_FAILURE_PROXY, TS_CONNECT, TS_RETRY_NEVER, TS_APPLIED_IF_SENT,
            "the proxy refused the connection (4xx)"),
    FAILURE(TS_FAILURE_HANDSHAKE, TS_TLS, TS_RETRY_UNLESS_APPLIED,
            TS_APPLIED_IF_SENT, "the TLS handshake broke off"),
    FAILURE(TS_FAILURE_TLS, TS_TLS, TS_RETRY_NEVER, TS_APPLIED_IF_SENT,
            "a certificate was rejected"),
    FAILURE(TS_FAILURE_TIMEOUT, TS_TIMEOUT, TS_RETRY_UNLESS_APPLIED,
            TS_APPLIED_IF_SENT, "no reply in time"),
    FAILURE(TS_FAILURE_NETWORK, TS_NETWORK, TS_RETRY_UNLESS_APPLIED,
            TS_APPLIED_IF_SENT, "the connection broke"),
    FAILURE(TS_FAILURE_ENCODING, TS_DECODE, TS_RETRY_NEVER, TS_APPLIED_IF_SENT,
            "2xx that is badly compressed"),
    FAILURE(TS_FAILURE_LOCAL, TS_CONNECT, TS_RETRY_NEVER, TS_APPLIED_IF_SENT,
            "the request could not be created on this machine"),
    FAILURE(TS_FAILURE_UNREADABLE, TS_DECODE, TS_RETRY_NEVER, TS_APPLIED_MAYBE,
            "2xx with a body that is not the expected JSON"),
    FAILURE(TS_FAILURE_TOO_LARGE, TS_LIMIT_EXCEEDED, TS_RETRY_NEVER,
            TS_APPLIED_MAYBE, "2xx larger than `max_response_bytes`"),

    STATUS(200, 299, TS_BODY_PAGE, TS_GATEWAY, TS_RETRY_NEVER,
           TS_APPLIED_MAYBE, "2xx with HTML",
           "an HTML page instead of a reply: " IN_ITS_PLACE),
    STATUS(200, 299, TS_BODY_TEXT, TS_GATEWAY, TS_RETRY_NEVER,
           TS_APPLIED_MAYBE, "2xx with text",
           "text instead of a reply: " IN_ITS_PLACE),
    STATUS(200, 299, TS_BODY_REPORT, TS_API, TS_RETRY_NEVER, TS_APPLIED_MAYBE,
           "2xx with an error in JSON", REFUSED),
    STATUS(200, 299, 0, TS_OK, TS_RETRY_NEVER, TS_APPLIED_MAYBE, "2xx", NULL),
    STATUS(0, 199, 0, TS_GATEWAY, TS_RETRY_NEVER, TS_APPLIED_MAYBE,
           "1xx as the last status", GATEWAY),
    STATUS(303, 303, 0, TS_GATEWAY, TS_RETRY_NEVER, TS_APPLIED_MAYBE, "303",
           ELSEWHERE), /* the result is elsewhere */
    STATUS(300, 399, 0, TS_GATEWAY, TS_RETRY_NEVER, TS_APPLIED_NO, "other 3xx",
           ELSEWHERE),

    STATUS(401, 401, TS_BODY_FOREIGN, TS_GATEWAY, TS_RETRY_RENEWED,
           TS_APPLIED_NO, "401 with HTML or text", GATEWAY),
    STATUS(401, 401, 0, TS_AUTH, TS_RETRY_RENEWED, TS_APPLIED_NO, "401",
           REJECTED),
    STATUS(407, 407, 0, TS_CONNECT, TS_RETRY_NEVER, TS_APPLIED_NO, "407",
           "the proxy rejected the credentials, or requires some"),
    STATUS(429, 429, 0, TS_RATE_LIMIT, TS_RETRY_ALWAYS, TS_APPLIED_NO, "429",
           "too many requests"),
    STATUS(408, 408, TS_BODY_FOREIGN, TS_GATEWAY, TS_RETRY_IF_IDEMPOTENT,
           TS_APPLIED_MAYBE, "408 with HTML or text", GATEWAY),
    STATUS(408, 408, 0, TS_API, TS_RETRY_IF_IDEMPOTENT, TS_APPLIED_MAYBE,
           "408", REFUSED),
    STATUS(404, 404, TS_BODY_EMPTY, TS_GATEWAY, TS_RETRY_NEVER, TS_APPLIED_NO,
           "404 without a body", GATEWAY),
    STATUS(403, 404, TS_BODY_GATEWAY, TS_GATEWAY, TS_RETRY_NEVER,
           TS_APPLIED_NO, "403, 404 with an error of a gateway in JSON",
           GATEWAY),
    STATUS(400, 400, TS_BODY_FOREIGN, TS_API, TS_RETRY_NEVER, TS_APPLIED_NO,
           "400 with HTML or text", REFUSED),
    STATUS(400, 499, TS_BODY_FOREIGN, TS_GATEWAY, TS_RETRY_NEVER,
           TS_APPLIED_NO, "other 4xx with HTML or text", GATEWAY),
    STATUS(403, 403, 0, TS_FORBIDDEN, TS_RETRY_NEVER, TS_APPLIED_NO, "403",
           DENIED),
    STATUS(404, 404, 0, TS_NOT_FOUND, TS_RETRY_NEVER, TS_APPLIED_NO, "404",
           MISSING),
    STATUS(409, 409, 0, TS_CONFLICT, TS_RETRY_NEVER, TS_APPLIED_NO, "409",
           TAKEN),
    STATUS(400, 499, 0, TS_API, TS_RETRY_NEVER, TS_APPLIED_NO, "other 4xx",
           REFUSED),

    STATUS(503, 503, IF_RETRY_AFTER | TS_BODY_FOREIGN, TS_GATEWAY,
           TS_RETRY_ALWAYS, TS_APPLIED_NO,
           "503 with Retry-After, and HTML or text", GATEWAY),
    STATUS(503, 503, IF_RETRY_AFTER, TS_SERVER, TS_RETRY_ALWAYS, TS_APPLIED_NO,
           "503 with Retry-After", FAILED),
    STATUS(502, 504, TS_BODY_FOREIGN, TS_GATEWAY, TS_RETRY_IF_IDEMPOTENT,
           TS_APPLIED_MAYBE, "502, 503, 504 with HTML or text", GATEWAY),
    STATUS(502, 504, 0, TS_SERVER, TS_RETRY_IF_IDEMPOTENT, TS_APPLIED_MAYBE,
           "502, 503, 504", FAILED),
    STATUS(500, 999, TS_BODY_FOREIGN, TS_GATEWAY, TS_RETRY_NEVER,
           TS_APPLIED_MAYBE, "500 and other 5xx with HTML or text", GATEWAY),
    STATUS(500, 500, IF_WRITE, TS_SERVER, TS_RETRY_NEVER, TS_APPLIED_MAYBE,
           "500 on a write", FAILED "; the cause is often in the request"),
    STATUS(500, 999, 0, TS_SERVER, TS_RETRY_NEVER, TS_APPLIED_MAYBE,
           "500 and other 5xx", FAILED),
    {TS_FAILURE_NONE, 0, 0, 0, TS_GATEWAY, TS_RETRY_NEVER, TS_APPLIED_MAYBE,
     NULL, GATEWAY}, /* not a valid status */
};

#undef FAILURE
#undef STATUS

/* --- Kinds ------------------------------------------------------------ */

#define KIND_TEXTS(constant, name, meaning, remedy) {name, meaning, remedy},

static const struct {
  const char *name;
  const char *meaning;
  const char *remedy;
} kinds[] = {TS_KINDS(KIND_TEXTS)};

#undef KIND_TEXTS

const char *ts_kind_name(ts_kind kind) {
  return kinds[kind].name;
}

const char *ts_kind_meaning(ts_kind kind) {
  return kinds[kind].meaning;
}

const char *ts_kind_remedy(ts_kind kind) {
  return kinds[kind].remedy;
}

/* --- Reading ---------------------------------------------------------- */

static bool fits(const ts_outcome *row, const ts_attempt *attempt) {
  unsigned bodies = row->when & ANY_BODY;
  if (row->failure != attempt->failure) {
    return false;
  }
  if (row->failure != TS_FAILURE_NONE) {
    return true;
  }
  return attempt->status >= row->first && attempt->status <= row->last &&
         (bodies == 0 || (bodies & (unsigned)attempt->body) != 0) &&
         ((row->when & IF_RETRY_AFTER) == 0 || attempt->retry_after >= 0) &&
         ((row->when & IF_WRITE) == 0 || attempt->writes);
}

const ts_outcome *ts_outcome_find(const ts_attempt *attempt) {
  const ts_outcome *row = ts_outcomes;
  while (row->cause != NULL && !fits(row, attempt)) {
    row++;
  }
  return row;
}

bool ts_outcome_may_have_applied(const ts_outcome *outcome,
                                 const ts_attempt *attempt) {
  return outcome->applied == TS_APPLIED_MAYBE ||
         (outcome->applied == TS_APPLIED_IF_SENT && attempt->sent);
}

bool ts_outcome_may_retry(const ts_outcome *outcome, const ts_attempt *attempt,
                          bool idempotent) {
  switch (outcome->retry) {
  case TS_RETRY_ALWAYS:
    return true;
  case TS_RETRY_UNLESS_APPLIED:
    return idempotent || !attempt->sent;
  case TS_RETRY_IF_IDEMPOTENT:
    return idempotent;
  default:
    return false;
  }
}

/* --- Codes ------------------------------------------------------------ */

/* Error codes that are more specific than their status. */
static const struct {
  long code;
  ts_kind kind;
  const char *sentence;
} codes[] = {{10023, TS_FORBIDDEN, DENIED},
             {10097, TS_AUTH, REJECTED},
             {TS_CODE_UNRESOLVED, TS_NOT_FOUND, MISSING},
             {TS_CODE_ORG_DENIED, TS_FORBIDDEN, DENIED}};

ts_kind ts_outcome_refine(ts_kind kind, long code, const char **sentence) {
  size_t i;
  for (i = 0; kind == TS_API && i < sizeof codes / sizeof codes[0]; i++) {
    if (codes[i].code == code) {
      *sentence = codes[i].sentence;
      return codes[i].kind;
    }
  }
  return kind;
}
