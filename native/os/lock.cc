#include <sys/file.h>

#include <cerrno>

#include "os/functions.h"
#include "shared/system-error.h"

namespace spindle {

/** flock(fd, exclusive): takes the lock or throws EAGAIN at once; it goes with the descriptor. flock(2). */
void Flock(const Napi::CallbackInfo& info) {
  const int operation = info[1].As<Napi::Boolean>() ? LOCK_EX : LOCK_SH;
  if (flock(info[0].As<Napi::Number>().Int32Value(), operation | LOCK_NB) != 0) {
    throw SystemError(info.Env(), errno, "flock");
  }
}

}  // namespace spindle
