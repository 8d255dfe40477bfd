#include <unistd.h>

#include "os/functions.h"
#include "os/open-beneath.h"
#include "os/path-string.h"
#include "os/stat-row.h"
#include "shared/descriptor.h"

namespace spindle {
namespace {

/** What of a row tells one version of a file from every other; `isSame` in src/image/source-reader.ts. */
constexpr size_t kIdentity[] = {kDevice, kInode, kSize, kModified, kChanged};

bool IsSame(int fd, const int64_t* expected) {
  struct statx status;
  if (!Look(fd, "", AT_EMPTY_PATH, &status)) return false;
  const Row row = RowOf(status);
  for (const size_t word : kIdentity)
    if (row[word] != expected[word]) return false;
  return true;
}

bool Fill(int fd, uint8_t* bytes, size_t length) {
  for (size_t done = 0; done < length;) {
    const ssize_t count = pread(fd, bytes + done, length - done, static_cast<off_t>(done));
    if (count <= 0) return false;
    done += static_cast<size_t>(count);
  }
  return true;
}

}  // namespace

/**
 * readWhole(directory, path, flags, resolve, row: BigInt64Array, bytes: Uint8Array) → whether what openat2 opens there was the file of
 * `row` before and after all its bytes were read. Whatever was in the way is false: to go step by step says what.
 */
Napi::Value ReadWhole(const Napi::CallbackInfo& info) {
  const auto row = info[4].As<Napi::BigInt64Array>();
  auto bytes = info[5].As<Napi::Uint8Array>();
  const Descriptor file{OpenBeneath(info, PathBytes(info[1]))};
  const bool done = file.IsOpen() && row.ElementLength() == kWords && IsSame(file.Get(), row.Data()) &&
                    Fill(file.Get(), bytes.Data(), bytes.ElementLength()) && IsSame(file.Get(), row.Data());
  return Napi::Boolean::New(info.Env(), done);
}

}  // namespace spindle
