#include "model/scene_test.h"

namespace procreg::model {
namespace {

const WerRegisterAdditionalProcess registers{.by = by(main_process), .processId = pid(40)};
const WerRegisterAdditionalProcess bad_call{.by = by(main_process), .processId = pid(0)};

const WerRegisterAdditionalProcess again_with_thread{
    .by = by(main_process), .processId = pid(40), .captureExtraInfoForThreadId = tid(7)};

class FitsTheLayout : public SnapshotVisitor {
  void enter(const SnapNode&, std::size_t) override {}
  void leave(const SnapNode&) override {}
  void element(const SnapNode&, std::size_t) override {}
  void element_end(const SnapNode&) override {}
  void value(const SnapField&, const std::uint64_t*) override {}
  void units(const SnapNode&, std::size_t, const std::uint64_t*) override {}
};

TEST(System, NamesThePartsThatAStepWrote) {
  Scene scene;
  EXPECT_TRUE(scene.perform(registers).changed);
  const auto parts = scene.system().touched().parts();
  EXPECT_EQ(parts, (Small<TouchedPart, 16>{{Part::wer, main_process}}));
  EXPECT_TRUE(scene.perform(again_with_thread).changed);
  const auto fewer = scene.system().touched().parts();
  EXPECT_EQ(fewer, (Small<TouchedPart, 16>{{Part::additional_processes, main_process}}));
  EXPECT_FALSE(scene.perform(again_with_thread).changed) << "what stands there is not written";
  EXPECT_FALSE(scene.perform(bad_call).changed);
  EXPECT_TRUE(scene.system().touched().none());
}

TEST(System, ForgetsEverythingAtAReset) {
  Scene scene;
  const SnapshotWords fresh = scene.snapshot();
  scene.must(registers);
  scene.child();
  scene.system().reset(WorldSpec{}, documented_profile());
  EXPECT_EQ(scene.snapshot(), fresh);
  EXPECT_EQ(scene.system().options_taken(), (std::array<std::uint8_t, choice_count>{}));
}

TEST(System, SaysWhichOptionsWereAskedFor) {
  Scene scene;
  scene.must(registers);
  EXPECT_EQ(scene.system().options_taken()[choice::additional_process_target.index], 1U);
  EXPECT_EQ(scene.system().options_taken()[choice::app_instance_zero_guid.index], 0U);
}

TEST(System, PutsBackWhatAStepWrote) {
  Scene scene;
  const ProcessKey child = scene.child();
  scene.registers_recovery(child);
  const std::vector<Step> steps{
      registers,
      bad_call,
      CreateProcess{.by = by(main_process), .inheritHandles = {true}},
      CreateThread{.process = on(child)},
      ExitProcess{.by = by(child)},
      ExitProcess{.by = by(main_process)},
      Crash{.process = on(child)},
      StopAnswering{.process = on(child)},
      AdvanceTime{.ms = Duration{1}},
      CloseHandle{.by = by(main_process), .hObject = handle(4)},
      CloseHandle{.by = by(main_process), .hObject = handle(64)},
      RegisterAppInstance{.by = by(main_process),
                          .ProcessHandle = handle(current_process),
                          .AppInstanceId = {guid_g},
                          .ChildrenInheritAppInstance = Bool{1}},
      FilterUnload{},
      FailCcfAllocation{},
      FailAllocation{.process = on(child)},
      WerRegisterFile{.by = by(child), .pwzFile = {default_user}, .regFileType = FileType{1}},
      WerUnregisterFile{.by = by(main_process), .pwzFilePath = {default_user}},
      WerRegisterRuntimeExceptionModule{.by = by(main_process), .pwszOutOfProcessCallbackDll = {default_user}},
      WerSetFlags{.by = by(child), .dwFlags = FaultFlags{4}},
      WerGetFlags{.by = by(main_process), .hProcess = handle(4)},
      UnregisterApplicationRecoveryCallback{.by = by(child)}};
  const State before = scene.state();
  for (const Step& step : steps) {
    const bool changed = scene.perform(step).changed;
    EXPECT_EQ(scene.state() == before, !changed) << step;
    scene.system().put_back(before);
    EXPECT_TRUE(scene.state() == before) << step;
  }
}

TEST(System, ForgetsACallerThatIsTakenBack) {
  Scene scene;
  const State before = scene.state();
  const ProcessKey child = scene.child();
  const Touched made = scene.system().touched();
  const WerSetFlags call{.by = by(child), .dwFlags = FaultFlags{4}};
  EXPECT_EQ(scene.does(call), Hresult::S_OK);
  const State with_flags = scene.state();

  Touched both = made;
  both.mark(scene.system().touched());
  scene.system().put_back(before, both);
  EXPECT_EQ(scene.does(call), not_runnable);

  scene.system().become(with_flags);
  EXPECT_EQ(scene.does(call), Hresult::S_OK);
  scene.system().become(before);
  EXPECT_EQ(scene.does(call), not_runnable);
  EXPECT_EQ(scene.child(), child);
  EXPECT_EQ(scene.does(call), Hresult::S_OK);
}

TEST(System, AnswersByTheFirstOptionWhereItIsUnknownAndSaysSo) {
  Scene scene;
  const std::size_t target = choice::additional_process_target.index;
  scene.system().assume(target, unknown_option);
  EXPECT_EQ(scene.does(bad_call), Hresult::E_INVALIDARG);
  EXPECT_EQ(scene.system().asked(), choice_count);
  EXPECT_EQ(scene.does(registers), Hresult::S_OK);
  EXPECT_EQ(scene.system().asked(), target);
  scene.system().assume(target, static_cast<std::uint8_t>(AdditionalProcessTarget::must_exist));
  EXPECT_EQ(scene.does(registers), Hresult::E_INVALIDARG);
  EXPECT_EQ(scene.system().asked(), choice_count);
}

TEST(System, GathersTheClausesOfManySteps) {
  Scene scene;
  scene.system().gather_applied();
  scene.perform(registers);
  const std::size_t after_one = scene.perform(registers).applied.size();
  const AppliedClauses& applied = scene.perform(bad_call).applied;
  EXPECT_EQ(applied.size(), after_one + 1);
  EXPECT_EQ(std::count(applied.begin(), applied.end(), Clause("WER-AP-17")), 0) << "it decides, and does not apply";
  EXPECT_EQ(std::count(applied.begin(), applied.end(), Clause("WER-AP-09")), 1);
}

TEST(ThePureForm, LeavesItsArgumentAloneAndAgreesWithTheSystem) {
  Scene scene;
  const State before = scene.state();
  Choices choices{documented_profile()};
  const Ruled pure = ruled(before, registers, scene.tables(), choices);
  EXPECT_TRUE(before == scene.state());
  const Ruling& ruling = scene.perform(registers);
  EXPECT_EQ(pure.ruling.answer, ruling.answer);
  EXPECT_EQ(pure.ruling.decided, ruling.decided);
  EXPECT_TRUE(pure.next == scene.state());
}

TEST(ACallByNobody, IsNotRunnableAndAnEventToNobodyNotApplicable) {
  expect_rows({
      {"WER-ALL-58", nothing, CloseHandle{}, not_runnable},
      {"WER-ALL-58", nothing, CloseHandle{.by = by(process_key(7))}, not_runnable},
      {"WER-ALL-44", nothing, Crash{}, not_applicable},
      {"WER-ALL-44", nothing, Crash{.process = on(process_key(7))}, not_applicable},
  });
}

void registers_everything_else(Scene& scene) {
  const Caller caller = by(main_process);
  const TextIn text{scene.tables().text(u"text")};
  after(
      {WerRegisterFile{.by = caller, .pwzFile = text, .regFileType = FileType{2}, .dwFlags = Dword{1}},
       WerRegisterMemoryBlock{.by = caller, .pvAddress = Address{0x77}, .dwSize = ByteCount{5}},
       WerRegisterExcludedMemoryBlock{.by = caller, .address = Address{0x88}, .size = ByteCount{6}},
       WerRegisterCustomMetadata{.by = caller, .key = text, .value = text},
       WerRegisterRuntimeExceptionModule{.by = caller, .pwszOutOfProcessCallbackDll = text, .pContext = Address{0x99}},
       WerRegisterAppLocalDump{.by = caller, .localAppDataRelativePath = text},
       RegisterApplicationRestart{.by = caller, .pwzCommandline = text, .dwFlags = Dword{1}},
       WerSetFlags{.by = caller, .dwFlags = FaultFlags{2}},
       WerSetMaxProcessHoldMilliseconds{.by = caller, .dwMilliseconds = Dword{3}}})(scene);
}

WorldSpec packaged() {
  WorldSpec world;
  world.processes[0].package = default_user;
  return world;
}

TEST(ASnapshot, ShowsTheListsInTheirOrder) {
  Scene scene{documented_profile(), packaged()};
  registers_everything_else(scene);
  const std::uint64_t text = scene.tables().text(u"text").index;
  const SnapshotWords words = scene.snapshot();
  const SnapshotWords expected{2, 1,    3,        // flags, hold time
                               1, text, 0,    1,  // app-local dump, recoveryEver, storageExists
                               0, 1,    text, 1,  // recovery, restart
                               1, text, 2,    1,  // files
                               1, 0x77, 5,        // blocks
                               1, 0x88, 6,        // excluded
                               1, text, text,     // metadata
                               1, text, 0x99,     // modules
                               0,                 // processes
                               0, 0,    0};       // CSV volumes, CSV opens, servers
  EXPECT_TRUE(std::equal(expected.rbegin(), expected.rend(), words.rbegin()));
}

// A world with a file and a module that claims.
WorldSpec reporting(Tables& tables) {
  WorldSpec world = packaged();
  const TextRef text = tables.text(u"text");
  ModuleBehaviour module{.dll = text, .claims = text};
  module.count = 1;
  module.signatures = {{.name = text, .value = text}};
  module.custom = text;
  world.existingFiles = {text};
  world.helperModules = {text};
  world.moduleBehaviours = {module};
  world.additionalDataRequested = true;
  return world;
}

TEST(ASnapshot, FitsTheLayoutWithAReportThatHasEverything) {
  Tables tables;
  const WorldSpec world = reporting(tables);
  Scene scene{documented_profile(), world, tables};
  registers_everything_else(scene);
  const TextIn text{tables.text(u"text")};
  scene.must(RegisterApplicationRestart{.by = by(main_process), .pwzCommandline = text});
  scene.must(WerRegisterAdditionalProcess{.by = by(main_process), .processId = pid(40)});
  scene.advance(60000);
  scene.recovers();
  scene.must(ApplicationRecoveryFinished{.by = by(main_process), .bSuccess = Bool{1}});
  const Report& report = scene.state().reports[0];
  EXPECT_TRUE(report.app_local_dump.has_value() && report.recovery.has_value() && report.restarted.has_value());
  EXPECT_TRUE(report.debugger.custom.has_value());
  EXPECT_FALSE(report.signature.empty() || report.modules.empty() || report.not_collected.empty() ||
               report.metadata.empty() || report.files.empty() || report.blocks.empty() || report.excluded.empty());
  FitsTheLayout visitor;
  EXPECT_TRUE(walk(scene.snapshot(), visitor));
}

TEST(AState, ComparesWhatItsWorldSaysOfModulesByValue) {
  Tables tables;
  const WorldSpec world = reporting(tables);
  EXPECT_TRUE(begin(world, tables) == begin(world, tables));
  WorldSpec other = world;
  other.moduleBehaviours[0].automatic = true;
  EXPECT_FALSE(begin(world, tables) == begin(other, tables));
}

TEST(ASnapshot, FitsTheLayoutWithEverythingInIt) {
  Scene scene{documented_profile(), packaged()};
  scene.child({.threads = {2}});
  scene.must(NewObject{.by = by(main_process)});
  scene.must(
      RegisterAppInstance{.by = by(main_process), .ProcessHandle = handle(current_process), .AppInstanceId = {guid_g}});
  scene.must(FailCcfAllocation{.machine = {MachineIndex{0}}, .n = Countdown{1}});
  scene.must(FailAllocation{.process = on(main_process), .n = Countdown{40}});
  scene.must(FailRecoveryApi{.process = on(main_process), .n = Countdown{4}});
  scene.must(registers);
  scene.must(WerRegisterAdditionalProcess{.by = by(main_process), .processId = pid(1004)});
  registers_everything_else(scene);
  scene.recovers();
  FitsTheLayout visitor;
  EXPECT_TRUE(walk(scene.snapshot(), visitor));
}

// Makes a server `name` with two shares, a connection, a locked file and a closed open.
void serves(Scene& scene, const char16_t* name) {
  const RequiredText server{scene.tables().text(name)}, a{scene.tables().text(u"a")}, b{scene.tables().text(u"b")};
  scene.must(SmbServerStart{.server = server});
  scene.must(SmbShare{.server = server, .share = b, .localPath = a});
  scene.must(SmbShare{.server = server, .share = a, .localPath = a});
  scene.must(SmbFileAcl{.server = server, .localFile = b, .user = b, .mask = FileRights{1}});
  scene.must(SmbConnect{.server = server, .dialect = Dialect::smb_3_1_1});
  const ConnectionRef connection{{{server.ref, ConnectionId{1}}, {}}};
  const SmbCreate create{.conn = connection, .share = a, .path = a, .ai = {guid_g}, .av = {VersionPair{1, 2}}};
  const std::uint64_t made = scene.must(create).made;
  OpenRef h{{{.connection = connection.raw, .share = a.ref}, {}}};
  h.raw.durable = made_durable(made);
  h.raw.volatile_ = made_volatile(made);
  scene.must(SmbWrite{.h = h, .bytes = {scene.tables().bytes({1, 2, 3})}});
  scene.must(SmbLock{.h = h, .length = FileLength{1}, .kind = LockKind::exclusive});
  SmbCreate other = create;
  other.path = b;
  scene.must(other);
}

TEST(ASnapshot, FitsTheLayoutWithServersAndVolumes) {
  Scene scene;
  for (const char16_t* name : {u"s2", u"s1"}) serves(scene, name);
  const RequiredText volume{scene.tables().text(u"v")};
  scene.must(CsvVolume{.name = volume});
  scene.must(CsvOpen{.by = by(main_process), .volume = volume});
  scene.must(RegisterAppInstanceVersion{.by = by(main_process), .AppInstanceId = {guid_g}});
  FitsTheLayout visitor;
  EXPECT_TRUE(walk(scene.snapshot(), visitor));
  scene.must(SmbDisconnect{.conn = {{{scene.tables().text(u"s1"), ConnectionId{1}}, {}}}});
  const SnapshotWords words = scene.snapshot();
  EXPECT_TRUE(walk(words, visitor));
  const SnapshotWords log{1, 3, 2, 3};  // of each close: the durable id, disconnect
  EXPECT_NE(std::search(words.begin(), words.end(), log.begin(), log.end()), words.end());
}

TEST(ASnapshot, ShowsMachinesByNameAndKeepsTheirIndices) {
  WorldSpec world;
  world.machines = {{.name = "b"}, {.name = "a"}};
  world.processes = {{.name = 1}, {.name = 2, .machine = MachineIndex{1}}};
  Scene scene{documented_profile(), world};
  EXPECT_EQ(scene.state().machines[0].name_rank, 1U);
  const SnapshotWords words = scene.snapshot();
  EXPECT_EQ(words[4], 2U);  // after now, nextTid and the numbers of existing files and of reports
  EXPECT_EQ(words[5], 1U);
}

TEST(Machines, NumberProcessesApartAndThreadsTogether) {
  WorldSpec world;
  world.machines = {{.name = "a"}, {.name = "b"}};
  world.processes = {{.name = 1}, {.name = 2, .machine = MachineIndex{1}}};
  Scene scene{documented_profile(), world};
  const Process& other = scene.state().machines[1].processes[0];
  EXPECT_EQ(other.birth.object, ObjectId{1});
  EXPECT_EQ(other.birth.pid, Pid{1000});
  EXPECT_EQ(other.threads[0].tid, Tid{0x10004});
  EXPECT_EQ(other.threads[0].object, OtherId{1});
}

}  // namespace
}  // namespace procreg::model
