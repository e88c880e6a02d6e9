// ccf.md 7.3
#include "impl/csv/volumes.h"

#include <gtest/gtest.h>

#include "impl/world_fixture.h"

namespace procreg::impl {
namespace {

constexpr Result ok{NtStatus::STATUS_SUCCESS};
constexpr Result closed{NtStatus::STATUS_FILE_CLOSED};
constexpr Result not_available{NtStatus::STATUS_FILE_NOT_AVAILABLE};
constexpr Result corrupt{NtStatus::STATUS_EA_CORRUPT_ERROR};
constexpr ProcessKey on_a{MachineIndex{0}, ObjectId{1}};
constexpr ProcessKey on_b{MachineIndex{1}, ObjectId{1}};
constexpr MachineRef a{MachineIndex{0}};
constexpr MachineRef b{MachineIndex{1}};

WorldSpec two_nodes() {
  WorldSpec spec{.machines = {{.name = "a"}, {.name = "b"}}};
  spec.processes = {{.name = 1}, {.name = 2, .machine = MachineIndex{1}}};
  return spec;
}

class CsvVolumesTest : public testing::Test {
 protected:
  CsvVolumesTest() { EXPECT_EQ(world.result(CsvVolume{v, a}), applied); }

  Answer open(ProcessKey caller, std::optional<std::vector<std::uint8_t>> ea = {}) {
    CsvOpen call{.as = {9}, .volume = v};
    if (ea) call.ea.value = world.tables().bytes(std::move(*ea));
    return world.perform(TestWorld::by(caller, call));
  }
  Result io(const Answer& opened) {
    CsvIo call;
    call.open.raw = CsvOpenId{static_cast<std::uint32_t>(opened.made)};
    return world.result(call);
  }
  Result move_to(MachineRef machine) { return world.result(CsvMoveCoordinator{v, machine}); }
  Result flag(ProcessKey process) { return world.set_csv_flags(process, current_process, 1, 1); }
  std::vector<SnapCsvOpen> opens() { return world.world().calls().csv_volumes.opens(); }

  TestWorld world{two_nodes()};
  RequiredText v{world.tables().text(u"v")};
};

TEST_F(CsvVolumesTest, AnOpenWithoutTheFlagSucceedsOnEveryMachine) {
  EXPECT_EQ(open(on_a).result, ok);
  const Answer second = open(on_b);
  EXPECT_EQ(second.result, ok);
  EXPECT_EQ(second.made, 2U);
  EXPECT_EQ(io(second), ok);
  ASSERT_EQ(opens().size(), 2U);
  EXPECT_EQ(opens()[1].id, CsvOpenId{2});
  EXPECT_EQ(opens()[1].name, GivenName{9});
  EXPECT_EQ(opens()[1].volume, v.ref);
  EXPECT_EQ(opens()[1].machine, b.index);
  EXPECT_FALSE(opens()[1].flag);
  EXPECT_TRUE(opens()[1].valid);
}

TEST_F(CsvVolumesTest, AnOpenWithTheFlagSucceedsOnTheCoordinatorOnly) {
  flag(on_a);
  flag(on_b);
  EXPECT_EQ(open(on_a).result, ok);
  const Answer refused = open(on_b);
  EXPECT_EQ(refused.result, not_available);
  EXPECT_EQ(refused.made, 0U);
  EXPECT_EQ(io(refused), closed);
  ASSERT_EQ(opens().size(), 1U);
  EXPECT_TRUE(opens()[0].flag);
  EXPECT_EQ(move_to(b), applied);
  EXPECT_EQ(open(on_b).made, 2U);
}

TEST_F(CsvVolumesTest, AMoveEndsTheOpensWithTheFlagForGood) {
  flag(on_a);
  const Answer flagged = open(on_a);
  const Answer plain = open(on_b);
  EXPECT_EQ(move_to(a), applied);
  EXPECT_EQ(io(flagged), ok) << "a move to the same machine is no move";
  EXPECT_EQ(move_to(b), applied);
  EXPECT_EQ(io(flagged), closed);
  EXPECT_EQ(io(plain), ok);
  EXPECT_EQ(move_to(a), applied);
  EXPECT_EQ(io(flagged), closed);
  const Answer later = open(on_a);
  EXPECT_EQ(io(later), ok);
  EXPECT_EQ(move_to(b), applied);
  EXPECT_EQ(io(later), closed);
}

TEST_F(CsvVolumesTest, OtherVolumesAreNotTouchedByAMove) {
  const RequiredText w{world.tables().text(u"w")};
  world.result(CsvVolume{w, b});
  flag(on_a);
  const Answer flagged = open(on_a);
  EXPECT_EQ(world.result(CsvMoveCoordinator{w, a}), applied);
  EXPECT_EQ(io(flagged), ok);
}

TEST_F(CsvVolumesTest, TheFlagOfAnExtendedAttributeCountsForThatOpen) {
  std::vector<std::uint8_t> ea(20);
  EXPECT_EQ(open(on_b, ea).result, ok);
  ea[16] = 1;
  EXPECT_EQ(open(on_b, ea).result, not_available);
  ea[16] = 2;
  EXPECT_EQ(open(on_b, ea).result, ok) << "another bit";
  flag(on_b);
  EXPECT_EQ(open(on_b, std::vector<std::uint8_t>(16)).result, ok) << "an attribute without flags has none";
  EXPECT_EQ(open(on_b, std::vector<std::uint8_t>(17)).result, corrupt);
  EXPECT_EQ(opens().size(), 3U);
}

TEST_F(CsvVolumesTest, WithoutAFilterNoFlagIsSet) {
  flag(on_b);
  world.result(FilterUnload{b});
  EXPECT_EQ(open(on_b).result, ok);
  EXPECT_EQ(open(on_b, std::vector<std::uint8_t>(17)).result, ok);
}

TEST_F(CsvVolumesTest, OpensOutliveTheirProcess) {
  const Answer opened = open(on_b);
  world.exit(on_b);
  EXPECT_EQ(io(opened), ok);
  EXPECT_EQ(open(on_b).result, not_runnable);
  CsvIo call;
  call.open.raw = CsvOpenId{1};
  call.by.value.emplace().raw = on_b;
  EXPECT_EQ(world.result(call), not_runnable);
  call.by.value->raw = on_a;
  EXPECT_EQ(world.result(call), ok);
}

TEST_F(CsvVolumesTest, AVolumeThatIsThereOrIsNotMakesEventsAndOpensNotApplicable) {
  EXPECT_EQ(world.result(CsvVolume{v, b}), not_applicable);
  const RequiredText other{world.tables().text(u"V")};
  EXPECT_EQ(world.result(CsvMoveCoordinator{other, b}), not_applicable);
  CsvOpen call{.volume = other};
  call.ea.value = world.tables().bytes({1});
  EXPECT_EQ(world.result(TestWorld::by(on_a, call)), not_applicable);
  EXPECT_EQ(world.result(CsvVolume{other, b}), applied);
}

TEST_F(CsvVolumesTest, VolumesAreListedByName) {
  world.result(CsvVolume{{world.tables().text(u"w")}, a});
  world.result(CsvVolume{{world.tables().text(u"c")}, b});
  const auto volumes = world.world().calls().csv_volumes.volumes(world.tables());
  ASSERT_EQ(volumes.size(), 3U);
  EXPECT_EQ(volumes[0].name, world.tables().text(u"c"));
  EXPECT_EQ(volumes[0].coordinator, b.index);
  EXPECT_EQ(volumes[1].name, v.ref);
  EXPECT_EQ(volumes[2].name, world.tables().text(u"w"));
}

TEST_F(CsvVolumesTest, UseUpNoIdsOfUntaggedOpens) {
  TestWorld fresh{two_nodes(), documented_profile().with(choice::app_instance_untagged_open,
                                                         AppInstanceUntaggedOpen::fresh_id_per_open)};
  const RequiredText volume{fresh.tables().text(u"v")};
  fresh.result(CsvVolume{volume, a});
  fresh.result(TestWorld::by(on_a, CsvOpen{.volume = volume}));
  EXPECT_EQ(fresh.world().calls().app_instances.filter(a.index).fresh_counter(), 0U);
}

}  // namespace
}  // namespace procreg::impl
