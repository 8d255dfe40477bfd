#include "sg/aligned-buffer.h"

#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include "shared/system-error.h"

namespace spindle {

Napi::Value AlignedBuffer(const Napi::CallbackInfo& info) {
  constexpr double kLargest = 1 << 30;
  const Napi::Env env = info.Env();
  const double wanted = info[0].As<Napi::Number>();
  if (!(wanted >= 1 && wanted <= kLargest) || wanted != std::floor(wanted)) {
    throw SystemError(env, EINVAL, "posix_memalign");
  }
  const auto bytes = static_cast<size_t>(wanted);
  void* memory = nullptr;
  const int error = posix_memalign(&memory, static_cast<size_t>(sysconf(_SC_PAGESIZE)), bytes);
  if (error != 0) throw SystemError(env, error, "posix_memalign");
  std::memset(memory, 0, bytes);
  const auto release = [](Napi::Env, void* unused) { std::free(unused); };
  const auto buffer = Napi::ArrayBuffer::New(env, memory, bytes, release);
  return Napi::Uint8Array::New(env, bytes, buffer, 0);
}

}  // namespace spindle
