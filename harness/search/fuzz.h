// Generated scripts in lockstep; what fails is shrunk and saved.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/coverage/coverage.h"
#include "harness/lockstep/lockstep.h"
#include "harness/search/explanation.h"
#include "harness/search/shrink.h"

namespace procreg::harness {

// What tells failures apart. One that was found under a profile of its own is not the end of the search for the same one
// under a predefined profile.
struct FailureKey {
  Difference what{};
  Clause decided{};
  bool own_profile{};
  friend bool operator==(const FailureKey&, const FailureKey&) = default;
  // Whether a failure that comes later is no new one.
  bool covers(const FailureKey& later) const {
    return what == later.what && decided == later.decided && (later.own_profile || !own_profile);
  }
};

struct FuzzResult;

struct FuzzOptions {
  std::uint64_t seed{1};
  // Bounds of the run, whichever comes first; without any it goes on until it is stopped. `scripts` are those of all
  // shards together, so that these do between them what one run of so many scripts does; `steps` are of this shard.
  std::optional<std::uint64_t> scripts{};
  std::optional<std::uint64_t> steps{};
  std::optional<std::chrono::milliseconds> time{};
  // Shard `shard` of `shards`, from 0: takes the scripts whose number leaves that remainder.
  std::uint64_t shard{0};
  std::uint64_t shards{1};
  // The first script may be any number that this shard takes; those before it were run earlier and found these failures.
  std::optional<std::uint64_t> first{};
  std::vector<FailureKey> known{};
  std::uint32_t steps_per_script{64};  // 1 to 60000
  bool snapshots{true};
  Clause spoiled{};
  // The run ends at this many different failures, the known ones counted. At least 1.
  std::size_t failures_max{1};
  bool shrinks{true};
  std::size_t shrink_runs_max{ShrinkOptions{}.runs_max};
  // Folder for shrunk failures, "" for none; it is made when there is something to save. Those in it are tried first.
  std::string save{};
  // Called between scripts when this much time has passed, and at the end of a run that nobody stopped, with the result
  // so far and the number of the script that comes next: a run that begins there does the rest.
  std::function<void(const FuzzResult&, std::uint64_t next)> checkpoint{};
  std::chrono::milliseconds checkpoint_interval{1000};
};

struct FuzzFailure {
  Script script{};                           // shrunk, or as it was found
  Profile profile{};                         // one under which it fails
  Divergence divergence{};                   // of `script` under that profile
  FailureKey key{};                          // by which it was new when it was found
  std::string text{};                        // the script as a scenario file
  std::string file{};                        // where it was saved or came from, "" when nowhere
  std::optional<std::uint64_t> found_in{};   // number of the generated script; nullopt: it was in the folder
  std::size_t steps_before{};                // of the script before shrinking
  bool finished{};                           // see Shrunk; false also when it was not shrunk
  std::optional<Explanation> explanation{};  // of a shrunk script
};

struct FuzzProgress {
  std::uint64_t scripts{};
  std::uint64_t steps{};
  std::chrono::milliseconds elapsed{};
  const Coverage& coverage;
  std::size_t failures{};
};

struct FuzzResult {
  Verdict verdict{Verdict::nothing_ran};  // undecided when stopped before its bound
  std::uint64_t scripts{};                // generated
  std::uint64_t steps{};                  // performed of generated scripts
  Coverage coverage{};
  // Of the answers and snapshots of the generated scripts: the same seed, bound and options give the same one. That of
  // several runs with different scripts is the sum (modulo 2^64).
  std::uint64_t fingerprint{};
  std::vector<FuzzFailure> failures{};  // in the order in which they were found
  std::vector<std::string>
      problems{};  // files of the folder that cannot be used, failures that could not be saved: a line each
  bool interrupted{};
};

// `progress`, if any, is called now and then from this thread. `stop`, if any, ends the run soon after it is set.
FuzzResult fuzz(Subject& subject, const FuzzOptions& options,
                const std::function<void(const FuzzProgress&)>& progress = {}, const std::atomic<bool>* stop = nullptr);

}  // namespace procreg::harness
