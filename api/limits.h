// Constants of the headers and the table limits that a world may set (wer.md 2.2, 2.3; ccf.md 1.3).
#pragma once

#include <cstddef>
#include <cstdint>

namespace procreg {

enum class AccessMask : std::uint32_t {};

constexpr AccessMask operator|(AccessMask a, AccessMask b) {
  return static_cast<AccessMask>(static_cast<std::uint32_t>(a) | static_cast<std::uint32_t>(b));
}
constexpr AccessMask operator&(AccessMask a, AccessMask b) {
  return static_cast<AccessMask>(static_cast<std::uint32_t>(a) & static_cast<std::uint32_t>(b));
}
constexpr AccessMask operator~(AccessMask a) { return static_cast<AccessMask>(~static_cast<std::uint32_t>(a)); }
constexpr bool any(AccessMask a) { return a != AccessMask{}; }
// Every bit of `bits` is in `mask`.
constexpr bool has(AccessMask mask, AccessMask bits) { return (mask & bits) == bits; }

inline constexpr AccessMask PROCESS_TERMINATE{0x0001};
inline constexpr AccessMask PROCESS_VM_READ{0x0010};
inline constexpr AccessMask PROCESS_DUP_HANDLE{0x0040};
inline constexpr AccessMask PROCESS_CREATE_PROCESS{0x0080};
inline constexpr AccessMask PROCESS_QUERY_INFORMATION{0x0400};
inline constexpr AccessMask PROCESS_QUERY_LIMITED_INFORMATION{0x1000};
inline constexpr AccessMask PROCESS_ALL_ACCESS{0x001FFFFF};
inline constexpr AccessMask THREAD_ALL_ACCESS{0x001FFFFF};
inline constexpr AccessMask EVENT_ALL_ACCESS{0x001F0003};
inline constexpr AccessMask FILE_ALL_ACCESS{0x001F01FF};
inline constexpr AccessMask TOKEN_ALL_ACCESS{0x000F01FF};
inline constexpr AccessMask MAXIMUM_ALLOWED{0x02000000};
inline constexpr AccessMask protected_refused{0x000F0000 | 0x07FA};  // OBJ-OPEN-05
inline constexpr AccessMask forbidden_mask_bits{0xF1000000};  // GENERIC_* and ACCESS_SYSTEM_SECURITY: an input error

inline constexpr std::uint32_t DUPLICATE_CLOSE_SOURCE = 0x1;
inline constexpr std::uint32_t DUPLICATE_SAME_ACCESS = 0x2;

inline constexpr std::uint32_t WER_MAX_MEM_BLOCK_SIZE = 65536;
inline constexpr std::size_t MAX_PATH = 260;
inline constexpr std::size_t WER_METADATA_KEY_MAX_LENGTH = 64;
inline constexpr std::size_t WER_METADATA_VALUE_MAX_LENGTH = 128;
inline constexpr std::size_t WER_MAX_LOCAL_DUMP_SUBPATH_LENGTH = 64;  // the NUL included (WER-ALD-02)
inline constexpr std::size_t RESTART_MAX_CMD_LINE = 1024;
inline constexpr std::uint32_t RESTART_NO_CRASH = 0x1;
inline constexpr std::uint32_t RESTART_NO_HANG = 0x2;
inline constexpr std::uint32_t restart_flags_defined = 0xF;
inline constexpr std::uint64_t restart_life_ms = 60000;  // WER-REC-22
inline constexpr std::uint32_t fault_flags_defined = 0x7FF;
inline constexpr std::uint32_t WER_FAULT_REPORTING_FLAG_DISABLE_THREAD_SUSPENSION = 0x4;

inline constexpr std::uint32_t RECOVERY_DEFAULT_PING_INTERVAL = 5000;
inline constexpr std::uint32_t RECOVERY_MAX_PING_INTERVAL = 300000;
inline constexpr std::uint64_t hung_after_ms = 5000;  // WER-ALL-28

// The table limits; a world may set each to 0 to 65535, below or above its default.
struct Limits {
  std::uint32_t entries{512};
  std::uint32_t metadata{8};
  std::uint32_t dumpCollection{4};
  std::uint32_t modules{16};
  friend constexpr bool operator==(const Limits&, const Limits&) = default;
};
inline constexpr Limits tiny_limits{.entries = 3, .metadata = 2, .dumpCollection = 2, .modules = 2};
inline constexpr std::uint32_t limit_max = 65535;

}  // namespace procreg
