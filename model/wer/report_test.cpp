#include "model/scene_test.h"

namespace procreg::model {
namespace {

WerRegisterAdditionalProcess registers(std::uint32_t process, std::uint32_t thread = 0,
                                       ProcessKey caller = main_process) {
  return {.by = by(caller), .processId = pid(process), .captureExtraInfoForThreadId = tid(thread)};
}

// What a test says of a dump: pid, extraThread, extraThreadMissing.
using Dumped = std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>;
std::vector<Dumped> dumps(const Report& report) {
  std::vector<Dumped> list;
  for (const auto& dump : report.dumps)
    list.emplace_back(number(dump.process), number(dump.extra_thread), number(dump.extra_thread_missing));
  return list;
}
using Missed = std::pair<std::uint32_t, NotCollected>;
std::vector<Missed> missed(const Report& report) {
  std::vector<Missed> list;
  for (const auto& entry : report.not_collected) list.emplace_back(number(entry.process), entry.reason);
  return list;
}
const Report& crash(Scene& scene) {
  scene.crashes();
  return scene.state().reports.back();
}

// wer.md 8.1, with processes 1004, 1008, 1012, 1016 for 40, 44, 48, 52.
class AFullList : public ::testing::TestWithParam<AdditionalProcessPidReuse> {};

TEST_P(AFullList, WithAChangedThreadAndAReusedPid) {
  Scene scene{documented_profile().with(choice::additional_process_pid_reuse, GetParam())};
  const ProcessKey p40 = scene.child();
  const ProcessKey p44 = scene.child({.threads = {3}});
  const ProcessKey p48 = scene.child();
  const ProcessKey p52 = scene.child();
  const auto thread_28 = number(scene.process(p44)->threads[2].tid);
  after({registers(1004), registers(1008, 12), registers(1012), registers(1016, 36)})(scene);
  EXPECT_EQ(scene.does(registers(1008, thread_28)), Hresult::S_OK);
  EXPECT_EQ(scene.does(registers(60)), Hresult::WER_E_INSUFFICIENT_BUFFER);

  scene.must(ExitProcess{.by = by(p48)});
  const Ruling& refused = scene.perform(registers(60));
  EXPECT_EQ(refused.decided, Clause("WER-AP-11"));
  EXPECT_TRUE(applied_by(refused, "WER-AP-12"));
  EXPECT_EQ(scene.does(registers(0, 28)), Hresult::E_INVALIDARG);

  for (const auto& entry : scene.main()->handles) {
    if (entry.object == ObjectRef{ObjectType::Process, number(p48.object)})
      scene.must(CloseHandle{.by = by(main_process), .hObject = handle(entry.value)});
  }
  scene.child({.pid = {Pid{1012}}});
  scene.must(ExitProcess{.by = by(p52)});
  scene.must(ExitThread{.process = on(p44), .thread = tid(thread_28)});
  static_cast<void>(p40);

  const Report& report = crash(scene);
  if (GetParam() == AdditionalProcessPidReuse::dump_current) {
    EXPECT_EQ(dumps(report), (std::vector<Dumped>{{1000, 0, 0}, {1004, 0, 0}, {1008, 0, thread_28}, {1012, 0, 0}}));
    EXPECT_EQ(missed(report), (std::vector<Missed>{{1016, NotCollected::process_missing}}));
  } else {
    EXPECT_EQ(dumps(report), (std::vector<Dumped>{{1000, 0, 0}, {1004, 0, 0}, {1008, 0, thread_28}}));
    EXPECT_EQ(missed(report),
              (std::vector<Missed>{{1012, NotCollected::process_missing}, {1016, NotCollected::process_missing}}));
  }
}

INSTANTIATE_TEST_SUITE_P(PidReuse, AFullList,
                         ::testing::Values(AdditionalProcessPidReuse::dump_current,
                                           AdditionalProcessPidReuse::treat_as_gone));

TEST(AReport, SaysWhoFailedHowAndWhen) {
  Scene scene;
  scene.advance(7);
  const Report report = crash(scene);
  const ReportHead& head = report.head;
  EXPECT_EQ(head.id, ReportId{1});
  EXPECT_EQ(head.time, 7U);
  EXPECT_EQ(head.process, Pid{1000});
  EXPECT_EQ(head.incarnation, ObjectId{1});
  EXPECT_EQ(head.cause, Cause::crash);
  EXPECT_EQ(head.thread, Tid{0x10000});
  EXPECT_EQ(head.event, APPCRASH);
  EXPECT_FALSE(report.flags.queued);
  EXPECT_FALSE(report.recovery.has_value());
  EXPECT_FALSE(report.restarted.has_value());
}

TEST(AReport, IsOfAnAppWhenThePackageIsSetAndOfAHangWhenItHung) {
  Scene scene;
  CreateProcess packaged;
  packaged.package = {scene.tables().text(u"app")};
  scene.crashes(scene.child(packaged));
  EXPECT_EQ(scene.state().reports.back().head.event, MoAppCrash);
  scene.hangs();
  scene.must(CloseHung{.process = on(main_process)});
  EXPECT_EQ(scene.state().reports.back().head.event, AppHang);
  EXPECT_EQ(scene.state().reports.back().head.thread, no_thread);
  EXPECT_EQ(scene.state().reports.back().head.id, ReportId{2});
}

TEST(AReport, HoldsAHeapDumpWhenMoreDataIsRequested) {
  WorldSpec world;
  world.additionalDataRequested = true;
  world.forceQueue = true;
  Scene scene{documented_profile(), world};
  const Report& report = crash(scene);
  EXPECT_EQ(report.dumps[0].kind, DumpKind::heap);
  EXPECT_EQ(report.dumps[0].mask, AccessMask{heap_dump_mask});
  EXPECT_TRUE(report.flags.queued);
}

TEST(AReport, TakesMoreOfAThreadThatIsNamedAndLive) {
  Scene scene;
  scene.child({.threads = {2}});
  scene.must(registers(1004, 0x10008));
  const Report& report = crash(scene);
  EXPECT_EQ(report.dumps[0].mask, AccessMask{mini_dump_mask});
  EXPECT_EQ(report.dumps[1].kind, DumpKind::triage);
  EXPECT_EQ(report.dumps[1].mask, AccessMask{triage_dump_mask_with_thread});
  EXPECT_EQ(report.dumps[1].extra_thread, Tid{0x10008});
  EXPECT_EQ(report.dumps[1].threads, (Small<Tid, 2>{Tid{0x10004}, Tid{0x10008}}));
}

TEST(AReport, HasNoTriageDumpsForAHangUnlessTheProfileSaysSo) {
  for (const auto option : {AdditionalProcessHang::crash_only, AdditionalProcessHang::crash_and_hang}) {
    Scene scene{documented_profile().with(choice::additional_process_hang, option)};
    after({registers(1000), registers(40)})(scene);
    scene.hangs();
    scene.must(CloseHung{.process = on(main_process)});
    const Report& report = scene.state().reports[0];
    const bool both = option == AdditionalProcessHang::crash_and_hang;
    EXPECT_EQ(report.dumps.size(), both ? 2U : 1U);
    EXPECT_EQ(report.not_collected.size(), both ? 1U : 0U);
  }
}

TEST(AReport, LeavesOutWhatIsNotDumpable) {
  Scene scene;
  scene.child({.protected_ = {true}});
  scene.must(registers(1004));
  EXPECT_EQ(missed(crash(scene)), (std::vector<Missed>{{1004, NotCollected::access_denied}}));
}

TEST(AReport, SkipsTheOwnPidWithoutANoteUnderAcceptNoDump) {
  Scene scene{documented_profile().with(choice::additional_process_self, AdditionalProcessSelf::accept_no_dump)};
  scene.must(registers(1000));
  const Report& report = crash(scene);
  EXPECT_EQ(report.dumps.size(), 1U);
  EXPECT_TRUE(report.not_collected.empty());
}

TEST(AReport, ConsumesNothing) {
  Scene scene;
  scene.must(registers(1000));
  const Wer before = scene.main()->wer;
  crash(scene);
  EXPECT_TRUE(scene.main()->wer == before);
}

}  // namespace
}  // namespace procreg::model
