/*
** option.c - the rows of the options.
**
** All of them stand here, those that only the Lua side acts on too, so that
** a misspelled one is found whoever it was meant for.
*/

#include "contract/field.h"
#include "binding/option.h"
#include "protocol/client.h"

/* The default that a macro stands for, as text. */
#define TEXT_OF(value) #value
#define TEXT(value) TEXT_OF(value)

static const ts_field rate_limit_fields[] = {
    FIELD("per_second", TS_NUMBER, TS_REQUIRED | TS_POSITIVE,
          "requests a second"),
    FIELD_OR("burst", TS_NUMBER, TS_POSITIVE, TEXT(TS_DEFAULT_BURST),
             "requests that may go out at once"),
    END};
static const ts_schema rate_limit = {"RateLimit", rate_limit_fields};

static const ts_field client_fields[] = {
    FIELD("host", TS_STRING, TS_REQUIRED | TS_NONEMPTY,
          "address of the cluster, https://name[:port][/prefix]"),
    FIELD("username", TS_STRING, TS_NONEMPTY, "who logs in"),
    FIELD("password", TS_STRING, TS_SECRET | TS_NONEMPTY,
          "password of username"),
    FIELD("secret_key", TS_STRING, TS_SECRET | TS_NONEMPTY,
          "secret key of trusted authentication"),
    FIELD("token", TS_STRING, TS_SECRET | TS_NONEMPTY,
          "a bearer token, used as it is"),
    FIELD("token_provider", TS_CALLABLE, 0,
          "returns a token and its expiry in epoch seconds, or nil and an "
          "error"),
    FIELD("org_id", TS_INTEGER, 0,
          "number of the org to act in, not its name"),
    FIELD_OR("token_validity", TS_INTEGER, TS_POSITIVE, "300",
             "life asked for tokens, in seconds"),
    FIELD_OR("timeout", TS_NUMBER, TS_POSITIVE, TEXT(TS_DEFAULT_TIMEOUT),
             "seconds for one attempt; for a streamed reply, seconds of "
             "silence"),
    FIELD_OR("connect_timeout", TS_NUMBER, TS_POSITIVE,
             TEXT(TS_DEFAULT_CONNECT_TIMEOUT),
             "seconds for making a connection"),
    FIELD_OR("deadline", TS_NUMBER, TS_POSITIVE, TEXT(TS_DEFAULT_DEADLINE),
             "seconds for a whole call, retries included; for a streamed "
             "reply, until it begins"),
    FIELD_OR("max_retries", TS_INTEGER, 0, TEXT(TS_DEFAULT_MAX_RETRIES),
             "attempts after the first"),
    {"rate_limit", TS_LIMIT, 0, NULL, &rate_limit,
     TEXT(TS_DEFAULT_PER_SECOND) " a second, burst " TEXT(TS_DEFAULT_BURST),
     "the client's own pace; false: none; or a function that returns the "
     "seconds to wait before a request"},
    FIELD("headers", TS_HEADERS, 0, "further request headers, name = value"),
    FIELD("user_agent", TS_STRING, TS_NONEMPTY,
          "name of the program, put before the library's"),
    FIELD_OR("verify", TS_BOOLEAN, 0, "true",
             "false: accept any certificate, for tests alone"),
    FIELD("ca_file", TS_STRING, TS_NONEMPTY,
          "file of certificates to trust, in place of the system's (PEM)"),
    FIELD("client_cert", TS_STRING, TS_NONEMPTY,
          "file of the own certificate (PEM)"),
    FIELD("client_key", TS_STRING, TS_NONEMPTY,
          "file of its private key (PEM)"),
    FIELD("proxy", TS_STRING, TS_NONEMPTY,
          "proxy, as libcurl takes it: http://name:port"),
    FIELD_OR(
        "allow_http", TS_BOOLEAN, 0, "false",
        "true: send credentials in the clear, by http, to another machine"),
    FIELD_OR("max_response_bytes", TS_NUMBER, TS_POSITIVE,
             TEXT(TS_DEFAULT_MAX_RESPONSE_BYTES), "bytes kept of one reply"),
    FIELD_OR("strict", TS_BOOLEAN, 0, "true",
             "false: let unknown fields and enum values through"),
    FIELD_OR("keep_null", TS_BOOLEAN, 0, "false",
             "true: null is thoughtspot.null; false: it is absent"),
    FIELD_OR(
        "protect_self", TS_BOOLEAN, 0, "true",
        "false: let the client delete, deactivate or log out its own user"),
    FIELD(
        "on_event", TS_CALLABLE, 0,
        "takes an event: a request, a reply, a retry, a wait or a new token"),
    FIELD("sleep", TS_CALLABLE, 0,
          "takes seconds: waits so long, and lets others run meanwhile"),
    FIELD("transport", TS_CALLABLE, 0,
          "takes a request and sends it in place of libcurl; returns a "
          "response, or nil and a message"),
    FIELD("token_store", TS_TABLE, 0,
          "{ get, set }: functions that share tokens between processes"),
    END};
const ts_schema ts_client_options = {"Options", client_fields};

static const ts_field call_fields[] = {
    FIELD("timeout", TS_NUMBER, TS_POSITIVE, "as the client's"),
    FIELD("deadline", TS_NUMBER, TS_POSITIVE, "as the client's"),
    FIELD("max_retries", TS_INTEGER, 0, "as the client's"),
    FIELD("headers", TS_HEADERS, 0,
          "further request headers, name = value; they win over the client's"),
    FIELD("fields", TS_STRING, TS_LIST | TS_NONEMPTY,
          "names: keep only these fields of the reply's objects"),
    END};
const ts_schema ts_call_options = {"CallOptions", call_fields};
