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
#include "harness/search/shrink.h"

namespace procreg::harness {

struct FuzzOptions {
  std::uint64_t seed{1};
  // Bounds of the run, whichever comes first; without either it goes on until it is stopped. `steps` are those of this
  // shard.
  std::optional<std::uint64_t> steps{};
  std::optional<std::chrono::milliseconds> time{};
  // Shard `shard` of `shards`, from 0: takes the scripts whose number leaves that remainder.
  std::uint64_t shard{0};
  std::uint64_t shards{1};
  std::uint32_t steps_per_script{64};  // 1 to 60000
  bool snapshots{true};
  Clause spoiled{};
  // The run ends at this many different failures: what differed, deciding clause, profile predefined or not. At least
  // 1.
  std::size_t failures_max{1};
  bool shrinks{true};
  std::size_t shrink_runs_max{ShrinkOptions{}.runs_max};
  // Folder for shrunk failures, "" for none; it is made when there is something to save. Those in it are tried first.
  std::string save{};
};

struct FuzzFailure {
  Script script{};                          // shrunk, or as it was found
  Profile profile{};                        // one under which it fails
  Divergence divergence{};                  // of `script` under that profile
  std::string text{};                       // the script as a scenario file
  std::string file{};                       // where it was saved or came from, "" when nowhere
  std::optional<std::uint64_t> found_in{};  // number of the generated script; nullopt: it was in the folder
  std::size_t found_at{};                   // steps performed in this run until it was found
  std::size_t steps_before{};               // of the script before shrinking
  bool finished{};                          // see Shrunk; false also when it was not shrunk
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
  // Of the answers and snapshots of the generated scripts: the same seed, bound and options give the same one.
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
