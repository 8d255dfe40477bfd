#include "sg/device.h"

#include <cerrno>
#include <utility>

#include "sg/command.h"
#include "shared/system-error.h"

namespace spindle {
Napi::Function Device::Define(Napi::Env env) {
  return DefineClass(env, "Device",
                     {InstanceMethod<&Device::Open>("open"), InstanceMethod<&Device::Execute>("execute"),
                      InstanceMethod<&Device::Close>("close")});
}

Device::Device(const Napi::CallbackInfo& info)
    : ObjectWrap(info), path_(info[0].As<Napi::String>()), exclusive_(info[1].As<Napi::Boolean>()) {
  const auto nothing = Napi::Function::New(info.Env(), [](const Napi::CallbackInfo&) {});
  line_->toJs = Napi::ThreadSafeFunction::New(info.Env(), nothing, "sg", 0, 1);
  line_->toJs.Unref(info.Env());
  // Added after that of the thread-safe function, so it runs before it: nobody calls into what is gone.
  hook_ = info.Env().AddCleanupHook(
      +[](Line* line) { line->HangUp(); }, line_.get());
}

Device::~Device() {
  // The last close of a drive may wait for it, so it is for the thread.
  thread_.Add([line = line_](bool) { line->device = Descriptor{}; });
  if (!line_->connected) return;
  line_->HangUp();
  line_->toJs.Release();
  hook_.Remove(Env());
}

Napi::Value Device::Open(const Napi::CallbackInfo& info) {
  const auto errand = std::make_shared<Errand>(info.Env());
  errand->act = [path = path_, exclusive = exclusive_](Descriptor& device, Errand&) {
    return OpenDevice(path, exclusive, device);
  };
  return Send(info, errand);
}

Napi::Value Device::Execute(const Napi::CallbackInfo& info) {
  const auto errand = std::make_shared<Errand>(info.Env());
  if (!PrepareCommand(info, *errand)) {
    errand->deferred.Reject(SystemError(info.Env(), EINVAL, "ioctl", path_).Value());
    return errand->deferred.Promise();
  }
  errand->act = SendCommand;
  errand->answer = CommandAnswer;
  return Send(info, errand);
}

Napi::Value Device::Close(const Napi::CallbackInfo& info) {
  const auto errand = std::make_shared<Errand>(info.Env());
  errand->act = [](Descriptor& device, Errand&) -> const char* {
    device = Descriptor{};
    return nullptr;
  };
  for (const Task& task : thread_.Withdraw()) task(true);
  const Napi::Value closed = Send(info, errand);
  closed_ = true;
  return closed;
}

Napi::Value Device::Send(const Napi::CallbackInfo& info, const std::shared_ptr<Errand>& errand) {
  if (closed_) {
    errand->deferred.Reject(SystemError(info.Env(), EBADF, "ioctl", path_).Value());
    return errand->deferred.Promise();
  }
  if (underway_++ == 0) {
    Ref();
    line_->toJs.Ref(info.Env());
  }
  thread_.Add([this, line = line_, errand](bool withdrawn) {
    errand->failed = withdrawn ? "ioctl" : errand->act(line->device, *errand);
    errand->error = withdrawn ? ECANCELED : errno;
    const std::lock_guard lock(line->mutex);
    if (line->connected) {
      line->toJs.NonBlockingCall([this, errand](Napi::Env env, Napi::Function) { Settle(env, *errand); });
    } else {
      errand->data.SuppressDestruct();  // its environment is gone
    }
  });
  return errand->deferred.Promise();
}

void Device::Settle(Napi::Env env, Errand& errand) {
  errand.data.Reset();  // here, because the thread may be the last to let go of the errand
  if (errand.failed != nullptr) {
    errand.deferred.Reject(SystemError(env, errand.error, errand.failed, path_).Value());
  } else {
    errand.deferred.Resolve(errand.answer(env, errand));
  }
  if (--underway_ == 0) {
    line_->toJs.Unref(env);
    Unref();
  }
}

}  // namespace spindle
