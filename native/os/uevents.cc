#include <linux/netlink.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <memory>
#include <string>
#include <thread>

#include "os/functions.h"
#include "shared/descriptor.h"
#include "shared/system-error.h"

namespace spindle {
namespace {

/** Group 1 carries the kernel's own events; group 2 is udev's echo of them. */
constexpr unsigned kKernelGroup = 1;

Descriptor OpenNetlink() {
  Descriptor socket{::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT)};
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = kKernelGroup;
  if (socket.IsOpen() && bind(socket.Get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    return {};
  return socket;
}

/** Listens to the kernel in a thread of its own and hands each message to a callback; null for lost ones. */
class UeventSocket : public Napi::ObjectWrap<UeventSocket> {
 public:
  explicit UeventSocket(const Napi::CallbackInfo& info)
      : ObjectWrap(info), socket_(OpenNetlink()), stop_(eventfd(0, EFD_CLOEXEC)) {
    if (!socket_.IsOpen() || !stop_.IsOpen()) throw SystemError(info.Env(), errno, "netlink");
    toJs_ = Napi::ThreadSafeFunction::New(info.Env(), info[0].As<Napi::Function>(), "uevents", 0, 1);
    toJs_.Unref(info.Env());  // waiting for events keeps no process alive
    // Added after that of the thread-safe function, so it runs before it.
    hook_ = info.Env().AddCleanupHook(
        +[](UeventSocket* self) { self->Stop(); }, this);
    Ref();  // until close(): events do not end because a collector found nobody holding the object
    thread_ = std::thread([this] { Listen(); });
  }

  void Close(const Napi::CallbackInfo& info) {
    if (!thread_.joinable()) return;
    Stop();
    hook_.Remove(info.Env());
    Unref();
  }

 private:
  void Stop() {
    eventfd_write(stop_.Get(), 1);
    thread_.join();
    toJs_.Abort();
  }

  void Listen() {
    std::array<pollfd, 2> ends{{{socket_.Get(), POLLIN, 0}, {stop_.Get(), POLLIN, 0}}};
    while (poll(ends.data(), ends.size(), -1) >= 0 || errno == EINTR) {
      if (ends[1].revents != 0) return;
      if (ends[0].revents != 0) Receive();
    }
  }

  void Receive() {
    std::array<char, 8192> buffer;  // the kernel's own limit is 2 KiB and the device path
    sockaddr_nl from{};
    socklen_t length = sizeof from;
    const ssize_t bytes = recvfrom(socket_.Get(), buffer.data(), buffer.size(), MSG_DONTWAIT,
                                   reinterpret_cast<sockaddr*>(&from), &length);
    if (bytes > 0 && from.nl_pid == 0) {  // from the kernel, not from a process that speaks to our port
      Deliver(std::make_unique<std::string>(buffer.data(), static_cast<size_t>(bytes)));
    } else if (bytes < 0 && errno == ENOBUFS) {
      Deliver(std::make_unique<std::string>());
    }
  }

  void Deliver(std::unique_ptr<std::string> message) {
    const auto call = [](Napi::Env env, Napi::Function callback, std::string* raw) {
      const std::unique_ptr<std::string> owned{raw};
      if (env == nullptr) return;
      if (owned->empty()) {
        callback.Call({env.Null()});
      } else {
        callback.Call({Napi::Buffer<char>::Copy(env, owned->data(), owned->size())});
      }
    };
    if (toJs_.NonBlockingCall(message.get(), call) == napi_ok) message.release();
  }

  Descriptor socket_;
  Descriptor stop_;
  Napi::Env::CleanupHook<void (*)(UeventSocket*), UeventSocket> hook_;
  Napi::ThreadSafeFunction toJs_;
  std::thread thread_;
};

}  // namespace

Napi::Function DefineUeventSocket(Napi::Env env) {
  return UeventSocket::DefineClass(env, "UeventSocket",
                                   {UeventSocket::InstanceMethod<&UeventSocket::Close>("close")});
}

}  // namespace spindle
