// `procreg race --schedules`, and the replay of scenarios with a parallel part.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "harness/cli/session.h"
#include "harness/report/campaign.h"

namespace procreg::cli {

struct ScheduleRequest {
  std::string file{};  // a scenario with a parallel part, "": drawn ones
  std::optional<harness::Script::NamedProfile> profile{};
  std::uint64_t threads{2};     // of drawn ones
  std::uint64_t operations{3};  // of each thread
  std::uint64_t seed{1};
  std::optional<std::uint64_t> rounds{};     // drawn races, or further batches of schedules of the file
  std::optional<std::uint64_t> schedules{};  // random ones a round; none: every schedule
  std::optional<std::uint32_t> preemptions{};
  harness::Shard shard{};
  std::string save{};  // folder for what was found, "": nothing is saved
  bool json{};
};
ExitStatus race_schedules(const ScheduleRequest& request, const Session& session);

// One scenario with a parallel part under one profile.
struct ParallelReplay {
  harness::Verdict verdict{};
  std::string text{};  // lines, each ended
  std::string json{};  // an object
};
// Follows the scenario's schedule. Where there is none, or it no longer fits, every schedule is searched, up to a bound.
ParallelReplay replay_parallel(const harness::Script& script, const harness::Script::NamedProfile& profile);

}  // namespace procreg::cli
