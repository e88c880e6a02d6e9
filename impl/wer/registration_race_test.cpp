// Several threads of one process register and unregister, while another one fails it and reads it.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <vector>

#include "impl/together.h"
#include "impl/world_fixture.h"

namespace procreg::impl {
namespace {

constexpr Result ok{Hresult::S_OK};
constexpr Result full{Hresult::WER_E_INSUFFICIENT_BUFFER};
constexpr Result bad_handle{Hresult::HR_INVALID_HANDLE};
constexpr int rounds = 150;

template <class T>
std::uint32_t length(const KeyedList<T>& list) {
  return static_cast<std::uint32_t>(std::distance(list.begin(), list.end()));
}

// What was answered before and after the first answer of one kind.
bool splits(const std::vector<Result>& answers, const Result& before, const Result& after) {
  const auto at = std::find(answers.begin(), answers.end(), after);
  return std::all_of(answers.begin(), at, [&](const Result& r) { return r == before; }) &&
         std::all_of(at, answers.end(), [&](const Result& r) { return r == after; });
}

TEST(RegistrationRace, TheSharedBudgetLetsExactlyAsManyOfThreeKindsThrough) {
  TestWorld world{WorldSpec{.limits = {.entries = 20}}};
  std::vector<TextIn> paths;
  for (char16_t name = u'a'; name < u'k'; ++name) paths.push_back(world.text(std::u16string(1, name)));
  for (int round = 0; round < rounds; ++round) {
    const ProcessKey caller = world.create().key;
    std::array<std::uint32_t, 3> accepted{};
    const auto count = [&](std::size_t kind, const Result& answer) {
      EXPECT_TRUE(answer == ok || answer == full) << answer;
      if (answer == ok) ++accepted[kind];
    };
    together({[&] {
                for (const TextIn path : paths) count(0, world.add_file(caller, path));
              },
              [&] {
                for (std::uint64_t i = 1; i <= 10; ++i) count(1, world.add_block(caller, i * 0x1000));
              },
              [&] {
                for (std::uint64_t i = 1; i <= 10; ++i) count(2, world.exclude(caller, i * 0x1000));
              }});
    const RegistrationBlock& block = *world.process(caller)->block;
    EXPECT_EQ(length(block.files), accepted[0]);
    EXPECT_EQ(length(block.blocks), accepted[1]);
    EXPECT_EQ(length(block.excluded), accepted[2]);
    EXPECT_EQ(accepted[0] + accepted[1] + accepted[2], 20U);
    world.exit(caller);
  }
}

// What each thread has left registered is there, in its order, whatever the others did; the crash lets nobody in half way.
TEST(RegistrationRace, KindsDoNotDisturbEachOtherAndACrashStopsAllOfThemAtOnce) {
  TestWorld world;
  const TextIn path = world.text(u"f");
  const TextIn key = world.text(u"k");
  const TextIn dll = world.text(u"m.dll");
  for (std::size_t round = 0; round < rounds; ++round) {
    const Made caller = world.create();
    std::array<std::vector<Result>, 3> answers;
    together({[&] {
                for (int i = 0; i < 10; ++i) {
                  answers[0].push_back(world.add_file(caller.key, path));
                  answers[0].push_back(world.remove_file(caller.key, path));
                }
              },
              [&] {
                for (int i = 0; i < 10; ++i) {
                  answers[1].push_back(world.add_metadata(caller.key, key, key));
                  answers[1].push_back(world.add_module(caller.key, dll, static_cast<std::uint64_t>(i)));
                  answers[1].push_back(world.remove_metadata(caller.key, key));
                }
              },
              [&] {
                for (std::uint32_t i = 1; i <= 10; ++i) {
                  answers[2].push_back(world.set_flags(caller.key, 0x10 * i));
                  answers[2].push_back(world.set_hold(caller.key, i));
                }
              },
              [&] { world.crash(caller.key); }});
    for (const auto& each : answers) EXPECT_TRUE(splits(each, ok, not_runnable));
    const auto accepted = [&](std::size_t kind) {
      return static_cast<std::uint32_t>(std::count(answers[kind].begin(), answers[kind].end(), ok));
    };
    const ReportFlags& reported = world.report(round).flags;
    EXPECT_EQ(reported.flags, 0x10 * ((accepted(2) + 1) / 2));
    EXPECT_EQ(reported.holdMs.value_or(0), accepted(2) / 2);
    const RegistrationBlock* block = world.process(caller.key)->block;
    if (block == nullptr) continue;
    EXPECT_EQ(length(block->files), accepted(0) % 2);
    EXPECT_EQ(length(block->metadata), accepted(1) % 3 == 0 ? 0U : 1U);
    EXPECT_EQ(length(block->modules), (accepted(1) + 1) / 3);
  }
}

// The flag is read where the crash is: who set it in time goes on, who did not never calls again.
TEST(RegistrationRace, OnlyAFlagThatWasSetBeforeTheCrashLetsCallsGoOn) {
  TestWorld world;
  for (std::size_t round = 0; round < rounds; ++round) {
    const Made caller = world.create();
    std::vector<Result> answers;
    together({[&] {
                answers.push_back(world.set_flags(caller.key, 0x4));
                for (std::uint64_t i = 1; i <= 5; ++i) answers.push_back(world.add_block(caller.key, i * 0x1000));
              },
              [&] { world.crash(caller.key); }});
    const bool in_time = answers[0] == ok;
    EXPECT_TRUE(splits(answers, in_time ? ok : not_runnable, in_time ? not_runnable : ok));
    EXPECT_EQ(world.report(round).flags.flags, in_time ? 0x4U : 0U);
    EXPECT_EQ(world.process(caller.key)->failing.flags4, in_time);
  }
}

TEST(RegistrationRace, AReaderWithAHandleSeesWhatWasSetInItsOrderUntilTheProcessIsGone) {
  TestWorld world;
  for (int round = 0; round < rounds; ++round) {
    const Made target = world.create();
    std::vector<Answer> read;
    std::vector<Answer> recoveries;
    together({[&] {
                for (std::uint32_t i = 1; i <= 20; ++i) {
                  world.set_flags(target.key, i);
                  world.set_recovery(target.key, i, 0, 0x1000 + i);
                }
                world.exit(target.key);
              },
              [&] {
                for (int i = 0; i < 30; ++i) {
                  read.push_back(world.flags(TestWorld::main, target.handle));
                  recoveries.push_back(world.recovery(TestWorld::main, target.handle));
                }
              }});
    std::uint64_t last = 0;
    bool gone = false;
    for (const Answer& answer : read) {
      EXPECT_TRUE(answer.result == bad_handle || (!gone && answer.result == ok)) << answer.result;
      gone = answer.result == bad_handle;
      if (gone) continue;
      EXPECT_GE(answer.out[0], last);
      last = answer.out[0];
    }
    // Both halves of a callback belong to one registration.
    for (const Answer& answer : recoveries) {
      if (answer.result == ok) {
        EXPECT_EQ((answer.out[0] - 0x1000) * 10000, answer.out[2]);
      }
    }
    world.close(TestWorld::main, target.handle);
  }
}

// Two processes that read each other while both register: no order of their gates can hang them.
TEST(RegistrationRace, ProcessesThatReadEachOtherAndThemselvesDoNotWaitForEachOther) {
  TestWorld world;
  const Made child = world.create();
  const HandleValue back{world.open(child.key, TestWorld::main_pid, PROCESS_ALL_ACCESS).made};
  const auto busy = [&](ProcessKey self, HandleValue other) {
    for (std::uint32_t i = 0; i < 2000; ++i) {
      EXPECT_EQ(world.set_flags(self, i & 0x7FF), ok);
      EXPECT_EQ(world.flags(self, other).result, ok);
      EXPECT_EQ(world.flags(self).out[0], i & 0x7FF);
      EXPECT_EQ(world.add_block(self, 0x1000), ok);
      EXPECT_EQ(world.remove_block(self, 0x1000), ok);
    }
  };
  together({[&] { busy(TestWorld::main, child.handle); }, [&] { busy(child.key, back); }});
}

}  // namespace
}  // namespace procreg::impl
