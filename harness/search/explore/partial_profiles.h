// Profiles in which some choices are not decided yet, each with a small number.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>

#include "api/profile.h"
#include "harness/search/explore/digest.h"

namespace procreg::harness {

// Thread-safe. Numbers depend on who comes first and are for looking up only.
class PartialProfiles {
 public:
  static constexpr std::size_t profiles_max = 65535;

  explicit PartialProfiles(const Profile& first) : forks_{has_unknown(first)} { add(first); }

  bool forks() const { return forks_; }

  // The number of a profile; nullopt: there are too many.
  std::optional<std::uint16_t> number_of(const Profile& profile) {
    const std::scoped_lock lock{mutex_};
    const auto known = numbers_.find(profile.option);
    if (known != numbers_.end()) return known->second;
    if (profiles_.size() == profiles_max) return std::nullopt;
    return add(profile);
  }
  Profile at(std::uint16_t number) const {
    const std::scoped_lock lock{mutex_};
    return profiles_[number];
  }
  std::size_t size() const {
    const std::scoped_lock lock{mutex_};
    return profiles_.size();
  }

  static std::uint64_t digest(const Profile& profile) {
    Digest digest{~std::uint64_t{0}};
    for (const std::uint8_t option : profile.option) digest.put(option);
    return digest.value();
  }

 private:
  std::uint16_t add(const Profile& profile) {
    const auto number = static_cast<std::uint16_t>(profiles_.size());
    profiles_.push_back(profile);
    numbers_.emplace(profile.option, number);
    return number;
  }
  static bool has_unknown(const Profile& profile) {
    return std::find(profile.option.begin(), profile.option.end(), unknown_option) != profile.option.end();
  }

  bool forks_;
  mutable std::mutex mutex_{};
  std::deque<Profile> profiles_{};
  std::map<decltype(Profile::option), std::uint16_t> numbers_{};
};

// Every choice that is not decided by its documented option.
Profile decided(Profile profile);

}  // namespace procreg::harness
