/*
 * A disk that is nearly full, for tests: preloaded, the SPINDLE_SHORT_NTH write at a position to a file whose path contains
 * SPINDLE_SHORT_FILE takes half of what it is given, as such a disk does, and says nothing else of it; there is no space for any
 * after it.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int is_meant(int fd) {
  const char *file = getenv("SPINDLE_SHORT_FILE");
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t length = readlink(link, path, sizeof path - 1);
  if (!file || length < 0) return 0;
  path[length] = 0;
  return strstr(path, file) != NULL;
}

ssize_t pwrite64(int fd, const void *buffer, size_t count, off64_t offset) {
  static ssize_t (*next)(int, const void *, size_t, off64_t);
  static atomic_int written;
  if (!next) *(void **)&next = dlsym(RTLD_NEXT, "pwrite64");
  const char *nth = getenv("SPINDLE_SHORT_NTH");
  if (!nth || !is_meant(fd)) return next(fd, buffer, count, offset);
  const int number = ++written;
  if (number == atoi(nth)) return next(fd, buffer, count / 2, offset);
  if (number < atoi(nth)) return next(fd, buffer, count, offset);
  errno = ENOSPC;
  return -1;
}
