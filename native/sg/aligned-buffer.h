#pragma once

#include <napi.h>

namespace spindle {

/** alignedBuffer(bytes) → Uint8Array of zeros that begins at a page: the kernel needs no bounce buffer for
 * it. */
Napi::Value AlignedBuffer(const Napi::CallbackInfo& info);

}  // namespace spindle
