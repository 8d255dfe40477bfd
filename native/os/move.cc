#include <fcntl.h>
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

using Mover = ssize_t (*)(int, off64_t*, int, off64_t*, size_t, unsigned);

Napi::Value Move(const Napi::CallbackInfo& info, Mover mover, const char* name) {
  Position from{info[1]};
  Position to{info[3]};
  ssize_t moved;
  do {
    moved = mover(info[0].As<Napi::Number>().Int32Value(), from.Pointer(),
                  info[2].As<Napi::Number>().Int32Value(), to.Pointer(),
                  static_cast<size_t>(info[4].As<Napi::Number>().Int64Value()), 0);
  } while (moved < 0 && errno == EINTR);
  if (moved < 0) throw SystemError(info.Env(), errno, name);
  return Napi::Number::New(info.Env(), static_cast<double>(moved));
}

}  // namespace

/** splice(from, fromPosition, to, toPosition, length) → bytes moved; one end is a pipe. splice(2). */
Napi::Value Splice(const Napi::CallbackInfo& info) { return Move(info, splice, "splice"); }

/** copyFileRange(from, fromPosition, to, toPosition, length) → bytes copied; copy_file_range(2). */
Napi::Value CopyFileRange(const Napi::CallbackInfo& info) {
  return Move(info, copy_file_range, "copy_file_range");
}

}  // namespace spindle
