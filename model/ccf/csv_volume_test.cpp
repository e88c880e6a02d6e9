#include "model/scene_test.h"

namespace procreg::model {
namespace {

using enum NtStatus;

constexpr MachineIndex first{0}, second{1};

class VolumeScene : public Scene {
 public:
  VolumeScene() : Scene{documented_profile(), two_machines()} {
    must(CsvVolume{.name = volume_, .coordinator = {first}});
  }
  void flags(ProcessKey process) {
    must(SetAppInstanceCsvFlags{
        .by = by(process), .ProcessHandle = handle(current_process), .Mask = CsvFlags{1}, .Flags = CsvFlags{1}});
  }
  CsvOpen open(ProcessKey process) const { return {.by = by(process), .volume = volume_}; }
  CsvIo io(std::uint32_t number) const { return {.open = {{CsvOpenId{number}, {}}}}; }
  CsvMoveCoordinator move(MachineIndex machine) const { return {.name = volume_, .machine = {machine}}; }

 private:
  static WorldSpec two_machines() {
    WorldSpec world;
    world.machines = {{.name = "a"}, {.name = "b"}};
    world.processes = {{.name = 1}, {.name = 2, .machine = second}};
    return world;
  }
  RequiredText volume_{tables().text(u"v")};
};
constexpr ProcessKey other{second, ObjectId{1}};

TEST(AFlaggedOpen, IsOfTheCoordinatorOnly) {
  VolumeScene scene;
  EXPECT_EQ(scene.must(scene.open(other)).made, 1U);
  scene.flags(other);
  scene.flags(main_process);
  EXPECT_EQ(scene.perform(scene.open(other)).decided, Clause("CCF-CSV-11"));
  EXPECT_EQ(scene.does(scene.open(other)), STATUS_FILE_NOT_AVAILABLE);
  EXPECT_EQ(scene.must(scene.open(main_process)).made, 2U);
  EXPECT_EQ(scene.does(scene.io(2)), STATUS_SUCCESS);
}

TEST(AFlaggedOpen, DoesNotOutliveAMoveOfTheCoordinator) {
  VolumeScene scene;
  scene.must(scene.open(main_process));
  scene.flags(main_process);
  scene.must(scene.open(main_process));
  scene.must(scene.move(first));
  EXPECT_EQ(scene.does(scene.io(2)), STATUS_SUCCESS);
  scene.must(scene.move(second));
  scene.must(scene.move(first));
  EXPECT_EQ(scene.does(scene.io(1)), STATUS_SUCCESS);
  EXPECT_EQ(scene.does(scene.io(2)), STATUS_FILE_CLOSED);
  EXPECT_EQ(scene.does(scene.io(0)), STATUS_FILE_CLOSED);
}

TEST(AnAttribute, DecidesForItsOpenWhetherItIsFlagged) {
  VolumeScene scene;
  scene.flags(other);
  CsvOpen call = scene.open(other);
  call.ea = {scene.tables().bytes(std::vector<std::uint8_t>(16, 1))};
  EXPECT_EQ(scene.does(call), STATUS_SUCCESS);
  call.ea = {scene.tables().bytes(std::vector<std::uint8_t>(20, 1))};
  EXPECT_EQ(scene.does(call), STATUS_FILE_NOT_AVAILABLE);
  call.ea = {scene.tables().bytes({})};
  EXPECT_EQ(scene.perform(call).decided, Clause("CCF-OPEN-04"));
}

TEST(AVolume, IsMadeOnceAndMustBeThere) {
  VolumeScene scene;
  const RequiredText unknown{scene.tables().text(u"V")};
  EXPECT_EQ(scene.does(CsvVolume{.name = {scene.tables().text(u"v")}}), not_applicable);
  EXPECT_EQ(scene.does(CsvMoveCoordinator{.name = unknown}), not_applicable);
  EXPECT_EQ(scene.does(CsvOpen{.by = by(main_process), .volume = unknown}), not_applicable);
}

}  // namespace
}  // namespace procreg::model
