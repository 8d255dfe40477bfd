#include <sys/xattr.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include "os/functions.h"
#include "os/path-string.h"
#include "shared/system-error.h"

namespace spindle {
namespace {

/** Both calls say how much room they need; what grows between two calls is asked for again. */
template <typename Call>
std::vector<char> Read(Napi::Env env, const char* name, const Call& call) {
  for (;;) {
    const ssize_t length = call(nullptr, 0);
    if (length == 0 || (length < 0 && errno == ENOTSUP)) return {};
    std::vector<char> bytes(length > 0 ? length : 0);
    const ssize_t read = length < 0 ? length : call(bytes.data(), bytes.size());
    if (read >= 0) {
      bytes.resize(read);
      return bytes;
    }
    if (errno != ERANGE) throw SystemError(env, errno, name);
  }
}

}  // namespace

/**
 * extendedAttributes(directory, name) → [name, bytes, name, bytes, …] in the order of the kernel. There is no call that takes a
 * directory and a name, hence the way through /proc; a link at the end is not followed.
 */
Napi::Value ExtendedAttributes(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::string path =
      "/proc/self/fd/" + std::to_string(info[0].As<Napi::Number>().Int32Value()) + "/" + PathBytes(info[1]);
  const std::vector<char> names = Read(env, "llistxattr", [&](char* bytes, size_t size) {
    return llistxattr(path.c_str(), bytes, size);
  });
  auto result = Napi::Array::New(env);
  uint32_t at = 0;
  for (size_t start = 0; start < names.size(); start += strlen(&names[start]) + 1) {
    const char* name = &names[start];
    const std::vector<char> value = Read(env, "lgetxattr", [&](char* bytes, size_t size) {
      return lgetxattr(path.c_str(), name, bytes, size);
    });
    // Not Array::Set: see scanDirectory.
    napi_set_element(env, result, at++, PathString(env, name));
    napi_set_element(env, result, at++, Napi::Buffer<char>::Copy(env, value.data(), value.size()));
  }
  return result;
}

}  // namespace spindle
