// Races: threads on one subject, round after round, each history held against the model.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/concurrent/race_script.h"
#include "harness/concurrent/recorded_race.h"
#include "harness/lockstep/lockstep.h"
#include "harness/subject/subject.h"

namespace procreg::harness {

struct RaceOptions {
  RaceShape shape{};
  std::uint64_t seed{1};           // of what is drawn; how threads meet is chance
  std::optional<Script> script{};  // raced again and again in place of drawn ones; has a parallel part and one profile
  // Bounds of the run, whichever comes first; without either it goes on until it is stopped. `rounds` are those of all
  // shards together.
  std::optional<std::uint64_t> rounds{};
  std::optional<std::chrono::milliseconds> time{};
  // Shard `shard` of `shards`, from 0: takes the rounds whose number leaves that remainder.
  std::uint64_t shard{0};
  std::uint64_t shards{1};
  // For judging one history.
  std::chrono::milliseconds judging_time{5000};
  std::size_t judging_bytes{std::size_t{256} << 20};
  std::chrono::milliseconds round_limit{10'000};  // after which operations that have not returned never will
  std::chrono::milliseconds shrinking_time{3000};
};

// Add up over the shards of a run.
struct RaceCounts {
  std::uint64_t histories{};
  std::uint64_t operations{};
  std::uint64_t linearizable{};
  std::uint64_t violations{};
  std::uint64_t ran_out{};
  std::uint64_t overlapping{};  // operations that overlapped one of another thread
};

struct RaceFailure {
  RecordedRace race{};  // cut down
  Explanation why{};
  std::uint64_t round{};        // in which it was found
  std::size_t operations{};     // of that round's history
  std::uint64_t raced_again{};  // rounds that were raced to find a smaller one
  bool stuck{};                 // operations never returned: the history is as it was left
};

struct RaceProgress {
  std::uint64_t rounds{};
  std::uint64_t operations{};
  std::chrono::milliseconds elapsed{};
};

struct RaceResult {
  // conforms: every history has an order; diverges: one has none; undecided: one ran out of time or memory, the run was
  // interrupted, or no two operations ever overlapped; failed: operations never returned; nothing_ran: no operation was.
  Verdict verdict{Verdict::nothing_ran};
  RaceCounts counts{};
  std::optional<RaceFailure> failure{};  // the first, which ends the run
  bool interrupted{};
};

// A subject that may be used from several threads.
using RacedSubjectFactory = std::function<std::unique_ptr<Subject>()>;

// `progress`, if any, is called now and then from this thread. `stop`, if any, ends the run soon after it is set. After a
// round in which operations never returned the subject and the threads inside are left behind.
RaceResult race(const RacedSubjectFactory& subject, const RaceOptions& options,
                const std::function<void(const RaceProgress&)>& progress = {}, const std::atomic<bool>* stop = nullptr);

}  // namespace procreg::harness
