/*
** option.c - the rows of the options.
**
** All of them stand here, those that only the Lua side acts on too, so that
** a misspelled one is found whoever it was meant for.
*/

#include "option.h"

#define OPTION(name, type, flags, doc)                                        \
  { name, type, flags, NULL, NULL, NULL, doc }
#define OPTION_OR(name, type, flags, absent, doc)                             \
  { name, type, flags, NULL, NULL, absent, doc }
#define END                                                                   \
  { NULL, TS_STRING, 0, NULL, NULL, NULL, NULL }

/* The default that a macro stands for, as text. */
#define TEXT_OF(value) #value
#define TEXT(value) TEXT_OF(value)

static const ts_field rate_limit_fields[] = {
    OPTION("per_second", TS_NUMBER, TS_REQUIRED | TS_POSITIVE,
           "requests a second"),
    OPTION_OR("burst", TS_NUMBER, TS_POSITIVE, TEXT(TS_DEFAULT_BURST),
              "requests that may go out at once"),
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
           "returns a token and its expiry in epoch seconds, or nil and an "
           "error"),
    OPTION("org_id", TS_INTEGER, 0,
           "number of the org to act in, not its name"),
    OPTION_OR("token_validity", TS_INTEGER, TS_POSITIVE, "300",
              "life asked for tokens, in seconds"),
    OPTION_OR("timeout", TS_NUMBER, TS_POSITIVE, TEXT(TS_DEFAULT_TIMEOUT),
              "seconds for one attempt; for a streamed reply, seconds of "
              "silence"),
    OPTION_OR("connect_timeout", TS_NUMBER, TS_POSITIVE,
              TEXT(TS_DEFAULT_CONNECT_TIMEOUT),
              "seconds for making a connection"),
    OPTION_OR("deadline", TS_NUMBER, TS_POSITIVE, TEXT(TS_DEFAULT_DEADLINE),
              "seconds for a whole call, retries included; for a streamed "
              "reply, until it begins"),
    OPTION_OR("max_retries", TS_INTEGER, 0, TEXT(TS_DEFAULT_MAX_RETRIES),
              "attempts after the first"),
    {"rate_limit", TS_LIMIT, 0, NULL, &rate_limit,
     TEXT(TS_DEFAULT_PER_SECOND) " a second, burst " TEXT(TS_DEFAULT_BURST),
     "the client's own pace; false: none; or a function that returns the "
     "seconds to wait before a request"},
    OPTION("headers", TS_HEADERS, 0, "further request headers, name = value"),
    OPTION("user_agent", TS_STRING, TS_NONEMPTY,
           "name of the program, put before the library's"),
    OPTION_OR("verify", TS_BOOLEAN, 0, "true",
              "false: accept any certificate, for tests alone"),
    OPTION("ca_file", TS_STRING, TS_NONEMPTY,
           "file of certificates to trust, in place of the system's (PEM)"),
    OPTION("client_cert", TS_STRING, TS_NONEMPTY,
           "file of the own certificate (PEM)"),
    OPTION("client_key", TS_STRING, TS_NONEMPTY,
           "file of its private key (PEM)"),
    OPTION("proxy", TS_STRING, TS_NONEMPTY,
           "proxy, as libcurl takes it: http://name:port"),
    OPTION_OR(
        "allow_http", TS_BOOLEAN, 0, "false",
        "true: send credentials in the clear, by http, to another machine"),
    OPTION_OR("max_response_bytes", TS_NUMBER, TS_POSITIVE,
              TEXT(TS_DEFAULT_MAX_RESPONSE_BYTES), "bytes kept of one reply"),
    OPTION_OR("strict", TS_BOOLEAN, 0, "true",
              "false: let unknown fields and enum values through"),
    OPTION_OR("keep_null", TS_BOOLEAN, 0, "false",
              "true: null is thoughtspot.null; false: it is absent"),
    OPTION_OR(
        "protect_self", TS_BOOLEAN, 0, "true",
        "false: let the client delete, deactivate or log out its own user"),
    OPTION(
        "on_event", TS_CALLABLE, 0,
        "takes an event: a request, a reply, a retry, a wait or a new token"),
    OPTION("sleep", TS_CALLABLE, 0,
           "takes seconds: waits so long, and lets others run meanwhile"),
    OPTION("transport", TS_CALLABLE, 0,
           "takes a request and sends it in place of libcurl; returns a "
           "response, or nil and a message"),
    OPTION("token_store", TS_TABLE, 0,
           "{ get, set }: functions that share tokens between processes"),
    END};
const ts_schema ts_client_options = {"Options", client_fields};

static const ts_field call_fields[] = {
    OPTION("timeout", TS_NUMBER, TS_POSITIVE, "as the client's"),
    OPTION("deadline", TS_NUMBER, TS_POSITIVE, "as the client's"),
    OPTION("max_retries", TS_INTEGER, 0, "as the client's"),
    OPTION(
        "headers", TS_HEADERS, 0,
        "further request headers, name = value; they win over the client's"),
    OPTION("fields", TS_STRING, TS_LIST | TS_NONEMPTY,
           "names: keep only these fields of the reply's objects"),
    END};
const ts_schema ts_call_options = {"CallOptions", call_fields};
