// Looks for a schedule under which a scenario's parallel part deadlocks or is not linearizable.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "harness/concurrent/exhaustive.h"
#include "harness/concurrent/scheduled_script.h"

namespace procreg::harness {

enum class ScheduleFault : std::uint8_t {
  deadlock,          // threads wait for each other, or for a wake-up that nobody gives
  endless,           // the bound on points was hit
  not_linearizable,  // no order of the operations gives the model's answers and end
};
std::string_view name(ScheduleFault fault);  // "deadlock", "endless", "not-linearizable"

struct ScheduleOptions {
  // Random schedules by priorities, this many; nullopt: every schedule.
  std::optional<std::uint64_t> random{};
  std::uint64_t seed{1};
  std::uint64_t first{0};  // number of the first random schedule
  // Of the search of every schedule. Two bounds, each of which makes the verdict undecided when it is hit.
  bool reduces{true};
  std::optional<std::uint32_t> preemptions_max{};
  std::optional<std::uint64_t> runs_max{};
  std::size_t points_max{20'000};  // of one run; more is a fault: the implementation waits for nobody so long
  const std::atomic<bool>* stop{};
};

struct ScheduleFailure {
  ScheduleFault fault{};
  History history{};
  SnapshotWords end{};                     // of the implementation; empty unless the fault is not_linearizable
  std::vector<ScheduleSwitch> schedule{};  // leads there
  std::vector<std::string> waiting{};  // of a deadlock: "thread 0 waits at 'lock arena'", a line a thread that waits
};

struct ScheduleResult {
  Verdict verdict{Verdict::nothing_ran};
  std::uint64_t runs{};            // that came to their end
  std::uint64_t redundant{};       // given up: equivalent to others, or beyond the bound on preemptions
  std::uint64_t histories{};       // distinct, each of which was held against the model
  std::uint64_t outcomes{};        // distinct sets of answers and end of the world
  std::uint64_t outcome_digest{};  // of these sets, whatever their order
  std::size_t points{};            // of the longest run
  bool complete{};                 // every schedule was run or is equivalent to one that was
  bool interrupted{};
  std::optional<Divergence> divergence{};    // of the steps before the parallel part
  std::optional<ScheduleFailure> failure{};  // the first
};

struct ScheduleProgress {
  std::uint64_t runs{};
  std::uint64_t histories{};
};

// Verdict conforms: no schedule fails (of `random`: none of those that were run); diverges: one does; undecided: a bound was
// hit or `stop` was set.
ScheduleResult search_schedules(Restorable& subject, const Script& script, const Profile& profile,
                                const ScheduleOptions& options,
                                const std::function<void(const ScheduleProgress&)>& progress = {});

// The run of the script's own schedule, and where that does not fit any more ("" where it does).
struct ScheduleReplay {
  ScheduleResult result{};
  std::string misfit{};
  History history{};
};
ScheduleReplay replay_schedule(Restorable& subject, const Script& script, const Profile& profile);

// The smallest script found that fails in the same way, with its schedule of the fewest switches away from threads that
// could go on. `script` fails so: what search_schedules said of it.
struct ShrunkSchedule {
  Script script{};  // with the schedule
  ScheduleFailure failure{};
  std::uint64_t searches{};
};
ShrunkSchedule shrink_schedule(Restorable& subject, const Script& script, const Profile& profile,
                               const ScheduleFailure& failure, const std::atomic<bool>* stop = nullptr);

}  // namespace procreg::harness
