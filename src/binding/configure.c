/*
** configure.c - turns a table of options into a client.
*/

#include <string.h>

#include "binding/configure.h"
#include "binding/option.h"
#include "binding/version.h"
#include "bytes/header.h"
#include "driver/curl.h"
#include "driver/url.h"
#include "values/check.h"
#include "values/text.h"

static void get_text(lua_State *L, int options, const char *name,
                     ts_buffer *text) {
  ts_rawgetfield(L, options, name);
  if (!lua_isnil(L, -1)) {
    size_t length;
    const char *value = lua_tolstring(L, -1, &length);
    ts_check_memory(L, ts_buffer_append(text, value, length + 1));
  }
  lua_pop(L, 1);
}

/* --- Host ------------------------------------------------------------- */

static int configure_host(lua_State *L, ts_client *client) {
  const char *refusal;
  bool plain, loopback;
  ts_check_memory(L, ts_url_read_cluster(client->host.data, &client->base_url,
                                         &plain, &loopback, &refusal));
  if (refusal != NULL) {
    return ts_check_refuse(L, "host", refusal);
  }
  client->local = plain && !client->allow_http;
  if (client->local && !loopback) {
    return ts_check_refuse(L, "host",
                           "would send credentials in the clear; use "
                           "https://, or allow_http = true");
  }
  return 1;
}

/* --- Credentials ------------------------------------------------------ */

/* The options of authentication that are given. */
typedef struct credentials {
  bool username, password, secret_key, token, token_provider, token_store;
  bool org_id;
} credentials;

static credentials find_credentials(lua_State *L, int options) {
  credentials given;
  given.username = ts_rawhasfield(L, options, "username");
  given.password = ts_rawhasfield(L, options, "password");
  given.secret_key = ts_rawhasfield(L, options, "secret_key");
  given.token = ts_rawhasfield(L, options, "token");
  given.token_provider = ts_rawhasfield(L, options, "token_provider");
  given.token_store = ts_rawhasfield(L, options, "token_store");
  given.org_id = ts_rawhasfield(L, options, "org_id");
  return given;
}

/* Checks that there is exactly one way to authenticate, and that the other
** options go with it. Returns as ts_check. */
static int check_credentials(lua_State *L, const credentials *given) {
  bool logs_in = given->password || given->secret_key;
  int ways = given->token + given->token_provider + logs_in;
  if (ways == 0 && given->username) {
    return ts_check_refuse(
        L, "username",
        "secret_key or password is missing: username requires one "
        "of them, and both are nil");
  }
  if (ways != 1) {
    return ts_check_refuse(
        L,
        given->token            ? "token"
        : given->token_provider ? "token_provider"
                                : "username",
        "give one way to authenticate: username with password, username with "
        "secret_key, token, or token_provider");
  }
  if (given->password && given->secret_key) {
    return ts_check_refuse(L, "password",
                           "give password or secret_key, not both");
  }
  if (logs_in && !given->username) {
    return ts_check_refuse(L, "username",
                           "is required with password or secret_key");
  }
  if (given->token_store && given->token) {
    return ts_check_refuse(L, "token_store", "cannot be combined with token");
  }
  if (given->token && given->org_id) {
    return ts_check_refuse(L, "org_id",
                           "cannot change the org of a given token");
  }
  return 1;
}

/* Sets the token that is used as it is. Returns as ts_check. */
static int configure_token(lua_State *L, int options, ts_token *token) {
  get_text(L, options, "token", &token->value);
  token->generation = 1;
  return ts_is_bearer(token->value.data, token->value.length - 1) ||
         ts_check_refuse(L, "token", "is not a bearer token");
}

static int configure_credentials(lua_State *L, int options,
                                 ts_client *client) {
  const credentials given = find_credentials(L, options);
  if (!check_credentials(L, &given)) {
    return 0;
  }
  client->has_org_id = given.org_id;
  client->org_id = (long)ts_rawgetnumber(L, options, "org_id", 0);
  client->token_validity =
      (long)ts_rawgetnumber(L, options, "token_validity", 0);
  if (given.token) {
    client->token.source = TS_SOURCE_FIXED;
    return configure_token(L, options, &client->token);
  }
  client->token.source = given.token_provider || given.token_store
                             ? TS_SOURCE_PROVIDED
                             : TS_SOURCE_MINTED;
  return 1;
}

/* --- Headers ---------------------------------------------------------- */

int ts_configure_headers(lua_State *L, int index, ts_buffer *lines,
                         ts_buffer *secrets, const char *path) {
  lua_pushnil(L);
  while (lua_next(L, index)) {
    size_t name_length, value_length;
    const char *name, *value, *refusal;
    if (lua_type(L, -2) != LUA_TSTRING || lua_type(L, -1) != LUA_TSTRING) {
      return ts_check_refuse(
          L, path, "expected a table of strings"); /* changed meanwhile */
    }
    name = lua_tolstring(L, -2, &name_length);
    value = lua_tolstring(L, -1, &value_length);
    refusal = ts_header_refusal(name, name_length, value, value_length);
    if (refusal != NULL) {
      ts_text member;
      ts_text_begin(L, &member);
      ts_text_add(&member, path);
      ts_text_add_byte(&member, '.');
      ts_text_add_shown(&member, name, name_length);
      ts_text_end(&member);
      lua_pushstring(L, refusal);
      return 0;
    }
    ts_check_memory(L, ts_header_put(lines, name, value) &&
                           ts_header_secrets(secrets, name, value));
    lua_pop(L, 1);
  }
  return 1;
}

/* Adds the User-Agent: the name of the caller's program, if given, then that
** of the library. */
static void add_user_agent(lua_State *L, int options, ts_client *client) {
  lua_getglobal(L, "jit");
  if (lua_istable(L, -1)) {
    lua_getfield(L, -1, "version");
  } else {
    lua_getglobal(L, "_VERSION");
  }
  lua_pushfstring(L, "lua-thoughtspot/" TS_VERSION " (%s; libcurl/%s)",
                  lua_isstring(L, -1) ? lua_tostring(L, -1) : "Lua",
                  ts_curl_version());
  ts_rawgetfield(L, options, "user_agent");
  if (!lua_isnil(L, -1)) {
    lua_pushliteral(L, " ");
    lua_pushvalue(L, -3);
    lua_concat(L, 3);
  } else {
    lua_pop(L, 1);
  }
  ts_check_memory(
      L, ts_header_put(&client->headers, "User-Agent", lua_tostring(L, -1)));
}

static int configure_headers(lua_State *L, int options, ts_client *client) {
  int top = lua_gettop(L);
  ts_rawgetfield(L, options, "user_agent");
  if (lua_isstring(L, -1)) {
    size_t length;
    const char *agent = lua_tolstring(L, -1, &length);
    const char *refusal = ts_header_refusal("User-Agent", 10, agent, length);
    if (refusal != NULL) {
      return ts_check_refuse(L, "user_agent", refusal);
    }
  }
  ts_check_memory(
      L, ts_header_put(&client->headers, "Accept", "application/json"));
  add_user_agent(L, options, client);
  lua_settop(L, top);
  ts_rawgetfield(L, options, "headers");
  if (lua_istable(L, -1) &&
      !ts_configure_headers(L, lua_gettop(L), &client->headers,
                            &client->secrets, "headers")) {
    return 0;
  }
  lua_settop(L, top);
  return 1;
}

/* --- The rest --------------------------------------------------------- */

static void configure_rate(lua_State *L, int options, ts_client *client) {
  ts_rawgetfield(L, options, "rate_limit");
  client->burst = TS_RATE_BURST;
  if (lua_istable(L, -1)) {
    int limit = lua_gettop(L);
    client->per_second = ts_rawgetnumber(L, limit, "per_second", 0);
    client->burst = ts_rawgetnumber(L, limit, "burst", TS_RATE_BURST);
  } else if (lua_isfunction(L, -1)) {
    client->has_rate_function = true;
    client->per_second = TS_RATE_PER_SECOND;
  } else {
    client->per_second = lua_isnil(L, -1) ? TS_RATE_PER_SECOND : 0;
  }
  client->bucket = client->burst;
  lua_pop(L, 1);
}

static int configure_proxy(lua_State *L, ts_client *client) {
  const char *refusal = NULL;
  if (client->proxy.length == 0) {
    ts_check_memory(L, client->local ||
                           ts_url_read_environment(&client->secrets));
  } else if (client->local) {
    refusal = "would receive credentials in the clear; use https://, or "
              "allow_http = true";
  } else {
    ts_check_memory(
        L, ts_url_read_proxy(client->proxy.data, &client->secrets, &refusal));
  }
  return refusal == NULL || ts_check_refuse(L, "proxy", refusal);
}

int ts_configure(lua_State *L, int index, ts_client *client) {
  ts_option_defaults(ts_client_slots, client);
  if (!ts_check(L, index, &ts_client_options, 1)) {
    return 0;
  }
  if (ts_rawhasfield(L, index, "client_key") &&
      !ts_rawhasfield(L, index, "client_cert")) {
    return ts_check_refuse(L, "client_cert", "is required with client_key");
  }
  if (!ts_option_read(L, index, ts_client_slots, client) ||
      !configure_host(L, client) || !configure_credentials(L, index, client) ||
      !configure_headers(L, index, client) || !configure_proxy(L, client)) {
    return 0;
  }
  configure_rate(L, index, client);
  return 1;
}
