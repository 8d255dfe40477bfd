#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "os/functions.h"
#include "os/path-string.h"
#include "os/stat-row.h"
#include "shared/descriptor.h"
#include "shared/system-error.h"

namespace spindle {
namespace {

void Store(const struct statx& status, const Napi::Value& row) {
  auto words = row.As<Napi::BigInt64Array>();
  if (words.ElementLength() < kWords) throw SystemError(row.Env(), EINVAL, "stat");
  const Row values = RowOf(status);
  std::copy(values.begin(), values.end(), words.Data());
}

using Directory = std::unique_ptr<DIR, int (*)(DIR*)>;

/** A stream of its own over the directory, from its beginning, whatever was read from `fd` before. */
Directory OpenStream(Napi::Env env, int fd) {
  Descriptor copy{fcntl(fd, F_DUPFD_CLOEXEC, 0)};
  DIR* stream = copy.IsOpen() ? fdopendir(copy.Get()) : nullptr;
  if (stream == nullptr) throw SystemError(env, errno, "opendir");
  copy.Release();
  rewinddir(stream);
  return {stream, closedir};
}

/** The next entry but `.` and `..`; null at the end. */
const dirent* NextEntry(Napi::Env env, DIR* stream) {
  for (;;) {
    errno = 0;
    const dirent* entry = readdir(stream);
    if (entry == nullptr && errno != 0) throw SystemError(env, errno, "readdir");
    if (entry == nullptr) return nullptr;
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") return entry;
  }
}

/**
 * Whether the kernel would let this process read a file: it knows access lists, servers that trust no root and
 * security modules, which a mode does not show. Without AT_SYMLINK_NOFOLLOW, for which libc looks at the mode
 * itself where the kernel has no faccessat2; the caller knows that it is no link.
 */
bool MayRead(int directory, const char* name) { return faccessat(directory, name, R_OK, AT_EACCESS) == 0; }

}  // namespace

uint32_t StatWords() { return kWords; }

/** fstatInto(fd, row: BigInt64Array): allocates nothing. */
void FstatInto(const Napi::CallbackInfo& info) {
  struct statx status;
  if (!Look(info[0].As<Napi::Number>().Int32Value(), "", AT_EMPTY_PATH, &status))
    throw SystemError(info.Env(), errno, "fstat");
  Store(status, info[1]);
}

/** lstatAt(directory, name, row: BigInt64Array); follows no link at the end of the name. */
void LstatAt(const Napi::CallbackInfo& info) {
  struct statx status;
  const std::string name = PathBytes(info[1]);
  if (!Look(info[0].As<Napi::Number>().Int32Value(), name.c_str(), 0, &status)) {
    throw SystemError(info.Env(), errno, "lstat", name);
  }
  Store(status, info[2]);
}

/** readlinkAt(directory, name) → target. */
Napi::Value ReadlinkAt(const Napi::CallbackInfo& info) {
  std::array<char, PATH_MAX> target;
  const std::string name = PathBytes(info[1]);
  const ssize_t length =
      readlinkat(info[0].As<Napi::Number>().Int32Value(), name.c_str(), target.data(), target.size());
  if (length < 0) throw SystemError(info.Env(), errno, "readlink", name);
  return PathString(info.Env(), {target.data(), static_cast<size_t>(length)});
}

/**
 * scanDirectory(fd) → {names, rows, refused}: every entry but `.` and `..`, in the order of the file system;
 * `refused` are the indices of the regular files that this process may not read, as far as the kernel says
 * without opening them.
 */
Napi::Value ScanDirectory(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Directory stream = OpenStream(env, info[0].As<Napi::Number>().Int32Value());
  auto names = Napi::Array::New(env);
  std::vector<Row> rows;
  std::vector<uint32_t> refused;
  while (const dirent* entry = NextEntry(env, stream.get())) {
    struct statx status;
    if (!Look(dirfd(stream.get()), entry->d_name, 0, &status)) {
      if (errno == ENOENT) continue;  // removed since it was listed: as if it had never been there
      throw SystemError(env, errno, "lstat", entry->d_name);
    }
    const Napi::HandleScope scope(env);
    // Not Array::Set: it turns strings into UTF-8 and back, which the escapes do not survive.
    const auto index = static_cast<uint32_t>(rows.size());
    napi_set_element(env, names, index, PathString(env, entry->d_name));
    if (S_ISREG(status.stx_mode) && !MayRead(dirfd(stream.get()), entry->d_name)) refused.push_back(index);
    rows.push_back(RowOf(status));
  }
  auto words = Napi::BigInt64Array::New(env, rows.size() * kWords);
  if (!rows.empty()) std::copy_n(rows.front().data(), rows.size() * kWords, words.Data());
  auto result = Napi::Object::New(env);
  result.Set("names", names);
  result.Set("rows", words);
  auto indices = Napi::Uint32Array::New(env, refused.size());
  std::copy(refused.begin(), refused.end(), indices.Data());
  result.Set("refused", indices);
  return result;
}

}  // namespace spindle
