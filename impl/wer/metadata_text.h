#pragma once

#include <string_view>

#include "api/choice.h"
#include "sync.h"

namespace procreg::impl::inline PROCREG_SYNC {

// WER-META-03; an empty one is none.
bool is_element_name(std::u16string_view text, MetadataKeyCharset charset) noexcept;

// WER-META-05
bool is_printable_ascii(std::u16string_view text) noexcept;

}  // namespace procreg::impl::inline PROCREG_SYNC
