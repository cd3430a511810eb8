/*
** seen_object.c - what ts_seen remembers, as a Lua object: the ids of the users
** that a list has returned, each with its rank. Its memory is not Lua's, whose
** collector would traverse it.
**
** The object has fields: total, the last rank, which is the number of users
** read; and window, the number of the latest users that are known at least.
*/

#include <string.h>

#include "binding/object.h"
#include "bytes/seen.h"

#define WINDOW_MAX 1e9

static const char seen_class[] = "thoughtspot.core.seen";

static ts_seen *check_seen(lua_State *L) {
  return luaL_checkudata(L, 1, seen_class);
}

/* Returns the text of an id, which is a number in some APIs; NULL: it is none.
** Replaces a number by its text. */
static const char *id_at(lua_State *L, int index, size_t *length) {
  const char *id =
      lua_isstring(L, index) ? lua_tolstring(L, index, length) : NULL;
  return id != NULL && *length > 0 ? id : NULL;
}

/* core.seen.new(window) -> seen, which knows nobody */
static int seen_new(lua_State *L) {
  lua_Number window = luaL_checknumber(L, 1);
  ts_seen *s;
  luaL_argcheck(L, window >= 1 && window <= WINDOW_MAX, 1,
                "expected a number from 1 to 1e9");
  s = ts_newuserdata(L, sizeof *s);
  *s = (ts_seen){.window = (size_t)window};
  ts_registry_get(L, seen_class);
  lua_setmetatable(L, -2);
  return 1;
}

/* Returns a field, or the method in the table that is the upvalue. */
static int seen_index(lua_State *L) {
  const ts_seen *s = check_seen(L);
  const char *name = luaL_checkstring(L, 2);
  if (strcmp(name, "total") == 0) {
    ts_pushwhole(L, (long long)s->total);
  } else if (strcmp(name, "window") == 0) {
    ts_pushwhole(L, (long long)s->window);
  } else {
    lua_settop(L, 2);
    lua_rawget(L, lua_upvalueindex(1));
  }
  return 1;
}

/* seen:rank(id) -> the rank, or nil: unknown */
static int seen_rank(lua_State *L) {
  const ts_seen *s = check_seen(L);
  size_t length = 0;
  const char *id = id_at(L, 2, &length);
  size_t rank = id != NULL ? ts_seen_rank(s, id, length) : 0;
  if (rank == 0) {
    lua_pushnil(L);
  } else {
    ts_pushwhole(L, (long long)rank);
  }
  return 1;
}

/* seen:remember(id) -> the rank, and whether the id was known: remembers it
** from now on; an unknown one gets the next rank */
static int seen_remember(lua_State *L) {
  ts_seen *s = check_seen(L);
  size_t rank, length = 0;
  const char *id = id_at(L, 2, &length);
  bool known;
  luaL_argcheck(L, id != NULL, 2, "expected an id");
  rank = ts_seen_remember(s, id, length, &known);
  ts_check_memory(L, rank > 0);
  ts_pushwhole(L, (long long)rank);
  lua_pushboolean(L, known);
  return 2;
}

/*
** seen:sift(users, from, kept, hide_id) -> rows, rank
** Remembers the users of a list from index 'from' on, and removes from it those
** that were known: others follow the 'kept' first ones. Returns the number of
** users read, fewer if one has no id, which ends the list; and the rank of the
** last one read, or 0. 'hide_id': removes the ids from the users.
*/
static int seen_sift(lua_State *L) {
  ts_seen *s = check_seen(L);
  int from = (int)luaL_checknumber(L, 3), kept = (int)luaL_checknumber(L, 4);
  const bool hide_id = lua_toboolean(L, 5);
  int count, index;
  size_t rank = 0;
  luaL_checktype(L, 2, LUA_TTABLE);
  count = (int)ts_rawlen(L, 2);
  lua_settop(L, 2);
  lua_pushliteral(L, "id");
  for (index = from; index <= count; index++) {
    const char *id = NULL;
    size_t length = 0;
    bool known;
    lua_rawgeti(L, 2, index);
    lua_pushvalue(L, 3);
    lua_rawget(L, 4);
    id = id_at(L, 5, &length);
    if (id == NULL) {
      break;
    }
    rank = ts_seen_remember(s, id, length, &known);
    ts_check_memory(L, rank > 0);
    lua_settop(L, 4);
    if (known) {
      lua_settop(L, 3);
      continue;
    }
    if (hide_id) {
      lua_pushvalue(L, 3);
      lua_pushnil(L);
      lua_rawset(L, 4);
    }
    kept++;
    if (kept < index) {
      lua_rawseti(L, 2, kept);
    } else {
      lua_settop(L, 3);
    }
  }
  lua_settop(L, 3);
  while (count > kept) {
    lua_pushnil(L);
    lua_rawseti(L, 2, count--);
  }
  ts_pushwhole(L, index - from);
  ts_pushwhole(L, (long long)rank);
  return 2;
}

/* seen:close(): forgets everybody, and releases the memory */
static int seen_close(lua_State *L) {
  ts_seen_free(check_seen(L));
  return 0;
}

static const luaL_Reg seen_functions[] = {
    {"new", seen_new},   {"rank", seen_rank},   {"remember", seen_remember},
    {"sift", seen_sift}, {"close", seen_close}, {NULL, NULL}};

static const luaL_Reg seen_metamethods[] = {{"__gc", seen_close},
                                            {NULL, NULL}};

void ts_seen_open(lua_State *L) {
  lua_newtable(L);
  ts_setfuncs(L, seen_functions);
  ts_new_class(L, seen_class, seen_metamethods);
  lua_pushvalue(L, -2);
  lua_pushcclosure(L, seen_index, 1);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
}
