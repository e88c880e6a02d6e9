// What is known of a profile: for each choice the options that are still possible.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "api/profile.h"

namespace procreg::harness {

// A product: every combination of the options of its choices is possible. Never without an option.
struct Possible {
  std::array<std::uint8_t, choice_count> options{};  // bit o: option o

  static Possible everything();
  static Possible exactly(const Profile& profile);

  bool decided(std::size_t choice) const;
  // The option of a choice that is decided, and of the others unknown_option.
  std::uint8_t known(std::size_t choice) const;
  // With unknown_option where there are several.
  Profile profile() const;
  // The options of `base` where they are possible, else the first that is.
  Profile nearest(const Profile& base) const;
  bool allows(const Profile& profile) const;
  // How many choices are decided otherwise than in `base`.
  std::size_t unlike(const Profile& base) const;
  Possible with(std::size_t choice, std::uint8_t option) const;

  friend bool operator==(const Possible&, const Possible&) = default;
};

// The profiles in one of both, as a product; nullopt where that is none.
std::optional<Possible> united(const Possible& a, const Possible& b);

// Unites while some two can be, the first such pair each time: `unite(a, b)` makes of a what both are, or is false. A larger one may
// take in what it could not before.
template <class T, class Unite>
void unite_all(std::vector<T>& all, Unite&& unite) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = i + 1; j < all.size(); ++j) {
      if (!unite(all[i], all[j])) continue;
      all.erase(all.begin() + static_cast<std::ptrdiff_t>(j));
      i = j = 0;  // from the beginning
    }
  }
}

// Those in which no two can be united any more; in the order of their first ones.
std::vector<Possible> merged(std::vector<Possible> all);

// What every one of them leaves possible.
Possible hull(const std::vector<Possible>& all);

}  // namespace procreg::harness
