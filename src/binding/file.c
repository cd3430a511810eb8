/*
** file.c - files that only their owner can read, and that survive a crash.
*/

#define _DEFAULT_SOURCE
#define _DARWIN_C_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "binding/file.h"

/* Returns what is wrong with the file, or NULL. A file with a second hard link
** could be read through another user's directory. */
static const char *find_fault(const struct stat *status) {
  if (!S_ISREG(status->st_mode)) {
    return "is not a regular file";
  } else if (status->st_uid != geteuid()) {
    return "belongs to another user";
  } else if (status->st_nlink > 1) {
    return "has a second name (a hard link)";
  }
  return NULL;
}

/* Locks the file and makes it private. Returns what is wrong, or NULL. */
static const char *take(int fd) {
  struct stat status;
  const char *fault;
  if (fstat(fd, &status) != 0) {
    return strerror(errno);
  }
  fault = find_fault(&status);
  if (fault != NULL) {
    return fault;
  } else if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    return errno == EWOULDBLOCK ? "is in use by another run" : strerror(errno);
  } else if ((status.st_mode & 0777) != 0600 && fchmod(fd, 0600) != 0) {
    return strerror(errno);
  }
  return NULL;
}

/* Syncs the directory of a new file; best effort, because not every file
** system supports it. */
static void sync_folder(const char *path) {
  const char *slash = strrchr(path, '/');
  char *folder = NULL;
  int fd;
  if (slash != NULL && slash != path) {
    size_t length = (size_t)(slash - path);
    folder = malloc(length + 1);
    if (folder == NULL) {
      return;
    }
    memcpy(folder, path, length);
    folder[length] = '\0';
  }
  fd = open(folder != NULL  ? folder
            : slash == path ? "/"
                            : ".",
            O_RDONLY | O_CLOEXEC);
  free(folder);
  if (fd >= 0) {
    (void)fsync(fd);
    (void)close(fd);
  }
}

/* Pushes a file opened by Lua's io library for reading and writing, because
** LuaJIT does not accept one created here. */
static FILE *push_file(lua_State *L) {
  lua_getglobal(L, "io");
  lua_getfield(L, -1, "open");
  lua_remove(L, -2);
  lua_pushliteral(L, "/dev/null");
  lua_pushliteral(L, "r+");
  lua_call(L, 2, 1);
  return lua_isuserdata(L, -1) ? ts_checkfile(L, -1) : NULL;
}

/* Closes the file on top of the stack. Otherwise it would occupy a file
** descriptor until it is collected. */
static void close_file(lua_State *L) {
  lua_getfield(L, -1, "close");
  lua_pushvalue(L, -2);
  lua_call(L, 1, 0);
}

/* Makes the descriptor 'target' refer to the file of 'fd', and closes 'fd'. */
static bool move_descriptor(int fd, int target) {
  bool moved =
      dup2(fd, target) >= 0 && fcntl(target, F_SETFD, FD_CLOEXEC) >= 0;
  (void)close(fd);
  return moved;
}

/* Opens a file for reading and appending, or creates it and sets '*created'.
** Returns its descriptor; negative: see errno. */
static int open_or_create(const char *path, bool *created) {
  const int flags = O_RDWR | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  int fd = open(path, flags | O_CREAT | O_EXCL, 0600);
  *created = fd >= 0;
  return fd < 0 && errno == EEXIST ? open(path, flags) : fd;
}

/* Opens the private file as the descriptor 'target'. Returns what is wrong, or
** NULL. */
static const char *open_as(const char *path, int target) {
  const char *fault;
  bool created;
  int fd = open_or_create(path, &created);
  if (fd < 0) {
    return errno == ELOOP ? "is a symbolic link" : strerror(errno);
  }
  fault = take(fd);
  if (fault != NULL) {
    (void)close(fd);
    return fault;
  }
  if (!move_descriptor(fd, target)) {
    return strerror(errno);
  }
  if (created) {
    sync_folder(path);
  }
  return NULL;
}

int ts_open_private(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  const char *fault;
  /* The file comes first, because it owns the descriptor if anything
  ** raises. */
  FILE *file = push_file(L);
  if (file == NULL) {
    return luaL_error(L, "the io library cannot open /dev/null");
  }
  fault = open_as(path, fileno(file));
  if (fault != NULL) {
    close_file(L);
    lua_pushnil(L);
    lua_pushfstring(L, "%s: %s", path, fault);
    return 2;
  }
  return 1;
}

int ts_sync(lua_State *L) {
  FILE *file = ts_checkfile(L, 1);
  luaL_argcheck(L, file != NULL, 1, "the file is closed");
  /* Pipes and terminals cannot be synced, and need not be. */
  if (fflush(file) == 0 &&
      (fsync(fileno(file)) == 0 || errno == EINVAL || errno == ENOTSUP)) {
    lua_pushboolean(L, 1);
    return 1;
  }
  lua_pushnil(L);
  lua_pushstring(L, strerror(errno));
  return 2;
}
