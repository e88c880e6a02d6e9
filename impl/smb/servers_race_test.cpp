// Many threads on one server: who reads this with ThreadSanitizer sees its locks at work.
#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <vector>

#include "impl/smb/naive_scan.h"
#include "impl/together.h"

namespace procreg::impl {
namespace {

using enum NtStatus;
using World = SmbWorld;

constexpr Guid g = World::g;
constexpr int rounds = 100;

SmbWrite writing(SmbWorld& world, const OpenKey& handle, std::uint8_t value) {
  SmbWrite step{.offset = FileOffset{0}, .bytes = {world.tables().bytes({value, value})}};
  step.h.raw = handle;
  return step;
}

// A write either happened before the takeover or fails.
TEST(SmbRace, NoWriteOfALoserAfterTheWinnersCreateReturned) {
  SmbWorld world;
  world.serve();
  const auto a = world.connect(World::client_a);
  const auto b = world.connect(World::client_b, Dialect::smb_3_1_1, 1);
  for (int round = 0; round < rounds; ++round) {
    const OpenKey loser = world.create(World::with(world.creating(a), g)).key;
    std::vector<SmbWrite> writes;
    for (std::uint8_t value = 1; value <= 40; ++value) writes.push_back(writing(world, loser, value));
    world.perform(writes.front());
    const SmbCreate takeover = World::with(world.creating(b), g);
    std::uint8_t last = 1;
    std::vector<OutWords> seen;
    together({[&] {
                for (std::size_t i = 1; i < writes.size(); ++i) {
                  const Answer answer = world.perform(writes[i]);
                  if (answer.result != Result{STATUS_SUCCESS}) break;
                  last = static_cast<std::uint8_t>(i + 1);
                }
              },
              [&] {
                const OpenKey winner = world.create(takeover).key;
                for (int i = 0; i < 5; ++i) seen.push_back(world.read_answer(winner).out);
                world.close(winner);
              }});
    EXPECT_EQ(seen, std::vector<OutWords>(5, out_of_bytes(std::vector<std::uint8_t>{last, last})));
    world.close(loser);
  }
  expect_agreement(world);
}

TEST(SmbRace, OneOwnerAtAnyTime) {
  SmbWorld world;
  world.serve();
  std::vector<std::function<void()>> parts;
  std::vector<int> failures(2);
  for (std::uint8_t i = 0; i < 2; ++i) {
    const auto connection = world.connect({10, i}, Dialect::smb_3_1_1, i);
    parts.emplace_back([&, i, step = World::with(world.creating(connection), g)] {
      for (int turn = 0; turn < 10 * rounds; ++turn) {
        const Opened opened = world.create(step);
        // The rival was evicted, or what is open is this thread's own: then it closes that first.
        if (opened.status != STATUS_SUCCESS) ++failures[i];
        if (turn % 2 == 0) world.read(opened.key);
        world.close(opened.key);
      }
    });
  }
  together(parts);
  EXPECT_EQ(failures, (std::vector<int>{0, 0}));
  EXPECT_EQ(number(world.server()->ids.next().durable), 20 * rounds + 1U);
  EXPECT_EQ((NaiveScan{*world.server(), *world.world().calls().servers.parts()}.opens().size()), 0U);
  expect_agreement(world);
}

TEST(SmbRace, CreatesOnDifferentFilesEachHaveTheirIds) {
  SmbWorld world;
  world.serve();
  constexpr std::size_t files = 300;
  std::vector<std::vector<std::uint32_t>> ids(2);
  std::vector<std::function<void()>> parts;
  for (std::size_t i = 0; i < 2; ++i) {
    std::vector<SmbCreate> steps;
    const auto connection = world.connect({10, i});
    for (std::size_t file = 0; file < files; ++file) {
      const std::u16string name{static_cast<char16_t>(u'a' + i), static_cast<char16_t>(0x1000 + file)};
      steps.push_back(World::durably(world.creating(connection, name), {20, 1000 * i + file}));
    }
    parts.emplace_back([&, i, steps] {
      for (const SmbCreate& step : steps) ids[i].push_back(number(world.create(step).key.durable));
    });
  }
  together(parts);
  std::set<std::uint32_t> all{ids[0].begin(), ids[0].end()};
  all.insert(ids[1].begin(), ids[1].end());
  EXPECT_EQ(all.size(), 2 * files);
  EXPECT_EQ(*all.rbegin(), 2 * files);
  EXPECT_TRUE(std::is_sorted(ids[0].begin(), ids[0].end()));
  expect_agreement(world);
}

TEST(SmbRace, OneOfTwoCreatesGetsAName) {
  SmbWorld world;
  world.serve();
  const auto a = world.connect(World::client_a);
  for (std::uint64_t round = 0; round < rounds; ++round) {
    std::vector<SmbCreate> steps{World::durably(world.creating(a, u"f"), {20, round}),
                                 World::durably(world.creating(a, u"g"), {20, round})};
    std::vector<Opened> opened(2);
    together({[&] { opened[0] = world.create(steps[0]); }, [&] { opened[1] = world.create(steps[1]); }});
    EXPECT_EQ((std::multiset<NtStatus>{opened[0].status, opened[1].status}),
              (std::multiset<NtStatus>{STATUS_SUCCESS, STATUS_DUPLICATE_OBJECTID}));
    world.close(opened[0].key);
    world.close(opened[1].key);
  }
}

TEST(SmbRace, ADisconnectIsOneStepForAllFiles) {
  SmbWorld world;
  world.serve();
  const auto watcher = world.connect(World::client_b);
  const std::vector<SmbCreate> looks{world.creating(watcher, u"1"), world.creating(watcher, u"2")};
  for (int round = 0; round < rounds; ++round) {
    const auto leaving = world.connect(World::client_a);
    const std::vector<SmbCreate> steps{world.creating(leaving, u"1"), world.creating(leaving, u"2"),
                                       world.creating(leaving, u"3")};
    world.create(steps[0]);
    world.create(steps[1]);
    std::vector<Opened> seen;
    NtStatus late{};
    together({[&] { world.disconnect(leaving); },
              [&] {
                for (const SmbCreate& look : looks) seen.push_back(world.create(look));
              },
              [&] { late = world.status(steps[2]); }});
    EXPECT_FALSE(seen[0].status == STATUS_SUCCESS && seen[1].status != STATUS_SUCCESS);
    EXPECT_TRUE(late == STATUS_SUCCESS || late == STATUS_CONNECTION_DISCONNECTED) << late;
    for (const Opened& opened : seen) world.close(opened.key);
    expect_agreement(world);
  }
}

// The clock, reconnects and takeovers want the same orphan: one of them gets it.
TEST(SmbRace, AnOrphanGoesOneWay) {
  SmbWorld world;
  world.serve(Dialect::smb_3_1_1, {}, true);
  const auto b = world.connect(World::client_b);
  for (std::uint64_t round = 0; round < rounds; ++round) {
    const auto first = world.connect(World::client_a);
    const OpenKey handle =
        world.create(World::durably(World::with(world.creating(first), g), {20, round}, 5, true)).key;
    world.disconnect(first);
    const auto again = world.connect(World::client_a);
    const SmbCreate back = World::reclaiming(world.creating(again), handle, true);
    const SmbCreate takeover = World::with(world.creating(b), g);
    Opened reclaimed;
    Opened taken;
    together(
        {[&] { world.advance(6); }, [&] { reclaimed = world.create(back); }, [&] { taken = world.create(takeover); }});
    EXPECT_EQ(taken.status, STATUS_SUCCESS);
    EXPECT_TRUE(reclaimed.status == STATUS_SUCCESS || reclaimed.status == STATUS_OBJECT_NAME_NOT_FOUND);
    EXPECT_TRUE(reclaimed.status != STATUS_SUCCESS || world.read(reclaimed.key) == STATUS_FILE_CLOSED);
    world.close(taken.key);
    EXPECT_EQ(world.log().size(), round + 1);
    expect_agreement(world);
  }
}

// What was sent is what the filter knew at the instant of the create, and what the server said to a version is noted for that
// version only.
TEST(SmbRace, TagsAndVersionsMayChangeBesideCreates) {
  SmbWorld world;
  world.serve();
  const auto a = world.connect(World::client_a);
  const ProcessKey p = World::process(0);
  world.tag(p, current_process, g);
  const SmbCreate step = World::made_by(world.creating(a), p);
  const auto registers = [&](std::uint64_t high) {
    RegisterAppInstanceVersion call{.InstanceVersionHigh = VersionNumber{high}};
    call.AppInstanceId.value = g;
    world.result(World::by(p, call));
  };
  std::vector<Opened> opened;
  together({[&] {
              for (std::uint64_t turn = 1; turn <= 5 * rounds; ++turn) {
                registers(turn);
                if (turn % 3 == 0) world.result(World::by<ResetAllAppInstanceVersions>(p));
              }
            },
            [&] {
              for (int turn = 0; turn < 5 * rounds; ++turn) {
                opened.push_back(world.create(step));
                world.close(opened.back().key);
              }
            }});
  for (const Opened& open : opened) EXPECT_EQ(open.status, STATUS_SUCCESS);
  expect_agreement(world);
}

}  // namespace
}  // namespace procreg::impl
