// Byte-range locks of one file ([MS-FSA] 2.1.4.10, 2.1.5.8, 2.1.5.9). The file's part is locked.
#pragma once

#include "api/status.h"
#include "impl/smb/objects.h"

namespace procreg::impl::inline PROCREG_SYNC {

// Bytes [offset, offset + length); one that would pass 2^64 - 1 ends there.
struct ByteRange {
  std::uint64_t offset{};
  std::uint64_t length{};
};

// SMB-OPEN-18
bool read_conflicts(const File& file, DurableId open, ByteRange range) noexcept;
bool write_conflicts(const File& file, DurableId open, ByteRange range) noexcept;

// SMB-OPEN-19
NtStatus add_lock(Arena& arena, Open& open, ByteRange range, bool exclusive) noexcept;
// SMB-OPEN-20
NtStatus remove_lock(Open& open, ByteRange range) noexcept;
// Of an open that closes.
void remove_locks(Open& open) noexcept;

}  // namespace procreg::impl::inline PROCREG_SYNC
