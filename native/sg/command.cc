#include "sg/command.h"

#include <algorithm>
#include <optional>
#include <string>

namespace spindle {
namespace {

struct Bytes {
  uint8_t* begin;
  size_t length;
};

/** The bytes of a Uint8Array where they lie, on an ArrayBuffer or on a SharedArrayBuffer (which napi.h
 * refuses). */
std::optional<Bytes> BytesOf(const Napi::Value& value) {
  bool isArray = false;
  napi_typedarray_type type;
  size_t length = 0;
  void* begin = nullptr;
  if (napi_is_typedarray(value.Env(), value, &isArray) != napi_ok || !isArray) return std::nullopt;
  const napi_status status =
      napi_get_typedarray_info(value.Env(), value, &type, &length, &begin, nullptr, nullptr);
  if (status != napi_ok || type != napi_uint8_array) return std::nullopt;
  return Bytes{static_cast<uint8_t*>(begin), length};
}

constexpr int kNoDirection = 0;

int DirectionOf(const Napi::Value& value) {
  const std::string name = value.IsString() ? value.As<Napi::String>() : std::string{};
  if (name == "none") return SG_DXFER_NONE;
  if (name == "to-drive") return SG_DXFER_TO_DEV;
  if (name == "from-drive") return SG_DXFER_FROM_DEV;
  return kNoDirection;
}

}  // namespace

bool PrepareCommand(const Napi::CallbackInfo& info, Errand& errand) {
  const auto cdb = BytesOf(info[0]);
  const int direction = DirectionOf(info[1]);
  const auto data = BytesOf(info[2]);
  const double timeoutMs = info[3].IsNumber() ? info[3].As<Napi::Number>().DoubleValue() : 0;
  const size_t length = data ? data->length : 0;
  if (!cdb || cdb->length < 6 || cdb->length > 16 || direction == kNoDirection) return false;
  // dxfer_len has 32 bits, and resid has a sign.
  if ((direction == SG_DXFER_NONE) != (length == 0) || length > INT32_MAX) return false;
  if (!(timeoutMs >= 1 && timeoutMs <= UINT32_MAX)) return false;
  errand.cdb.assign(cdb->begin, cdb->begin + cdb->length);
  sg_io_hdr_t& header = errand.header;
  header.interface_id = 'S';
  header.dxfer_direction = direction;
  header.cmd_len = static_cast<unsigned char>(errand.cdb.size());
  header.cmdp = errand.cdb.data();
  header.mx_sb_len = static_cast<unsigned char>(errand.sense.size());
  header.sbp = errand.sense.data();
  header.dxfer_len = static_cast<unsigned>(length);
  header.dxferp = length > 0 ? data->begin : nullptr;
  header.timeout = static_cast<unsigned>(timeoutMs);
  if (length > 0) errand.data = Napi::Persistent(info[2].As<Napi::Object>());
  return true;
}

Napi::Value CommandAnswer(Napi::Env env, const Errand& errand) {
  const sg_io_hdr_t& header = errand.header;
  auto sense = Napi::Uint8Array::New(env, header.sb_len_wr);
  std::copy_n(errand.sense.data(), header.sb_len_wr, sense.Data());
  auto answer = Napi::Object::New(env);
  answer.Set("status", Napi::Number::New(env, header.status));
  answer.Set("hostStatus", Napi::Number::New(env, header.host_status));
  answer.Set("driverStatus", Napi::Number::New(env, header.driver_status));
  answer.Set("residual", Napi::Number::New(env, header.resid));
  answer.Set("sense", sense);
  answer.Set("durationMs", Napi::Number::New(env, errand.durationMs));
  return answer;
}

}  // namespace spindle
