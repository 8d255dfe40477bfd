/*
 * A disk that stops answering, for tests: preloaded, reads of the file or directory that SPINDLE_STALL_FILE names never
 * come back once SPINDLE_STALL_WHEN exists, as reads from a dead network file system; syncs come back when that is gone, as
 * those of a disk that has much to write. With SPINDLE_STALL_MS reads take so long and come back. With SPINDLE_STALL_LOOKS nor does it tell what an open file is like.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int stalls(int fd) {
  const char *file = getenv("SPINDLE_STALL_FILE");
  const char *when = getenv("SPINDLE_STALL_WHEN");
  struct stat named, open;
  if (!file || !when || access(when, F_OK) != 0) return 0;
  if (stat(file, &named) != 0 || fstat(fd, &open) != 0) return 0;
  return named.st_ino == open.st_ino && named.st_dev == open.st_dev;
}

static void stall_if_named(int fd) {
  const char *ms = getenv("SPINDLE_STALL_MS");
  if (!stalls(fd)) return;
  if (ms) usleep((useconds_t)atoi(ms) * 1000);
  else
    for (;;) pause();
}

/** The file `…when….reached` is there from the first stalled sync on. */
static void tell_of_stall(void) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s.reached", getenv("SPINDLE_STALL_WHEN"));
  close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
}

int fsync(int fd) {
  static int (*next)(int);
  if (!next) *(void **)&next = dlsym(RTLD_NEXT, "fsync");
  if (stalls(fd)) tell_of_stall();
  while (stalls(fd)) usleep(5000);
  return next(fd);
}

ssize_t pread64(int fd, void *buffer, size_t count, off64_t offset) {
  static ssize_t (*next)(int, void *, size_t, off64_t);
  if (!next) *(void **)&next = dlsym(RTLD_NEXT, "pread64");
  stall_if_named(fd);
  return next(fd, buffer, count, offset);
}

int statx(int directory, const char *path, int flags, unsigned mask, struct statx *status) {
  static int (*next)(int, const char *, int, unsigned, struct statx *);
  if (!next) *(void **)&next = dlsym(RTLD_NEXT, "statx");
  if (getenv("SPINDLE_STALL_LOOKS") && (flags & AT_EMPTY_PATH)) stall_if_named(directory);
  return next(directory, path, flags, mask, status);
}

typedef int filter64(const struct dirent64 *);
typedef int order64(const struct dirent64 **, const struct dirent64 **);

int scandir64(const char *path, struct dirent64 ***names, filter64 *filter, order64 *order) {
  static int (*next)(const char *, struct dirent64 ***, filter64 *, order64 *);
  if (!next) *(void **)&next = dlsym(RTLD_NEXT, "scandir64");
  int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0) {
    stall_if_named(fd);
    close(fd);
  }
  return next(path, names, filter, order);
}
