#pragma once

#include <napi.h>

#include <cstring>
#include <string>

namespace spindle {

/** An Error as node:fs throws them: `code`, negative `errno`, `syscall`, and `path` where there is one. */
inline Napi::Error SystemError(Napi::Env env, int number, const char* syscall, const std::string& path = {}) {
  const char* name = strerrorname_np(number);
  const std::string code = name != nullptr ? name : "UNKNOWN";
  std::string message = code + ": " + std::strerror(number) + ", " + syscall;
  if (!path.empty()) message += " '" + path + "'";
  Napi::Error error = Napi::Error::New(env, message);
  error.Set("code", Napi::String::New(env, code));
  error.Set("errno", Napi::Number::New(env, -number));
  error.Set("syscall", Napi::String::New(env, syscall));
  if (!path.empty()) error.Set("path", Napi::String::New(env, path));
  return error;
}

}  // namespace spindle
