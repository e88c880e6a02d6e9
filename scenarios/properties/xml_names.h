// What an XML element name is, from the tables of XML 1.0 (fifth edition): an oracle of its own.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "api/choice.h"

namespace procreg::scenarios {

struct CodePoints {
  char32_t first{};
  char32_t last{};
};

// Productions [4] NameStartChar, and what [4a] NameChar adds to it.
std::span<const CodePoints> name_start_chars();
std::span<const CodePoints> more_name_chars();

// Of UTF-16 code units; an unpaired surrogate stands for itself.
std::u32string decoded(std::u16string_view text);
std::u16string encoded(char32_t code_point);

// The text is a name by the option of metadata-key-charset. The empty text is none.
bool is_name(std::u16string_view text, MetadataKeyCharset charset);

}  // namespace procreg::scenarios
