// What the model says of a step, and the questions it asks.
#pragma once

#include <array>
#include <boost/container/static_vector.hpp>
#include <cstdint>

#include "api/clause.h"
#include "api/profile.h"
#include "api/step.h"

namespace procreg::model {

// The answer of a step, the one clause that decided it, and the clauses that applied besides (each once, in order of
// use).
// Events that are simply applied are decided by the clause that describes the transition or effect.
struct Ruling {
  Answer answer{};
  Clause decided{};
  boost::container::static_vector<Clause, 96> applied{};
  bool changed{};  // a draft handed out a part for writing
};

// The options in force, and which of them were asked for.
class Choices {
 public:
  explicit Choices(const Profile& profile) : profile_{profile} {}
  template <class Option>
  Option take(Choice<Option> choice) {
    const std::uint8_t option = profile_.option[choice.index];
    taken_[choice.index] = static_cast<std::uint8_t>(taken_[choice.index] | 1U << option);
    return static_cast<Option>(option);
  }
  const Profile& profile() const { return profile_; }
  const std::array<std::uint8_t, choice_count>& taken() const { return taken_; }

 private:
  Profile profile_;
  std::array<std::uint8_t, choice_count> taken_{};
};

}  // namespace procreg::model
