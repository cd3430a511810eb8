/*
** encode.c - fuzzes requests: Lua values that the input describes, for an
** endpoint that its first byte selects. What must hold: whatever passes is one
** JSON object, by the parser in this file, whose members and types are those
** of the schema; and its URL is valid.
*/

#include "contract/endpoint.h"
#include "script.h"

#include <math.h>

#define DEPTH 6

/* --- Values ----------------------------------------------------------- */

typedef struct source {
  const uint8_t *next, *end;
} source;

static unsigned take(source *s) {
  return s->next < s->end ? *s->next++ : 0;
}

static void push_text(lua_State *L, source *s) {
  size_t length = take(s) % 24;
  if (length > (size_t)(s->end - s->next)) {
    length = (size_t)(s->end - s->next);
  }
  lua_pushlstring(L, (const char *)s->next, length);
  s->next += length;
}

static void push_number(lua_State *L, source *s) {
  static const double numbers[] = {0,   1,    -1,   0.5,   2147483647,
                                   1e9, 1e16, 1e99, -1e99, 2147483648};
  unsigned which = take(s) % 12;
  lua_pushnumber(L, which < 10    ? numbers[which]
                    : which == 10 ? HUGE_VAL
                                  : HUGE_VAL - HUGE_VAL);
}

static void push_any(lua_State *L, source *s, int depth) {
  unsigned kind = take(s) % (depth > 0 ? 10 : 6);
  unsigned i, count;
  luaL_checkstack(L, 10, "depth");
  switch (kind) {
  case 0:
    lua_pushboolean(L, take(s) % 2);
    return;
  case 1:
    push_number(L, s);
    return;
  case 2:
    lua_pushlightuserdata(L, NULL);
    return;
  case 3:
    lua_pushinteger(L, (lua_Integer)take(s));
    return;
  case 4:
  case 5:
    push_text(L, s);
    return;
  default:
    break;
  }
  lua_newtable(L);
  count = take(s) % 5;
  for (i = 1; i <= count; i++) {
    if (kind == 6) {
      push_any(L, s, depth - 1);
      lua_rawseti(L, -2, (int)i);
    } else if (kind == 9) {
      lua_pushvalue(L, -1); /* contains itself */
      lua_rawseti(L, -2, (int)i);
    } else {
      push_text(L, s);
      push_any(L, s, depth - 1);
      lua_rawset(L, -3);
    }
  }
}

static void push_request(lua_State *L, source *s, const ts_schema *schema,
                         int depth);

/* Pushes a value that fits the field, or one that does not. */
static void push_item(lua_State *L, source *s, const ts_field *field,
                      int depth) {
  unsigned choice = take(s);
  if (choice % 16 == 15 || depth == 0) {
    push_any(L, s, depth);
  } else if (field->values != NULL) {
    unsigned count = 0;
    while (field->values[count] != NULL) {
      count++;
    }
    lua_pushstring(L, field->values[take(s) % count]);
  } else if (field->schema != NULL) {
    push_request(L, s, field->schema, depth - 1);
  } else if (field->type == TS_STRING) {
    push_text(L, s);
  } else if (field->type == TS_BOOLEAN) {
    lua_pushboolean(L, choice % 2);
  } else if (field->type == TS_INTEGER) {
    lua_pushinteger(L, (lua_Integer)choice);
  } else {
    push_any(L, s, depth);
  }
}

static void push_field(lua_State *L, source *s, const ts_field *field,
                       int depth) {
  int i, count;
  if ((field->flags & TS_LIST) == 0) {
    push_item(L, s, field, depth);
    return;
  }
  count = (int)(take(s) % 4);
  lua_newtable(L);
  for (i = 1; i <= count; i++) {
    push_item(L, s, field, depth);
    lua_rawseti(L, -2, i);
  }
}

static void push_request(lua_State *L, source *s, const ts_schema *schema,
                         int depth) {
  const ts_field *field;
  luaL_checkstack(L, 10, "depth");
  lua_newtable(L);
  for (field = schema->fields; field->name != NULL; field++) {
    if ((field->flags & TS_REQUIRED) != 0 || take(s) % 4 == 0) {
      lua_pushstring(L, field->name);
      push_field(L, s, field, depth);
      lua_rawset(L, -3);
    }
  }
  if (take(s) % 16 == 15) {
    push_text(L, s);
    push_any(L, s, 1);
    lua_rawset(L, -3);
  }
}

/* --- JSON ------------------------------------------------------------- */

/* The parser does not skip white space, because encode writes none. */
typedef struct parser {
  const char *p, *end;
} parser;

static bool at(const parser *j, char c) {
  return j->p < j->end && *j->p == c;
}

static void expect(parser *j, char c) {
  require(at(j, c));
  j->p++;
}

/* Reads a UTF-8 character of more than one byte. */
static void read_wide(parser *j) {
  unsigned char c = (unsigned char)*j->p++;
  int more = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : 1;
  require(c >= 0xC2 && c <= 0xF4);
  while (more-- > 0) {
    require(j->p < j->end && ((unsigned char)*j->p++ & 0xC0) == 0x80);
  }
}

static void read_escape(parser *j) {
  int i;
  require(j->p < j->end && strchr("\"\\/bfnrtu", *j->p) != NULL);
  if (*j->p++ == 'u') {
    for (i = 0; i < 4; i++) {
      require(j->p < j->end && strchr("0123456789abcdefABCDEF", *j->p));
      j->p++;
    }
  }
}

static void read_string(parser *j) {
  expect(j, '"');
  while (!at(j, '"')) {
    require(j->p < j->end && (unsigned char)*j->p >= 0x20);
    if (*j->p == '\\') {
      j->p++;
      read_escape(j);
    } else if ((unsigned char)*j->p >= 0x80) {
      read_wide(j);
    } else {
      j->p++;
    }
  }
  j->p++;
}

static size_t read_digits(parser *j) {
  const char *start = j->p;
  while (j->p < j->end && *j->p >= '0' && *j->p <= '9') {
    j->p++;
  }
  require(j->p > start);
  return (size_t)(j->p - start);
}

static void read_number(parser *j, bool whole) {
  const char *start;
  j->p += at(j, '-');
  start = j->p;
  require(read_digits(j) == 1 || *start != '0');
  if (at(j, '.')) {
    require(!whole);
    j->p++;
    read_digits(j);
  }
  if (at(j, 'e') || at(j, 'E')) {
    require(!whole);
    j->p++;
    j->p += at(j, '+') || at(j, '-');
    read_digits(j);
  }
}

static bool reads_word(parser *j, const char *word) {
  size_t length = strlen(word);
  bool there =
      (size_t)(j->end - j->p) >= length && memcmp(j->p, word, length) == 0;
  j->p += there ? length : 0;
  return there;
}

static void read_object(parser *j, const ts_schema *schema);
static void read_any(parser *j);

static void read_list(parser *j, const ts_field *field);

static void read_item(parser *j, const ts_field *field) {
  switch (field->type) {
  case TS_STRING:
    read_string(j);
    return;
  case TS_INTEGER:
    read_number(j, true);
    return;
  case TS_BOOLEAN:
    require(reads_word(j, "true") || reads_word(j, "false"));
    return;
  case TS_OBJECT:
    read_object(j, field->schema);
    return;
  default:
    require(at(j, '{'));
    read_any(j);
    return;
  }
}

/* Reads the value of a field, or any value if there is no field. */
static void read_value(parser *j, const ts_field *field) {
  if (field == NULL) {
    read_any(j);
  } else if (reads_word(j, "null")) {
    require((field->flags & TS_NULLABLE) != 0);
  } else if ((field->flags & TS_LIST) != 0) {
    read_list(j, field);
  } else {
    read_item(j, field);
  }
}

static void read_list(parser *j, const ts_field *field) {
  expect(j, '[');
  if (!at(j, ']')) {
    do {
      if (field == NULL) {
        read_any(j);
      } else {
        read_item(j, field);
      }
    } while (at(j, ',') && j->p++);
  }
  expect(j, ']');
}

static void read_object(parser *j, const ts_schema *schema) {
  unsigned long long seen = 0;
  const ts_field *field = NULL;
  expect(j, '{');
  if (!at(j, '}')) {
    do {
      const char *name = j->p + 1;
      read_string(j);
      if (schema != NULL) {
        field = ts_schema_find(schema, name, (size_t)(j->p - name) - 1);
        require(field != NULL);
        seen |= 1ULL << (field - schema->fields);
      }
      expect(j, ':');
      read_value(j, field);
    } while (at(j, ',') && j->p++);
  }
  expect(j, '}');
  for (field = schema != NULL ? schema->fields : NULL;
       field != NULL && field->name != NULL; field++) {
    require((field->flags & (TS_REQUIRED | TS_LOCAL)) != TS_REQUIRED ||
            (seen >> (field - schema->fields) & 1) != 0);
  }
}

static void read_any(parser *j) {
  if (at(j, '{')) {
    read_object(j, NULL);
  } else if (at(j, '[')) {
    read_list(j, NULL);
  } else if (at(j, '"')) {
    read_string(j);
  } else if (!reads_word(j, "true") && !reads_word(j, "false") &&
             !reads_word(j, "null")) {
    read_number(j, false);
  }
}

/* --- Requests --------------------------------------------------------- */

/* Checks the request on top of the stack. */
static void check_request(lua_State *L, const ts_endpoint *endpoint) {
  static const char allowed[] =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~%/:";
  size_t length;
  const char *url, *body;
  lua_getfield(L, -1, "url");
  url = lua_tolstring(L, -1, &length);
  require(length == strspn(url, allowed));
  lua_getfield(L, -2, "body");
  if (endpoint->request != NULL) {
    parser j;
    body = lua_tolstring(L, -1, &length);
    j.p = body;
    j.end = body + length;
    read_object(&j, endpoint->request);
    require(j.p == j.end);
  }
  lua_pop(L, 2);
}

static const char script[] =
    "local core = ...\n"
    "local client = core.new { host = 'https://x', token = 't',\n"
    "  transport = print, rate_limit = false }\n"
    "return function(...)\n"
    "  local exchange, err = client:prepare(...)\n"
    "  if not exchange then\n"
    "    assert(err.kind == 'argument' and tostring(err))\n"
    "    return nil\n"
    "  end\n"
    "  assert(exchange:step(1) == 'io')\n"
    "  return exchange:request()\n"
    "end\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static lua_State *L;
  const ts_endpoint *endpoint = ts_endpoints;
  source s;
  unsigned skipped;
  int arguments = 1;
  s.next = data;
  s.end = data + size;
  if (L == NULL) {
    L = open_script(script);
  }
  for (skipped = take(&s) % 16; skipped > 0; skipped--) {
    endpoint = endpoint[1].name != NULL ? endpoint + 1 : ts_endpoints;
  }
  lua_pushvalue(L, -1);
  lua_pushstring(L, endpoint->name);
  if (endpoint->path_parameter != NULL) {
    push_item(L, &s, endpoint->path_parameter, DEPTH);
    arguments++;
  }
  if (endpoint->request != NULL) {
    push_request(L, &s, endpoint->request, DEPTH);
    arguments++;
  }
  require(lua_pcall(L, arguments, 1, 0) == 0);
  if (!lua_isnil(L, -1)) {
    check_request(L, endpoint);
  }
  lua_pop(L, 1);
  return 0;
}
