#include "harness/concurrent/race.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "harness/concurrent/history_file.h"
#include "harness/concurrent/record.h"
#include "harness/subject/faulty.h"

namespace procreg::harness {
namespace {

// Long enough that another thread comes between, on however few cores.
void dawdle() { std::this_thread::sleep_for(std::chrono::microseconds{20}); }

// Registers with the thread that was asked for in a second move: a crash between them meets a registration that nobody
// made. One thread alone never sees it.
class Torn final : public Wrapped {
 public:
  Torn() : Wrapped{implementation()} {}
  Answer perform(const Step& step) override {
    const auto* call = std::get_if<WerRegisterAdditionalProcess>(&step);
    if (call == nullptr || call->captureExtraInfoForThreadId.raw == no_thread) return Wrapped::perform(step);
    WerRegisterAdditionalProcess without = *call;
    without.captureExtraInfoForThreadId.raw = no_thread;
    const Answer answer = Wrapped::perform(without);
    if (answer.result != Hresult::S_OK) return answer;
    dawdle();
    const Answer second = Wrapped::perform(step);
    return second.result == not_runnable ? answer : second;
  }
};

// Takes an entry out twice, and puts it in between: the second thread that unregisters it is told that it was there.
class Twice final : public Wrapped {
 public:
  Twice() : Wrapped{implementation()} {}
  Answer perform(const Step& step) override {
    const Answer answer = Wrapped::perform(step);
    const auto* call = std::get_if<WerUnregisterAdditionalProcess>(&step);
    if (call == nullptr || answer.result != Hresult::S_OK) return answer;
    Wrapped::perform(WerRegisterAdditionalProcess{.by = call->by, .processId = call->processId});
    dawdle();
    Wrapped::perform(step);
    return answer;
  }
};

Caller main_calls() { return {{{}, {1, itself_part}}}; }
Step registers(std::uint32_t pid, bool thread = false) {
  const TidRef tid = thread ? TidRef{Tid{0x10000}, {}} : TidRef{};
  return WerRegisterAdditionalProcess{
      .by = main_calls(), .processId = {Pid{pid}, {}}, .captureExtraInfoForThreadId = tid};
}
Step unregisters(std::uint32_t pid) {
  return WerUnregisterAdditionalProcess{.by = main_calls(), .processId = {Pid{pid}, {}}};
}

Script script_of_threads(std::vector<std::vector<Step>> parallel) {
  Script script;
  script.name = "a race";
  script.profiles = {{"documented", documented_profile()}};
  script.names = {{"main", {}}};
  script.parallel = std::move(parallel);
  return script;
}

// The history that a failure leaves as a file is a violation to whoever reads it.
void expect_replays(const RaceFailure& failure) {
  const std::string file = write_history(failure.race);
  const auto read = read_history(file, "found.json");
  const auto* race = std::get_if<RecordedRace>(&read);
  ASSERT_NE(race, nullptr) << text(std::get<1>(read).front()) << '\n' << file;
  EXPECT_EQ(write_history(*race), file);
  EXPECT_EQ(judge(*race).verdict, Linearizable::no) << file;
}

TEST(Racing, TheImplementationLeavesHistoriesThatTheModelExplains) {
  RaceOptions options;
  options.rounds = 300;
  const RaceResult result = race(implementation, options);
  EXPECT_EQ(result.verdict, Verdict::conforms);
  EXPECT_EQ(result.counts.histories, 300U);
  EXPECT_EQ(result.counts.linearizable, 300U);
  EXPECT_EQ(result.counts.operations, 300U * 32);
  EXPECT_GT(result.counts.overlapping, 0U);
}

TEST(Racing, FindsWhatIsSafeButNotAtomicAndMakesItSmall) {
  const std::vector<Step> some{registers(40), registers(44), unregisters(44), registers(48), unregisters(40)};
  const std::vector<Step> others{registers(52), unregisters(40), registers(40), unregisters(52), unregisters(40)};
  RaceOptions options;
  options.script = script_of_threads({some, others, others});
  options.rounds = 20'000;
  const RaceResult result = race([] { return std::make_unique<Twice>(); }, options);
  ASSERT_EQ(result.verdict, Verdict::diverges);
  const RaceFailure& failure = *result.failure;
  EXPECT_FALSE(failure.race.end.has_value());  // the answers say it
  EXPECT_LE(failure.race.history.size() + failure.race.script.steps.size(), 5U) << write_history(failure.race);
  ASSERT_FALSE(failure.why.stuck.empty());
  expect_replays(failure);
}

TEST(Racing, FindsATornRegistrationInTheReportOfACrash) {
  RaceOptions options;
  options.script = script_of_threads({{registers(40, true)}, {Crash{.process = {{{}, {1, itself_part}}}}}});
  options.rounds = 20'000;
  const RaceResult result = race([] { return std::make_unique<Torn>(); }, options);
  ASSERT_EQ(result.verdict, Verdict::diverges);
  EXPECT_TRUE(result.failure->race.end.has_value());
  EXPECT_TRUE(result.failure->why.stuck.empty());
  expect_replays(*result.failure);
}

TEST(Racing, FindsNoFaultInOneThreadThatOnlySeveralCanSee) {
  RaceOptions options;
  options.script = script_of_threads({{registers(40), unregisters(40), unregisters(40), registers(44, true)}});
  options.rounds = 20;
  const RaceResult result = race([] { return std::make_unique<Twice>(); }, options);
  EXPECT_EQ(result.counts.violations, 0U);
  EXPECT_EQ(result.verdict, Verdict::undecided);  // nothing ever overlapped
}

TEST(Racing, TellsOfADifferenceBeforeTheRace) {
  RaceOptions options;
  options.script = script_of_threads({{registers(44)}, {registers(48)}});
  options.script->steps = {registers(40), unregisters(40)};
  options.rounds = 5;
  const auto forgetful = [] {
    return std::make_unique<Faulty>([](const Step& step, Answer& answer) {
      if (std::holds_alternative<WerUnregisterAdditionalProcess>(step)) answer.result = Hresult::WER_E_NOT_FOUND;
    });
  };
  const RaceResult result = race(forgetful, options);
  ASSERT_EQ(result.verdict, Verdict::diverges);
  EXPECT_EQ(result.failure->race.script.parallel.size(), 1U);
  expect_replays(*result.failure);
}

TEST(Racing, TakesItsPartOfTheRounds) {
  RaceCounts sum;
  for (std::uint64_t shard = 0; shard < 3; ++shard) {
    RaceOptions options;
    options.rounds = 20;
    options.shards = 3;
    options.shard = shard;
    const RaceResult result = race(implementation, options);
    sum.histories += result.counts.histories;
    sum.operations += result.counts.operations;
  }
  EXPECT_EQ(sum.histories, 20U);
  EXPECT_EQ(sum.operations, 20U * 32);
}

TEST(Racing, EndsWhenItIsTold) {
  const std::atomic<bool> stop{true};
  const RaceResult result = race(implementation, {}, {}, &stop);
  EXPECT_TRUE(result.interrupted);
  EXPECT_EQ(result.verdict, Verdict::undecided);
}

// --- Operations that never return ---

struct Door {
  std::mutex mutex{};
  std::condition_variable changed{};
  bool open{};
  bool left{};
};

class Locked final : public Wrapped {
 public:
  explicit Locked(std::shared_ptr<Door> door) : Wrapped{implementation()}, door_{std::move(door)} {}
  Answer perform(const Step& step) override {
    if (std::holds_alternative<WerUnregisterAdditionalProcess>(step)) {
      std::unique_lock lock{door_->mutex};
      door_->changed.wait(lock, [&] { return door_->open; });
      door_->left = true;
      door_->changed.notify_all();
    }
    return Wrapped::perform(step);
  }

 private:
  std::shared_ptr<Door> door_;
};

TEST(Racing, TellsWhichOperationsNeverReturn) {
  const auto door = std::make_shared<Door>();
  RaceOptions options;
  options.script = script_of_threads({{registers(40), registers(44)}, {registers(48), unregisters(40), registers(52)}});
  options.round_limit = std::chrono::milliseconds{300};
  const RaceResult result = race([&] { return std::make_unique<Locked>(door); }, options);
  EXPECT_EQ(result.verdict, Verdict::failed);
  ASSERT_TRUE(result.failure.has_value());
  EXPECT_TRUE(result.failure->stuck);
  const History& history = result.failure->race.history;
  ASSERT_EQ(history.size(), 4U);
  EXPECT_EQ(std::count_if(history.begin(), history.end(), [](const Operation& each) { return !each.answer; }), 1);
  std::unique_lock lock{door->mutex};
  door->open = true;
  door->changed.notify_all();
  door->changed.wait(lock, [&] { return door->left; });
}

// --- Recording ---

TEST(Racers, NoteEveryOperationOnceAndInRealTimeOrder) {
  const std::shared_ptr<Subject> subject = implementation();
  Racers racers{3};
  Script script = script_of_threads({{registers(40), registers(44)}, {registers(48)}, {}});
  subject->reset(script.world, script.tables, documented_profile());
  Bindings bindings;
  bindings.clear(1);
  bindings.bind_world(script.world);
  for (int round = 0; round < 50; ++round) {
    const auto recorded = racers.race(subject, script.parallel, bindings, {7}, std::chrono::seconds{30});
    ASSERT_FALSE(recorded.stuck);
    ASSERT_EQ(recorded.history.size(), 3U);
    std::set<std::uint64_t> positions;
    for (const Operation& operation : recorded.history) {
      EXPECT_LT(operation.called, operation.returned);
      positions.insert(operation.called);
      positions.insert(operation.returned);
    }
    EXPECT_EQ(positions.size(), 6U);
    EXPECT_EQ(*positions.rbegin(), 5U);
  }
}

TEST(Overlapping, CountsWhatMetAnother) {
  const Step step = registers(40);
  const Answer answer;
  EXPECT_EQ(overlapping({{0, step, answer, 0, 1}, {1, step, answer, 2, 3}}), 0U);
  EXPECT_EQ(overlapping({{0, step, answer, 0, 2}, {1, step, answer, 1, 3}, {0, step, answer, 4, 5}}), 2U);
  EXPECT_EQ(overlapping({{0, step, {}, 0, 0}, {1, step, answer, 1, 2}}), 2U);
}

}  // namespace
}  // namespace procreg::harness
