/*
** torture.c - a Lua interpreter with the core, and control over memory.
**
**   torture [--forget HEX] SCRIPT [ARGUMENT...]
**   torture -e STATEMENTS [ARGUMENT...]
**
** The core is linked into the program, so that sanitizers see it, and calls
** the functions below in place of malloc and the like, so that they can fail.
** The script finds a table 'memory':
**   memory.attempt(how, n, f) -> fired, f's success, f's results
**       calls f as pcall does; how is
**       "lua"      Lua's allocations fail from the n-th on
**       "core"     the n-th allocation of the core fails
**       "curl"     the n-th allocation of libcurl fails
**       "collect"  every allocation of Lua's fails once, which makes a Lua
**                  that collects garbage then, collect it all
**       "finalize" no garbage is collected until Lua's n-th allocation, and
**                  all of it is from then on, so that finalizers run there
**   memory.live()     the number of blocks that the core has
**   memory.used()     the bytes that malloc has given out, and those in its
**                     caches of threads; nil: it does not tell
**   memory.fork(f)    calls f in another process; whether it returned true
**
** With --forget, all memory that Lua or libcurl frees is wiped, and after Lua
** is closed, the string of these bytes must not be anywhere on the heap.
*/

#define _DEFAULT_SOURCE

#include <curl/curl.h>
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bytes/buffer.h"
#include "values/compat.h"

#if defined __GLIBC_PREREQ
#define MALLOC_TELLS __GLIBC_PREREQ(2, 33)
#else
#define MALLOC_TELLS 0
#endif

int luaopen_thoughtspot_core(lua_State *L);

TS_EXPORT int dlclose(void *library);

void *ts_test_malloc(size_t size);
void *ts_test_calloc(size_t count, size_t size);
void *ts_test_realloc(void *block, size_t size);
void ts_test_free(void *block);

static struct {
  long until_lua_fails; /* allocations; below zero: they do not */
  long until_core_fails;
  long until_curl_fails;
  int fired;
  int fail_once; /* each of Lua's allocations */
  int failed_once;
  long until_collected; /* allocations of Lua's */
  lua_State *L;         /* for which they are counted */
  long live;
  int wipes;
} memory = {-1, -1, -1, 0, 0, 0, 0, NULL, 0, 0};

/* Modules stay loaded, so that checkers can name their functions. */
int dlclose(void *library) {
  (void)library;
  return 0;
}

/* --- Allocators ------------------------------------------------------- */

/* Counts an allocation; returns whether it is the one that fails. */
static int fails(long *until) {
  if (*until > 0 && --*until == 0) {
    *until = -1;
    memory.fired = 1;
    return 1;
  }
  return 0;
}

static int core_fails(void) {
  return fails(&memory.until_core_fails);
}

static int curl_fails(void) {
  return fails(&memory.until_curl_fails);
}

void *ts_test_malloc(size_t size) {
  void *block = core_fails() ? NULL : malloc(size);
  memory.live += block != NULL;
  return block;
}

void *ts_test_calloc(size_t count, size_t size) {
  void *block = core_fails() ? NULL : calloc(count, size);
  memory.live += block != NULL;
  return block;
}

void *ts_test_realloc(void *block, size_t size) {
  void *larger = core_fails() ? NULL : realloc(block, size);
  memory.live += block == NULL && larger != NULL;
  return larger;
}

/* Overwrites freed memory, so that later reads are noticed. */
void ts_test_free(void *block) {
  if (block != NULL) {
    memory.live--;
    memset(block, 0xDB, malloc_usable_size(block));
  }
  free(block);
}

static void count_allocation(void) {
  if (memory.until_collected > 0 && --memory.until_collected == 0) {
    memory.fired = 1;
    lua_gc(memory.L, LUA_GCRESTART, 0);
  }
}

static int lua_fails(void) {
  if (memory.fail_once) {
    memory.failed_once = !memory.failed_once;
    memory.fired = 1;
    return memory.failed_once;
  }
  if (memory.until_lua_fails < 0) {
    return 0;
  }
  if (memory.until_lua_fails > 0 && --memory.until_lua_fails > 0) {
    return 0;
  }
  memory.fired = 1;
  return 1;
}

static void *allocate_for_lua(void *data, void *block, size_t old_size,
                              size_t size) {
  void *larger;
  (void)data;
  if (size == 0) {
    if (memory.wipes && block != NULL) {
      ts_wipe(block, old_size);
    }
    free(block);
    return NULL;
  }
  if (block == NULL || size > old_size) {
    count_allocation();
    if (lua_fails()) {
      return NULL;
    }
  }
  if (!memory.wipes || block == NULL) {
    return realloc(block, size);
  }
  larger = malloc(size);
  if (larger != NULL) {
    memcpy(larger, block, size < old_size ? size : old_size);
    ts_wipe(block, old_size);
    free(block);
  }
  return larger;
}

static void *allocate_for_curl(size_t size) {
  return curl_fails() ? NULL : malloc(size);
}

static void *clear_for_curl(size_t count, size_t size) {
  return curl_fails() ? NULL : calloc(count, size);
}

static char *duplicate_for_curl(const char *text) {
  return curl_fails() ? NULL : strdup(text);
}

static void free_for_curl(void *block) {
  if (memory.wipes && block != NULL) {
    ts_wipe(block, malloc_usable_size(block));
  }
  free(block);
}

static void *reallocate_for_curl(void *block, size_t size) {
  size_t old_size = block == NULL ? 0 : malloc_usable_size(block);
  void *larger;
  if (curl_fails()) {
    return NULL;
  }
  if (!memory.wipes) {
    return realloc(block, size);
  }
  larger = malloc(size);
  if (larger != NULL && block != NULL) {
    memcpy(larger, block, size < old_size ? size : old_size);
    free_for_curl(block);
  }
  return larger;
}

/* --- What is left in memory ------------------------------------------- */

static int digit_of(char c) {
  return c <= '9' ? c - '0' : c - 'a' + 10;
}

/* Whether the bytes that 'hex' writes are at 'p'. The secret itself is never
** put together. */
static int is_at(const char *p, const char *hex, size_t length) {
  size_t i;
  for (i = 0; i < length; i++) {
    if ((unsigned char)p[i] !=
        digit_of(hex[2 * i]) * 16 + digit_of(hex[2 * i + 1])) {
      return 0;
    }
  }
  return 1;
}

/* Counts them in the private memory that can be written, but for the
** stack. */
static int count_left(const char *hex) {
  FILE *maps = fopen("/proc/self/maps", "r");
  size_t length = strlen(hex) / 2;
  char line[512];
  int found = 0;
  while (maps != NULL && fgets(line, sizeof line, maps) != NULL) {
    unsigned long start, end;
    char access[8];
    if (sscanf(line, "%lx-%lx %7s", &start, &end, access) == 3 &&
        strcmp(access, "rw-p") == 0 && strstr(line, "[stack]") == NULL) {
      const char *p = (const char *)start;
      for (; p + length <= (const char *)end; p++) {
        found += is_at(p, hex, length);
      }
    }
  }
  if (maps == NULL) {
    return -1;
  }
  fclose(maps);
  return found;
}

static void complain(lua_State *L, const char *who) {
  const char *what = lua_tostring(L, -1);
  fprintf(stderr, "%s: %s\n", who, what != NULL ? what : "failed");
}

/* --- The table 'memory' ----------------------------------------------- */

static int attempt(lua_State *L) {
  static const char *const ways[] = {"lua",      "core", "collect",
                                     "finalize", "curl", NULL};
  int how = luaL_checkoption(L, 1, NULL, ways);
  long n = (long)luaL_checkinteger(L, 2);
  int status;
  lua_settop(L, 3);
  memory.fired = 0;
  memory.failed_once = 0;
  memory.until_lua_fails = how == 0 ? n : -1;
  memory.until_core_fails = how == 1 ? n : -1;
  memory.until_curl_fails = how == 4 ? n : -1;
  memory.fail_once = how == 2;
  memory.until_collected = how == 3 ? n : 0;
  memory.L = L;
  if (how == 0 || how == 3) {
    /* A finalizer is never called if there is no memory to call it. */
    lua_gc(L, LUA_GCSTOP, 0);
  }
  status = lua_pcall(L, 0, LUA_MULTRET, 0);
  lua_gc(L, LUA_GCRESTART, 0);
  memory.until_lua_fails = -1;
  memory.until_core_fails = -1;
  memory.until_curl_fails = -1;
  memory.fail_once = 0;
  memory.until_collected = 0;
  lua_pushboolean(L, memory.fired);
  lua_replace(L, 1);
  lua_pushboolean(L, status == 0);
  lua_replace(L, 2);
  return lua_gettop(L);
}

static int live(lua_State *L) {
  lua_pushinteger(L, memory.live);
  return 1;
}

static int used(lua_State *L) {
#if MALLOC_TELLS
  struct mallinfo2 info = mallinfo2();
  lua_pushinteger(L, (lua_Integer)(info.uordblks + info.hblkhd));
#else
  lua_pushnil(L);
#endif
  return 1;
}

#ifdef COVERAGE
/* Writes the counts of --coverage, which exec would lose. */
void __gcov_dump(void);
#endif

static int fork_and_call(lua_State *L) {
  pid_t child;
  int status = -1;
  fflush(NULL);
  child = fork();
  if (child == 0) {
    int ok = lua_pcall(L, 0, 1, 0) == 0 && lua_toboolean(L, -1);
    if (!ok) {
      complain(L, "child");
    }
#ifdef COVERAGE
    __gcov_dump();
#endif
    /* Another program, so that no leak checker reports the parent's memory. */
    execl("/bin/sh", "sh", "-c", ok ? "exit 0" : "exit 1", (char *)NULL);
    _exit(1);
  }
  waitpid(child, &status, 0);
  lua_pushboolean(L, status == 0);
  return 1;
}

/* --- The interpreter -------------------------------------------------- */

static int run(lua_State *L) {
  static const luaL_Reg functions[] = {{"attempt", attempt},
                                       {"live", live},
                                       {"used", used},
                                       {"fork", fork_and_call},
                                       {NULL, NULL}};
  const luaL_Reg *function;
  char **argv = lua_touserdata(L, 1);
  int i;
  luaL_openlibs(L);
  lua_newtable(L);
  for (function = functions; function->name != NULL; function++) {
    lua_pushcfunction(L, function->func);
    lua_setfield(L, -2, function->name);
  }
  lua_setglobal(L, "memory");
  lua_getglobal(L, "package");
  lua_getfield(L, -1, "preload");
  lua_pushcfunction(L, luaopen_thoughtspot_core);
  lua_setfield(L, -2, "thoughtspot.core");
  lua_newtable(L);
  for (i = -1; i < 1 || argv[i] != NULL; i++) {
    lua_pushstring(L, argv[i]);
    lua_rawseti(L, -2, i);
  }
  lua_setglobal(L, "arg");
  if (strcmp(argv[0], "-e") == 0 && argv[1] != NULL) {
    argv++;
    i = luaL_loadstring(L, argv[0]);
  } else {
    i = luaL_loadfile(L, argv[0]);
  }
  if (i != 0) {
    return lua_error(L);
  }
  for (i = 1; argv[i] != NULL; i++) {
    lua_pushstring(L, argv[i]);
  }
  lua_call(L, i - 1, 0);
  return 0;
}

static int trace(lua_State *L) {
  if (luaL_callmeta(L, 1, "__tostring")) {
    return 1;
  }
  lua_getglobal(L, "debug");
  lua_getfield(L, -1, "traceback");
  lua_pushvalue(L, 1);
  lua_call(L, 1, 1);
  return 1;
}

int main(int argc, char **argv) {
  const char *hex = NULL;
  lua_State *L;
  int failed, left;
  if (argc > 2 && strcmp(argv[1], "--forget") == 0) {
    hex = argv[2];
    memory.wipes = 1;
    argv[2] = argv[0];
    argv += 2;
    argc -= 2;
  }
  curl_global_init_mem(CURL_GLOBAL_DEFAULT, allocate_for_curl, free_for_curl,
                       reallocate_for_curl, duplicate_for_curl,
                       clear_for_curl);
  if (argc < 2) {
    fputs("usage: torture [--forget HEX] SCRIPT [ARGUMENT...]\n", stderr);
    return 1;
  }
  L = lua_newstate(allocate_for_lua, NULL);
  if (L == NULL) {
    fputs("torture: no Lua\n", stderr);
    return 1;
  }
  lua_pushcfunction(L, trace);
  lua_pushcfunction(L, run);
  lua_pushlightuserdata(L, argv + 1);
  failed = lua_pcall(L, 1, 0, 1);
  if (failed) {
    complain(L, "torture");
  }
  lua_close(L);
  if (memory.live != 0) {
    fprintf(stderr, "torture: the core leaks %ld blocks\n", memory.live);
    failed = 1;
  }
  left = hex == NULL ? 0 : count_left(hex);
  if (left != 0) {
    fprintf(stderr, "torture: the secret is in memory %d times\n", left);
    failed = 1;
  }
  return failed != 0; /* as lua does */
}
