#pragma once

#include <napi.h>

#include "sg/errand.h"

namespace spindle {

/** Fills the header from (cdb, direction, data, timeoutMs); false if the kernel could not take it as it is.
 */
bool PrepareCommand(const Napi::CallbackInfo& info, Errand& errand);

/** {status, hostStatus, driverStatus, residual, sense, durationMs} of a command that was sent. */
Napi::Value CommandAnswer(Napi::Env env, const Errand& errand);

}  // namespace spindle
