#include <sys/socket.h>

#include <cerrno>
#include <vector>

#include "os/functions.h"
#include "shared/system-error.h"

#ifndef SO_PEERGROUPS
#define SO_PEERGROUPS 59
#endif

namespace spindle {
namespace {

std::vector<gid_t> PeerGroups(Napi::Env env, int fd) {
  std::vector<gid_t> groups(32);
  auto bytes = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
  int result = getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &bytes);
  if (result != 0 && errno == ERANGE) {  // `bytes` now says what is needed
    groups.resize(bytes / sizeof(gid_t));
    result = getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &bytes);
  }
  if (result != 0) throw SystemError(env, errno, "getsockopt");
  groups.resize(bytes / sizeof(gid_t));
  return groups;
}

}  // namespace

/** peerCredentials(fd) → who connected (or listened), as it was then. unix(7) SO_PEERCRED, SO_PEERGROUPS. */
Napi::Value PeerCredentials(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const int fd = info[0].As<Napi::Number>().Int32Value();
  ucred peer{};
  socklen_t bytes = sizeof peer;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &bytes) != 0)
    throw SystemError(env, errno, "getsockopt");
  // A socket that is not of the Unix domain, or not connected, answers with nobody instead of an error.
  if (peer.pid == 0 && peer.uid == static_cast<uid_t>(-1)) throw SystemError(env, ENOTCONN, "getsockopt");
  const std::vector<gid_t> groups = PeerGroups(env, fd);
  auto list = Napi::Array::New(env, groups.size());
  for (uint32_t i = 0; i < groups.size(); i++) list.Set(i, Napi::Number::New(env, groups[i]));
  auto result = Napi::Object::New(env);
  result.Set("pid", Napi::Number::New(env, peer.pid));
  result.Set("uid", Napi::Number::New(env, peer.uid));
  result.Set("gid", Napi::Number::New(env, peer.gid));
  result.Set("groups", list);
  return result;
}

}  // namespace spindle
