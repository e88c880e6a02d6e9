// A world as the model sees it, and the profiles under which it came to be so: one of the answers that the specification allows
// to everything that the subject was asked and answered so far.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "harness/judge/possible.h"
#include "harness/scenario/script.h"
#include "harness/subject/foreign.h"
#include "model/system.h"

namespace procreg::harness {

class Candidate {
 public:
  // `script` outlives the candidate.
  Candidate(const Script& script, const Possible& possible);
  Candidate(const Candidate& other);
  Candidate& operator=(const Candidate&) = delete;

  // Performs the step, whose names this candidate resolves. True: no question was open, `ruling` says what the model
  // answers, and `keep` or `undo` must follow. False: nothing happened, and `asked` is the choice that forks it.
  bool perform(const Step& step);
  std::size_t asked() const { return system_.asked(); }
  const model::Ruling& ruling() const { return *ruling_; }
  void keep();
  void undo();

  // One that is like this one, but for a choice that is decided now.
  std::unique_ptr<Candidate> fork(std::size_t choice, std::uint8_t option) const;
  // One that is like this one, but follows any profile from now on.
  std::unique_ptr<Candidate> loosened() const;

  const Possible& possible() const { return possible_; }
  void possible(const Possible& possible);
  const model::State& state() const { return system_.state(); }
  const Bindings& bindings() const { return bindings_; }
  void snapshot(SnapshotWords& words) const { system_.snapshot(words); }
  // Both will answer alike whatever comes.
  bool same_world(const Candidate& other) const;

 private:
  Candidate(const Candidate& other, const Possible& possible);

  const Script& script_;
  Possible possible_;
  model::System system_;
  model::State before_;  // what the state was before the last step, else what it is
  Bindings bindings_{};
  const Step* step_{};
  const model::Ruling* ruling_{};
};

}  // namespace procreg::harness
