#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace spindle {

/** Places in a row of numbers about one file, as STAT in src/os/stat.ts; the last is how many there are. */
enum Word : size_t {
  kDevice,
  kInode,
  kMode,
  kLinks,
  kUid,
  kGid,
  kDeviceNode,
  kSize,
  kModified,
  kChanged,
  kCreated,
  kAccessed,
  kWords
};
using Row = std::array<int64_t, kWords>;

/** statx and not stat: only it knows when a file was created. */
inline bool Look(int directory, const char* name, int flags, struct statx* status) {
  return statx(directory, name, flags | AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS | STATX_BTIME, status) == 0;
}

/** What 64 bits do not hold becomes the end of them: the years 1677 and 2262. */
inline int64_t Nanoseconds(const statx_timestamp& time) {
  constexpr int64_t kSecond = 1'000'000'000;
  if (time.tv_sec >= INT64_MAX / kSecond) return INT64_MAX;
  if (time.tv_sec <= INT64_MIN / kSecond) return INT64_MIN;
  return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

inline Row RowOf(const struct statx& status) {
  return {static_cast<int64_t>(makedev(status.stx_dev_major, status.stx_dev_minor)),
          static_cast<int64_t>(status.stx_ino),
          int64_t{status.stx_mode},
          int64_t{status.stx_nlink},
          int64_t{status.stx_uid},
          int64_t{status.stx_gid},
          static_cast<int64_t>(makedev(status.stx_rdev_major, status.stx_rdev_minor)),
          static_cast<int64_t>(status.stx_size),
          Nanoseconds(status.stx_mtime),
          Nanoseconds(status.stx_ctime),
          (status.stx_mask & STATX_BTIME) != 0 ? Nanoseconds(status.stx_btime) : 0,
          Nanoseconds(status.stx_atime)};
}

}  // namespace spindle
