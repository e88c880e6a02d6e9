#include "model/scene_test.h"

namespace procreg::model {
namespace {

TEST(Faults, AreApplied) {
  expect_rows({
      {"WER-ALL-55", nothing, SetHeapCapacity{.process = on(main_process), .n = {0}}, applied},
      {"WER-ALL-54", nothing, FailAllocation{.process = on(main_process), .n = Countdown{1}}, applied},
      {"CCF-FLT-09", nothing, FailCcfAllocation{.machine = {MachineIndex{0}}, .n = Countdown{1}}, applied},
  });
}

TEST(Faults, ArePendingInAscendingOrder) {
  Scene scene;
  for (const unsigned n : {3U, 1U, 2U, 1U}) scene.must(FailAllocation{.process = on(main_process), .n = Countdown{n}});
  EXPECT_EQ(scene.main()->heap.countdowns, (Countdowns{1, 1, 2, 3}));
}

TEST(ALoweredCapacity, RemovesNothing) {
  Scene scene;
  scene.must(WerRegisterAdditionalProcess{.by = by(main_process), .processId = pid(40)});
  scene.must(SetHeapCapacity{.process = on(main_process), .n = {0}});
  EXPECT_EQ(scene.main()->wer.processes.size(), 1U);
}

}  // namespace
}  // namespace procreg::model
