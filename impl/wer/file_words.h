// The words of WerRegisterFile (wer.md 2.3).
#pragma once

#include <cstdint>

#include "api/value.h"
#include "sync.h"

namespace procreg::impl::inline PROCREG_SYNC {

inline constexpr FileType WerRegFileTypeUserDocument{1};
inline constexpr FileType WerRegFileTypeOther{2};
inline constexpr std::uint32_t WER_FILE_DELETE_WHEN_DONE = 0x1;
inline constexpr std::uint32_t WER_FILE_ANONYMOUS_DATA = 0x2;
inline constexpr std::uint32_t WER_FILE_COMPRESSED = 0x4;

}  // namespace procreg::impl::inline PROCREG_SYNC
