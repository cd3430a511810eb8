/*
** option.c - the rows of the options.
**
** All of them stand here, those that only the Lua side acts on too, so that
** a misspelled one is found whoever it was meant for.
*/

#include "option.h"

#define OPTION(name, type, flags, doc)                                        \
  { name, type, flags, NULL, NULL, doc }
#define END                                                                   \
  { NULL, TS_STRING, 0, NULL, NULL, NULL }

static const ts_field rate_limit_fields[] = {
    OPTION("per_second", TS_NUMBER, TS_REQUIRED | TS_POSITIVE,
           "requests a second"),
    OPTION("burst", TS_NUMBER, TS_POSITIVE,
           "requests that may go out at once; 10 when absent"),
    END};
static const ts_schema rate_limit = {"RateLimit", rate_limit_fields};

static const ts_field client_fields[] = {
    OPTION("host", TS_STRING, TS_REQUIRED | TS_NONEMPTY,
           "address of the cluster, https://name[:port][/prefix]"),
    OPTION("username", TS_STRING, TS_NONEMPTY, "who logs in"),
    OPTION("password", TS_STRING, TS_SECRET | TS_NONEMPTY,
           "password of username"),
    OPTION("secret_key", TS_STRING, TS_SECRET | TS_NONEMPTY,
           "secret key of trusted authentication"),
    OPTION("token", TS_STRING, TS_SECRET | TS_NONEMPTY,
           "a bearer token, used as it is"),
    OPTION("token_provider", TS_CALLABLE, 0,
           "returns a token and its expiry in epoch seconds, or nil, error"),
    OPTION("org_id", TS_INTEGER, 0, "number of the org to act in"),
    OPTION("token_validity", TS_INTEGER, TS_POSITIVE,
           "life asked for tokens, in seconds; the server gives 300 when "
           "absent"),
    OPTION("timeout", TS_NUMBER, TS_POSITIVE,
           "seconds for one attempt (60); for a streamed reply, seconds of "
           "silence"),
    OPTION("connect_timeout", TS_NUMBER, TS_POSITIVE,
           "seconds for one connection (10)"),
    OPTION("deadline", TS_NUMBER, TS_POSITIVE,
           "seconds for a whole call, retries included (180); for a streamed "
           "reply, until it begins"),
    OPTION("max_retries", TS_INTEGER, 0, "attempts after the first (4)"),
    {"rate_limit", TS_LIMIT, 0, NULL, &rate_limit,
     "requests a second (100) and burst (10), or false"},
    OPTION("headers", TS_HEADERS, 0, "further request headers"),
    OPTION("user_agent", TS_STRING, TS_NONEMPTY, "put before the library's"),
    OPTION("verify", TS_BOOLEAN, 0, "false: accept any certificate"),
    OPTION("ca_file", TS_STRING, TS_NONEMPTY,
           "certificates to trust, in place of the system's (PEM)"),
    OPTION("client_cert", TS_STRING, TS_NONEMPTY, "own certificate (PEM)"),
    OPTION("client_key", TS_STRING, TS_NONEMPTY,
           "private key of client_cert (PEM)"),
    OPTION("proxy", TS_STRING, TS_NONEMPTY, "proxy, as libcurl takes it"),
    OPTION("allow_http", TS_BOOLEAN, 0,
           "true: plain http to hosts other than this one"),
    OPTION("max_response_bytes", TS_NUMBER, TS_POSITIVE,
           "bytes kept of one reply (134217728)"),
    OPTION("strict", TS_BOOLEAN, 0,
           "false: let unknown fields and enum values through"),
    OPTION("keep_null", TS_BOOLEAN, 0, "true: null is thoughtspot.null"),
    OPTION("protect_self", TS_BOOLEAN, 0,
           "false: let the client delete, deactivate or log out its own user"),
    OPTION("on_event", TS_CALLABLE, 0, "is called with each event"),
    OPTION("sleep", TS_CALLABLE, 0, "waits for a number of seconds"),
    OPTION("transport", TS_CALLABLE, 0, "sends a request in place of libcurl"),
    OPTION("token_store", TS_TABLE, 0, "{ get, set }: shares tokens"),
    END};
const ts_schema ts_client_options = {"Options", client_fields};

static const ts_field call_fields[] = {
    OPTION("timeout", TS_NUMBER, TS_POSITIVE, "as the client's"),
    OPTION("deadline", TS_NUMBER, TS_POSITIVE, "as the client's"),
    OPTION("max_retries", TS_INTEGER, 0, "as the client's"),
    OPTION("headers", TS_HEADERS, 0,
           "further request headers, before the client's"),
    OPTION("fields", TS_STRING, TS_LIST | TS_NONEMPTY,
           "keep only these fields of the reply's objects"),
    OPTION("stream", TS_BOOLEAN, 0,
           "true: hand the reply's objects out one by one"),
    END};
const ts_schema ts_call_options = {"CallOptions", call_fields};
