#include "api/value.h"

#include <algorithm>
#include <utility>

namespace procreg {

namespace {
// The index of an equal element, or of `value` appended.
template <class T>
std::uint32_t interned(std::vector<T>& table, T value) {
  const auto found = std::find(table.begin(), table.end(), value);
  const auto index = static_cast<std::uint32_t>(found - table.begin());
  if (found == table.end()) table.push_back(std::move(value));
  return index;
}
}  // namespace

Tables::Tables() : texts_{u"user1"} {}

TextRef Tables::text(std::u16string_view text) { return {interned(texts_, std::u16string{text})}; }
BytesRef Tables::bytes(std::vector<std::uint8_t> bytes) { return {interned(bytes_, std::move(bytes))}; }
DaclRef Tables::dacl(Dacl dacl) { return {interned(dacls_, std::move(dacl))}; }

}  // namespace procreg
