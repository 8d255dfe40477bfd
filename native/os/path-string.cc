#include "os/path-string.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>

#include "shared/system-error.h"

namespace spindle {
namespace {

constexpr char32_t kEscape = 0xDC00;  // + byte, which is 80h to FFh

bool IsAscii(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](unsigned char byte) { return byte < 0x80; });
}

struct Sequence {
  char32_t first;     // bits of the lead byte
  unsigned trailing;  // bytes that follow it
  char32_t smallest;  // what needs this many bytes: shorter values would be overlong
};

Sequence SequenceOf(unsigned char lead) {
  if (lead < 0x80) return {lead, 0, 0};
  if ((lead & 0xE0) == 0xC0) return {lead & 0x1Fu, 1, 0x80};
  if ((lead & 0xF0) == 0xE0) return {lead & 0x0Fu, 2, 0x800};
  if ((lead & 0xF8) == 0xF0) return {lead & 0x07u, 3, 0x10000};
  return {0, 0, 0x110000};
}

/** Decodes the character at `at` and steps past it; a byte that begins none is escaped (RFC 3629 §4). */
char32_t Next(std::string_view bytes, size_t& at) {
  const auto lead = static_cast<unsigned char>(bytes[at++]);
  const Sequence sequence = SequenceOf(lead);
  char32_t value = sequence.first;
  bool valid = at + sequence.trailing <= bytes.size();
  for (unsigned i = 0; valid && i < sequence.trailing; i++) {
    const auto byte = static_cast<unsigned char>(bytes[at + i]);
    valid = (byte & 0xC0) == 0x80;
    value = value << 6 | (byte & 0x3Fu);
  }
  if (!valid || value < sequence.smallest || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
    return kEscape + lead;
  }
  at += sequence.trailing;
  return value;
}

void AppendUtf8(std::string& out, char32_t value) {
  if (value < 0x80) {
    out += static_cast<char>(value);
    return;
  }
  const int trailing = value < 0x800 ? 1 : value < 0x10000 ? 2 : 3;
  constexpr unsigned char kLead[] = {0, 0xC0, 0xE0, 0xF0};
  out += static_cast<char>(kLead[trailing] | value >> (6 * trailing));
  for (int i = trailing - 1; i >= 0; i--) out += static_cast<char>(0x80 | ((value >> (6 * i)) & 0x3F));
}

}  // namespace

Napi::String PathString(Napi::Env env, std::string_view bytes) {
  if (IsAscii(bytes)) {
    napi_value string;
    NAPI_THROW_IF_FAILED(env, napi_create_string_latin1(env, bytes.data(), bytes.size(), &string),
                         Napi::String());
    return {env, string};
  }
  std::u16string units;
  units.reserve(bytes.size());
  for (size_t at = 0; at < bytes.size();) {
    const char32_t value = Next(bytes, at);
    if (value >= 0x10000) units += static_cast<char16_t>(0xD7C0 + (value >> 10));
    units += static_cast<char16_t>(value >= 0x10000 ? 0xDC00 | (value & 0x3FF) : value);
  }
  return Napi::String::New(env, units);
}

std::string PathBytes(const Napi::Value& path) {
  const std::u16string units = path.As<Napi::String>().Utf16Value();
  std::string bytes;
  bytes.reserve(units.size());
  for (size_t at = 0; at < units.size(); at++) {
    const char16_t unit = units[at];
    const char16_t next = at + 1 < units.size() ? units[at + 1] : 0;
    if (unit >= 0xDC80 && unit <= 0xDCFF) {
      bytes += static_cast<char>(unit - kEscape);
    } else if (unit >= 0xD800 && unit <= 0xDBFF && next >= 0xDC00 && next <= 0xDFFF) {
      AppendUtf8(bytes, 0x10000 + ((unit & 0x3FFu) << 10) + (next & 0x3FFu));
      at++;
    } else if (unit == 0 || (unit >= 0xD800 && unit <= 0xDFFF)) {
      throw SystemError(path.Env(), EINVAL, "path");
    } else {
      AppendUtf8(bytes, unit);
    }
  }
  return bytes;
}

}  // namespace spindle
