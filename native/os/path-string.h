#pragma once

#include <napi.h>

#include <string>
#include <string_view>

namespace spindle {

/**
 * Names are bytes to the kernel and strings to JavaScript. Bytes that are not UTF-8 become lone surrogates
 * U+DC80 to U+DCFF (as in Python's PEP 383) and come back as the same bytes.
 */
Napi::String PathString(Napi::Env env, std::string_view bytes);

/** The bytes of a path; throws EINVAL for an embedded NUL and for surrogates that stand for no byte. */
std::string PathBytes(const Napi::Value& path);

}  // namespace spindle
