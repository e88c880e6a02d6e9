// Drawn races, or one scenario's, under many schedules.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>

#include "harness/concurrent/race_script.h"
#include "harness/concurrent/schedule_search.h"

namespace procreg::harness {

struct ScheduleCampaignOptions {
  RaceShape shape{.threads = 2, .operations = 3};
  std::uint64_t seed{1};           // of the races and of the schedules: the same seed gives the same result
  std::optional<Script> script{};  // in place of drawn ones; has a parallel part and one profile
  // Rounds of all shards together. A drawn race has one round; a script has further schedules in each. Nullopt: until it is
  // stopped.
  std::optional<std::uint64_t> rounds{};
  // Random schedules a round; nullopt: every schedule of each race.
  std::optional<std::uint64_t> schedules{100};
  std::optional<std::uint32_t> preemptions_max{};  // where every schedule is searched, as the next
  std::optional<std::uint64_t> runs_max{};         // of a race
  // Shard `shard` of `shards`, from 0: takes the rounds whose number leaves that remainder.
  std::uint64_t shard{0};
  std::uint64_t shards{1};
};

// Add up over the shards of a campaign.
struct ScheduleCounts {
  std::uint64_t races{};
  std::uint64_t schedules{};  // run to their end
  std::uint64_t redundant{};  // given up: equivalent to others, or beyond the bound on preemptions
  std::uint64_t histories{};  // distinct in their race
  std::uint64_t exhausted{};  // races of which every schedule was run
  std::uint64_t failures{};
};

struct ScheduleFound {
  ShrunkSchedule shrunk{};
  Script script{};  // as it was found
  std::uint64_t round{};
};

struct ScheduleCampaignResult {
  Verdict verdict{Verdict::nothing_ran};
  ScheduleCounts counts{};
  std::optional<ScheduleFound> found{};    // the first, which ends the campaign
  std::optional<Divergence> divergence{};  // of steps before a parallel part; ends the campaign too
  std::optional<Script> diverging{};       // the script of that
  bool interrupted{};
};

ScheduleCampaignResult run_schedules(Restorable& subject, const ScheduleCampaignOptions& options,
                                     const std::function<void(const ScheduleCounts&)>& progress = {},
                                     const std::atomic<bool>* stop = nullptr);

}  // namespace procreg::harness
