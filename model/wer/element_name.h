// What a metadata key may be (wer.md 4.5, metadata-key-charset).
#pragma once

#include <string_view>

namespace procreg::model {

// The production Name of XML 1.0, fifth edition. An unpaired surrogate is in no name.
bool is_xml_name(std::u16string_view text);
// A-Z, a-z or _ first, then also 0-9, . and -
bool is_ascii_name(std::u16string_view text);

}  // namespace procreg::model
