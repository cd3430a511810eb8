/*
** script.h - a Lua state with the core, for fuzzers that check the results in
** Lua.
*/

#ifndef TS_FUZZ_SCRIPT_H
#define TS_FUZZ_SCRIPT_H

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdio.h>
#include <string.h>

#include "fuzzer.h"

int luaopen_thoughtspot_core(lua_State *L);

/* Runs the script with the core as its argument; leaves its result on top of
** the stack. */
static inline lua_State *open_script(const char *script) {
  lua_State *L = luaL_newstate();
  if (L == NULL) {
    abort();
  }
  luaL_openlibs(L);
  if (luaL_loadstring(L, script) != 0) {
    fprintf(stderr, "%s\n", lua_tostring(L, -1));
    abort();
  }
  lua_pushcfunction(L, luaopen_thoughtspot_core);
  lua_call(L, 0, 1);
  lua_call(L, 1, 1);
  return L;
}

/* Calls the function below the 'count' arguments on top of the stack; aborts
** on an error. */
static inline void call_script(lua_State *L, int count) {
  if (lua_pcall(L, count, 0, 0) != 0) {
    lua_getglobal(L, "tostring");
    lua_insert(L, -2);
    lua_call(L, 1, 1);
    fprintf(stderr, "%s\n", lua_tostring(L, -1));
    abort();
  }
}

#endif
