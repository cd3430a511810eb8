/*
** compat.h - one Lua API for 5.1, LuaJIT, 5.3 and 5.4. The shims have names of
** their own, because headers of the older versions declare some of the newer
** functions and not others.
*/

#ifndef TS_COMPAT_H
#define TS_COMPAT_H

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>

#if defined(__GNUC__)
#define TS_EXPORT __attribute__((visibility("default")))
#else
#define TS_EXPORT
#endif

#if LUA_VERSION_NUM >= 504
#define ts_newuserdata(L, size) lua_newuserdatauv(L, size, 0)
#else
#define ts_newuserdata(L, size) lua_newuserdata(L, size)
#endif

#if LUA_VERSION_NUM >= 502
#define ts_rawlen(L, index) ((size_t)lua_rawlen(L, index))
#define ts_setfuncs(L, list) luaL_setfuncs(L, list, 0)
#else
#define ts_rawlen(L, index) lua_objlen(L, index)
#define ts_setfuncs(L, list) luaL_register(L, NULL, list)
#endif

/* The largest double up to which all whole numbers are exact: 2^53. */
#define TS_LARGEST_WHOLE 9007199254740992.0

/* Returns whether the number is a 32-bit integer, which every Lua has. */
static inline bool ts_is_int32(double number) {
  return number >= -2147483648.0 && number <= 2147483647.0 &&
         floor(number) == number;
}

/* Pushes a whole number that may not fit in 32 bits: as an integer, if Lua has
** them. */
static inline void ts_pushwhole(lua_State *L, long long number) {
#if LUA_VERSION_NUM >= 503
  lua_pushinteger(L, (lua_Integer)number);
#else
  lua_pushnumber(L, number);
#endif
}

/* Raises if memory ran out. Call it only when everything allocated has an
** owner. */
static inline void ts_check_memory(lua_State *L, bool done) {
  if (!done) {
    luaL_error(L, "not enough memory");
  }
}

/* Returns a stack index that stays valid while the stack grows. */
static inline int ts_absindex(lua_State *L, int index) {
  return index > 0 || index <= LUA_REGISTRYINDEX ? index
                                                 : lua_gettop(L) + index + 1;
}

/* Returns the C file of the Lua file at 'index', or NULL if it is closed. */
static inline FILE *ts_checkfile(lua_State *L, int index) {
#if LUA_VERSION_NUM >= 502
  luaL_Stream *stream = luaL_checkudata(L, index, LUA_FILEHANDLE);
  return stream->closef != NULL ? stream->f : NULL;
#else
  return *(FILE **)luaL_checkudata(L, index, LUA_FILEHANDLE);
#endif
}

/* Push the registry value with that key, or set it from the top of the
** stack. */
static inline void ts_registry_get(lua_State *L, const void *key) {
  lua_pushlightuserdata(L, (void *)(size_t)key);
  lua_rawget(L, LUA_REGISTRYINDEX);
}

static inline void ts_registry_set(lua_State *L, const void *key) {
  lua_pushlightuserdata(L, (void *)(size_t)key);
  lua_insert(L, -2);
  lua_rawset(L, LUA_REGISTRYINDEX);
}

/* Pushes the field 'name' of the table at 'index', without metamethods: the
** core never calls user functions. */
static inline void ts_rawgetfield(lua_State *L, int index, const char *name) {
  index = ts_absindex(L, index);
  lua_pushstring(L, name);
  lua_rawget(L, index);
}

/* Returns whether the table at 'index' has the field 'name', without
** metamethods. */
static inline bool ts_rawhasfield(lua_State *L, int index, const char *name) {
  bool has;
  ts_rawgetfield(L, index, name);
  has = !lua_isnil(L, -1);
  lua_pop(L, 1);
  return has;
}

/* Sets the field 'name' of the table at 'index' from the top of the stack,
** without metamethods. */
static inline void ts_rawsetfield(lua_State *L, int index, const char *name) {
  index = ts_absindex(L, index);
  lua_pushstring(L, name);
  lua_insert(L, -2);
  lua_rawset(L, index);
}

/* Sets a field of the table on top of the stack; does nothing if the text is
** NULL. */
static inline void ts_rawsetstring(lua_State *L, const char *name,
                                   const char *text) {
  if (text != NULL) {
    lua_pushstring(L, text);
    ts_rawsetfield(L, -2, name);
  }
}

/* Returns the number in a field of the table at 'index', or 'otherwise' if
** there is none. */
static inline double ts_rawgetnumber(lua_State *L, int index, const char *name,
                                     double otherwise) {
  double number = otherwise;
  ts_rawgetfield(L, index, name);
  if (!lua_isnil(L, -1)) {
    number = lua_tonumber(L, -1);
  }
  lua_pop(L, 1);
  return number;
}

#endif
