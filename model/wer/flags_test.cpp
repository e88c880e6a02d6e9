#include "model/scene_test.h"

namespace procreg::model {
namespace {

using enum Hresult;

WerSetFlags sets(std::uint32_t flags, ProcessKey caller = main_process) {
  return {.by = by(caller), .dwFlags = FaultFlags{flags}};
}
WerGetFlags gets(HandleValue process = current_process) {
  return {.by = by(main_process), .hProcess = handle(process)};
}
const WerGetFlags gets_nowhere{.by = by(main_process), .hProcess = handle(current_process), .pdwFlags = {false}};
WerSetMaxProcessHoldMilliseconds holds(std::uint32_t ms) {
  return {.by = by(main_process), .dwMilliseconds = Dword{ms}};
}

constexpr HandleValue first_handle{4};
constexpr HandleValue second_handle{8};

// A child of which main has one handle, with this mask.
Before child_seen_with(AccessMask mask) {
  return [mask](Scene& scene) {
    const ProcessKey child = scene.child();
    scene.must(sets(0x21, child));
    for (const auto value : {first_handle, second_handle})
      scene.must(CloseHandle{.by = by(main_process), .hObject = handle(value)});
    scene.must(OpenProcess{.by = by(main_process), .dwDesiredAccess = mask, .dwProcessId = pid(1004)});
  };
}
void child_gone(Scene& scene) { scene.must(ExitProcess{.by = by(scene.child())}); }

const Profile documented = documented_profile();
const Profile windows11 = windows11_profile();

TEST(Flags, AreDecidedByEachOfTheirClauses) {
  // clang-format off
  expect_rows({
      {"WER-FLAG-01", nothing,            sets(0x800),         E_INVALIDARG},
      {"WER-FLAG-02", nothing,            sets(0x800),         S_OK, windows11},
      {"WER-FLAG-02", recovering,         sets(0x7FF),         S_OK},
      {"WER-FLAG-02", crashed_with_calls, sets(0),             S_OK},
      {"WER-FLAG-03", nothing,            gets(null_handle),   E_INVALIDARG},
      {"WER-FLAG-03", nothing,            gets_nowhere,        E_INVALIDARG},
      {"WER-FLAG-04", nothing,            gets(),              S_OK},
      {"WER-FLAG-04", recovering,         gets(),              S_OK},
      {"WER-FLAG-05", nothing,            gets(first_handle),  HR_INVALID_HANDLE},
      {"WER-FLAG-05", nothing,            gets(current_thread), HR_INVALID_HANDLE},
      {"WER-FLAG-05", child_gone,         gets(first_handle),  HR_INVALID_HANDLE},
      {"WER-FLAG-06", child_seen_with(PROCESS_TERMINATE),                 gets(first_handle), HR_ACCESS_DENIED},
      {"WER-FLAG-06", child_seen_with(PROCESS_QUERY_LIMITED_INFORMATION), gets(first_handle), HR_ACCESS_DENIED},
      {"WER-FLAG-06", child_seen_with(PROCESS_TERMINATE),                 gets(first_handle), HR_INVALID_HANDLE, windows11},
      {"WER-FLAG-06", child_seen_with(PROCESS_VM_READ),                   gets(first_handle), HR_INVALID_HANDLE, windows11},
      {"WER-FLAG-06", child_seen_with(PROCESS_QUERY_LIMITED_INFORMATION), gets(first_handle), HR_ACCESS_DENIED, windows11},
      {"WER-FLAG-07", child_seen_with(PROCESS_VM_READ),                   gets(first_handle), S_OK},
      {"WER-FLAG-07", child_seen_with(PROCESS_QUERY_INFORMATION),         gets(first_handle), S_OK},
      {"WER-FLAG-07", child_seen_with(PROCESS_VM_READ | PROCESS_QUERY_LIMITED_INFORMATION), gets(first_handle), S_OK, windows11},
      {"WER-FLAG-07", crashed_with_calls, gets(),              S_OK},
      {"WER-FLAG-08", nothing,            holds(0xFFFFFFFF),   S_OK},
      {"WER-FLAG-08", recovering,         holds(0),            S_OK},
  });
  // clang-format on
}

TEST(Flags, AreReplacedAndReadBack) {
  Scene scene{windows11};
  EXPECT_EQ(scene.must(gets()).out[0], 0U);
  EXPECT_FALSE(scene.main()->wer.storage_exists);
  scene.must(sets(0xF0000001));
  EXPECT_EQ(scene.must(gets()).out[0], 0xF0000001U);
  EXPECT_TRUE(scene.main()->wer.storage_exists);
  scene.must(sets(0x2));
  EXPECT_EQ(scene.must(gets()).out[0], 2U);
}

TEST(Flags, AreReadFromTheProcessThatTheHandleNames) {
  Scene scene;
  child_seen_with(PROCESS_VM_READ)(scene);
  EXPECT_EQ(scene.must(gets(first_handle)).out[0], 0x21U);
}

TEST(HoldTime, IsReplacedAndMakesStorage) {
  Scene scene;
  after({holds(7), holds(0)})(scene);
  EXPECT_EQ(scene.main()->wer.hold_ms, 0U);
  EXPECT_TRUE(scene.main()->wer.storage_exists);
}

ReportFlags reported_after(std::uint32_t flags, bool force_queue = false) {
  WorldSpec world;
  world.forceQueue = force_queue;
  Scene scene{documented, world};
  after({sets(flags), holds(9)})(scene);
  scene.crashes();
  return scene.state().reports[0].flags;
}

TEST(AReport, IsQueuedByTwoFlagsOrByTheWorld) {
  for (const std::uint32_t flags : {0x2U, 0x8U, 0xAU}) EXPECT_TRUE(reported_after(flags).queued);
  EXPECT_FALSE(reported_after(0x7F5).queued);
  EXPECT_TRUE(reported_after(0, true).queued);
  EXPECT_EQ(reported_after(0x8).flags, 8U);
  EXPECT_EQ(reported_after(0x8).holdMs, 9U);
}

DumpKind kind_after(std::uint32_t flags, bool force_queue = false) {
  WorldSpec world;
  world.additionalDataRequested = true;
  world.forceQueue = force_queue;
  Scene scene{documented, world};
  scene.must(sets(flags));
  scene.crashes();
  return scene.state().reports[0].dumps[0].kind;
}

TEST(AReport, HasNoHeapDumpWhereAFlagBarsIt) {
  EXPECT_EQ(kind_after(0), DumpKind::heap);
  EXPECT_EQ(kind_after(0x1), DumpKind::mini);
  EXPECT_EQ(kind_after(0x40), DumpKind::heap);
  EXPECT_EQ(kind_after(0x42), DumpKind::mini);
  EXPECT_EQ(kind_after(0x48), DumpKind::mini);
  EXPECT_EQ(kind_after(0x40, true), DumpKind::mini);
  EXPECT_EQ(kind_after(0x2, true), DumpKind::heap);
}

TEST(AReport, HasTriageDumpsWhateverTheFlags) {
  Scene scene;
  after({sets(0x7FF), WerRegisterAdditionalProcess{.by = by(main_process), .processId = pid(1000)}})(scene);
  const Ruling& ruling = scene.perform(Crash{.process = on(main_process)});
  EXPECT_TRUE(applied_by(ruling, "WER-AP-28"));
  EXPECT_EQ(scene.state().reports[0].dumps.size(), 2U);
}

TEST(AFailure, RemembersTheFlagsItWasCollectedWith) {
  Scene scene;
  scene.crashes_with_calls();
  EXPECT_TRUE(scene.main()->core.flags4);
  scene.must(sets(0));
  EXPECT_EQ(scene.does(sets(1)), S_OK) << "the flags at collection count";
  EXPECT_EQ(scene.state().reports[0].flags.flags, 4U);
}

}  // namespace
}  // namespace procreg::model
