// What the model says of a step, and the questions it asks.
#pragma once

#include <array>
#include <boost/container/static_vector.hpp>
#include <cstdint>

#include "api/clause.h"
#include "api/profile.h"
#include "api/step.h"
#include "model/state.h"

namespace procreg::model {

// Clauses, each once, in order of first use.
class AppliedClauses {
 public:
  bool has(Clause clause) const { return (noted_[clause.index() / 64] >> clause.index() % 64 & 1) != 0; }
  void add(Clause clause) {
    if (!has(clause)) add_first(clause);
  }
  void clear() {
    for (const Clause clause : clauses_) noted_[clause.index() / 64] = 0;
    clauses_.clear();
  }
  const Clause* begin() const { return clauses_.data(); }
  const Clause* end() const { return begin() + clauses_.size(); }
  std::size_t size() const { return clauses_.size(); }

 private:
  // Apart, so that a rule stays small: each of its lines notes a clause.
  [[gnu::noinline]] void add_first(Clause clause) {
    noted_[clause.index() / 64] |= std::uint64_t{1} << clause.index() % 64;
    clauses_.push_back(clause);
  }

  std::array<std::uint64_t, (clause_count + 63) / 64> noted_{};
  boost::container::static_vector<Clause, clause_count> clauses_{};
};

// The answer of a step, the one clause that decided it, and the clauses that applied besides (each once, in order of
// use).
// Events that are simply applied are decided by the clause that describes the transition or effect.
struct Ruling {
  Answer answer{};
  Small<Restarted, 1> restarted{};  // what the step made WER restart, in that order
  Clause decided{};
  AppliedClauses applied{};
  bool changed{};  // a draft handed out a part for writing
};

// The options in force, and which of them were asked for. Where the option is unknown the first one stands in for it.
class Choices {
 public:
  explicit Choices(const Profile& profile) : profile_{profile} {}
  template <class Option>
  Option take(Choice<Option> choice) {
    std::uint8_t option = profile_.option[choice.index];
    if (option == unknown_option) [[unlikely]]
      option = ask(choice.index);
    taken_[choice.index][option] = true;
    return static_cast<Option>(option);
  }
  const Profile& profile() const { return profile_; }
  void assume(std::size_t choice, std::uint8_t option) { profile_.option[choice] = option; }
  // The first choice asked for since `forget_asked` whose option is unknown; choice_count: none.
  std::size_t asked() const { return asked_; }
  void forget_asked() { asked_ = choice_count; }
  // Bit o of [choice index]: option o of it.
  std::array<std::uint8_t, choice_count> taken() const;

 private:
  std::uint8_t ask(std::size_t choice) {
    if (asked_ == choice_count) asked_ = choice;
    return 0;
  }

  Profile profile_;
  // A store where it is noted, which is all the time.
  std::array<std::array<bool, choice_options_max>, choice_count> taken_{};
  std::size_t asked_{choice_count};
};

inline std::array<std::uint8_t, choice_count> Choices::taken() const {
  std::array<std::uint8_t, choice_count> taken{};
  for (std::size_t choice = 0; choice < choice_count; ++choice)
    for (std::size_t option = 0; option < choice_options_max; ++option)
      if (taken_[choice][option]) taken[choice] = static_cast<std::uint8_t>(taken[choice] | 1U << option);
  return taken;
}

}  // namespace procreg::model
