/*
** option.c - the rows of the options, and the loops over them.
**
** All options are here, including those that only the Lua modules use, so that
** misspelled options are found in one place. Each row is one option. It is
** stored in the member of the same name, unless the row names another.
*/

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "binding/option.h"
#include "bytes/characters.h"
#include "contract/field.h"
#include "protocol/exchange.h"
#include "values/check.h"

#define TEXT_OF(value) #value
#define TEXT(value) TEXT_OF(value)

static const ts_field rate_limit_fields[] = {
    FIELD("per_second", TS_NUMBER, TS_REQUIRED | TS_POSITIVE,
          "requests per second"),
    FIELD_OR("burst", TS_NUMBER, TS_POSITIVE, TEXT(TS_RATE_BURST),
             "requests that may be sent without waiting"),
    END};
static const ts_schema rate_limit = {"RateLimit", rate_limit_fields};

/*
** Kinds of rows:
**   STRING(name, flags, doc)
**   READABLE(name, doc)                         the name of a file
**   SECONDS(name, default, doc)
**   COUNT(name, default, doc)                   zero or more
**   BYTES(name, default, doc)
**   SWITCH(name, default, doc)
**   GIVEN(name, member, annotation, doc)        a function
**   OTHER(name, type, flags, schema, default, annotation, doc)
*/
#define CLIENT_OPTIONS(STRING, READABLE, SECONDS, COUNT, BYTES, SWITCH,       \
                       GIVEN, OTHER)                                          \
  STRING(host, TS_REQUIRED | TS_NONEMPTY,                                     \
         "address of the cluster, https://name[:port][/prefix]")              \
  STRING(username, TS_NONEMPTY, "name of the user who logs in")               \
  STRING(password, TS_SECRET | TS_NONEMPTY, "password of username")           \
  STRING(secret_key, TS_SECRET | TS_NONEMPTY,                                 \
         "secret key of trusted authentication")                              \
  OTHER(token, TS_STRING, TS_SECRET | TS_NONEMPTY, NULL, NULL, NULL,          \
        "a bearer token, used as it is")                                      \
  OTHER(token_provider, TS_CALLABLE, 0, NULL, NULL, "fun(): string?, any",    \
        "returns a token and its expiry in epoch seconds, or nil and an "     \
        "error")                                                              \
  OTHER(org_id, TS_INTEGER, 0, NULL, NULL, NULL,                              \
        "number of the org to act in, not its name")                          \
  OTHER(token_validity, TS_INTEGER, TS_POSITIVE, NULL, "300", NULL,           \
        "requested lifetime of tokens, in seconds")                           \
  SECONDS(timeout, 60,                                                        \
          "seconds for one attempt; for a streamed reply, seconds "           \
          "without data")                                                     \
  SECONDS(connect_timeout, 10, "seconds for connecting")                      \
  SECONDS(deadline, 180,                                                      \
          "seconds for a whole call, including retries; for a streamed "      \
          "reply, until it begins")                                           \
  COUNT(max_retries, 4, "attempts after the first")                           \
  OTHER(rate_limit, TS_LIMIT, 0, &rate_limit,                                 \
        TEXT(TS_RATE_PER_SECOND) " per second, burst " TEXT(TS_RATE_BURST),   \
        "thoughtspot.RateLimit|false|"                                        \
        "(fun(): number|false, (number|fun())?)",                             \
        "the client's rate limit; false: none; or a function that "           \
        "returns the seconds to wait before a request")                       \
  OTHER(headers, TS_HEADERS, 0, NULL, NULL, "table<string, string>",          \
        "further request headers, name = value")                              \
  OTHER(user_agent, TS_STRING, TS_NONEMPTY, NULL, NULL, NULL,                 \
        "name of the program, added to User-Agent before the library's")      \
  SWITCH(verify, true, "false: accept any certificate, for tests only")       \
  READABLE(ca_file,                                                           \
           "file with the CAs to trust instead of the system's (PEM)")        \
  READABLE(client_cert, "file with the client certificate (PEM)")             \
  READABLE(client_key, "file with its private key (PEM)")                     \
  STRING(proxy, TS_NONEMPTY, "proxy, in libcurl's format: http://name:port")  \
  SWITCH(allow_http, false,                                                   \
         "true: send credentials unencrypted, over http, to another "         \
         "machine")                                                           \
  BYTES(max_response_bytes, 134217728, "bytes kept of one reply")             \
  SWITCH(strict, true, "false: accept unknown fields and enum values")        \
  SWITCH(keep_null, false,                                                    \
         "true: null in replies is thoughtspot.null; false: the field is "    \
         "absent")                                                            \
  OTHER(protect_self, TS_BOOLEAN, 0, NULL, "true", NULL,                      \
        "false: let the client delete, deactivate or log out its own user")   \
  GIVEN(on_event, has_listener, "fun(event: thoughtspot.Event)",              \
        "called with each event: a request, a reply, a retry, a wait or "     \
        "a new token")                                                        \
  OTHER(sleep, TS_CALLABLE, 0, NULL, NULL, "fun(seconds: number)",            \
        "waits so many seconds, while others run")                            \
  GIVEN(transport, has_transport, "thoughtspot.Transport",                    \
        "sends a request in place of libcurl; returns a response, or nil "    \
        "and a message")                                                      \
  OTHER(token_store, TS_TABLE, 0, NULL, NULL, "thoughtspot.TokenStore",       \
        "{ get, set, extend }: functions that share tokens between "          \
        "processes; extend is optional")

/* The rows as fields. */
#define STRING_FIELD(name, flags, doc) FIELD(#name, TS_STRING, flags, doc),
#define READABLE_FIELD(name, doc) FIELD(#name, TS_STRING, TS_NONEMPTY, doc),
#define SECONDS_FIELD(name, otherwise, doc)                                   \
  FIELD_OR(#name, TS_NUMBER, TS_POSITIVE, #otherwise, doc),
#define COUNT_FIELD(name, otherwise, doc)                                     \
  FIELD_OR(#name, TS_INTEGER, TS_NOT_NEGATIVE, #otherwise, doc),
#define BYTES_FIELD(name, otherwise, doc)                                     \
  FIELD_OR(#name, TS_NUMBER, TS_POSITIVE, #otherwise, doc),
#define SWITCH_FIELD(name, otherwise, doc)                                    \
  FIELD_OR(#name, TS_BOOLEAN, 0, #otherwise, doc),
#define GIVEN_FIELD(name, member, annotation, doc)                            \
  {#name, TS_CALLABLE, 0, NULL, NULL, NULL, doc, annotation},
#define OTHER_FIELD(name, type, flags, schema, otherwise, annotation, doc)    \
  {#name, type, flags, NULL, schema, otherwise, doc, annotation},

/* The rows as slots of a ts_client. */
#define CLIENT_SLOT(name, slot, member, otherwise)                            \
  {#name, slot, offsetof(ts_client, member), otherwise},
#define STRING_SLOT(name, flags, doc) CLIENT_SLOT(name, TS_SLOT_TEXT, name, 0)
#define READABLE_SLOT(name, doc) CLIENT_SLOT(name, TS_SLOT_FILE, name, 0)
#define SECONDS_SLOT(name, otherwise, doc)                                    \
  CLIENT_SLOT(name, TS_SLOT_NUMBER, name, otherwise)
#define COUNT_SLOT(name, otherwise, doc)                                      \
  CLIENT_SLOT(name, TS_SLOT_COUNT, name, otherwise)
#define BYTES_SLOT(name, otherwise, doc)                                      \
  CLIENT_SLOT(name, TS_SLOT_SIZE, name, otherwise)
#define SWITCH_SLOT(name, otherwise, doc)                                     \
  CLIENT_SLOT(name, TS_SLOT_SWITCH, name, otherwise)
#define GIVEN_SLOT(name, member, annotation, doc)                             \
  CLIENT_SLOT(name, TS_SLOT_GIVEN, member, 0)
#define OTHER_SLOT(name, type, flags, schema, otherwise, annotation, doc)     \
  {#name, TS_SLOT_NONE, 0, 0},

static const ts_field client_fields[] = {
    CLIENT_OPTIONS(STRING_FIELD, READABLE_FIELD, SECONDS_FIELD, COUNT_FIELD,
                   BYTES_FIELD, SWITCH_FIELD, GIVEN_FIELD, OTHER_FIELD) END};
const ts_schema ts_client_options = {"Options", client_fields};

const ts_option ts_client_slots[] = {CLIENT_OPTIONS(
    STRING_SLOT, READABLE_SLOT, SECONDS_SLOT, COUNT_SLOT, BYTES_SLOT,
    SWITCH_SLOT, GIVEN_SLOT, OTHER_SLOT){NULL, TS_SLOT_NONE, 0, 0}};

/* The options of a call; the default is the client's value. */
#define CALL_OPTIONS(NUMBER, OTHER)                                           \
  NUMBER(timeout, TS_NUMBER, TS_POSITIVE, TS_SLOT_NUMBER)                     \
  NUMBER(deadline, TS_NUMBER, TS_POSITIVE, TS_SLOT_NUMBER)                    \
  NUMBER(max_retries, TS_INTEGER, TS_NOT_NEGATIVE, TS_SLOT_COUNT)             \
  OTHER(headers, TS_HEADERS, 0, NULL, NULL, "table<string, string>",          \
        "further request headers, name = value; they override the "           \
        "client's")                                                           \
  OTHER(fields, TS_STRING, TS_LIST | TS_NONEMPTY, NULL, NULL,                 \
        "thoughtspot.ReplyField",                                             \
        "names: keep only these fields of the reply's objects")

#define NUMBER_FIELD(name, type, flags, slot)                                 \
  FIELD(#name, type, flags, "as the client's"),
#define NUMBER_SLOT(name, type, flags, slot)                                  \
  {#name, slot, offsetof(ts_exchange, name), 0},

static const ts_field call_fields[] = {CALL_OPTIONS(NUMBER_FIELD, OTHER_FIELD)
                                           END};
const ts_schema ts_call_options = {"CallOptions", call_fields};

const ts_option ts_call_slots[] = {
    CALL_OPTIONS(NUMBER_SLOT, OTHER_SLOT){NULL, TS_SLOT_NONE, 0, 0}};

/* --- Loops over the rows ---------------------------------------------- */

static void store_number(const ts_option *option, void *object,
                         double number) {
  void *member = (char *)object + option->member;
  switch (option->slot) {
  case TS_SLOT_NUMBER:
    *(double *)member = number;
    break;
  case TS_SLOT_COUNT:
    *(long *)member = (long)number;
    break;
  case TS_SLOT_SIZE:
    *(size_t *)member = (size_t)number;
    break;
  case TS_SLOT_SWITCH:
  case TS_SLOT_GIVEN:
    *(bool *)member = number != 0;
    break;
  default:
    break;
  }
}

void ts_option_defaults(const ts_option *options, void *object) {
  const ts_option *option;
  for (option = options; option->name != NULL; option++) {
    store_number(option, object, option->otherwise);
  }
}

static bool is_in_one_line(const char *text, size_t length) {
  size_t i;
  for (i = 0; i < length; i++) {
    if ((unsigned char)text[i] < ' ' || text[i] == 0x7F) {
      return false;
    }
  }
  return true;
}

/* Tries to read the file; returns errno, or 0. */
static int file_error(const char *name) {
  int error = 0;
  FILE *file = fopen(name, "rb");
  if (file == NULL) {
    return errno;
  }
  if (getc(file) == EOF && ferror(file)) { /* fopen() succeeds on a
                                              directory */
    error = errno;
  }
  fclose(file);
  return error;
}

/* Reads the text on top of the stack. Refuses line ends, because a line end in
** a name, password or path was most likely read from a file by mistake; and
** files that cannot be read, because the later TLS error would be hard to
** understand. */
static int read_text(lua_State *L, const ts_option *option, void *object) {
  ts_buffer *member = (ts_buffer *)(void *)((char *)object + option->member);
  size_t length;
  const char *text = lua_tolstring(L, -1, &length);
  int error;
  if (!is_in_one_line(text, length)) {
    return ts_check_refuse(
        L, option->name,
        "must not contain control characters, such as a line end");
  }
  if (ts_begins_with_mark(text, length)) {
    return ts_check_refuse(L, option->name, TS_BEGINS_WITH_MARK);
  }
  ts_check_memory(L, ts_buffer_append(member, text, length + 1));
  error = option->slot == TS_SLOT_FILE ? file_error(member->data) : 0;
  if (error != 0) {
    lua_pushstring(L, option->name);
    lua_pushfstring(L, "cannot be read: %s", strerror(error));
  }
  return error == 0;
}

static int read_size(lua_State *L, const ts_option *option, void *object) {
  double number = lua_tonumber(L, -1);
  if (floor(number) != number) {
    return ts_check_refuse(L, option->name, "expected a whole number");
  }
  if (number > (double)(SIZE_MAX / 4)) {
    return ts_check_refuse(L, option->name,
                           "is larger than the address space");
  }
  store_number(option, object, number);
  return 1;
}

/* Reads the value on top of the stack. */
static int read_value(lua_State *L, const ts_option *option, void *object) {
  switch (option->slot) {
  case TS_SLOT_TEXT:
  case TS_SLOT_FILE:
    return read_text(L, option, object);
  case TS_SLOT_SIZE:
    return read_size(L, option, object);
  case TS_SLOT_SWITCH:
    store_number(option, object, lua_toboolean(L, -1));
    return 1;
  case TS_SLOT_GIVEN:
    store_number(option, object, 1);
    return 1;
  default:
    store_number(option, object, lua_tonumber(L, -1));
    return 1;
  }
}

int ts_option_read(lua_State *L, int index, const ts_option *options,
                   void *object) {
  const ts_option *option;
  for (option = options; option->name != NULL; option++) {
    ts_rawgetfield(L, index, option->name);
    if (!lua_isnil(L, -1) && !read_value(L, option, object)) {
      return 0;
    }
    lua_pop(L, 1);
  }
  return 1;
}
