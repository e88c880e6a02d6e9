#include "impl/world.h"

#include <gtest/gtest.h>

#include "impl/world_fixture.h"

namespace procreg::impl {
namespace {

class NullVisitor final : public SnapshotVisitor {
 public:
  void enter(const SnapNode&, std::size_t) override {}
  void leave(const SnapNode&) override {}
  void element(const SnapNode&, std::size_t) override {}
  void element_end(const SnapNode&) override {}
  void value(const SnapField&, const std::uint64_t*) override {}
};

// A bit of everything that a snapshot shows.
void live(TestWorld& world) {
  const auto main = TestWorld::main;
  const Made child = world.create(main, {.as = {2}, .threads = {2}});
  world.tag(main, child.handle, TestWorld::g, 1);
  world.add(main, child.pid, child.tid);
  world.add(main, Pid{40});
  world.set_recovery(child.key);
  world.result(FailCcfAllocation{.n = Countdown{3}});
  world.result(TestWorld::to(main, FailAllocation{.n = Countdown{3}}));
  world.result(TestWorld::to(main, FailRecoveryApi{.n = Countdown{3}}));
  world.perform(TestWorld::by<NewObject>(child.key));
  world.crash(child.key);
  world.choose(child.key, UserAction::close);
  world.hang(main);
}

WorldSpec two_machines() {
  WorldSpec spec{.machines = {{.name = "zebra"}, {.name = "ant"}}};
  spec.processes = {{.name = 1}, {.name = 3, .machine = MachineIndex{1}, .pid = Pid{8}}};
  return spec;
}

TEST(World, ASnapshotFitsTheLayout) {
  TestWorld world{two_machines()};
  NullVisitor visitor;
  EXPECT_TRUE(walk(world.snapshot(), visitor));
  live(world);
  EXPECT_TRUE(walk(world.snapshot(), visitor));
}

TEST(World, ASnapshotIsAppended) {
  TestWorld world;
  SnapshotWords words{42};
  world.world().snapshot(words);
  EXPECT_EQ(words[0], 42U);
  EXPECT_EQ(SnapshotWords(words.begin() + 1, words.end()), world.snapshot());
}

TEST(World, EqualStepsMakeEqualSnapshotsAlsoAfterAReset) {
  TestWorld fresh{two_machines()};
  TestWorld used{WorldSpec{}};
  live(used);
  used.world().reset(two_machines(), documented_profile());
  EXPECT_EQ(used.snapshot(), fresh.snapshot());
  live(fresh);
  EXPECT_NE(used.snapshot(), fresh.snapshot());
  live(used);
  EXPECT_EQ(used.snapshot(), fresh.snapshot());
}

TEST(World, AnExitedProcessLooksLikeANewOneWithoutThreads) {
  TestWorld world;
  const Made left = world.create();
  world.add(left.key, Pid{40});
  world.perform(TestWorld::by<NewObject>(left.key));
  world.close(left.key, HandleValue{400});
  world.result(TestWorld::to<StopAnswering>(left.key));
  world.exit(left.key, 5);
  TestWorld other;
  const Made gone = other.create();
  other.perform(TestWorld::by<NewObject>(gone.key));
  other.exit(gone.key, 5);
  EXPECT_EQ(world.snapshot(), other.snapshot());
}

TEST(World, ARefusedCallChangesNothing) {
  TestWorld world;
  const auto before = world.snapshot();
  world.add(TestWorld::main, Pid{0});
  world.remove(TestWorld::main, Pid{40});
  world.set_recovery(TestWorld::main, 300001);
  world.tag(TestWorld::main, HandleValue{400}, TestWorld::g);
  world.tag(TestWorld::main, current_process, std::nullopt);
  world.in_progress(TestWorld::main);
  EXPECT_EQ(world.snapshot(), before);
}

TEST(World, NobodyCanDoNothing) {
  TestWorld world;
  const auto before = world.snapshot();
  for (const StepInfo& row : steps()) {
    const Step step = row.make();
    const bool of_a_process = std::visit(
        [](const auto& s) {
          return requires { s.by; }
          || requires { s.process; };
        },
        step);
    if (!of_a_process) continue;
    EXPECT_EQ(world.result(step), row.call ? not_runnable : not_applicable) << row.name;
  }
  EXPECT_EQ(world.snapshot(), before);
}

}  // namespace
}  // namespace procreg::impl
