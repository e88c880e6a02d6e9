#include "impl/world.h"

#include <gtest/gtest.h>

#include <map>
#include <string_view>

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
  void units(const SnapNode&, std::size_t, const std::uint64_t*) override {}
};

// A bit of everything that a snapshot shows.
void live(TestWorld& world) {
  const auto main = TestWorld::main;
  const Made child = world.create(main, {.as = {2}, .threads = {2}, .package = {default_user}});
  world.tag(main, child.handle, TestWorld::g, 1);
  world.add(main, child.pid, child.tid);
  world.add(main, Pid{40});
  world.add_file(main, world.text(u"f"), 1, 0x3);
  for (const std::uint64_t start : {0x1000U, 0x2000U}) world.add_block(main, start);
  for (const std::uint64_t start : {0x1000U, 0x2000U, 0x3000U}) world.exclude(main, start);
  for (const auto* key : {u"a", u"b", u"c", u"d"}) world.add_metadata(main, world.text(key), world.text(u"v"));
  for (std::uint64_t context = 0; context < 5; ++context) world.add_module(main, world.text(u"m"), context);
  world.set_flags(main, 0x4);
  world.set_hold(main, 9);
  world.set_recovery(child.key);
  world.set_restart(child.key, world.text(u"/again"));
  world.add_app_local_dump(child.key, world.text(u"dumps"));
  world.advance(restart_life_ms);
  for (const Guid& id : {TestWorld::g2, zero_guid, TestWorld::g}) world.set_version(main, id, {id.low, 1});
  for (const auto* name : {u"volume 2", u"volume 1"}) world.result(CsvVolume{.name = {world.tables().text(name)}});
  world.perform(TestWorld::by(main, CsvOpen{.volume = {world.tables().text(u"volume 1")}}));
  world.result(FailCcfAllocation{.n = Countdown{3}});
  world.result(TestWorld::to(main, FailAllocation{.n = Countdown{3}}));
  world.result(TestWorld::to(main, FailRecoveryApi{.n = Countdown{3}}));
  world.perform(TestWorld::by<NewObject>(child.key));
  world.crash(child.key);
  world.choose(child.key, UserAction::close);
  world.hang(main);
  world.advance(5001);
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

// How long the lists of the first registration storage are.
class Lengths final : public SnapshotVisitor {
 public:
  void enter(const SnapNode& node, std::size_t count) override {
    in_storage_ = in_storage_ || node.name == "wer";
    if (in_storage_ && node.shape == SnapNode::Shape::list) of.emplace(node.name, count);
  }
  void leave(const SnapNode&) override {}
  void element(const SnapNode&, std::size_t) override {}
  void element_end(const SnapNode&) override {}
  void value(const SnapField&, const std::uint64_t*) override {}
  void units(const SnapNode&, std::size_t, const std::uint64_t*) override {}

  std::map<std::string_view, std::size_t> of;

 private:
  bool in_storage_{};
};

TEST(World, EachListOfTheStorageStandsUnderItsName) {
  TestWorld world;
  live(world);
  Lengths lengths;
  walk(world.snapshot(), lengths);
  EXPECT_EQ(lengths.of["files"], 1U);
  EXPECT_EQ(lengths.of["blocks"], 2U);
  EXPECT_EQ(lengths.of["excluded"], 3U);
  EXPECT_EQ(lengths.of["metadata"], 4U);
  EXPECT_EQ(lengths.of["modules"], 5U);
}

// The values of one field, wherever it stands.
class Values final : public SnapshotVisitor {
 public:
  Values(std::string_view list, std::string_view field) : list_{list}, field_{field} {}
  void enter(const SnapNode& node, std::size_t) override { lists_.push_back(node.name); }
  void leave(const SnapNode&) override { lists_.pop_back(); }
  void element(const SnapNode&, std::size_t) override {}
  void element_end(const SnapNode&) override {}
  void value(const SnapField& field, const std::uint64_t* words) override {
    if (lists_.back() == list_ && field.name == field_) of.push_back(*words);
  }
  void units(const SnapNode&, std::size_t, const std::uint64_t*) override {}

  std::vector<std::uint64_t> of;

 private:
  std::string_view list_;
  std::string_view field_;
  std::vector<std::string_view> lists_;
};

TEST(World, VersionsAndVolumesStandInTheirOrder) {
  TestWorld world;
  live(world);
  const auto values = [&](std::string_view list, std::string_view field) {
    Values found{list, field};
    EXPECT_TRUE(walk(world.snapshot(), found));
    return found.of;
  };
  EXPECT_EQ(values("versions", "version"), (std::vector<std::uint64_t>{0, 2, 3}));
  const std::uint64_t first = world.tables().text(u"volume 1").index;
  EXPECT_EQ(values("volumes", "name"), (std::vector{first, std::uint64_t{world.tables().text(u"volume 2").index}}));
  EXPECT_EQ(values("csvOpens", "volume"), (std::vector{first}));
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
  world.add_file(TestWorld::main, {});
  world.remove_file(TestWorld::main, world.text(u"f"));
  world.add_block(TestWorld::main, 0);
  world.include(TestWorld::main, 0x1000);
  world.add_metadata(TestWorld::main, world.text(u"1"), world.text(u"v"));
  world.add_module(TestWorld::main, {});
  world.set_flags(TestWorld::main, 0x800);
  world.unset_recovery(TestWorld::main);
  world.add_app_local_dump(TestWorld::main, world.text(u"dumps"));
  world.remove_app_local_dump(TestWorld::main);
  world.set_restart(TestWorld::main, {}, 0x10);
  world.unset_restart(TestWorld::main);
  world.perform(TestWorld::by(TestWorld::main, GetApplicationRestartSettings{.hProcess = {current_process}}));
  world.flags(TestWorld::main, unowned_handle);
  world.recovery(TestWorld::main);
  EXPECT_EQ(world.snapshot(), before);
}

TEST(World, NobodyCanDoNothing) {
  TestWorld world;
  const auto before = world.snapshot();
  for (const StepInfo& row : steps()) {
    const Step step = row.make();
    const bool of_a_process = std::visit(
        [](const auto& s) {
          return requires { s.by.raw; }
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
