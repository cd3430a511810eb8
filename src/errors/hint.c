/*
** hint.c - what to do about an error.
*/

#include <string.h>

#include "errors/hint.h"

#define LOOK_UP "check the name or GUID; client:find_user looks one up"
#define CHECK_HOST                                                            \
  "check host, and anything between this machine and the cluster: proxy, "    \
  "firewall, load balancer"
#define NO_CLUSTER                                                            \
  "check host: there seems to be no ThoughtSpot cluster at this address"
#define SMALLER_BATCHES                                                       \
  "send fewer users at a time: client:import_in_batches with a smaller "      \
  "batch_size"
#define SEND_LESS "send less in one request"
#define CHECK_FIRST "check whether it was done before you repeat it"

/* Returns the exchange that received the reply: this one or its login. */
static const ts_exchange *source(const ts_exchange *x) {
  return x->login_failed ? x->login : x;
}

static bool fails_to_log_in(const ts_exchange *x) {
  return x->login_failed;
}

static bool fails_by_password(const ts_exchange *x) {
  return x->login_failed && x->client->password.length > 0;
}

static bool fails_by_key(const ts_exchange *x) {
  return x->login_failed && x->client->secret_key.length > 0;
}

static bool has_fixed_token(const ts_exchange *x) {
  return !x->anonymous && x->client->token.source == TS_SOURCE_FIXED;
}

static bool has_provided_token(const ts_exchange *x) {
  return !x->anonymous && x->client->token.source == TS_SOURCE_PROVIDED;
}

/* A 403 without a body may not come from the cluster. */
static bool needs_privilege(const ts_exchange *x) {
  return x->endpoint->privilege != NULL && !x->login_failed &&
         x->response.body_seen;
}

static bool may_not_log_in(const ts_exchange *x) {
  return x->login_failed && x->login->response.body_seen;
}

static bool is_refused_by_proxy(const ts_exchange *x) {
  return source(x)->response.status == 407;
}

static bool is_too_large(const ts_exchange *x) {
  return source(x)->response.status == 413;
}

static bool imports_too_many(const ts_exchange *x) {
  return is_too_large(x) && x->endpoint->guard == TS_GUARD_IMPORT &&
         !x->login_failed;
}

static bool is_missing(const ts_exchange *x) {
  return source(x)->response.status == 404;
}

static bool is_client_error(const ts_exchange *x) {
  return source(x)->response.status >= 400 && source(x)->response.status < 500;
}

/* Returns whether the reply is HTML or text, and so not the cluster's. */
static bool is_foreign(const ts_exchange *x) {
  const ts_outcome *outcome = source(x)->outcome;
  return outcome != NULL && (outcome->when & TS_BODY_FOREIGN) != 0;
}

/* Returns whether a search ended with 404, which may be due to one of its
** rows. */
static bool reads_rows(const ts_exchange *x) {
  return x->endpoint->reply == TS_REPLY_LIST &&
         x->endpoint->reply_schema != NULL &&
         source(x)->response.status == 404;
}

/* Returns whether the reply exceeded the limit on the bytes held at a time. */
static bool holds_too_much(const ts_exchange *x) {
  return source(x)->response.filtered == TS_FILTER_SIZE;
}

static bool has_large_object(const ts_exchange *x) {
  return source(x)->response.filtered == TS_FILTER_ELEMENT_SIZE;
}

static bool names_user(const ts_exchange *x) {
  return x->endpoint->path_parameter != NULL;
}

static bool has_field(const ts_schema *schema, const char *name) {
  const ts_field *field;
  if (ts_schema_find(schema, name, strlen(name)) != NULL) {
    return true;
  }
  for (field = schema->fields; field->name != NULL; field++) {
    if (field->schema != NULL && has_field(field->schema, name)) {
      return true;
    }
  }
  return false;
}

static bool names_groups(const ts_exchange *x) {
  return x->endpoint->request != NULL &&
         has_field(x->endpoint->request, "group_identifiers");
}

static bool may_have_imported(const ts_exchange *x) {
  return x->endpoint->guard == TS_GUARD_IMPORT &&
         ts_exchange_may_have_applied(x);
}

/* Returns whether a write ended with 500, whose cause is often in the
** request. */
static bool broke_on_write(const ts_exchange *x) {
  return x->response.status == 500 && ts_exchange_may_have_applied(x);
}

/* Returns whether the login succeeded, but its token cannot be used. */
static bool has_unusable_token(const ts_exchange *x) {
  return x->login_failed && x->login->response.status < 300;
}

static bool is_redirected(const ts_exchange *x) {
  return source(x)->response.status >= 300 && source(x)->response.status < 400;
}

static bool is_page(const ts_exchange *x) {
  return source(x)->response.status < 300;
}

/* The first row that matches applies. */
static const struct {
  ts_kind kind;
  long code; /* 0: any */
  bool (*fits)(const ts_exchange *x);
  const char *hint;
} hints[] = {
    {TS_FORBIDDEN, TS_CODE_ORG_DENIED, NULL,
     "give the org_id of an org that the user belongs to"},
    {TS_AUTH, 0, has_unusable_token,
     "the login itself succeeded: check org_id, token_validity and the clock "
     "of this machine"},
    {TS_AUTH, 0, fails_by_password,
     "check username and password; if multi-factor authentication is on, use "
     "secret_key instead of password"},
    {TS_AUTH, 0, fails_by_key,
     "check username and secret_key; trusted authentication must be enabled "
     "in the cluster"},
    {TS_AUTH, 0, has_fixed_token,
     "the token has expired or was revoked: get a new one, or give username "
     "and secret_key, so that the client renews it"},
    {TS_AUTH, 0, has_provided_token,
     "check what the token_provider or token_store returns"},
    {TS_API, 0, imports_too_many, SMALLER_BATCHES},
    {TS_GATEWAY, 0, imports_too_many, SMALLER_BATCHES},
    {TS_API, 0, is_too_large, SEND_LESS},
    {TS_GATEWAY, 0, is_too_large, SEND_LESS},
    {TS_API, 0, is_foreign, CHECK_HOST},
    {TS_API, 0, fails_by_password,
     "check username and password; if multi-factor authentication is on, use "
     "secret_key instead of password"},
    {TS_FORBIDDEN, 0, may_not_log_in,
     "check that the user may log in: the status of the account, org_id, and "
     "for secret_key, trusted authentication"},
    {TS_FORBIDDEN, 0, needs_privilege,
     "the client's user needs the privilege " TS_USER_ADMINISTRATION},
    {TS_NOT_FOUND, TS_CODE_UNRESOLVED, fails_to_log_in,
     "check username and org_id"},
    {TS_NOT_FOUND, 0, fails_to_log_in, NO_CLUSTER},
    {TS_GATEWAY, 0, is_missing, NO_CLUSTER},
    {TS_GATEWAY, 0, is_client_error, CHECK_HOST},
    {TS_NOT_FOUND, 0, reads_rows,
     "a row of the page may refer to a deleted object: client:each_user with "
     "on_skipped skips it"},
    {TS_NOT_FOUND, TS_CODE_UNRESOLVED, names_groups,
     "check the identifiers; groups are looked up in the org of the token"},
    {TS_NOT_FOUND, TS_CODE_UNRESOLVED, NULL, LOOK_UP},
    {TS_NOT_FOUND, 0, names_user, LOOK_UP},
    {TS_CONFLICT, 0, NULL, "use another name, or change the existing one"},
    {TS_RATE_LIMIT, 0, NULL,
     "send fewer requests at a time (rate_limit, concurrency), or wait longer "
     "(deadline)"},
    {TS_GATEWAY, 0, is_redirected,
     "if that is the cluster, use its address as host"},
    {TS_GATEWAY, 0, is_page,
     "check host; if it is right, the cluster may be in maintenance"},
    {TS_GATEWAY, 0, ts_exchange_may_have_applied, CHECK_FIRST},
    {TS_GATEWAY, 0, NULL, "try again later"},
    {TS_SERVER, 0, broke_on_write,
     "check the values in the request, and whether it was done"},
    {TS_SERVER, 0, ts_exchange_may_have_applied, CHECK_FIRST},
    {TS_SERVER, 0, NULL, "try again later"},
    {TS_CONNECT, 0, is_refused_by_proxy,
     "check the user and the password of the proxy, in the option proxy or in "
     "the environment (https_proxy, http_proxy)"},
    {TS_CONNECT, 0, NULL, "check host, the network and proxy"},
    {TS_TLS, 0, NULL,
     "check host and port; if you use your own CA, set ca_file"},
    {TS_TIMEOUT, 0, may_have_imported,
     CHECK_FIRST ", with a longer timeout or by client:import_in_batches"},
    {TS_TIMEOUT, 0, ts_exchange_may_have_applied,
     CHECK_FIRST ", with a longer timeout"},
    {TS_TIMEOUT, 0, NULL,
     "give a longer timeout (an attempt) or deadline (all of them)"},
    {TS_NETWORK, 0, ts_exchange_may_have_applied, CHECK_FIRST},
    {TS_LIMIT_EXCEEDED, 0, holds_too_much,
     "read it with client:each_user, or raise max_response_bytes"},
    {TS_LIMIT_EXCEEDED, 0, has_large_object, "raise max_response_bytes"},
};

const char *ts_hint(const ts_exchange *x, ts_kind kind, long code) {
  size_t i;
  for (i = 0; i < sizeof hints / sizeof hints[0]; i++) {
    if (hints[i].kind == kind &&
        (hints[i].code == 0 || hints[i].code == code) &&
        (hints[i].fits == NULL || hints[i].fits(x))) {
      return hints[i].hint;
    }
  }
  return NULL;
}
