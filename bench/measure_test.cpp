#include "bench/measure.h"

#include <benchmark/benchmark.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace procreg::bench {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr double least_seconds = 1e-4;

// A benchmark whose operation takes this long by its own account, and how many runs it has had.
std::shared_ptr<const int> add_fake(const std::string& name, double nanoseconds) {
  const auto runs = std::make_shared<int>(0);
  benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
    ++*runs;
    for (auto _ : state) state.SetIterationTime(2 * nanoseconds * 1e-9);
    state.SetItemsProcessed(2 * state.iterations());
  })->UseManualTime();
  return runs;
}

Question question(std::string ours, std::string peer, std::optional<double> goal = {}) {
  return {.text = "q", .peer_text = "peer", .ours = std::move(ours), .peer = std::move(peer), .goal = goal};
}

TEST(Measure, ComparesTheTimeOfOneOperation) {
  add_fake("one-microsecond", 1000);
  add_fake("four-microseconds", 4000);
  const auto rows =
      measure({question("one-microsecond", "four-microseconds", 4)}, {.rounds = 3, .seconds = least_seconds});
  ASSERT_THAT(rows, SizeIs(1));
  EXPECT_NEAR(rows[0].ours_ns, 1000, 1e-6);
  EXPECT_NEAR(rows[0].peer_ns, 4000, 1e-6);
  EXPECT_NEAR(rows[0].ratio, 4, 1e-9);
  EXPECT_THAT(rows[0].error, IsEmpty());
}

TEST(Measure, TellsANameFromOneThatOnlyBeginsLikeIt) {
  add_fake("prefix", 1000);
  add_fake("prefix-and-more", 8000);
  const auto rows = measure({question("prefix", "prefix-and-more")}, {.rounds = 2, .seconds = least_seconds});
  ASSERT_THAT(rows, SizeIs(1));
  EXPECT_NEAR(rows[0].ratio, 8, 1e-9);
}

TEST(Measure, ReportsABenchmarkThatMeetsARefusalAndRunsItOnce) {
  int runs = 0;
  benchmark::RegisterBenchmark("refused", [&runs](benchmark::State& state) {
    ++runs;
    for (auto _ : state) {
      state.SkipWithError("WER_E_INSUFFICIENT_BUFFER");
      break;
    }
  });
  add_fake("beside-refused", 1000);
  const auto rows = measure({question("refused", "beside-refused", 1)}, {.rounds = 5, .seconds = least_seconds});
  ASSERT_THAT(rows, SizeIs(1));
  EXPECT_EQ(rows[0].error, "WER_E_INSUFFICIENT_BUFFER");
  EXPECT_FALSE(rows[0].met());
  EXPECT_EQ(runs, 1);
}

TEST(Measure, ReportsABenchmarkThatDoesNotCountItsOperations) {
  benchmark::RegisterBenchmark("uncounted", [](benchmark::State& state) {
    for (auto _ : state) benchmark::ClobberMemory();
  });
  const auto rows = measure({question("uncounted", "uncounted")}, {.rounds = 1, .seconds = least_seconds});
  ASSERT_THAT(rows, SizeIs(1));
  EXPECT_THAT(rows[0].error, HasSubstr("how many operations"));
}

TEST(Measure, ReportsABenchmarkThatDoesNotExist) {
  const auto rows = measure({question("nowhere", "nowhere")}, {.rounds = 1, .seconds = least_seconds});
  ASSERT_THAT(rows, SizeIs(1));
  EXPECT_EQ(rows[0].error, "0 benchmarks of this name");
}

TEST(Measure, StopsBetweenPairsAndKeepsWhatItHas) {
  const auto first = add_fake("before-the-stop", 1000);
  const auto second = add_fake("after-the-stop", 1000);
  int asked = 0;
  const auto rows =
      measure({question("before-the-stop", "before-the-stop"), question("after-the-stop", "after-the-stop")},
              {.rounds = 9, .seconds = least_seconds, .stop = [&] { return ++asked == 2; }});
  EXPECT_THAT(rows, SizeIs(1));
  EXPECT_GT(*first, 0);
  EXPECT_EQ(*second, 0);
}

TEST(Measure, MeasuresEveryQuestionInEveryRound) {
  add_fake("steady", 1000);
  std::vector<std::size_t> done;
  measure({question("steady", "steady"), question("steady", "steady")},
          {.rounds = 2, .seconds = least_seconds, .progress = [&](std::size_t now, std::size_t all) {
             EXPECT_EQ(all, 4U);
             done.push_back(now);
           }});
  EXPECT_THAT(done, testing::ElementsAre(0, 1, 2, 3));
}

}  // namespace
}  // namespace procreg::bench
