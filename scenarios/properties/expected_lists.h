// What one process has registered, as its calls so far say: an independent count and an independent memory.
#pragma once

#include <array>
#include <vector>

#include "api/limits.h"
#include "api/profile.h"
#include "scenarios/properties/registrations.h"

namespace procreg::scenarios {

class ExpectedLists {
 public:
  // Of a process that is never refused for its state or its heap.
  ExpectedLists(const Profile& profile, const Limits& limits) : profile_{profile}, limits_{limits} {}

  // What the call answers; remembers its effect.
  Result add(Key key, std::uint32_t attribute);
  Result remove(Key key, const Registrations& lists);

  std::vector<Registered>& of(List list) { return lists_.at(static_cast<std::size_t>(list)); }
  const std::vector<Registered>& of(List list) const { return lists_.at(static_cast<std::size_t>(list)); }
  bool are_shown_by(const SeenProcess& process, const Registrations& lists) const;

  // `entries` of WER-ALL-15.
  std::size_t entries() const;
  // A new entry of the list is within every limit.
  bool has_room(List list) const;

 private:
  bool is_gated(List list) const;  // a new entry is refused when the budget of all entries is used up
  bool is_within_own_limit(List list) const;
  // The entry that the lookup stage finds; nullptr when there is none.
  Registered* found(Key key);
  bool replaces(List list) const;  // the attribute of an entry that is registered again

  Profile profile_;
  Limits limits_;
  std::array<std::vector<Registered>, 6> lists_{};
};

}  // namespace procreg::scenarios
