#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <cerrno>
#include <string>
#include <string_view>

#include "os/functions.h"
#include "os/open-beneath.h"
#include "os/path-string.h"
#include "shared/descriptor.h"
#include "shared/system-error.h"

namespace spindle {
namespace {

bool IsLink(int directory, const std::string& name) {
  struct stat status;
  return fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(status.st_mode);
}

/** Opens one component; a link is ELOOP, as openat2 says it, whatever openat calls it. */
int OpenComponent(int directory, const std::string& name, int flags) {
  const int fd = openat(directory, name.c_str(), flags | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0 && errno == ENOTDIR && IsLink(directory, name)) errno = ELOOP;
  return fd;
}

/** Opens a path beneath `root` one component after another; follows no link and climbs nowhere. */
int Walk(int root, std::string_view path, int flags) {
  if (path.starts_with('/')) return errno = EXDEV, -1;
  if (path.empty()) return errno = ENOENT, -1;
  Descriptor directory;
  int at = root;
  for (size_t slash; (slash = path.find('/')) != std::string_view::npos; path.remove_prefix(slash + 1)) {
    const std::string name{path.substr(0, slash)};
    if (name == "..") return errno = EXDEV, -1;
    if (name.empty() || name == ".") continue;
    Descriptor next{OpenComponent(at, name, O_PATH | O_DIRECTORY)};
    if (!next.IsOpen()) return -1;
    directory = std::move(next);
    at = directory.Get();
  }
  if (path == "..") return errno = EXDEV, -1;
  return OpenComponent(at, path.empty() ? "." : std::string{path},
                       path.empty() ? flags | O_DIRECTORY : flags);
}

}  // namespace

int OpenBeneath(const Napi::CallbackInfo& info, const std::string& path) {
  open_how how{};
  how.flags = static_cast<uint64_t>(info[2].As<Napi::Number>().Int64Value());
  how.resolve = static_cast<uint64_t>(info[3].As<Napi::Number>().Int64Value());
  long fd;
  do {
    fd = syscall(SYS_openat2, info[0].As<Napi::Number>().Int32Value(), path.c_str(), &how, sizeof how);
  } while (fd < 0 && errno == EINTR);
  return static_cast<int>(fd);
}

/** openat2(directory, path, flags, resolve) → descriptor; openat2(2). */
Napi::Value Openat2(const Napi::CallbackInfo& info) {
  const std::string path = PathBytes(info[1]);
  const int fd = OpenBeneath(info, path);
  if (fd < 0) throw SystemError(info.Env(), errno, "openat2", path);
  return Napi::Number::New(info.Env(), fd);
}

/** openWalking(directory, path, flags) → descriptor: what openat2 does, where a kernel or a sandbox lacks it.
 */
Napi::Value OpenWalking(const Napi::CallbackInfo& info) {
  const std::string path = PathBytes(info[1]);
  const int fd = Walk(info[0].As<Napi::Number>().Int32Value(), path, info[2].As<Napi::Number>().Int32Value());
  if (fd < 0) throw SystemError(info.Env(), errno, "openat", path);
  return Napi::Number::New(info.Env(), fd);
}

}  // namespace spindle
