// Holds a subject against the model where ids differ and nobody may know the profile: keeps every world and profile that is
// still consistent with what it answered, and forks one only when a rule asks a question not asked before.
#pragma once

#include <array>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "harness/judge/judgement.h"
#include "harness/judge/subject_names.h"
#include "harness/judge/trial.h"
#include "harness/subject/foreign.h"

namespace procreg::harness {

// What a run of scripts has shown of the profile of a subject.
struct Knowledge {
  std::vector<Possible> profiles{Possible::everything()};  // it is one of these
  std::array<std::string, choice_count> shown{};           // by choice: the script that narrowed its options last
};

// Not thread-safe.
class Judge {
 public:
  // `subject` outlives the judge.
  explicit Judge(ForeignSubject& subject) : subject_{subject} {}

  // Under one profile, which a subject that follows what it is told is told.
  Judgement run(const Script& script, const Profile& profile);
  // Under whatever profile the subject follows; what it shows is added to `knowledge`.
  Judgement run(const Script& script, Knowledge& knowledge);

  // The last script, with the texts that the subject answered to it.
  const Script& script() const { return script_; }
  // What it answered to this step of it.
  const ForeignAnswer& answer(std::size_t step) const { return seen_[step].answer; }

  // At most so many steps are performed in one message.
  void batch(std::size_t steps) { batch_ = steps; }

 private:
  struct Message {
    std::vector<Step> steps{};          // of the subject
    std::vector<std::size_t> places{};  // of them in the script
    std::size_t end{};                  // place behind the last one, also of those that are not sent
    std::string ambiguous{};            // why the step at `end` cannot be sent, "": it can
  };

  Judgement judged(const Script& script, const std::vector<Possible>& from, const Profile* told);
  Judgement once(const Script& script, const std::vector<Possible>& from, const Profile* told);
  bool begin(Judgement& judgement, const std::vector<Possible>& from, const Profile* told);
  void steps(Judgement& judgement);
  Message next_message(std::size_t from) const;
  bool depends(const Step& step, std::size_t from, std::size_t to) const;
  bool sent(Judgement& judgement, const Message& message);
  bool look(Judgement& judgement, std::size_t place, const ForeignAnswer& answer);
  bool take_snapshot(Judgement& judgement, Seen& seen);
  void keep(std::size_t place);
  void mismatch(Judgement& judgement, std::size_t place, Trial trial);
  std::vector<Contradiction> contradictions(std::size_t place, const Candidates& lost);
  std::vector<Contradiction> with_earlier(std::size_t place) const;
  std::vector<Contradiction> with_itself(std::size_t place, const Candidates& lost) const;
  std::string clash(std::size_t place) const;
  void learn(Knowledge& knowledge) const;
  std::string ambiguous(const Step& step) const;
  bool unsent(const Step& resolved) const;

  ForeignSubject& subject_;
  const Abilities* abilities_{};
  std::size_t batch_{64};
  std::size_t in_message_{};      // steps of the last one
  Script script_{};               // its tables grow by what the subject answers
  const Knowledge* knowledge_{};  // before this script; nullptr: it is judged under one profile
  Candidates candidates_{};
  SubjectNames names_{};
  std::vector<Seen> seen_{};                                     // of each step so far
  std::vector<std::pair<std::uint16_t, ProcessKey>> handles_{};  // names of handles with their owners, in the model
  std::vector<ForeignAnswer> answers_{};
};

}  // namespace procreg::harness
