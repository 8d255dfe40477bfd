/*
 * A disk that has become bad at one place, for tests: preloaded, writes to the byte SPINDLE_FAIL_AT of the file
 * SPINDLE_FAIL_FILE fail.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int is_bad(int fd, off64_t offset, size_t count) {
  const char *file = getenv("SPINDLE_FAIL_FILE");
  const char *at = getenv("SPINDLE_FAIL_AT");
  struct stat named, open;
  if (!file || !at || stat(file, &named) != 0 || fstat(fd, &open) != 0) return 0;
  const off64_t bad = atoll(at);
  return named.st_ino == open.st_ino && named.st_dev == open.st_dev && offset <= bad && bad - offset < (off64_t)count;
}

ssize_t pwrite64(int fd, const void *buffer, size_t count, off64_t offset) {
  static ssize_t (*next)(int, const void *, size_t, off64_t);
  if (!next) *(void **)&next = dlsym(RTLD_NEXT, "pwrite64");
  if (!is_bad(fd, offset, count)) return next(fd, buffer, count, offset);
  errno = EIO;
  return -1;
}
