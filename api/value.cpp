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

Tables::Tables()
    : texts_{u"user1", u"", u"APPCRASH", u"MoAppCrash", u"AppHang"},
      stacks_{Stacks{}},
      ranges_{Ranges{{0x10000, 0x11000}}, Ranges{}} {}

// Most scripts have a few texts, and are copied often: those are searched one by one.
TextRef Tables::text(std::u16string_view text) {
  constexpr std::size_t few = 64;
  if (texts_.size() < few) return {interned(texts_, std::u16string{text})};
  while (places_.size() < texts_.size()) {
    const auto next = static_cast<std::uint32_t>(places_.size());
    places_.emplace(texts_[next], next);
  }
  const auto place = static_cast<std::uint32_t>(texts_.size());
  const auto [found, is_new] = places_.emplace(text, place);
  if (is_new) texts_.emplace_back(text);
  return {found->second};
}
BytesRef Tables::bytes(std::vector<std::uint8_t> bytes) { return {interned(bytes_, std::move(bytes))}; }
DaclRef Tables::dacl(Dacl dacl) { return {interned(dacls_, std::move(dacl))}; }
StacksRef Tables::stacks(Stacks stacks) { return {interned(stacks_, std::move(stacks))}; }
RangesRef Tables::ranges(Ranges ranges) { return {interned(ranges_, std::move(ranges))}; }
LoadedModulesRef Tables::loaded_modules(LoadedModules modules) {
  return {interned(loaded_modules_, std::move(modules))};
}

}  // namespace procreg
