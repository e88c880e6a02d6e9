// The words and constants of the SMB server and of the CSV file system (smb.md 1 to 3, ccf.md 7.3).
#pragma once

#include <compare>
#include <cstdint>

#include "api/ids.h"
#include "api/limits.h"

namespace procreg {

enum class Dialect : std::uint8_t { smb_2_0_2, smb_2_1, smb_3_0, smb_3_0_2, smb_3_1_1 };  // in their order
constexpr bool is_3x(Dialect dialect) { return dialect >= Dialect::smb_3_0; }

enum class Flavour : std::uint8_t { generic, ws2012, ws2012r2, ws2016plus };
// A server of this flavour that has a higher one is an input error (smb.md 2.2).
constexpr Dialect highest_dialect(Flavour flavour) {
  return flavour == Flavour::ws2012     ? Dialect::smb_3_0
         : flavour == Flavour::ws2012r2 ? Dialect::smb_3_0_2
                                        : Dialect::smb_3_1_1;
}

enum class HoldKind : std::uint8_t { none, batch, handle_lease };
enum class Disposition : std::uint8_t { OPEN, CREATE, OPEN_IF };
enum class LockKind : std::uint8_t { shared, exclusive, unlock };
enum class CreateAction : std::uint8_t { OPENED, CREATED };
enum class DurableState : std::uint8_t { none, durable, persistent };
enum class ForcedClose : std::uint8_t { takeover, break_, timeout, disconnect };

enum class FileAccess : std::uint32_t {};     // desired: any bits, GENERIC_* and MAXIMUM_ALLOWED among them
enum class FileRights : std::uint32_t {};     // granted or in an acl: within FILE_ALL_RIGHTS
enum class ShareAccess : std::uint32_t {};    // FILE_SHARE_ bits: 0 to 7
enum class ContextLength : std::uint32_t {};  // bytes of the data of a create context
enum class FileOffset : std::uint64_t {};
enum class FileLength : std::uint64_t {};
enum class VersionNumber : std::uint64_t {};  // half of the version of an application instance

// Compared unsigned, high first (SMB-VER-04).
struct VersionPair {
  std::uint64_t high{};
  std::uint64_t low{};
  friend constexpr auto operator<=>(const VersionPair&, const VersionPair&) = default;
};

inline constexpr std::uint32_t FILE_READ_DATA = 0x00000001;
inline constexpr std::uint32_t FILE_WRITE_DATA = 0x00000002;
inline constexpr std::uint32_t FILE_APPEND_DATA = 0x00000004;
inline constexpr std::uint32_t FILE_EXECUTE = 0x00000020;
inline constexpr std::uint32_t FILE_READ_ATTRIBUTES = 0x00000080;
inline constexpr std::uint32_t FILE_WRITE_ATTRIBUTES = 0x00000100;
inline constexpr std::uint32_t FILE_DELETE = 0x00010000;  // DELETE of [MS-SMB2] 2.2.13.1.1
inline constexpr std::uint32_t FILE_SYNCHRONIZE = 0x00100000;
inline constexpr std::uint32_t FILE_ALL_RIGHTS = 0x001F01FF;
inline constexpr std::uint32_t FILE_MAXIMUM_ALLOWED = 0x02000000;
inline constexpr std::uint32_t FILE_GENERIC_ALL = 0x10000000;
inline constexpr std::uint32_t FILE_GENERIC_EXECUTE = 0x20000000;
inline constexpr std::uint32_t FILE_GENERIC_WRITE = 0x40000000;
inline constexpr std::uint32_t FILE_GENERIC_READ = 0x80000000;
inline constexpr std::uint32_t file_read_rights = 0x00120089;  // what the generic bits stand for
inline constexpr std::uint32_t file_write_rights = 0x00120116;
inline constexpr std::uint32_t file_execute_rights = 0x001200A0;
inline constexpr std::uint32_t file_data_rights = 0x00010027;  // those that share modes are about (smb.md 1.2)
inline constexpr FileAccess default_desired_access{0xC0010000};
inline constexpr std::uint32_t FILE_SHARE_READ = 1;
inline constexpr std::uint32_t FILE_SHARE_WRITE = 2;
inline constexpr std::uint32_t FILE_SHARE_DELETE = 4;

inline constexpr ContextLength app_instance_id_length{20};
inline constexpr ContextLength app_instance_version_length{24};
inline constexpr std::uint32_t default_durable_timeout_ms = 60000;
inline constexpr std::uint32_t durable_timeout_max_ms = 300000;
// A write that ends beyond it is an input error: files of a simulated server are small.
inline constexpr std::uint64_t file_size_max = 65536;

inline constexpr std::uint32_t SET_APPINSTANCE_CSV_FLAGS_VALID_ONLY_IF_CSV_COORDINATOR = 0x1;

enum class ConnectionId : std::uint32_t {};  // per server, from 1
enum class DurableId : std::uint32_t {};     // per server, from 1, never reused
enum class VolatileId : std::uint32_t {};    // per server, from 1, never reused
enum class CsvOpenId : std::uint32_t {};     // of the world, from 1

}  // namespace procreg
