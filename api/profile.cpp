#include "api/profile.h"

#include <cstddef>
#include <ostream>

namespace procreg {
namespace {

constexpr std::string_view names[] = {"documented", "windows11"};

Profile profile_of(std::uint8_t ChoiceInfo::*option) {
  Profile profile;
  for (std::size_t i = 0; i < choice_count; ++i) profile.option[i] = choices()[i].*option;
  return profile;
}

std::string_view option_name(const ChoiceInfo& choice, std::uint8_t option) {
  return option < choice.options.size() ? choice.options[option] : "unknown";
}

}  // namespace

Profile documented_profile() { return profile_of(&ChoiceInfo::documented); }

Profile windows11_profile() { return profile_of(&ChoiceInfo::windows11); }

std::optional<Profile> find_profile(std::string_view name) {
  if (name == "documented") return documented_profile();
  if (name == "windows11") return windows11_profile();
  return std::nullopt;
}

std::span<const std::string_view> profile_names() { return names; }

std::ostream& operator<<(std::ostream& out, const Profile& profile) {
  bool differs = false;
  for (std::size_t i = 0; i < choice_count; ++i) {
    const ChoiceInfo& choice = choices()[i];
    if (profile.option[i] == choice.documented) continue;
    out << (differs ? " " : "") << choice.name << '=' << option_name(choice, profile.option[i]);
    differs = true;
  }
  return differs ? out : out << "documented";
}

}  // namespace procreg
