#include "harness/coverage/coverage.h"

#include <algorithm>
#include <functional>

#include "model/ruling.h"

namespace procreg::harness {

namespace {

// A clause that is none has no bit.
inline void add(ClauseSet& set, Clause clause) {
  if (!clause.is_none()) set[clause.index()] = true;
}

ClauseSet covered_by_tables() {
  ClauseSet set;
  for (std::size_t i = 0; i < clause_count; ++i) set[i] = clauses()[i].covered;
  return set;
}

}  // namespace

void Coverage::note(const model::Ruling& ruling, std::size_t kind) {
  ++steps;
  ++performed[kind];
  add(decided, ruling.decided);
  for (const Clause clause : ruling.applied) add(applied, clause);
}

void Coverage::note_divergence(const model::Ruling& ruling) {
  add(diverged, ruling.decided);
  for (const Clause clause : ruling.applied) add(diverged, clause);
}

void Coverage::note_options(const std::array<std::uint8_t, choice_count>& taken) {
  for (std::size_t i = 0; i < choice_count; ++i) options[i] = static_cast<std::uint8_t>(options[i] | taken[i]);
}

void Coverage::merge(const Coverage& other) {
  decided |= other.decided;
  applied |= other.applied;
  diverged |= other.diverged;
  note_options(other.options);
  std::transform(performed.begin(), performed.end(), other.performed.begin(), performed.begin(), std::plus<>{});
  steps += other.steps;
}

ClauseSet Coverage::missing() const { return covered_clauses() & ~reached(); }

ClauseSet covered_clauses() {
  static const ClauseSet covered = covered_by_tables();
  return covered;
}

}  // namespace procreg::harness
