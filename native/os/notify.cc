#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>

#include "os/functions.h"
#include "os/path-string.h"
#include "shared/descriptor.h"
#include "shared/system-error.h"

namespace spindle {

/** Whoever does not take its datagrams for so long is not waited for: all else waits meanwhile. */
constexpr timeval kLimit{1, 0};

/** notify(address, message): one datagram; `@` begins an abstract address. sd_notify(3), unix(7). */
void Notify(const Napi::CallbackInfo& info) {
  const std::string address = PathBytes(info[0]);
  const std::string message = info[1].As<Napi::String>();
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  if (address.empty() || address.size() >= sizeof to.sun_path) {
    throw SystemError(info.Env(), EINVAL, "sendto", address);
  }
  std::memcpy(to.sun_path, address.data(), address.size());
  if (address.front() == '@') to.sun_path[0] = '\0';
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address.size());
  const Descriptor socket{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  if (!socket.IsOpen() || setsockopt(socket.Get(), SOL_SOCKET, SO_SNDTIMEO, &kLimit, sizeof kLimit) < 0 ||
      sendto(socket.Get(), message.data(), message.size(), MSG_NOSIGNAL,
                                 reinterpret_cast<const sockaddr*>(&to), length) < 0) {
    throw SystemError(info.Env(), errno, "sendto", address);
  }
}

}  // namespace spindle
