#include "sg/errand.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>

#include <chrono>

namespace spindle {

/** O_NONBLOCK: without it an empty drive cannot be opened. O_EXCL with write access stops the kernel's
 * polling. */
const char* OpenDevice(const std::string& path, bool exclusive, Descriptor& device) {
  const int flags = exclusive ? O_RDWR | O_EXCL : O_RDONLY;
  Descriptor opened{open(path.c_str(), flags | O_NONBLOCK | O_CLOEXEC)};
  if (!opened.IsOpen()) return "open";
  if (exclusive && flock(opened.Get(), LOCK_EX | LOCK_NB) != 0) return "flock";
  int version = 0;  // whatever is not a SCSI device answers ENOTTY
  if (ioctl(opened.Get(), SG_GET_VERSION_NUM, &version) != 0) return "ioctl";
  device = std::move(opened);
  return nullptr;
}

const char* SendCommand(Descriptor& device, Errand& errand) {
  const auto begin = std::chrono::steady_clock::now();
  const int result = ioctl(device.Get(), SG_IO, &errand.header);
  errand.durationMs =
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
  return result == 0 ? nullptr : "ioctl";
}

}  // namespace spindle
