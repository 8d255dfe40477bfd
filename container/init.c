/*
 * The first process of a container: init PROGRAM [ARGUMENT]...
 *
 * Starts PROGRAM, the daemon, and starts it again when it dies. What it leaves behind become our children, and are reaped when
 * they end. On SIGTERM and SIGINT the daemon lets go of its drives, then each worker finishes what it does, and we end after the
 * last of them: how long a disc may take is up to who stops the container. A second signal ends at once.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* The daemon says so when its configuration makes no sense: starting it again would not help. */
enum { EXIT_USAGE = 2, RESTART_SECONDS = 1 };

static volatile sig_atomic_t stopping;
static volatile sig_atomic_t daemon_pid;

static void stop(int signal) {
  (void)signal;
  if (stopping) _exit(1);
  stopping = 1;
  if (daemon_pid > 0) kill((pid_t)daemon_pid, SIGTERM);
}

/* A signal that comes meanwhile is taken when it is known whom to pass it on to; what is passed on before the child is PROGRAM ends it. */
static void start(char *const words[]) {
  struct sigaction end = {.sa_handler = SIG_DFL};
  sigset_t both, before;
  sigemptyset(&both);
  sigaddset(&both, SIGTERM);
  sigaddset(&both, SIGINT);
  sigprocmask(SIG_BLOCK, &both, &before);
  daemon_pid = stopping ? 0 : fork();
  if (daemon_pid < 0) perror("fork");
  if (daemon_pid != 0 || stopping) {
    sigprocmask(SIG_SETMASK, &before, NULL);
    return;
  }
  sigaction(SIGTERM, &end, NULL);
  sigaction(SIGINT, &end, NULL);
  sigprocmask(SIG_SETMASK, &before, NULL);
  execvp(words[0], words);
  perror(words[0]);
  _exit(EXIT_USAGE);
}

/* Not the home of a virtual drive, which is hardware to a worker and goes last. */
static int is_worker(int pid) {
  char path[32], words[4096];
  size_t size, at;
  FILE *file;
  snprintf(path, sizeof path, "/proc/%d/cmdline", pid);
  file = fopen(path, "r");
  if (file == NULL) return 0;
  size = fread(words, 1, sizeof words - 1, file);
  fclose(file);
  words[size] = '\0';
  for (at = 0; at < size; at += strlen(words + at) + 1)
    if (strstr(words + at, "/worker/main.js") != NULL) return 1;
  return 0;
}

/* How many workers are left, -1 where the kernel does not say; each is sent the signal, if there is one. */
static int workers(int signal) {
  int pid, count = 0;
  FILE *children = fopen("/proc/thread-self/children", "r");
  if (children == NULL) return -1;
  while (fscanf(children, "%d", &pid) == 1) {
    if (!is_worker(pid)) continue;
    count += 1;
    if (signal != 0) kill(pid, signal);
  }
  fclose(children);
  return count;
}

/* Any child that has ended; -1 where there is none. Signals do not end the wait. */
static pid_t reap(int *status) {
  pid_t pid;
  do pid = waitpid(-1, status, 0);
  while (pid < 0 && errno == EINTR && !stopping);
  return pid;
}

static int exit_code(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

/* Waits until the daemon has ended; the code that it ended with, or 1 where there was no room for it to begin. */
static int await_end(void) {
  int status, began = daemon_pid > 0;
  while (began && reap(&status) != daemon_pid) continue;
  daemon_pid = 0;
  return began ? exit_code(status) : 1;
}

/* Keeps the daemon running until it is told to end, or has ended for good; 0, or the code that it ended with. */
static int keep(char *const words[]) {
  for (start(words); daemon_pid != 0; start(words)) {
    const int code = await_end();
    if (!stopping && code == EXIT_USAGE) return EXIT_USAGE;
    if (!stopping) sleep(RESTART_SECONDS);
  }
  return 0;
}

int main(int argc, char *argv[]) {
  struct sigaction action = {.sa_handler = stop};
  int status, code;
  if (argc < 2) {
    fprintf(stderr, "usage: %s PROGRAM [ARGUMENT]...\n", argv[0]);
    return EXIT_USAGE;
  }
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); /* for where we are not the first process */
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGINT, &action, NULL);
  code = keep(argv + 1);
  workers(SIGTERM);
  while (workers(0) != 0 && (reap(&status) > 0 || errno == EINTR)) continue;
  return code;
}
