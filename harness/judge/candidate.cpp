#include "harness/judge/candidate.h"

#include "model/touched.h"

namespace procreg::harness {

Candidate::Candidate(const Script& script, const Possible& possible)
    : script_{script},
      possible_{possible},
      system_{script.world, script.tables, possible.profile()},
      before_{system_.state()} {
  bindings_.clear(script.names.size());
  bindings_.bind_world(script.world);
}

Candidate::Candidate(const Candidate& other, const Possible& possible)
    : script_{other.script_},
      possible_{possible},
      system_{other.script_.world, other.script_.tables, possible.profile()},
      before_{other.before_},
      bindings_{other.bindings_} {
  system_.become(before_);
}

Candidate::Candidate(const Candidate& other) : Candidate{other, other.possible_} {}

bool Candidate::perform(const Step& step) {
  step_ = &step;
  ruling_ = &system_.perform(bindings_.resolve(step));
  if (system_.asked() == choice_count) return true;
  undo();
  return false;
}

void Candidate::keep() {
  model::copy_parts(system_.touched(), system_.state(), before_);
  bindings_.bind_all(*step_, *ruling_);
}

void Candidate::undo() { system_.put_back(before_); }

std::unique_ptr<Candidate> Candidate::fork(std::size_t choice, std::uint8_t option) const {
  return std::unique_ptr<Candidate>{new Candidate{*this, possible_.with(choice, option)}};
}

std::unique_ptr<Candidate> Candidate::loosened() const {
  return std::unique_ptr<Candidate>{new Candidate{*this, Possible::everything()}};
}

// What was decided may be open again: the model asks once more.
void Candidate::possible(const Possible& possible) {
  possible_ = possible;
  for (std::size_t i = 0; i < choice_count; ++i) system_.assume(i, possible.known(i));
}

bool Candidate::same_world(const Candidate& other) const {
  return bindings_ == other.bindings_ && before_ == other.before_;
}

}  // namespace procreg::harness
