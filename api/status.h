// Result codes. HRESULT, Win32 code and NTSTATUS are three types that do not compare with each other;
// a Result holds any of them, or one of the answers of the specification's README, 4.4.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/ids.h"

namespace procreg {

// wer.md 2.1
enum class Hresult : std::uint32_t {
  S_OK = 0x00000000,
  S_FALSE = 0x00000001,
  E_FAIL = 0x80004005,
  E_OUTOFMEMORY = 0x8007000E,
  E_INVALIDARG = 0x80070057,
  HR_FILE_NOT_FOUND = 0x80070002,
  HR_ACCESS_DENIED = 0x80070005,
  HR_INVALID_HANDLE = 0x80070006,
  WER_E_INSUFFICIENT_BUFFER = 0x8007007A,
  HR_FILENAME_EXCED_RANGE = 0x800700CE,
  WER_E_NOT_FOUND = 0x80070490,
  WER_E_INVALID_STATE = 0x8007139F,
};

// ccf.md 1.1
enum class Win32Error : std::uint32_t {
  ERROR_SUCCESS = 0,
  ERROR_ACCESS_DENIED = 5,
  ERROR_INVALID_HANDLE = 6,
  ERROR_NOT_ENOUGH_MEMORY = 8,
  ERROR_INVALID_PARAMETER = 87,
  ERROR_NOACCESS = 998,
  ERROR_NOT_FOUND = 1168,
  ERROR_OBJECT_ALREADY_EXISTS = 5010,
};

// ccf.md 1.2, smb.md 1.1
enum class NtStatus : std::uint32_t {
  STATUS_SUCCESS = 0x00000000,
  STATUS_ACCESS_VIOLATION = 0xC0000005,
  STATUS_INVALID_PARAMETER = 0xC000000D,
  STATUS_END_OF_FILE = 0xC0000011,
  STATUS_ACCESS_DENIED = 0xC0000022,
  STATUS_OBJECT_NAME_INVALID = 0xC0000033,
  STATUS_OBJECT_NAME_NOT_FOUND = 0xC0000034,
  STATUS_OBJECT_NAME_COLLISION = 0xC0000035,
  STATUS_SHARING_VIOLATION = 0xC0000043,
  STATUS_EA_CORRUPT_ERROR = 0xC0000053,
  STATUS_FILE_LOCK_CONFLICT = 0xC0000054,
  STATUS_LOCK_NOT_GRANTED = 0xC0000055,
  STATUS_RANGE_NOT_LOCKED = 0xC000007E,
  STATUS_FILE_FORCED_CLOSED = 0xC00000B6,
  STATUS_BAD_NETWORK_NAME = 0xC00000CC,
  STATUS_FILE_CLOSED = 0xC0000128,
  STATUS_INVALID_LOCK_RANGE = 0xC00001A1,
  STATUS_CONNECTION_DISCONNECTED = 0xC000020C,
  STATUS_DUPLICATE_OBJECTID = 0xC000022A,
  STATUS_FILE_NOT_AVAILABLE = 0xC0000467,
};

inline constexpr std::uint32_t still_active = 259;
inline constexpr std::uint32_t crash_exit_code = 0xC0000005;  // WER-ALL-59
inline constexpr std::uint32_t hang_exit_code = 0xCFFFFFFF;

enum class ResultKind : std::uint8_t {
  hresult,
  win32,
  ntstatus,
  boolean,  // TRUE or FALSE
  handle,
  returned,      // of a void function
  no_return,     // the caller ended inside the call
  exception,     // value: the exception code
  not_runnable,  // the caller cannot make a call now (WER-ALL-58)
  applied,       // of an event
  not_applicable,
};

// What a step answers. Exactly comparable; `value` is 0 for the kinds that have none.
struct Result {
  ResultKind kind{ResultKind::applied};
  std::uint64_t value{};

  constexpr Result() = default;
  constexpr Result(ResultKind k, std::uint64_t v = 0) : kind{k}, value{v} {}
  constexpr Result(Hresult code) : kind{ResultKind::hresult}, value{static_cast<std::uint32_t>(code)} {}
  constexpr Result(Win32Error code) : kind{ResultKind::win32}, value{static_cast<std::uint32_t>(code)} {}
  constexpr Result(NtStatus code) : kind{ResultKind::ntstatus}, value{static_cast<std::uint32_t>(code)} {}
  constexpr Result(HandleValue handle) : kind{ResultKind::handle}, value{number(handle)} {}
  friend constexpr bool operator==(const Result&, const Result&) = default;
};

inline constexpr Result TRUE_{ResultKind::boolean, 1};
inline constexpr Result FALSE_{ResultKind::boolean, 0};
inline constexpr Result applied{ResultKind::applied};
inline constexpr Result not_applicable{ResultKind::not_applicable};
inline constexpr Result not_runnable{ResultKind::not_runnable};
inline constexpr Result returned{ResultKind::returned};
inline constexpr Result no_return{ResultKind::no_return};

// The symbolic name where there is one ("WER_E_NOT_FOUND", "5010 ERROR_..." is never used: just the name), else the number
// ("0x80070002"); "TRUE", "applied", "exception:0xC0000005", "no-return" as the README of the specification writes them.
std::string text(Result result);

// The result a scenario's text or number means for a function that answers `kind` (hresult, win32, ntstatus, boolean or handle);
// words such as "not-runnable" mean the same for every kind. nullopt: no such name, or a name of another family.
std::optional<Result> result_named(std::string_view name, ResultKind kind);

}  // namespace procreg
