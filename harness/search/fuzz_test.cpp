#include "harness/search/fuzz.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "harness/generate/generate.h"
#include "harness/scenario/files.h"
#include "harness/search/saved.h"
#include "harness/subject/faulty.h"

namespace procreg::harness {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class Folder : public testing::Test {
 protected:
  Folder() { std::filesystem::remove_all(path_); }
  ~Folder() override { std::filesystem::remove_all(path_); }
  const std::string path_ =
      testing::TempDir() + "procreg_fuzz_test_" + testing::UnitTest::GetInstance()->current_test_info()->name();
};
using FuzzIntoAFolder = Folder;

Faulty limitless() {
  return Faulty{[](const Step&, Answer& answer) {
    if (answer.result == Result{Hresult::WER_E_INSUFFICIENT_BUFFER}) answer.result = Hresult::S_OK;
  }};
}

FuzzResult run(Subject& subject, const FuzzOptions& options) { return fuzz(subject, options); }

// Disagrees in two ways, so that a run finds several failures.
Faulty lying() {
  return Faulty{[](const Step& step, Answer& answer) {
    if (answer.result == Result{Hresult::WER_E_INSUFFICIENT_BUFFER}) answer.result = Hresult::S_OK;
    if (std::holds_alternative<GetExitCodeProcess>(step)) answer.lastError ^= 1;
  }};
}

TEST(Fuzz, OfShardsAddsUpToTheWholeRun) {
  const auto subject = implementation();
  const FuzzResult all = run(*subject, {.seed = 5, .scripts = 100});
  EXPECT_EQ(all.scripts, 100U);
  FuzzResult sum;
  for (std::uint64_t shard = 0; shard < 3; ++shard) {
    const FuzzResult part = run(*subject, {.seed = 5, .scripts = 100, .shard = shard, .shards = 3});
    EXPECT_EQ(part.scripts, shard == 0 ? 34U : 33U);
    sum.scripts += part.scripts;
    sum.steps += part.steps;
    sum.fingerprint += part.fingerprint;
    sum.coverage.merge(part.coverage);
  }
  EXPECT_EQ(sum.scripts, all.scripts);
  EXPECT_EQ(sum.steps, all.steps);
  EXPECT_EQ(sum.fingerprint, all.fingerprint);
  EXPECT_EQ(sum.coverage.performed, all.coverage.performed);
  EXPECT_EQ(sum.coverage.options, all.coverage.options);
}

TEST(Fuzz, OfAShardWithoutScriptsRanNothing) {
  const FuzzResult result = run(*implementation(), {.scripts = 2, .shard = 2, .shards = 3});
  EXPECT_EQ(result.scripts, 0U);
  EXPECT_EQ(result.verdict, Verdict::nothing_ran);
}

TEST(Fuzz, GoesOnFromACheckpointAsIfNothingHadHappened) {
  Faulty subject = lying();
  const FuzzResult whole = run(subject, {.seed = 4, .scripts = 60, .failures_max = 50});
  ASSERT_GT(whole.failures.size(), 1U);

  struct Kept {
    std::uint64_t next, scripts, fingerprint;
    std::vector<FailureKey> known;
  };
  std::vector<Kept> kept;
  FuzzOptions options{
      .seed = 4, .scripts = 60, .failures_max = 50, .checkpoint_interval = std::chrono::milliseconds{0}};
  options.checkpoint = [&](const FuzzResult& so_far, std::uint64_t next) {
    kept.push_back({next, so_far.scripts, so_far.fingerprint, {}});
    for (const FuzzFailure& failure : so_far.failures) kept.back().known.push_back(failure.key);
  };
  fuzz(subject, options);
  ASSERT_EQ(kept.size(), 61U) << "after every script, and at the end";
  for (const std::size_t cut : {std::size_t{0}, std::size_t{20}, std::size_t{59}}) {
    const FuzzResult rest =
        run(subject, {.seed = 4, .scripts = 60, .first = kept[cut].next, .known = kept[cut].known, .failures_max = 50});
    EXPECT_EQ(kept[cut].scripts + rest.scripts, 60U);
    EXPECT_EQ(kept[cut].fingerprint + rest.fingerprint, whole.fingerprint);
    EXPECT_EQ(kept[cut].known.size() + rest.failures.size(), whole.failures.size());
  }
}

TEST(Fuzz, KeepsNoCheckpointOfAScriptInWhichItWasStopped) {
  std::atomic<bool> stop{false};
  Faulty subject{[&stop](const Step&, Answer&) { stop = true; }};
  std::size_t checkpoints = 0;
  FuzzOptions options{.scripts = 5, .checkpoint_interval = std::chrono::milliseconds{0}};
  options.checkpoint = [&checkpoints](const FuzzResult&, std::uint64_t) { ++checkpoints; };
  EXPECT_TRUE(fuzz(subject, options, {}, &stop).interrupted);
  EXPECT_EQ(checkpoints, 0U);
}

TEST(Fuzz, ConformsWhenNothingDiffers) {
  const auto subject = implementation();
  const FuzzResult result = run(*subject, {.seed = 1, .steps = 20'000});
  EXPECT_EQ(result.verdict, Verdict::conforms);
  EXPECT_EQ(result.steps, 20'000U);
  EXPECT_EQ(result.coverage.steps, 20'000U);
  EXPECT_THAT(result.failures, IsEmpty());
}

TEST(Fuzz, GivesTheSameFingerprintForTheSameSeedOnly) {
  const auto subject = implementation();
  const FuzzResult first = run(*subject, {.seed = 7, .steps = 30'000});
  const FuzzResult second = run(*implementation(), {.seed = 7, .steps = 30'000});
  EXPECT_EQ(first.fingerprint, second.fingerprint);
  EXPECT_EQ(first.scripts, second.scripts);
  EXPECT_EQ(first.coverage.performed, second.coverage.performed);
  EXPECT_NE(first.fingerprint, run(*subject, {.seed = 8, .steps = 30'000}).fingerprint);
  EXPECT_NE(first.fingerprint, run(*subject, {.seed = 7, .steps = 30'001}).fingerprint);
}

TEST(Fuzz, GivesTheSameFingerprintAndFilesWhenItFindsFaults) {
  const FuzzOptions options{.seed = 3, .steps = 20'000, .failures_max = 5};
  Faulty first_subject = limitless(), second_subject = limitless();
  const FuzzResult first = run(first_subject, options);
  const FuzzResult second = run(second_subject, options);
  EXPECT_EQ(first.fingerprint, second.fingerprint);
  ASSERT_THAT(first.failures, SizeIs(second.failures.size()));
  for (std::size_t i = 0; i < first.failures.size(); ++i) EXPECT_EQ(first.failures[i].text, second.failures[i].text);
}

TEST(Fuzz, ShardsPerformTheScriptsOfTheWholeRunBetweenThem) {
  const auto subject = implementation();
  constexpr std::uint64_t scripts = 30;
  std::vector<std::string> whole, parts;
  const auto record = [](std::vector<std::string>& to, std::uint64_t number) {
    SeededSource source{5, number};
    to.push_back(write_script(generate_script(source, 64)));
  };
  for (std::uint64_t number = 0; number < scripts; ++number) record(whole, number);
  for (std::uint64_t shard = 0; shard < 3; ++shard)
    for (std::uint64_t number = shard; number < scripts; number += 3) record(parts, number);
  EXPECT_THAT(parts, testing::UnorderedElementsAreArray(whole));

  // What the shards reach together is what the whole run reaches.
  std::uint64_t steps = 0;
  for (std::uint64_t number = 0; number < scripts; ++number) {
    SeededSource source{5, number};
    steps += generate_script(source, 64).steps.size();
  }
  const FuzzResult all = run(*subject, {.seed = 5, .steps = steps});
  EXPECT_EQ(all.scripts, scripts);
  Coverage together;
  for (std::uint64_t shard = 0; shard < 3; ++shard) {
    std::uint64_t of_shard = 0;
    for (std::uint64_t number = shard; number < scripts; number += 3) {
      SeededSource source{5, number};
      of_shard += generate_script(source, 64).steps.size();
    }
    together.merge(run(*subject, {.seed = 5, .steps = of_shard, .shard = shard, .shards = 3}).coverage);
  }
  EXPECT_EQ(together.performed, all.coverage.performed);
  EXPECT_EQ(together.decided, all.coverage.decided);
}

TEST(Fuzz, ShrinksWhatItFinds) {
  Faulty subject = limitless();
  const FuzzResult result = run(subject, {.seed = 1, .steps = 200'000});
  EXPECT_EQ(result.verdict, Verdict::diverges);
  ASSERT_THAT(result.failures, SizeIs(1));
  const FuzzFailure& failure = result.failures.front();
  EXPECT_TRUE(failure.finished);
  EXPECT_EQ(failure.script.steps.size(), 1U);
  EXPECT_GE(failure.steps_before, failure.script.steps.size());
  EXPECT_TRUE(failure.found_in.has_value());
  EXPECT_EQ(failure.text, write_script(failure.script));
  EXPECT_EQ(failure.file, "");
}

TEST(Fuzz, ReturnsAFailureAsItWasFoundWhenItDoesNotShrink) {
  Faulty subject = limitless();
  const FuzzResult result = run(subject, {.seed = 1, .steps = 200'000, .shrinks = false});
  ASSERT_THAT(result.failures, SizeIs(1));
  EXPECT_EQ(result.failures.front().script.steps.size(), result.failures.front().steps_before);
  EXPECT_FALSE(result.failures.front().finished);
}

TEST(Fuzz, GoesOnAfterAFailureWhenItMayFindMore) {
  Faulty subject = lying();
  const FuzzResult result = run(subject, {.seed = 1, .steps = 6'000, .failures_max = 50});
  EXPECT_GT(result.failures.size(), 1U);
  EXPECT_EQ(result.steps, 6'000U);
  EXPECT_EQ(run(subject, {.seed = 1, .steps = 6'000, .failures_max = 2}).failures.size(), 2U);
}

TEST(Fuzz, NamesASpoiledClause) {
  const auto subject = implementation();
  const FuzzResult result = run(*subject, {.seed = 1, .steps = 200'000, .spoiled = "CCF-REG-15"});
  ASSERT_THAT(result.failures, SizeIs(1));
  EXPECT_TRUE(blames(result.failures.front().divergence, "CCF-REG-15"));
}

TEST(Fuzz, StopsWhenItIsTold) {
  const auto subject = implementation();
  const std::atomic<bool> stop{true};
  const FuzzResult result = fuzz(*subject, {}, {}, &stop);
  EXPECT_TRUE(result.interrupted);
  EXPECT_EQ(result.verdict, Verdict::undecided);
}

TEST(Fuzz, StopsInTheMiddleAndKeepsWhatItHas) {
  const auto subject = implementation();
  std::atomic<bool> stop{false};
  const FuzzResult result = fuzz(
      *subject, {}, [&](const FuzzProgress& progress) { stop = progress.scripts >= 512; }, &stop);
  EXPECT_EQ(result.scripts, 512U);
  EXPECT_EQ(result.verdict, Verdict::undecided);
  EXPECT_GT(result.coverage.reached().count(), 50U);
}

TEST(Fuzz, EndsWithItsTime) {
  const auto subject = implementation();
  const FuzzResult result = run(*subject, {.time = std::chrono::milliseconds{30}});
  EXPECT_EQ(result.verdict, Verdict::conforms);
  EXPECT_GT(result.steps, 0U);
}

TEST(Fuzz, SaysThatNothingRanWhenItMayNotPerformAStep) {
  EXPECT_EQ(run(*implementation(), {.steps = 0}).verdict, Verdict::nothing_ran);
}

TEST(Fuzz, TellsItsProgress) {
  const auto subject = implementation();
  std::vector<std::uint64_t> seen;
  fuzz(*subject, {.steps = 40'000}, [&](const FuzzProgress& progress) { seen.push_back(progress.steps); });
  EXPECT_GT(seen.size(), 2U);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
  EXPECT_EQ(seen.back(), 40'000U);
}

TEST_F(FuzzIntoAFolder, SavesWhatItFindsAndTriesItFirstTheNextTime) {
  Faulty subject = limitless();
  const FuzzResult first = run(subject, {.seed = 1, .steps = 200'000, .save = path_});
  ASSERT_THAT(first.failures, SizeIs(1));
  EXPECT_THAT(first.problems, IsEmpty());
  EXPECT_THAT(first.failures.front().file, HasSubstr("-result-"));

  const FuzzResult second = run(subject, {.seed = 2, .steps = 200'000, .save = path_});
  ASSERT_THAT(second.failures, SizeIs(1));
  EXPECT_EQ(second.failures.front().file, first.failures.front().file);
  EXPECT_EQ(second.failures.front().found_in, std::nullopt);
  EXPECT_EQ(second.failures.front().text, first.failures.front().text);
  EXPECT_TRUE(same_failure(second.failures.front().divergence, first.failures.front().divergence));
  EXPECT_EQ(second.steps, 0U);

  const FuzzResult mended = run(*implementation(), {.seed = 1, .steps = 2'000, .save = path_});
  EXPECT_EQ(mended.verdict, Verdict::conforms);
}

TEST_F(FuzzIntoAFolder, TellsOfFilesThatItCannotUse) {
  std::filesystem::create_directories(path_);
  std::ofstream{path_ + "/broken.json"} << "{";
  std::ofstream{path_ + "/other.txt"} << "not looked at";
  const FuzzResult result = run(*implementation(), {.steps = 1'000, .save = path_});
  EXPECT_THAT(result.problems, ElementsAre(HasSubstr("broken.json")));
  EXPECT_EQ(result.verdict, Verdict::conforms);
}

TEST_F(FuzzIntoAFolder, KeepsAFailureThatItCannotSave) {
  std::ofstream{path_} << "a file where the folder should be";
  Faulty subject = limitless();
  const FuzzResult result = run(subject, {.seed = 1, .steps = 200'000, .save = path_});
  ASSERT_THAT(result.failures, SizeIs(1));
  EXPECT_EQ(result.failures.front().file, "");
  EXPECT_THAT(result.problems, testing::Not(IsEmpty()));
}

}  // namespace
}  // namespace procreg::harness
