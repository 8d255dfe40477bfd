#pragma once

#include <napi.h>

#include <memory>
#include <string>

#include "sg/device-thread.h"
#include "sg/errand.h"

namespace spindle {

/**
 * A SCSI device node. What is asked of it is done in that order, one thing at a time, by a thread of the
 * device's own; each answers by promise. To be used on the main thread of a process: a worker_thread that is
 * terminated would take the memory from under a command.
 */
class Device : public Napi::ObjectWrap<Device> {
 public:
  static Napi::Function Define(Napi::Env env);
  /** new Device(path, exclusive); touches nothing yet. */
  explicit Device(const Napi::CallbackInfo& info);
  ~Device() override;

 private:
  Napi::Value Open(const Napi::CallbackInfo& info);
  Napi::Value Execute(const Napi::CallbackInfo& info);
  Napi::Value Close(const Napi::CallbackInfo& info);
  /** Gives the errand to the thread; until it is done, neither this object nor the process goes away. */
  Napi::Value Send(const Napi::CallbackInfo& info, const std::shared_ptr<Errand>& errand);
  void Settle(Napi::Env env, Errand& errand);

  std::string path_;
  bool exclusive_;
  bool closed_ = false;
  unsigned underway_ = 0;
  std::shared_ptr<Line> line_ = std::make_shared<Line>();
  Napi::Env::CleanupHook<void (*)(Line*), Line> hook_;
  DeviceThread thread_;
};

}  // namespace spindle
