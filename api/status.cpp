#include "api/status.h"

#include <array>
#include <charconv>
#include <span>

namespace procreg {

namespace {

struct Named {
  std::uint64_t value;
  std::string_view name;
};

constexpr std::array hresults{
    Named{0x00000000, "S_OK"},
    Named{0x00000001, "S_FALSE"},
    Named{0x80004001, "E_NOTIMPL"},  // of no clause: subjects say so
    Named{0x80004005, "E_FAIL"},
    Named{0x8007000E, "E_OUTOFMEMORY"},
    Named{0x80070057, "E_INVALIDARG"},
    Named{0x8007007A, "WER_E_INSUFFICIENT_BUFFER"},
    Named{0x80070490, "WER_E_NOT_FOUND"},
    Named{0x8007139F, "WER_E_INVALID_STATE"},
    Named{0x80070002, "HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND)"},
    Named{0x80070005, "HRESULT_FROM_WIN32(ERROR_ACCESS_DENIED)"},
    Named{0x80070006, "HRESULT_FROM_WIN32(ERROR_INVALID_HANDLE)"},
    Named{0x800700CE, "HRESULT_FROM_WIN32(ERROR_FILENAME_EXCED_RANGE)"},
};
constexpr std::array win32_errors{
    Named{0, "ERROR_SUCCESS"},
    Named{5, "ERROR_ACCESS_DENIED"},
    Named{6, "ERROR_INVALID_HANDLE"},
    Named{8, "ERROR_NOT_ENOUGH_MEMORY"},
    Named{87, "ERROR_INVALID_PARAMETER"},
    Named{120, "ERROR_CALL_NOT_IMPLEMENTED"},  // of no clause: subjects say so
    Named{998, "ERROR_NOACCESS"},
    Named{1168, "ERROR_NOT_FOUND"},
    Named{5010, "ERROR_OBJECT_ALREADY_EXISTS"},
};
constexpr std::array nt_statuses{
    Named{0x00000000, "STATUS_SUCCESS"},
    Named{0xC0000005, "STATUS_ACCESS_VIOLATION"},
    Named{0xC000000D, "STATUS_INVALID_PARAMETER"},
    Named{0xC0000011, "STATUS_END_OF_FILE"},
    Named{0xC0000022, "STATUS_ACCESS_DENIED"},
    Named{0xC0000033, "STATUS_OBJECT_NAME_INVALID"},
    Named{0xC0000034, "STATUS_OBJECT_NAME_NOT_FOUND"},
    Named{0xC0000035, "STATUS_OBJECT_NAME_COLLISION"},
    Named{0xC0000043, "STATUS_SHARING_VIOLATION"},
    Named{0xC0000053, "STATUS_EA_CORRUPT_ERROR"},
    Named{0xC0000054, "STATUS_FILE_LOCK_CONFLICT"},
    Named{0xC0000055, "STATUS_LOCK_NOT_GRANTED"},
    Named{0xC000007E, "STATUS_RANGE_NOT_LOCKED"},
    Named{0xC00000B6, "STATUS_FILE_FORCED_CLOSED"},
    Named{0xC00000CC, "STATUS_BAD_NETWORK_NAME"},
    Named{0xC0000128, "STATUS_FILE_CLOSED"},
    Named{0xC00001A1, "STATUS_INVALID_LOCK_RANGE"},
    Named{0xC000020C, "STATUS_CONNECTION_DISCONNECTED"},
    Named{0xC000022A, "STATUS_DUPLICATE_OBJECTID"},
    Named{0xC0000467, "STATUS_FILE_NOT_AVAILABLE"},
};
constexpr std::array booleans{Named{0, "FALSE"}, Named{1, "TRUE"}};
constexpr std::array handles{Named{0, "NULL"}};
struct Word {
  ResultKind kind;
  std::string_view name;
};
constexpr std::array words{
    Word{ResultKind::returned, "returned"},
    Word{ResultKind::no_return, "no-return"},
    Word{ResultKind::not_runnable, "not-runnable"},
    Word{ResultKind::applied, "applied"},
    Word{ResultKind::not_applicable, "not-applicable"},
};
constexpr std::string_view exception_prefix = "exception:";

std::span<const Named> names_for(ResultKind kind) {
  switch (kind) {
    case ResultKind::hresult:
      return hresults;
    case ResultKind::win32:
      return win32_errors;
    case ResultKind::ntstatus:
      return nt_statuses;
    case ResultKind::boolean:
      return booleans;
    case ResultKind::handle:
      return handles;
    default:
      return {};
  }
}

std::string hex(std::uint64_t value, int digits) {
  std::string out = "0x";
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) out += "0123456789ABCDEF"[value >> shift & 0xF];
  return out;
}

std::optional<std::uint64_t> parsed(std::string_view text) {
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    text.remove_prefix(2);
    base = 16;
  }
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

}  // namespace

std::string text(Result result) {
  for (const Word& word : words)
    if (word.kind == result.kind) return std::string{word.name};
  if (result.kind == ResultKind::exception) return std::string{exception_prefix} + hex(result.value, 8);
  for (const Named& named : names_for(result.kind))
    if (named.value == result.value) return std::string{named.name};
  if (result.kind == ResultKind::win32) return std::to_string(result.value);
  const bool short_handle = result.kind == ResultKind::handle && result.value <= 0xFFFF;
  return hex(result.value, result.value > 0xFFFFFFFFU ? 16 : short_handle ? 4 : 8);
}

std::optional<Result> result_named(std::string_view name, ResultKind kind) {
  for (const Word& word : words)
    if (word.name == name) return Result{word.kind};
  if (name.starts_with(exception_prefix)) {
    const auto code = parsed(name.substr(exception_prefix.size()));
    if (!code || *code > 0xFFFFFFFFU) return std::nullopt;
    return Result{ResultKind::exception, *code};
  }
  for (const Named& named : names_for(kind))
    if (named.name == name) return Result{kind, named.value};
  const auto code = parsed(name);
  if (!code || (kind != ResultKind::handle && *code > 0xFFFFFFFFU)) return std::nullopt;
  if (names_for(kind).empty() || (kind == ResultKind::boolean && *code > 1)) return std::nullopt;
  return Result{kind, *code};
}

}  // namespace procreg
