// The reference model as something that can be stepped: owns a state and performs steps on it by the rules.
#pragma once

#include <array>
#include <cstdint>

#include "api/clause.h"
#include "api/profile.h"
#include "api/snapshot.h"
#include "api/step.h"
#include "api/world.h"
#include "model/draft.h"
#include "model/ruling.h"
#include "model/state.h"
#include "model/touched.h"

namespace procreg::model {

namespace detail {

// By kind of step. A visit would pass what it is given through memory.
using Performer = void (*)(Draft& world, const Step& step, Choices& choices);
extern const std::array<Performer, step_kinds> performers;
// Its clause is the spoiled one: where that decides, the result is made another.
void spoil(Ruling& ruling);

inline void perform_on(Edit& draft, const Step& step, Choices& choices) {
  draft.begin_step();
  performers[step.index()](draft, step, choices);
  Ruling& ruling = draft.ruling();
  ruling.changed = !draft.touched().none();
  if (ruling.decided == draft.spoiled()) [[unlikely]]
    spoil(ruling);
}

}  // namespace detail

// Not thread-safe; each world is stepped by one thread.
class System {
 public:
  // `tables` must outlive the system. The world must be valid (the scenario reader's checks, specification README 4.2).
  System(const WorldSpec& world, const Tables& tables, const Profile& profile);

  // Back to the beginning of a (possibly other) world, keeping memory.
  void reset(const WorldSpec& world, const Profile& profile);

  // Performs one resolved step in place. The ruling stays valid until the next call.
  const Ruling& perform(const Step& step) {
    if (!gathers_applied_) draft_.forget_applied();
    choices_.forget_asked();
    detail::perform_on(draft_, step, choices_);
    return draft_.ruling();
  }

  const State& state() const { return draft_.now(); }
  // The state is now this one, of the same world.
  void become(const State& state) { draft_.state() = state; }
  // Takes the last step back; `before` is what the state was then. Cheaper than `become`: only what the step wrote to.
  void put_back(const State& before) { put_back(before, touched()); }
  // Likewise several steps, which wrote to these parts.
  void put_back(const State& before, const Touched& parts) { draft_.put_back(before, parts); }
  void snapshot(SnapshotWords& words) const;  // appends

  // What the last step was given to write to.
  const Touched& touched() const { return draft_.touched(); }

  // From now on this clause is made wrong: one that decides gives another result, one that shapes another output or
  // no effect.
  // Default-constructed Clause: none is.
  void spoil(Clause clause) { draft_.spoil(clause); }

  // From now on `applied` of a ruling holds every clause that applied since this call, not those of one step: for
  // drivers that want coverage and no more.
  void gather_applied() {
    gathers_applied_ = true;
    draft_.forget_applied();
  }
  const AppliedClauses& gathered() const { return draft_.ruling().applied; }

  // The option in force of a choice, by index; unknown_option: a step that asks for it is decided by its first option,
  // which `asked` then tells.
  void assume(std::size_t choice, std::uint8_t option) { choices_.assume(choice, option); }
  // The first choice without a known option that the last step asked for, choice_count for none.
  std::size_t asked() const { return choices_.asked(); }

  // Which options have been asked for since reset: bit o of [choice index].
  std::array<std::uint8_t, choice_count> options_taken() const { return choices_.taken(); }

 private:
  Edit draft_;
  Choices choices_;
  bool gathers_applied_{};
};

// The pure form: state in, answer and next state out. For tests, linearizability and characterisation.
struct Ruled {
  Ruling ruling;
  State next;
};
Ruled ruled(State now, const Step& step, const Tables& tables, Choices& choices, Clause spoiled = {});

// The state a world begins with.
State begin(const WorldSpec& world, const Tables& tables);

void snapshot_of(const State& state, const Tables& tables, SnapshotWords& words);

}  // namespace procreg::model
