// Scripts that show which of two profiles a subject follows.
#pragma once

#include <bitset>
#include <optional>
#include <vector>

#include "api/profile.h"
#include "harness/scenario/script.h"
#include "harness/subject/foreign.h"

namespace procreg::harness {

// The first step at which the specification answers otherwise under one profile than under the other one, in what a subject shows: ids
// may be any, snapshots count when it has them. nullopt: there is none.
std::optional<std::size_t> told_apart(const Script& script, const Profile& a, const Profile& b, bool snapshots);

// Scripts to choose from, all of which the subject can perform.
class Pool {
 public:
  Pool(const std::vector<Script>& scripts, const Abilities& abilities);

  // A script that tells the profiles apart, up to the step that does, the one with the fewest steps first; those for which
  // `spent` is true are left out. nullptr: there is none.
  struct Found {
    const Script* script{};
    std::size_t index{};
    std::size_t step{};
  };
  std::optional<Found> find(const Profile& a, const Profile& b, std::size_t choice, const std::vector<bool>& spent);
  std::size_t size() const { return scripts_.size(); }
  bool snapshots() const { return snapshots_; }

 private:
  using Asked = std::bitset<choice_count>;
  static Asked asked_by(const Script& script, const Profile& profile);
  // From now on `asked_` is of this profile.
  void look(const Profile& profile);

  std::vector<Script> scripts_{};
  bool snapshots_{};
  std::optional<Profile> looked_{};
  std::vector<Asked> asked_{};  // the choices that each script asks for; before the first look it may be any
};

// The script up to that step, shrunk while it tells the profiles apart and the subject can perform it.
Script shortest(const Script& script, std::size_t step, const Profile& a, const Profile& b, const Abilities& abilities);

}  // namespace procreg::harness
