// A race that was run: its script, the history of its threads, what was left behind. Judged, cut down, explained.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/concurrent/history.h"
#include "harness/concurrent/linearize.h"
#include "harness/scenario/script.h"
#include "model/state.h"

namespace procreg::harness {

struct RecordedRace {
  // `steps` were performed first, one after another, as the model does them. Of each thread of `parallel` the history has
  // the operations in their order; the last ones may be missing. There is exactly one profile.
  Script script{};
  History history{};
  std::optional<SnapshotWords> end{};  // the subject's snapshot after all; nullopt: is not part of the case
};

const Profile& profile_of(const RecordedRace& race);

// The model after `steps`, and what the names of the script stand for then.
struct Prepared {
  model::State state{};
  Bindings bindings{};
};
Prepared prepared(const Script& script, const Profile& profile);

Linearization judge(const RecordedRace& race, const LinearizeLimits& limits = {});

// A smaller case of the same violation, from a race that is not linearizable. Only in ways that keep it true:
//
//   - what was called after the first return that no order explains goes, and returns after it are forgotten: real time
//     makes every beginning of a history one of its own;
//   - parts that share no state with the one that has no order go: a history has an order exactly when each part has one;
//   - `end` goes where the answers alone have no order.
//
// An operation from the midst is never taken out: it may be the one whose effect the others show, and what is left would
// be a violation that nobody committed.
RecordedRace cut_down(RecordedRace race, const LinearizeLimits& limits = {});

// An order that was found, or why there is none.
struct Explanation {
  Linearizable verdict{};
  // Of the whole history, or as far as it goes of the part that has no order.
  std::vector<std::uint32_t> ordered{};
  // What the model says of the operations of which none can come next. Empty where there is no order: all can be put in
  // one, but none leads to the end.
  struct Stuck {
    std::uint32_t operation{};
    Answer model{};  // what it would have answered there
    Clause decided{};
    std::vector<Clause> applied{};
  };
  std::vector<Stuck> stuck{};
  std::vector<std::string> differences{};  // between the end of one order and that of the subject, where that is wrong
};
Explanation explain(const RecordedRace& race, const Linearization& result);

}  // namespace procreg::harness
