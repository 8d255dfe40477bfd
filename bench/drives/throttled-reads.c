/*
 * A slow disk: preloaded, every pread(2) of a file beneath BENCH_SLOW_DIRECTORY takes as long as its bytes take at
 * BENCH_SLOW_BYTES_PER_SECOND. The thread that reads really waits, as it would for a disk; each process has the whole
 * speed for itself.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const double NANOSECONDS = 1e9;

static int is_slow(int fd) {
  const char *directory = getenv("BENCH_SLOW_DIRECTORY");
  char link[64], path[4096];
  if (!directory) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  size_t prefix = strlen(directory);
  return length > (ssize_t)prefix && strncmp(path, directory, prefix) == 0 && path[prefix] == '/';
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / NANOSECONDS;
}

/* When the disk will have read these bytes, after all that it was asked for before. */
static double finished_at(size_t count) {
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  static double busy_until;
  const char *speed = getenv("BENCH_SLOW_BYTES_PER_SECOND");
  pthread_mutex_lock(&lock);
  double begin = now();
  if (busy_until > begin) begin = busy_until;
  double end = busy_until = begin + (double)count / (speed ? atof(speed) : 1e6);
  pthread_mutex_unlock(&lock);
  return end;
}

static void wait_until(double moment) {
  time_t seconds = (time_t)moment;
  struct timespec time = {.tv_sec = seconds, .tv_nsec = (long)((moment - (double)seconds) * NANOSECONDS)};
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL);
}

ssize_t pread64(int fd, void *buffer, size_t count, off64_t offset) {
  static ssize_t (*next)(int, void *, size_t, off64_t);
  if (!next) *(void **)&next = dlsym(RTLD_NEXT, "pread64");
  if (is_slow(fd)) wait_until(finished_at(count));
  return next(fd, buffer, count, offset);
}
