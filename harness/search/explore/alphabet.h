// The steps that an exploration takes from every state: a finite set, made of few values for every kind of field.
#pragma once

#include <bitset>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "api/step.h"
#include "harness/search/explore/folding.h"
#include "model/state.h"

namespace procreg::harness {

using StepKinds = std::bitset<step_kinds>;

struct AlphabetOptions {
  StepKinds kinds{};
  // Steps that make something are in only while there is less of it: process objects of a machine (those that have ended and
  // are kept count too), handles in the table of the process that makes the call, threads of a process, and objects that are
  // neither process nor thread.
  std::uint32_t processes_max{3};
  std::uint32_t handles_max{3};
  std::uint32_t threads_max{2};
  std::uint32_t objects_max{1};
  // Countdowns are added only to less than so many that wait.
  std::uint32_t faults_max{1};
  // The texts that are given to functions.
  std::vector<TextRef> texts{default_user};
  // Connections of a server, and opens of it and of CSV volumes.
  std::uint32_t connections_max{3};
  std::uint32_t opens_max{2};
  // In place of `kinds`: exactly these steps, resolved, in every state.
  std::vector<Step> steps{};
};

class Alphabet {
 public:
  // `root`: the state that the exploration begins with.
  Alphabet(AlphabetOptions options, const model::State& root);

  // The steps to take from a state; `steps` is what this gave before, or empty. Always in the same order.
  void list(const model::State& state, std::vector<Step>& steps) const;

  // Nothing can be made: ids are those of the root for ever.
  bool makes_nothing() const { return makes_nothing_; }

  // WER may make a process in place of one that failed.
  bool may_restart() const { return may_restart_; }

  // Not where files are opened, volumes or versions are there: who did what is written in too many places of the state.
  bool may_fold(const model::State& root) const;

  // What no step tells apart, seen from the root.
  Folding folding(const model::State& root) const;

 private:
  AlphabetOptions options_;
  bool makes_nothing_{};
  bool may_restart_{};
  bool about_files_{};
  StepKinds by_state_{};       // kinds whose steps differ from state to state
  std::vector<Step> fixed_{};  // all others
};

// The next time from now at which something is due, or a process has lived long enough to be restarted, and one millisecond
// past it; none: nothing waits.
std::vector<Duration> interesting_times(const model::State& state);

}  // namespace procreg::harness
