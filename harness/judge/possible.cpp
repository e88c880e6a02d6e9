#include "harness/judge/possible.h"

#include <algorithm>
#include <bit>

#include "api/choice.h"

namespace procreg::harness {

namespace {

constexpr std::uint8_t bit(std::uint8_t option) { return static_cast<std::uint8_t>(1U << option); }

bool covers(const Possible& all, const Possible& part) {
  for (std::size_t i = 0; i < choice_count; ++i)
    if ((part.options[i] & ~all.options[i]) != 0) return false;
  return true;
}

}  // namespace

Possible Possible::everything() {
  Possible possible;
  for (std::size_t i = 0; i < choice_count; ++i)
    possible.options[i] = static_cast<std::uint8_t>(bit(static_cast<std::uint8_t>(choices()[i].options.size())) - 1U);
  return possible;
}

Possible Possible::exactly(const Profile& profile) {
  Possible possible;
  for (std::size_t i = 0; i < choice_count; ++i) possible.options[i] = bit(profile.option[i]);
  return possible;
}

bool Possible::decided(std::size_t choice) const { return std::has_single_bit(options[choice]); }

std::uint8_t Possible::known(std::size_t choice) const {
  return decided(choice) ? static_cast<std::uint8_t>(std::countr_zero(options[choice])) : unknown_option;
}

Profile Possible::profile() const {
  Profile profile;
  for (std::size_t i = 0; i < choice_count; ++i) profile.option[i] = known(i);
  return profile;
}

Profile Possible::nearest(const Profile& base) const {
  Profile profile;
  for (std::size_t i = 0; i < choice_count; ++i)
    profile.option[i] = (options[i] & bit(base.option[i])) != 0
                            ? base.option[i]
                            : static_cast<std::uint8_t>(std::countr_zero(options[i]));
  return profile;
}

bool Possible::allows(const Profile& profile) const { return covers(*this, exactly(profile)); }

std::size_t Possible::unlike(const Profile& base) const {
  std::size_t count = 0;
  for (std::size_t i = 0; i < choice_count; ++i) count += (options[i] & bit(base.option[i])) == 0 ? 1U : 0U;
  return count;
}

Possible Possible::with(std::size_t choice, std::uint8_t option) const {
  Possible changed = *this;
  changed.options[choice] = bit(option);
  return changed;
}

std::optional<Possible> united(const Possible& a, const Possible& b) {
  if (covers(a, b)) return a;
  if (covers(b, a)) return b;
  std::optional<std::size_t> differs;
  for (std::size_t i = 0; i < choice_count; ++i) {
    if (a.options[i] == b.options[i]) continue;
    if (differs) return std::nullopt;
    differs = i;
  }
  Possible both = a;
  both.options[*differs] = static_cast<std::uint8_t>(a.options[*differs] | b.options[*differs]);
  return both;
}

std::vector<Possible> merged(std::vector<Possible> all) {
  unite_all(all, [](Possible& a, const Possible& b) {
    const auto both = united(a, b);
    if (both) a = *both;
    return both.has_value();
  });
  return all;
}

Possible hull(const std::vector<Possible>& all) {
  Possible whole;
  for (const Possible& each : all)
    for (std::size_t i = 0; i < choice_count; ++i)
      whole.options[i] = static_cast<std::uint8_t>(whole.options[i] | each.options[i]);
  return whole;
}

}  // namespace procreg::harness
