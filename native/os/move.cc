#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>

#include "os/functions.h"
#include "shared/system-error.h"

namespace spindle {
namespace {

/** A position in a file, or null for where the descriptor stands (and for a pipe). */
class Position {
 public:
  explicit Position(const Napi::Value& value)
      : set_(value.IsNumber()), value_(set_ ? value.As<Napi::Number>().Int64Value() : 0) {}
  off64_t* Pointer() { return set_ ? &value_ : nullptr; }

 private:
  bool set_;
  off64_t value_;
};

/** Whether to do it again after a call that failed. */
bool WasInterrupted(int) { return errno == EINTR; }

/** The same of a pipe, which somebody may have made non-blocking: waits until it has room. */
bool WasFull(int to) {
  if (errno == EINTR) return true;
  if (errno != EAGAIN) return false;
  pollfd room{to, POLLOUT, 0};
  return poll(&room, 1, -1) >= 0 || errno == EINTR;
}

using Mover = ssize_t (*)(int, off64_t*, int, off64_t*, size_t, unsigned);

Napi::Value Move(const Napi::CallbackInfo& info, Mover mover, bool (*goes_on)(int), const char* name) {
  Position from{info[1]};
  Position to{info[3]};
  const int target = info[2].As<Napi::Number>().Int32Value();
  ssize_t moved;
  do {
    moved = mover(info[0].As<Napi::Number>().Int32Value(), from.Pointer(), target, to.Pointer(),
                  static_cast<size_t>(info[4].As<Napi::Number>().Int64Value()), 0);
  } while (moved < 0 && goes_on(target));
  if (moved < 0) throw SystemError(info.Env(), errno, name);
  return Napi::Number::New(info.Env(), static_cast<double>(moved));
}

}  // namespace

/** splice(from, fromPosition, to, toPosition, length) → bytes moved; one end is a pipe. splice(2). */
Napi::Value Splice(const Napi::CallbackInfo& info) { return Move(info, splice, WasFull, "splice"); }

/** copyFileRange(from, fromPosition, to, toPosition, length) → bytes copied; copy_file_range(2). */
Napi::Value CopyFileRange(const Napi::CallbackInfo& info) {
  return Move(info, copy_file_range, WasInterrupted, "copy_file_range");
}

/** writeAll(fd, bytes: Uint8Array): all of them, where the descriptor stands. write(2). */
void WriteAll(const Napi::CallbackInfo& info) {
  const int fd = info[0].As<Napi::Number>().Int32Value();
  const auto bytes = info[1].As<Napi::Uint8Array>();
  for (size_t done = 0; done < bytes.ElementLength();) {
    const ssize_t written = write(fd, bytes.Data() + done, bytes.ElementLength() - done);
    if (written >= 0)
      done += static_cast<size_t>(written);
    else if (!WasFull(fd))
      throw SystemError(info.Env(), errno, "write");
  }
}

}  // namespace spindle
