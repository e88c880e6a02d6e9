#include "api/value.h"

#include <utility>

namespace procreg {

namespace {
// The index of an equal element, or of `value` appended.
template <class T>
std::uint32_t interned(StableList<T>& table, T value) {
  for (std::size_t i = 0; i < table.size(); ++i)
    if (table[i] == value) return static_cast<std::uint32_t>(i);
  table.push_back(std::move(value));
  return static_cast<std::uint32_t>(table.size() - 1);
}
}  // namespace

Tables::Tables()
    : texts_{u"user1", u"", u"APPCRASH", u"MoAppCrash", u"AppHang"},
      stacks_{Stacks{}},
      ranges_{Ranges{{0x10000, 0x11000}}, Ranges{}} {}

// Most scripts have a few texts, and are copied often: those are searched one by one.
TextRef Tables::text(std::u16string_view text) {
  constexpr std::size_t few = 64;
  if (texts_.size() < few) return {searched(text)};
  while (places_.size() < texts_.size()) {
    const auto next = static_cast<std::uint32_t>(places_.size());
    places_.emplace(texts_[next], next);
  }
  if (const auto known = places_.find(text); known != places_.end()) return {known->second};
  const auto place = static_cast<std::uint32_t>(texts_.size());
  texts_.push_back(std::u16string{text});
  places_.emplace(text, place);
  return {place};
}
std::uint32_t Tables::searched(std::u16string_view text) {
  for (std::size_t i = 0; i < texts_.size(); ++i)
    if (texts_[i] == text) return static_cast<std::uint32_t>(i);
  texts_.push_back(std::u16string{text});
  return static_cast<std::uint32_t>(texts_.size() - 1);
}
BytesRef Tables::bytes(std::vector<std::uint8_t> bytes) { return {interned(bytes_, std::move(bytes))}; }
DaclRef Tables::dacl(Dacl dacl) { return {interned(dacls_, std::move(dacl))}; }
StacksRef Tables::stacks(Stacks stacks) { return {interned(stacks_, std::move(stacks))}; }
RangesRef Tables::ranges(Ranges ranges) { return {interned(ranges_, std::move(ranges))}; }
LoadedModulesRef Tables::loaded_modules(LoadedModules modules) {
  return {interned(loaded_modules_, std::move(modules))};
}

}  // namespace procreg
