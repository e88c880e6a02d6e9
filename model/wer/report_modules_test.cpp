#include "model/scene_test.h"

namespace procreg::model {
namespace {

using enum CallbackDeed;

// Modules a, b and c are registered; the world says how they behave.
struct Modules {
  Tables tables{};
  WorldSpec world{};
  TextRef a{tables.text(u"C:\\a.dll")};
  TextRef b{tables.text(u"C:\\b.dll")};
  TextRef c{tables.text(u"C:\\c.dll")};
  TextRef custom{tables.text(u"event")};

  Modules() { world.helperModules = {a, b, c}; }
  // Claims, with signatures `0`, `1` ...
  ModuleBehaviour claiming(TextRef dll, std::uint32_t count = 0) {
    ModuleBehaviour module{.dll = dll};
    module.claims = custom;
    module.count = count;
    for (char16_t i = 0; i < WER_MAX_PARAM_COUNT; ++i)
      module.signatures.push_back({succeeds, tables.text(std::u16string(1, i)), tables.text(u"value")});
    return module;
  }
  void behaves(const ModuleBehaviour& module) { world.moduleBehaviours.push_back(module); }
};

Scene& registered(Scene& scene, const Modules& modules) {
  std::uint64_t context = 0;
  for (const TextRef dll : {modules.a, modules.b, modules.c}) {
    scene.must(WerRegisterRuntimeExceptionModule{
        .by = by(main_process), .pwszOutOfProcessCallbackDll = text_in(dll), .pContext = Address{++context}});
  }
  return scene;
}

using Outcomes = std::vector<ModuleOutcome>;
Outcomes outcomes(const Report& report) {
  Outcomes list;
  for (const auto& module : report.modules) list.push_back(module.outcome);
  return list;
}

Report crash_with(const Modules& modules) {
  Scene scene{documented_profile(), modules.world, modules.tables};
  registered(scene, modules).crashes();
  return scene.state().reports.at(0);
}

using enum ModuleOutcome;

TEST(TheModulesOfAReport, DeclineWhereTheWorldSaysNothing) {
  const Report report = crash_with({});
  EXPECT_EQ(outcomes(report), (Outcomes{declined, declined, declined}));
  EXPECT_EQ(report.head.event, APPCRASH);
  EXPECT_EQ(report.modules[1].context, Address{2});
}

TEST(TheModulesOfAReport, AreAskedUntilOneClaims) {
  Modules modules;
  modules.behaves(modules.claiming(modules.b, 2));
  const Report report = crash_with(modules);
  EXPECT_EQ(outcomes(report), (Outcomes{declined, claimed, not_run}));
  EXPECT_EQ(report.head.event, modules.custom);
  ASSERT_EQ(report.signature.size(), 2U);
  EXPECT_EQ(report.signature[1].name, modules.tables.text(std::u16string(1, u'\1')));
  EXPECT_FALSE(report.debugger.custom.has_value());
}

TEST(TheModulesOfAReport, GiveAtMostTenSignatures) {
  Modules modules;
  modules.behaves(modules.claiming(modules.a, 4000));
  EXPECT_EQ(crash_with(modules).signature.size(), 10U);
}

TEST(TheModulesOfAReport, ThatAreNotAllowedOrNotLoadableAreLeftOut) {
  Modules modules;
  modules.world.helperModules = {modules.tables.text(u"c:\\B.DLL"), modules.c};
  ModuleBehaviour first = modules.claiming(modules.a);
  ModuleBehaviour second = modules.claiming(modules.b);
  second.loadable = false;
  modules.behaves(first);
  modules.behaves(second);
  EXPECT_EQ(outcomes(crash_with(modules)), (Outcomes{not_listed, load_failed, declined}));
  modules.world.helperModules.clear();
  EXPECT_EQ(outcomes(crash_with(modules)), (Outcomes{not_listed, not_listed, not_listed}));
}

TEST(TheModulesOfAReport, AreFoundInAnyLetterCase) {
  Modules modules;
  modules.behaves(modules.claiming(modules.tables.text(u"c:\\A.DLL")));
  EXPECT_EQ(outcomes(crash_with(modules))[0], claimed);
}

TEST(TheModulesOfAReport, ThatFailInTheirEventCallbackClaimNothing) {
  Modules modules;
  ModuleBehaviour failing = modules.claiming(modules.a);
  failing.event = fails;
  modules.behaves(failing);
  const Report report = crash_with(modules);
  EXPECT_EQ(outcomes(report), (Outcomes{failed, declined, declined}));
  EXPECT_EQ(report.head.event, APPCRASH);
}

TEST(TheModulesOfAReport, MayNameADebugger) {
  Modules modules;
  ModuleBehaviour module = modules.claiming(modules.a);
  module.custom = modules.tables.text(u"dbg");
  module.automatic = true;
  modules.behaves(module);
  const Report report = crash_with(modules);
  EXPECT_EQ(report.debugger.custom, module.custom);
  EXPECT_TRUE(report.debugger.automatic);
}

TEST(TheModulesOfAReport, ThatFailAfterTheirClaimLeaveTheDefaultAndEndTheQuestion) {
  Modules modules;
  ModuleBehaviour bad_signature = modules.claiming(modules.a, 2);
  bad_signature.signatures[1].deed = fails;
  bad_signature.debugger = terminates;  // is not called any more
  ModuleBehaviour bad_debugger = modules.claiming(modules.a, 2);
  bad_debugger.debugger = fails;
  for (const ModuleBehaviour& behaviour : {bad_signature, bad_debugger}) {
    Modules world = modules;
    world.behaves(behaviour);
    world.behaves(world.claiming(world.b));
    const Report report = crash_with(world);
    EXPECT_EQ(outcomes(report), (Outcomes{failed, not_run, not_run}));
    EXPECT_EQ(report.head.event, APPCRASH);
    EXPECT_TRUE(report.signature.empty());
    EXPECT_FALSE(report.debugger.custom.has_value());
  }
}

TEST(TheModulesOfAReport, DoNotRunInAHang) {
  Modules modules;
  modules.behaves(modules.claiming(modules.a));
  Scene scene{documented_profile(), modules.world, modules.tables};
  registered(scene, modules).hangs();
  scene.must(CloseHung{.process = on(main_process)});
  const Report& report = scene.state().reports[0];
  EXPECT_EQ(outcomes(report), (Outcomes{not_run, not_run, not_run}));
  EXPECT_EQ(report.head.event, AppHang);
}

TEST(AModule, MayTerminateTheProcessInAnyOfItsCallbacks) {
  Modules modules;
  ModuleBehaviour in_event{.dll = modules.b, .event = terminates};
  ModuleBehaviour in_signature = modules.claiming(modules.b, 1);
  in_signature.signatures[0].deed = terminates;
  ModuleBehaviour in_debugger = modules.claiming(modules.b);
  in_debugger.debugger = terminates;
  for (const ModuleBehaviour& behaviour : {in_event, in_signature, in_debugger}) {
    Modules world = modules;
    world.behaves(behaviour);
    world.world.additionalDataRequested = true;
    const TextRef file = world.tables.text(u"C:\\x");
    world.world.existingFiles = {file};
    Scene scene{documented_profile(), world.world, world.tables};
    const ProcessKey watching = scene.child();
    registered(scene, world);
    scene.must(WerRegisterFile{
        .by = by(main_process), .pwzFile = text_in(file), .regFileType = FileType{2}, .dwFlags = Dword{1}});
    scene.must(OpenProcess{.by = by(watching), .dwDesiredAccess = PROCESS_ALL_ACCESS, .dwProcessId = pid(1000)});
    const Ruling& ruling = scene.perform(Crash{.process = on(main_process)});
    EXPECT_EQ(ruling.answer.result, applied);
    EXPECT_EQ(ruling.decided, Clause("WER-REP-29"));
    EXPECT_EQ(scene.main()->core.state, ProcessState::Exited);
    EXPECT_EQ(scene.main()->core.exit_code, crash_exit_code);
    EXPECT_TRUE(scene.state().reports.empty());
    EXPECT_EQ(scene.state().existing_files.size(), 1U);
  }
}

}  // namespace
}  // namespace procreg::model
