// Model and subject through the same steps, compared after each.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/coverage/coverage.h"
#include "harness/scenario/script.h"
#include "harness/subject/subject.h"
#include "model/system.h"

namespace procreg::harness {

enum class Verdict : std::uint8_t {
  conforms,
  diverges,
  undecided,
  not_applicable,
  unusable_input,
  failed,
  nothing_ran
};
std::string_view name(Verdict verdict);  // "conforms", "not-applicable", "unusable-input", "nothing-ran" ...

// What differed first at a step, compared in this order. `expectation`: model and file disagree, so the file
// contradicts the specification.
enum class Difference : std::uint8_t { result, last_error, output, made, snapshot, expectation };
std::string_view name(Difference difference);  // "result", "lastError", "output", "made", "snapshot", "expectation"

struct Divergence {
  std::size_t step{};  // index into the script's steps
  Difference what{};
  Step resolved{};  // the step with names replaced
  Answer model{};
  Answer subject{};
  Clause decided{};
  std::vector<Clause> applied{};
  SnapshotWords before{};  // of the model, before the step; empty where a driver steps without snapshots
  SnapshotWords model_after{};
  SnapshotWords subject_after{};  // empty when the subject has no snapshot
  // What the file expects and the model says, as text; not empty for Difference::expectation, and where model and file
  // disagree at a step at which model and subject disagree too.
  std::string expectation{};
};

// The clause decided the step, or is among those that applied.
bool blames(const Divergence& divergence, Clause clause);

// Same kind of failure at the same place of the specification: what the shrinker preserves.
bool same_failure(const Divergence& a, const Divergence& b);

struct Outcome {
  Verdict verdict{Verdict::conforms};      // conforms, diverges; nothing_ran for a script without steps
  std::size_t steps{};                     // performed
  std::optional<Divergence> divergence{};  // the first
};

struct LockstepOptions {
  bool snapshots{true};  // compare snapshots after every step
  Clause spoiled{};      // of the model
};

// Runs scripts, one after another, on one model and one subject; keeps buffers. Not thread-safe.
class Lockstep {
 public:
  explicit Lockstep(Subject& subject, LockstepOptions options = {});

  // Every step of the script under one profile, up to the first divergence. Coverage is added to `coverage`.
  Outcome run(const Script& script, const Profile& profile, Coverage& coverage);

  // The same, step by step, for drivers that make steps as they go (generation, traces). `names` is how many a script
  // may bind.
  void begin(const WorldSpec& world, const Tables& tables, std::size_t names, const Profile& profile);
  // Performs one unresolved step on both sides; nullopt when all is equal. After a divergence begin anew.
  std::optional<Divergence> step(const Step& step, Coverage& coverage);
  // Adds the options that were asked for since `begin`; run does it by itself.
  void note_options(Coverage& coverage) const { coverage.note_options(model_->options_taken()); }

  const model::System& model() const { return *model_; }                // after begin
  const model::Ruling& ruling() const { return *ruling_; }              // of the last step
  const Answer& subject_answer() const { return subject_answer_; }      // to the last step
  const Bindings& bindings() const { return bindings_; }                // the same on both sides while all is equal
  const SnapshotWords& model_snapshot() const { return model_words_; }  // after the last step; empty without snapshots
  // Of all answers and, where compared, snapshots since `begin`.
  std::uint64_t fingerprint() const { return fingerprint_; }

 private:
  std::optional<Difference> compare();
  bool snapshots_equal();
  void note_fingerprint(const Answer& answer);
  Divergence diverged(Difference what, const Step& resolved, Coverage& coverage);
  SnapshotWords before(const Script& script, const Profile& profile, std::size_t step) const;
  std::string unmet_expectation(const Script& script, std::size_t step);

  Subject& subject_;
  LockstepOptions options_;
  Tables tables_{};  // a copy, so that model and subject may keep its address from script to script
  std::optional<model::System> model_{};
  const model::Ruling* ruling_{};
  Answer subject_answer_{};
  Bindings bindings_{};
  std::size_t steps_{};  // since begin
  SnapshotWords before_{};
  SnapshotWords model_words_{};
  SnapshotWords subject_words_{};
  std::uint64_t fingerprint_{};
};

}  // namespace procreg::harness
