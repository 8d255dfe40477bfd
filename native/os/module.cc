#include <napi.h>

#include "os/functions.h"

namespace spindle {
namespace {

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports.Set("peerCredentials", Napi::Function::New<PeerCredentials>(env, "peerCredentials"));
  exports.Set("openat2", Napi::Function::New<Openat2>(env, "openat2"));
  exports.Set("openWalking", Napi::Function::New<OpenWalking>(env, "openWalking"));
  exports.Set("readWhole", Napi::Function::New<ReadWhole>(env, "readWhole"));
  exports.Set("statWords", Napi::Number::New(env, StatWords()));
  exports.Set("fstatInto", Napi::Function::New<FstatInto>(env, "fstatInto"));
  exports.Set("lstatAt", Napi::Function::New<LstatAt>(env, "lstatAt"));
  exports.Set("readlinkAt", Napi::Function::New<ReadlinkAt>(env, "readlinkAt"));
  exports.Set("scanDirectory", Napi::Function::New<ScanDirectory>(env, "scanDirectory"));
  exports.Set("extendedAttributes", Napi::Function::New<ExtendedAttributes>(env, "extendedAttributes"));
  exports.Set("pageOffset", Napi::Function::New<PageOffset>(env, "pageOffset"));
  exports.Set("flock", Napi::Function::New<Flock>(env, "flock"));
  exports.Set("notify", Napi::Function::New<Notify>(env, "notify"));
  exports.Set("splice", Napi::Function::New<Splice>(env, "splice"));
  exports.Set("copyFileRange", Napi::Function::New<CopyFileRange>(env, "copyFileRange"));
  exports.Set("writeAll", Napi::Function::New<WriteAll>(env, "writeAll"));
  exports.Set("UeventSocket", DefineUeventSocket(env));
  return exports;
}

}  // namespace
}  // namespace spindle

using spindle::Init;
NODE_API_MODULE(os, Init)
