// Small programs with known faults, on the locks and atomics that the implementation uses, and counts of schedules that are
// known in closed form.
#include "harness/concurrent/scheduler.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>
#include <string>

#include "harness/concurrent/exhaustive.h"
#include "harness/concurrent/random_priorities.h"
#include "harness/concurrent/recorded.h"
#include "impl/sync/scheduled/sync.h"

namespace procreg::harness {
namespace {

using testing::HasSubstr;

constexpr std::size_t points_max = 1000;
using Bodies = std::vector<std::function<void()>>;

// A program that can be run again and again.
struct Program {
  Bodies bodies;
  std::function<void()> reset;
  std::function<std::string()> result;
};

struct Found {
  std::set<std::string> outcomes;  // results, or "deadlock", "too long"
  std::size_t runs{};
  std::vector<std::uint8_t> deadlock;  // choices of the last one
};

std::string outcome_of(RunEnd end, const Program& program) {
  if (end == RunEnd::deadlock) return "deadlock";
  return end == RunEnd::too_long ? "too long" : program.result();
}

Found search(const Program& program, Exhaustive& schedules) {
  Scheduler scheduler;
  Found found;
  do {
    program.reset();
    const RunEnd end = scheduler.run(program.bodies, schedules, points_max);
    if (end == RunEnd::given_up) continue;
    ++found.runs;
    found.outcomes.insert(outcome_of(end, program));
    if (end == RunEnd::deadlock) found.deadlock = schedules.choices();
  } while (schedules.next());
  return found;
}

Found search(const Program& program, ExhaustiveOptions options = {}) {
  Exhaustive schedules{options};
  return search(program, schedules);
}

Found at_random(const Program& program, std::uint64_t runs) {
  Scheduler scheduler;
  RandomPriorities schedules;
  Found found;
  for (; found.runs < runs; ++found.runs) {
    program.reset();
    schedules.begin(1, found.runs, program.bodies.size(), 20);
    found.outcomes.insert(outcome_of(scheduler.run(program.bodies, schedules, points_max), program));
  }
  return found;
}

// --- Programs ---

struct Counter {
  sync::mutex<"counter"> lock;
  sync::atomic<int, "count"> count{0};
};

Program unlocked_increments(Counter& counter, int threads) {
  Program program{{}, [&] { counter.count.store(0); }, [&] { return std::to_string(counter.count.load()); }};
  for (int i = 0; i < threads; ++i) program.bodies.emplace_back([&] { counter.count.store(counter.count.load() + 1); });
  return program;
}

Program locked_increments(Counter& counter, int threads, int times) {
  Program program = unlocked_increments(counter, 0);
  for (int i = 0; i < threads; ++i)
    program.bodies.emplace_back([&counter, times] {
      for (int k = 0; k < times; ++k) {
        const std::scoped_lock lock{counter.lock};
        counter.count.store(counter.count.load() + 1);
      }
    });
  return program;
}

// Each thread stores `times` times, all to one place or each to its own.
Program stores(std::array<sync::atomic<int, "place">, 3>& places, std::size_t threads, int times, bool apart) {
  Program program{{}, [] {}, [] { return std::string{"done"}; }};
  for (std::size_t i = 0; i < threads; ++i)
    program.bodies.emplace_back([&places, i, times, apart] {
      for (int k = 0; k < times; ++k) places[apart ? i : 0].store(k);
    });
  return program;
}

struct Locks {
  sync::mutex<"first"> first;
  sync::mutex<"second"> second;
  void reset() {
    std::destroy_at(&first);
    std::construct_at(&first);
    std::destroy_at(&second);
    std::construct_at(&second);
  }
};

template <class A, class B>
std::function<void()> takes(A& a, B& b) {
  return [&] {
    const std::scoped_lock outer{a};
    const std::scoped_lock inner{b};
  };
}

Program two_locks(Locks& locks, bool same_order) {
  return {{takes(locks.first, locks.second),
           same_order ? takes(locks.first, locks.second) : takes(locks.second, locks.first)},
          [&] { locks.reset(); },
          [] { return std::string{"done"}; }};
}

struct Door {
  sync::mutex<"door"> lock;
  sync::atomic<bool, "open"> open{false};
  sync::condition<"opened"> opened;
  void reset() {
    std::destroy_at(this);
    std::construct_at(this);
  }
};

// One waits until the other has opened. Wrong: it looks before it holds the lock, so the signal may come in between.
Program door(Door& door, bool wrong) {
  return {{[&door, wrong] {
             if (wrong) {
               if (door.open.load()) return;
               std::unique_lock lock{door.lock};
               door.opened.wait(lock);
               return;
             }
             std::unique_lock lock{door.lock};
             while (!door.open.load()) door.opened.wait(lock);
           },
           [&door] {
             const std::scoped_lock lock{door.lock};
             door.open.store(true);
             door.opened.notify_all();
           }},
          [&] { door.reset(); },
          [] { return std::string{"through"}; }};
}

// --- Exhaustive search ---

TEST(Exhaustive, TriesEveryInterleavingWhenNothingCommutes) {
  std::array<sync::atomic<int, "place">, 3> places;
  EXPECT_EQ(search(stores(places, 2, 3, false)).runs, 20U);  // 6! / (3! 3!)
  EXPECT_EQ(search(stores(places, 3, 2, false)).runs, 90U);  // 6! / (2! 2! 2!)
  EXPECT_EQ(search(stores(places, 3, 2, true), {.reduces = false}).runs, 90U);
}

TEST(Exhaustive, RunsOneScheduleWhereEverythingCommutes) {
  std::array<sync::atomic<int, "place">, 3> places;
  EXPECT_EQ(search(stores(places, 3, 2, true)).runs, 1U);
}

TEST(Exhaustive, FindsALostUpdate) {
  Counter counter;
  EXPECT_THAT(search(unlocked_increments(counter, 2)).outcomes, testing::ElementsAre("1", "2"));
  EXPECT_THAT(search(unlocked_increments(counter, 3)).outcomes, testing::ElementsAre("1", "2", "3"));
  EXPECT_THAT(search(locked_increments(counter, 2, 2)).outcomes, testing::ElementsAre("4"));
}

TEST(Exhaustive, SeesTheSameOutcomesWithATenthOfTheRuns) {
  Counter counter;
  std::array<sync::atomic<int, "place">, 3> places;
  Program program = unlocked_increments(counter, 2);
  for (std::size_t i = 0; i < 2; ++i)
    program.bodies[i] = [&places, i, increment = program.bodies[i]] {
      places[i].store(1);
      increment();
      places[i].store(2);
    };
  const Found all = search(program, {.reduces = false});
  const Found reduced = search(program);
  EXPECT_EQ(reduced.outcomes, all.outcomes);
  EXPECT_EQ(all.runs, 70U);  // 8! / (4! 4!)
  EXPECT_LE(reduced.runs * 10, all.runs);
}

TEST(Exhaustive, FindsALockOrderThatCanDeadlock) {
  Locks locks;
  EXPECT_THAT(search(two_locks(locks, false)).outcomes, testing::ElementsAre("deadlock", "done"));
  EXPECT_THAT(search(two_locks(locks, true)).outcomes, testing::ElementsAre("done"));
}

TEST(Exhaustive, FindsALostWakeUp) {
  Door at;
  EXPECT_THAT(search(door(at, true)).outcomes, testing::ElementsAre("deadlock", "through"));
  EXPECT_THAT(search(door(at, false)).outcomes, testing::ElementsAre("through"));
}

TEST(Exhaustive, CountsOnlySwitchesAwayFromAThreadThatCouldGoOn) {
  Counter counter;
  const Program program = unlocked_increments(counter, 2);
  Exhaustive none{{.preemptions_max = 0}};
  EXPECT_THAT(search(program, none).outcomes, testing::ElementsAre("2"));
  EXPECT_TRUE(none.cut());
  Exhaustive one{{.preemptions_max = 1}};
  EXPECT_THAT(search(program, one).outcomes, testing::ElementsAre("1", "2"));
  Exhaustive many{{.preemptions_max = 50}};
  search(program, many);
  EXPECT_FALSE(many.cut());
}

TEST(Exhaustive, EndsARunThatGoesRoundForEver) {
  sync::atomic<int, "flag"> flag{0};
  const Program program{{[&] {
                          while (flag.load() == 0) {
                          }
                        }},
                        [] {},
                        [] { return std::string{"done"}; }};
  EXPECT_THAT(search(program).outcomes, testing::ElementsAre("too long"));
}

TEST(Exhaustive, ReportsASpinThatNobodyEndsAsADeadlock) {
  sync::atomic<int, "flag"> flag{0};
  const Program program{{[&] { sync::spin_while(flag, 0); }}, [] {}, [] { return std::string{"done"}; }};
  EXPECT_THAT(search(program).outcomes, testing::ElementsAre("deadlock"));
}

TEST(Exhaustive, CallsAndReturnsKeepTheirOrder) {
  const auto boundary = [](schedule::PointKind kind) { schedule::before(kind, nullptr, ""); };
  const Program program{
      {[&] { boundary(schedule::PointKind::call); }, [&] { boundary(schedule::PointKind::returned); }},
      [] {},
      [] { return std::string{"done"}; }};
  EXPECT_EQ(search(program).runs, 2U);
  const Program calls{{[&] { boundary(schedule::PointKind::call); }, [&] { boundary(schedule::PointKind::call); }},
                      [] {},
                      [] { return std::string{"done"}; }};
  EXPECT_EQ(search(calls).runs, 1U);
}

// --- Random ---

TEST(RandomPriorities, MeetsEveryFaultOfTheSmallPrograms) {
  Counter counter;
  Locks locks;
  Door at;
  EXPECT_THAT(at_random(unlocked_increments(counter, 2), 200).outcomes, testing::ElementsAre("1", "2"));
  EXPECT_THAT(at_random(two_locks(locks, false), 200).outcomes, testing::Contains("deadlock"));
  EXPECT_THAT(at_random(door(at, true), 200).outcomes, testing::Contains("deadlock"));
  EXPECT_THAT(at_random(two_locks(locks, true), 200).outcomes, testing::ElementsAre("done"));
}

// --- Recording and replaying ---

struct Recorded {
  std::vector<ScheduleSwitch> schedule;
  std::vector<std::uint8_t> choices;
};

Recorded record(const Program& program, Strategy& strategy, RunEnd expected) {
  Scheduler scheduler;
  Recorder recorder{strategy};
  program.reset();
  EXPECT_EQ(scheduler.run(program.bodies, recorder, points_max), expected);
  Recorded recorded{recorder.switches(scheduler.threads()), recorder.choices()};
  return recorded;
}

TEST(Replayed, MakesTheChoicesOfTheRecordedRun) {
  Counter counter;
  Scheduler scheduler;
  const Program program = locked_increments(counter, 3, 2);
  RandomPriorities random;
  for (std::uint64_t number = 0; number < 100; ++number) {
    random.begin(7, number, 3, 30);
    const Recorded recorded = record(program, random, RunEnd::done);
    Replayed replayed{recorded.schedule};
    Recorder again{replayed};
    program.reset();
    EXPECT_EQ(scheduler.run(program.bodies, again, points_max), RunEnd::done);
    EXPECT_EQ(replayed.misfit(scheduler.threads()), "");
    EXPECT_EQ(again.choices(), recorded.choices);
    EXPECT_EQ(again.switches(scheduler.threads()), recorded.schedule);
  }
}

TEST(Replayed, ComesToTheSameDeadlock) {
  Locks locks;
  Scheduler scheduler;
  const Program program = two_locks(locks, false);
  Choices choices{search(program).deadlock};
  const Recorded recorded = record(program, choices, RunEnd::deadlock);
  const std::vector<ScheduleSwitch> expected{{0, "lock second", 1}, {1, "lock first", 1}};
  EXPECT_EQ(recorded.schedule, expected);
  Replayed replayed{recorded.schedule};
  program.reset();
  EXPECT_EQ(scheduler.run(program.bodies, replayed, points_max), RunEnd::deadlock);
  EXPECT_EQ(replayed.misfit(scheduler.threads()), "");
}

std::string misfit(const Program& program, std::vector<ScheduleSwitch> schedule) {
  Scheduler scheduler;
  Replayed replayed{schedule};
  program.reset();
  scheduler.run(program.bodies, replayed, points_max);
  return replayed.misfit(scheduler.threads());
}

TEST(Replayed, SaysWhereAScheduleNoLongerFits) {
  Locks locks;
  const Program program = two_locks(locks, true);
  EXPECT_EQ(misfit(program, {{0, "lock second", 1}, {1, "lock second", 1}}),
            "switch 2: thread 1 waits at 'lock first' and does not come to 'lock second'");
  EXPECT_EQ(misfit(program, {{1, "lock second", 3}}),
            "switch 1: thread 1 has ended and does not come to 'lock second' 3 times");
  EXPECT_EQ(misfit(program, {{4, "end", 1}}), "switch 1: there is no thread 4");
  EXPECT_EQ(misfit(program, {{1, "end", 1}, {0, "end", 1}}), "");
}

}  // namespace
}  // namespace procreg::harness
