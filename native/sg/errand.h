#pragma once

#include <napi.h>
#include <scsi/sg.h>

#include <array>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "shared/descriptor.h"

namespace spindle {

/** One thing asked of a device: done on its thread, answered on that of JavaScript. */
struct Errand {
  explicit Errand(Napi::Env env) : deferred(env) {}

  /** Runs on the thread; returns what failed, or null. errno tells why. */
  std::function<const char*(Descriptor& device, Errand& errand)> act;
  std::function<Napi::Value(Napi::Env env, const Errand& errand)> answer =
      [](Napi::Env env, const Errand&) -> Napi::Value { return env.Undefined(); };
  Napi::Promise::Deferred deferred;
  /** Keeps the data of a command where it is. */
  Napi::ObjectReference data;

  const char* failed = nullptr;
  int error = 0;

  sg_io_hdr_t header{};
  std::vector<uint8_t> cdb;
  std::array<uint8_t, 252> sense{};
  double durationMs = 0;
};

const char* OpenDevice(const std::string& path, bool exclusive, Descriptor& device);
const char* SendCommand(Descriptor& device, Errand& errand);

/** The way from the thread back to JavaScript, until that side hangs up. */
struct Line {
  std::mutex mutex;
  bool connected = true;
  Napi::ThreadSafeFunction toJs;
  /** Belongs to the thread. */
  Descriptor device;

  void HangUp() {
    const std::lock_guard lock(mutex);
    connected = false;
  }
};

}  // namespace spindle
