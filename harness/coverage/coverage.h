// Which clauses and options a run has reached, and how it went. Mergeable; printed in the order of the clause table.
#pragma once

#include <array>
#include <cstdint>

#include "api/choice.h"
#include "api/clause.h"
#include "api/step.h"

namespace procreg::model {
struct Ruling;
}  // namespace procreg::model

namespace procreg::harness {

struct Coverage {
  ClauseSet decided{};                                // was the deciding clause of a step
  ClauseSet applied{};                                // was among the clauses that applied
  ClauseSet diverged{};                               // decided or applied at a divergence
  std::array<std::uint8_t, choice_count> options{};   // bit o: option o was asked for
  std::array<std::uint64_t, step_kinds> performed{};  // how often each kind of step was performed
  std::uint64_t steps{};

  void note(const model::Ruling& ruling, std::size_t kind);
  void note_divergence(const model::Ruling& ruling);
  // Options asked for in one script (model::System::options_taken).
  void note_options(const std::array<std::uint8_t, choice_count>& taken);
  void merge(const Coverage& other);
  // In scope, i.e. covered by this version, and never decided nor applied.
  ClauseSet missing() const;
  ClauseSet reached() const { return decided | applied; }
};

// The clauses that info(clause).covered says are covered by this version.
ClauseSet covered_clauses();

}  // namespace procreg::harness
