#include "impl/ccf/opened_tag.h"

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

std::uint64_t big_endian(const std::uint8_t* bytes) noexcept {
  std::uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8 | bytes[i];
  return value;
}

std::uint32_t little_endian(const std::uint8_t* bytes) noexcept {
  std::uint32_t value = 0;
  for (int i = 3; i >= 0; --i) value = value << 8 | bytes[i];
  return value;
}

}  // namespace

std::optional<OpenedTag> tag_in(const std::vector<std::uint8_t>& ea) noexcept {
  if (ea.size() != 16 && ea.size() != 20) return std::nullopt;
  const Guid id{big_endian(ea.data()), big_endian(ea.data() + 8)};
  return OpenedTag{.id = id, .csv_flags = ea.size() == 20 ? little_endian(ea.data() + 16) : 0};
}

}  // namespace procreg::impl::inline PROCREG_SYNC
