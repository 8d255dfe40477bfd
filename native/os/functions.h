#pragma once

#include <napi.h>

namespace spindle {

Napi::Value PeerCredentials(const Napi::CallbackInfo& info);
Napi::Value Openat2(const Napi::CallbackInfo& info);
Napi::Value OpenWalking(const Napi::CallbackInfo& info);
Napi::Value ReadWhole(const Napi::CallbackInfo& info);
/** Numbers per row of those that follow. */
uint32_t StatWords();
void FstatInto(const Napi::CallbackInfo& info);
void LstatAt(const Napi::CallbackInfo& info);
Napi::Value ReadlinkAt(const Napi::CallbackInfo& info);
Napi::Value ScanDirectory(const Napi::CallbackInfo& info);
Napi::Value ExtendedAttributes(const Napi::CallbackInfo& info);
Napi::Value PageOffset(const Napi::CallbackInfo& info);
void Flock(const Napi::CallbackInfo& info);
void Notify(const Napi::CallbackInfo& info);
Napi::Value Splice(const Napi::CallbackInfo& info);
Napi::Value CopyFileRange(const Napi::CallbackInfo& info);
void WriteAll(const Napi::CallbackInfo& info);
/** The class UeventSocket. */
Napi::Function DefineUeventSocket(Napi::Env env);

}  // namespace spindle
