#pragma once

#include <array>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <span>
#include <string_view>

#include "api/choice.h"

namespace procreg {

// The option of a choice that a profile does not know. Reserved: neither predefined profile holds it. A profile that
// does answers operator[] with a value that no enumerator has.
inline constexpr std::uint8_t unknown_option = 0xFF;

// One option for every choice of the specification. A value: profiles are equal exactly when all options are. A
// default-constructed profile takes the first option of every choice, which is neither predefined profile.
struct Profile {
  // By Choice::index; an index into ChoiceInfo::options, or unknown_option.
  std::array<std::uint8_t, choice_count> option{};

  template <class Option>
  constexpr Option operator[](Choice<Option> choice) const {
    return static_cast<Option>(option[choice.index]);
  }

  // This profile with another answer to one choice.
  template <class Option>
  constexpr Profile with(Choice<Option> choice, Option answer) const {
    Profile changed = *this;
    changed.option[choice.index] = static_cast<std::uint8_t>(answer);
    return changed;
  }

  friend bool operator==(const Profile&, const Profile&) = default;
};

// The options by which a profile differs from `documented`, as "choice=option choice=option"; "documented" where it
// does not.
std::ostream& operator<<(std::ostream& out, const Profile& profile);

// The literal reading of the pages; the default of a scenario.
Profile documented_profile();

// The best estimate of a current Windows 11.
Profile windows11_profile();

// The predefined profile with this name; nullopt when there is none.
std::optional<Profile> find_profile(std::string_view name);

// The names of the predefined profiles, the default first.
std::span<const std::string_view> profile_names();

}  // namespace procreg
