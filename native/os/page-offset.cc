#include <unistd.h>

#include <cstdint>

#include "os/functions.h"

namespace spindle {

/** pageOffset(bytes: Uint8Array) → bytes between the beginning of a page of memory and the first of these. */
Napi::Value PageOffset(const Napi::CallbackInfo& info) {
  const auto address = reinterpret_cast<uintptr_t>(info[0].As<Napi::Uint8Array>().Data());
  const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  return Napi::Number::New(info.Env(), static_cast<double>(address % page));
}

}  // namespace spindle
