/*
** processes.c - the module "processes": what Lua lacks to run a program in a
** fork of a process that has loaded the library.
*/

#define _DEFAULT_SOURCE

#include "values/compat.h"

#include <fcntl.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

/* fork(): the process that is new, or 0 in that process. */
static int processes_fork(lua_State *L) {
  pid_t child = fork();
  if (child < 0) {
    return luaL_error(L, "fork failed");
  }
  lua_pushinteger(L, (lua_Integer)child);
  return 1;
}

/* wait(process), or wait(-1) for any: its exit code; for a signal that ended it
** 128 more, as in the shell. */
static int processes_wait(lua_State *L) {
  int status;
  if (waitpid((pid_t)luaL_checkinteger(L, 1), &status, 0) < 0) {
    return luaL_error(L, "waitpid failed");
  }
  lua_pushinteger(L, WIFSIGNALED(status) ? 128 + WTERMSIG(status)
                                         : WEXITSTATUS(status));
  return 1;
}

/* setenv(name, value): a value that is not a string unsets the variable. */
static int processes_setenv(lua_State *L) {
  const char *name = luaL_checkstring(L, 1);
  int failed = lua_type(L, 2) == LUA_TSTRING
                   ? setenv(name, lua_tostring(L, 2), 1)
                   : unsetenv(name);
  return failed ? luaL_error(L, "%s cannot be set", name) : 0;
}

static void redirect(lua_State *L, int descriptor, const char *path,
                     int flags) {
  int opened = open(path, flags, 0600);
  if (opened < 0 || dup2(opened, descriptor) < 0 || close(opened) != 0) {
    luaL_error(L, "%s cannot be opened", path);
  }
}

/* redirect(input, output, errors): makes files the standard streams. */
static int processes_redirect(lua_State *L) {
  const int create = O_WRONLY | O_CREAT | O_TRUNC;
  redirect(L, STDIN_FILENO, luaL_checkstring(L, 1), O_RDONLY);
  redirect(L, STDOUT_FILENO, luaL_checkstring(L, 2), create);
  redirect(L, STDERR_FILENO, luaL_checkstring(L, 3), create);
  return 0;
}

/* keep(file): no program that is started later inherits the file. */
static int processes_keep(lua_State *L) {
  FILE *const *file = luaL_checkudata(L, 1, LUA_FILEHANDLE);
  if (fcntl(fileno(*file), F_SETFD, FD_CLOEXEC) != 0) {
    return luaL_error(L, "fcntl failed");
  }
  return 0;
}

TS_EXPORT int luaopen_processes(lua_State *L);

TS_EXPORT int luaopen_processes(lua_State *L) {
  lua_newtable(L);
  lua_pushcfunction(L, processes_fork);
  lua_setfield(L, -2, "fork");
  lua_pushcfunction(L, processes_wait);
  lua_setfield(L, -2, "wait");
  lua_pushcfunction(L, processes_setenv);
  lua_setfield(L, -2, "setenv");
  lua_pushcfunction(L, processes_redirect);
  lua_setfield(L, -2, "redirect");
  lua_pushcfunction(L, processes_keep);
  lua_setfield(L, -2, "keep");
  return 1;
}
