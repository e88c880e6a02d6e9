#include "scenarios/properties/expected_shares.h"

#include <iterator>

#include "api/smb.h"

namespace procreg::scenarios {
namespace {

// What an open does to the file, and the rights that make it do so; place k belongs to sharing bit k.
constexpr std::uint32_t doing[] = {FILE_READ_DATA | FILE_EXECUTE, FILE_WRITE_DATA | FILE_APPEND_DATA, FILE_DELETE};

bool touches_data(std::uint32_t granted) {
  for (const std::uint32_t rights : doing)
    if ((granted & rights) != 0) return true;
  return false;
}

bool hurts(const Sharing& one, const Sharing& other) {
  for (std::uint32_t k = 0; k < std::size(doing); ++k)
    if ((one.granted & doing[k]) != 0 && (other.shared >> k & 1U) == 0) return true;
  return false;
}

}  // namespace

std::uint32_t expanded(std::uint32_t desired) {
  constexpr struct {
    std::uint32_t generic;
    std::uint32_t specific;
  } meanings[] = {{FILE_GENERIC_ALL, FILE_ALL_RIGHTS},
                  {FILE_GENERIC_EXECUTE, file_execute_rights},
                  {FILE_GENERIC_WRITE, file_write_rights},
                  {FILE_GENERIC_READ, file_read_rights}};
  std::uint32_t rights = desired & 0x0FFFFFFF;
  for (const auto meaning : meanings)
    if ((desired & meaning.generic) != 0) rights |= meaning.specific;
  return rights;
}

std::uint32_t granted(std::uint32_t desired, std::uint32_t allowed) {
  const std::uint32_t wanted = expanded(desired);
  const std::uint32_t named = wanted & ~FILE_MAXIMUM_ALLOWED;
  if (desired == 0 || (named & ~allowed) != 0) return 0;
  const std::uint32_t rights = named != wanted ? allowed : named;
  return (rights & FILE_EXECUTE) != 0 ? rights | FILE_READ_DATA : rights;
}

bool conflict(const Sharing& a, const Sharing& b) {
  return touches_data(a.granted) && touches_data(b.granted) && (hurts(a, b) || hurts(b, a));
}

bool attributes_only(std::uint32_t granted) {
  return (granted & ~(FILE_READ_ATTRIBUTES | FILE_WRITE_ATTRIBUTES | FILE_SYNCHRONIZE)) == 0;
}

Sharing any_sharing(Story& story) {
  constexpr std::uint32_t bits[] = {FILE_READ_DATA, FILE_WRITE_DATA, FILE_APPEND_DATA, FILE_EXECUTE, FILE_DELETE};
  Sharing made{.granted = story.below(4) == 0 ? FILE_READ_ATTRIBUTES : 0, .shared = story.below(8)};
  for (std::uint32_t left = story.between(made.granted == 0 ? 1 : 0, 2); left > 0; --left)
    made.granted |= bits[story.below(static_cast<std::uint32_t>(std::size(bits)))];
  made.granted = granted(made.granted, FILE_ALL_RIGHTS);
  return made;
}

}  // namespace procreg::scenarios
