/*
 * A recorder of what a disk is told, for tests of power loss: preloaded, each call that alters a file or a name below
 * SPINDLE_RECORD_BELOW, and each sync of one, is appended to the file SPINDLE_RECORD_TO, in the order of their returns.
 * A sync is noted when it begins and when it has ended: what others write meanwhile may not be covered by it.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* One record: this head, then so many bytes of path, of a second path, and of data. */
struct head {
  uint32_t bytes;
  char kind;
  uint8_t reserved[3];
  uint64_t inode;
  uint64_t offset;
  uint32_t path, other, data, mode;
};

#define NEXT(result, name, ...)                     \
  static result (*next)(__VA_ARGS__);               \
  if (!next) *(void **)&next = dlsym(RTLD_NEXT, name)

static int log_fd = -1;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void open_log(void) {
  const char *to = getenv("SPINDLE_RECORD_TO");
  if (to) log_fd = (int)syscall(SYS_openat, AT_FDCWD, to, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

static int is_below(const char *path) {
  const char *below = getenv("SPINDLE_RECORD_BELOW");
  size_t length = below ? strlen(below) : 0;
  return length && strncmp(path, below, length) == 0 && (path[length] == '/' || path[length] == 0);
}

/* The path of an open descriptor; false where it is none of ours. */
static int path_of(int fd, char *path) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t count = readlink(link, path, PATH_MAX - 1);
  if (count <= 0 || path[0] != '/') return 0;
  path[count] = 0;
  return is_below(path);
}

static int path_at(int dir, const char *name, char *path) {
  if (name[0] == '/' || dir == AT_FDCWD) {
    snprintf(path, PATH_MAX, "%s", name);
    return name[0] == '/' && is_below(path);
  }
  char folder[PATH_MAX];
  if (!path_of(dir, folder)) return 0;
  return snprintf(path, PATH_MAX, "%s/%s", folder, name) < PATH_MAX;
}

static void note(struct head head, const char *path, const char *other, const struct iovec *data, int parts) {
  int saved = errno;
  pthread_once(&once, open_log);
  struct iovec out[1024];
  head.path = path ? strlen(path) : 0;
  head.other = other ? strlen(other) : 0;
  out[0] = (struct iovec){&head, sizeof head};
  out[1] = (struct iovec){(void *)path, head.path};
  out[2] = (struct iovec){(void *)other, head.other};
  size_t left = head.data;
  int count = 3;
  for (int part = 0; part < parts && left > 0 && count < 1024; part++) {
    size_t take = data[part].iov_len < left ? data[part].iov_len : left;
    out[count++] = (struct iovec){data[part].iov_base, take};
    left -= take;
  }
  head.data -= left; /* more parts than one call takes: the comparison of the replayed folder shows it */
  head.bytes = sizeof head + head.path + head.other + head.data;
  if (log_fd >= 0 && syscall(SYS_writev, log_fd, out, count) < 0) abort();
  errno = saved;
}

static void note_file(char kind, int fd, uint64_t offset, const struct iovec *data, int parts, size_t length) {
  char path[PATH_MAX];
  struct stat stat;
  if (!path_of(fd, path) || fstat(fd, &stat) != 0) return;
  if (kind == 'W' && !S_ISREG(stat.st_mode)) return;
  struct head head = {.kind = kind, .inode = stat.st_ino, .offset = offset, .data = length, .mode = stat.st_mode};
  note(head, path, NULL, data, parts);
}

static void note_open(int fd, int flags) {
  if (fd >= 0 && flags & (O_CREAT | O_TRUNC)) note_file('O', fd, flags & O_TRUNC ? 1 : 0, NULL, 0, 0);
}

static mode_t mode_of(int flags, va_list rest) { return flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; }

#define OPEN(name)                                     \
  int name(const char *path, int flags, ...) {         \
    NEXT(int, #name, const char *, int, ...);          \
    va_list rest;                                      \
    va_start(rest, flags);                             \
    mode_t mode = mode_of(flags, rest);                \
    va_end(rest);                                      \
    int fd = next(path, flags, mode);                  \
    note_open(fd, flags);                              \
    return fd;                                         \
  }
OPEN(open)
OPEN(open64)

#define OPEN_AT(name)                                  \
  int name(int dir, const char *path, int flags, ...) { \
    NEXT(int, #name, int, const char *, int, ...);     \
    va_list rest;                                      \
    va_start(rest, flags);                             \
    mode_t mode = mode_of(flags, rest);                \
    va_end(rest);                                      \
    int fd = next(dir, path, flags, mode);             \
    note_open(fd, flags);                              \
    return fd;                                         \
  }
OPEN_AT(openat)
OPEN_AT(openat64)

static void note_written(int fd, uint64_t offset, const struct iovec *data, int parts, ssize_t length) {
  if (length > 0) note_file('W', fd, offset, data, parts, (size_t)length);
}

static void note_appended(int fd, const struct iovec *data, int parts, ssize_t length) {
  if (length <= 0 || fd == log_fd) return;
  int saved = errno;
  off_t end = lseek(fd, 0, SEEK_CUR);
  errno = saved;
  if (end >= length) note_written(fd, (uint64_t)(end - length), data, parts, length);
}

ssize_t write(int fd, const void *bytes, size_t count) {
  NEXT(ssize_t, "write", int, const void *, size_t);
  ssize_t done = next(fd, bytes, count);
  struct iovec data = {(void *)bytes, count};
  note_appended(fd, &data, 1, done);
  return done;
}

ssize_t writev(int fd, const struct iovec *data, int parts) {
  NEXT(ssize_t, "writev", int, const struct iovec *, int);
  ssize_t done = next(fd, data, parts);
  note_appended(fd, data, parts, done);
  return done;
}

#define PWRITE(name)                                                        \
  ssize_t name(int fd, const void *bytes, size_t count, off64_t offset) {   \
    NEXT(ssize_t, #name, int, const void *, size_t, off64_t);               \
    ssize_t done = next(fd, bytes, count, offset);                          \
    struct iovec data = {(void *)bytes, count};                             \
    note_written(fd, (uint64_t)offset, &data, 1, done);                     \
    return done;                                                            \
  }
PWRITE(pwrite)
PWRITE(pwrite64)

#define PWRITEV(name)                                                              \
  ssize_t name(int fd, const struct iovec *data, int parts, off64_t offset) {      \
    NEXT(ssize_t, #name, int, const struct iovec *, int, off64_t);                 \
    ssize_t done = next(fd, data, parts, offset);                                  \
    note_written(fd, (uint64_t)offset, data, parts, done);                         \
    return done;                                                                   \
  }
PWRITEV(pwritev)
PWRITEV(pwritev64)

#define TRUNCATE(name)                          \
  int name(int fd, off64_t length) {            \
    NEXT(int, #name, int, off64_t);             \
    int result = next(fd, length);              \
    if (result == 0) note_file('T', fd, (uint64_t)length, NULL, 0, 0); \
    return result;                              \
  }
TRUNCATE(ftruncate)
TRUNCATE(ftruncate64)

#define SYNC(name)                           \
  int name(int fd) {                         \
    NEXT(int, #name, int);                   \
    note_file('s', fd, 0, NULL, 0, 0);       \
    int result = next(fd);                   \
    if (result == 0) note_file('S', fd, 0, NULL, 0, 0); \
    return result;                           \
  }
SYNC(fsync)
SYNC(fdatasync)

static void note_names(char kind, int dir, const char *name, int other_dir, const char *other) {
  char path[PATH_MAX], second[PATH_MAX];
  int saved = errno;
  int ours = path_at(dir, name, path);
  if (other) ours = path_at(other_dir, other, second) || ours;
  errno = saved;
  if (ours) note((struct head){.kind = kind}, path, other ? second : NULL, NULL, 0);
}

int rename(const char *from, const char *to) {
  NEXT(int, "rename", const char *, const char *);
  int result = next(from, to);
  if (result == 0) note_names('R', AT_FDCWD, from, AT_FDCWD, to);
  return result;
}

int link(const char *from, const char *to) {
  NEXT(int, "link", const char *, const char *);
  int result = next(from, to);
  if (result == 0) note_names('L', AT_FDCWD, from, AT_FDCWD, to);
  return result;
}

int unlink(const char *path) {
  NEXT(int, "unlink", const char *);
  int result = next(path);
  if (result == 0) note_names('U', AT_FDCWD, path, 0, NULL);
  return result;
}

int unlinkat(int dir, const char *path, int flags) {
  NEXT(int, "unlinkat", int, const char *, int);
  int result = next(dir, path, flags);
  if (result == 0) note_names('U', dir, path, 0, NULL);
  return result;
}

int remove(const char *path) {
  NEXT(int, "remove", const char *);
  int result = next(path);
  if (result == 0) note_names('U', AT_FDCWD, path, 0, NULL);
  return result;
}

int rmdir(const char *path) {
  NEXT(int, "rmdir", const char *);
  int result = next(path);
  if (result == 0) note_names('U', AT_FDCWD, path, 0, NULL);
  return result;
}

int mkdir(const char *path, mode_t mode) {
  NEXT(int, "mkdir", const char *, mode_t);
  int result = next(path, mode);
  if (result == 0) note_names('M', AT_FDCWD, path, 0, NULL);
  return result;
}
