#include <napi.h>

#include "sg/aligned-buffer.h"
#include "sg/device.h"

namespace spindle {
namespace {

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports.Set("Device", Device::Define(env));
  exports.Set("alignedBuffer", Napi::Function::New<AlignedBuffer>(env, "alignedBuffer"));
  return exports;
}

}  // namespace
}  // namespace spindle

using spindle::Init;
NODE_API_MODULE(sg, Init)
