#pragma once

#include <napi.h>

#include <string>

namespace spindle {

/** What openat2(directory, path, flags, resolve) of `info` opens, as openat2(2) says it: a descriptor, or -1 and errno. */
int OpenBeneath(const Napi::CallbackInfo& info, const std::string& path);

}  // namespace spindle
