/*
 * A disk that stops answering, for tests: preloaded, reads of the file that SPINDLE_STALL_FILE names never come back
 * once SPINDLE_STALL_WHEN exists, as reads from a dead network file system.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void stall_if_named(int fd) {
  const char *file = getenv("SPINDLE_STALL_FILE");
  const char *when = getenv("SPINDLE_STALL_WHEN");
  struct stat named, open;
  if (!file || !when || access(when, F_OK) != 0) return;
  if (stat(file, &named) != 0 || fstat(fd, &open) != 0) return;
  if (named.st_ino != open.st_ino || named.st_dev != open.st_dev) return;
  for (;;) pause();
}

ssize_t pread64(int fd, void *buffer, size_t count, off64_t offset) {
  static ssize_t (*next)(int, void *, size_t, off64_t);
  if (!next) *(void **)&next = dlsym(RTLD_NEXT, "pread64");
  stall_if_named(fd);
  return next(fd, buffer, count, offset);
}
