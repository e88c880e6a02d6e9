#include "harness/concurrent/schedule_campaign.h"

#include <gtest/gtest.h>

namespace procreg::harness {
namespace {

bool same(const ScheduleCounts& a, const ScheduleCounts& b) {
  return a.races == b.races && a.schedules == b.schedules && a.redundant == b.redundant && a.histories == b.histories &&
         a.exhausted == b.exhausted && a.failures == b.failures;
}

ScheduleCounts operator+(ScheduleCounts a, const ScheduleCounts& b) {
  a.races += b.races;
  a.schedules += b.schedules;
  a.redundant += b.redundant;
  a.histories += b.histories;
  a.exhausted += b.exhausted;
  a.failures += b.failures;
  return a;
}

TEST(RunSchedules, DrawnRacesOfTheImplementationConform) {
  const auto subject = scheduled_implementation();
  const auto result = run_schedules(*subject, {.shape = {.threads = 3, .operations = 4}, .rounds = 300});
  EXPECT_EQ(result.verdict, Verdict::conforms);
  EXPECT_EQ(result.counts.races, 300U);
  EXPECT_GT(result.counts.schedules, 20'000U);
  EXPECT_GT(result.counts.histories, result.counts.races);
}

TEST(RunSchedules, TheSameSeedGivesTheSameResult) {
  const auto subject = scheduled_implementation();
  const ScheduleCampaignOptions options{.seed = 3, .rounds = 50};
  EXPECT_TRUE(
      same(run_schedules(*subject, options).counts, run_schedules(*scheduled_implementation(), options).counts));
}

TEST(RunSchedules, ShardsAddUpToTheWhole) {
  const auto subject = scheduled_implementation();
  ScheduleCampaignOptions options{.rounds = 41};
  const ScheduleCounts whole = run_schedules(*subject, options).counts;
  ScheduleCounts sum;
  options.shards = 3;
  for (options.shard = 0; options.shard < 3; ++options.shard) sum = sum + run_schedules(*subject, options).counts;
  EXPECT_TRUE(same(sum, whole));
}

TEST(RunSchedules, SmallRacesAreExhausted) {
  const auto subject = scheduled_implementation();
  const auto result = run_schedules(
      *subject, {.shape = {.threads = 2, .operations = 1}, .rounds = 60, .schedules = {}, .runs_max = 50'000});
  EXPECT_EQ(result.verdict, Verdict::conforms);
  EXPECT_EQ(result.counts.exhausted, 60U);
}

TEST(RunSchedules, StopsAndSaysSo) {
  const auto subject = scheduled_implementation();
  const std::atomic<bool> stop{true};
  const auto result = run_schedules(*subject, {}, {}, &stop);
  EXPECT_EQ(result.verdict, Verdict::undecided);
  EXPECT_TRUE(result.interrupted);
}

}  // namespace
}  // namespace procreg::harness
