/*
** error.c - fuzzes error bodies. The first byte of the input selects the
** status; the rest is the body. What must hold: the result is an error of a
** known kind, its text is one line, and it contains no secret.
*/

#include "script.h"

static const char script[] =
    "local core = ...\n"
    "local SECRETS = { 'hunter2-hunter2', 'tok\"en-tok\"en' }\n"
    "local client = core.new { host = 'https://x', token = 't0ken-t0ken',\n"
    "  transport = print, max_retries = 0, rate_limit = false }\n"
    "local function hide(value)\n"
    "  value = tostring(value)\n"
    "  for _, secret in ipairs(SECRETS) do\n"
    "    assert(not value:find(secret, 1, true), value)\n"
    "  end\n"
    "  return value\n"
    "end\n"
    "return function(status, body)\n"
    "  local exchange = client:prepare('activate_user', {\n"
    "    user_identifier = 'ada', auth_token = SECRETS[2],\n"
    "    password = SECRETS[1] })\n"
    "  assert(exchange:step(1) == 'io')\n"
    "  exchange:request()\n"
    "  exchange:respond(status, { Location = body, ['Retry-After'] = body },\n"
    "    body, 1)\n"
    "  assert(exchange:step(1) == 'done')\n"
    "  local user, err = exchange:result()\n"
    "  if user then return assert(status < 300) end\n"
    "  local text = hide(err)\n"
    "  assert(not text:find '%c')\n"
    "  assert(not err.hint or text:sub(-#err.hint) == err.hint, text)\n"
    "  assert(text:find(err.kind, 1, true), text)\n"
    "  for name, value in pairs(err) do hide(name) hide(value) end\n"
    "  assert(err.kind and err.message and err.applied and err.attempts)\n"
    "  assert(not err.body or #err.body < 5000)\n"
    "end\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const int statuses[] = {400, 200, 302, 401, 404, 429, 500, 502};
  static lua_State *L;
  if (L == NULL) {
    L = open_script(script);
  }
  if (size == 0) {
    return 0;
  }
  lua_pushvalue(L, -1);
  lua_pushinteger(L, statuses[data[0] % 8]);
  lua_pushlstring(L, (const char *)data + 1, size - 1);
  call_script(L, 2);
  return 0;
}
