// One step of a subject, held against every candidate.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/judge/candidate.h"
#include "harness/judge/judgement.h"

namespace procreg::harness {

// What a subject showed at a step.
struct Seen {
  ForeignAnswer answer{};
  std::string snapshot{};  // as JSON, "" without one
};

using Candidates = std::vector<std::unique_ptr<Candidate>>;

struct Trial {
  Candidates kept{};               // that answer like the subject; after the step, equal ones united
  Candidates lost{};               // the others, before the step
  std::vector<Allowed> allowed{};  // what these answer, one each
  std::vector<Difference> what{};  // how that differs
  bool too_many{};                 // more than candidates_max
};
inline constexpr std::size_t candidates_max = 4096;

// A candidate that asks an open question is forked, an option each.
Trial try_step(Candidates candidates, const Script& script, const Step& step, const Seen& seen);

// nullopt: alike, but for ids that the subject may give out as it likes.
std::optional<Difference> answers_differ(const Step& step, const model::Ruling& ruling, const ForeignAnswer& answer);

// Where two snapshots differ: "/machines/local/nextPid: 1004 | 1008". Empty: nowhere.
std::vector<std::string> snapshots_differ(const std::string& model, const std::string& subject);

}  // namespace procreg::harness
