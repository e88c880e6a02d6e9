// What runtime exception modules make of a crash (wer.md 4.7, WER-REP-20 to WER-REP-29).
#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "impl/world_fixture.h"

namespace procreg::impl {
namespace {

using enum CallbackDeed;
using Outcomes = std::vector<ModuleOutcome>;
using Pairs = std::vector<std::pair<std::u16string, std::u16string>>;

class ReportModulesTest : public testing::Test, public TestWorld {
 protected:
  TextRef ref(std::u16string_view name) { return tables().text(name); }
  // A module that claims the event `event`.
  ModuleBehaviour claiming(std::u16string_view dll, std::vector<ModuleSignature> signatures = {}) {
    const auto count = static_cast<std::uint32_t>(signatures.size());
    return {.dll = ref(dll), .claims = ref(u"event"), .count = count, .signatures = std::move(signatures)};
  }
  ModuleSignature signature(std::u16string_view name, CallbackDeed deed = succeeds) {
    return {deed, ref(name), ref(u"value")};
  }
  // A world in which all of them are allowed; main registers them in this order, and then `last.dll`, which declines.
  void begin_with(const std::vector<ModuleBehaviour>& behaviours, WorldSpec spec = {}) {
    for (const ModuleBehaviour& behaviour : behaviours) spec.helperModules.push_back(behaviour.dll);
    spec.helperModules.push_back(ref(u"last.dll"));
    spec.moduleBehaviours = behaviours;
    begin_again(spec);
    for (const ModuleBehaviour& behaviour : behaviours) add_module(main, {behaviour.dll}, 7);
    add_module(main, text(u"last.dll"));
  }
  Outcomes outcomes(std::size_t of = 0) {
    Outcomes all;
    for (const ReportedModule& module : report(of).modules) all.push_back(module.outcome);
    return all;
  }
  Pairs signatures() {
    Pairs all;
    for (const SignatureEntry& entry : report(0).signature)
      all.emplace_back(tables().at(entry.name), tables().at(entry.value));
    return all;
  }
  void expect_default_event() {
    EXPECT_EQ(report(0).head.event, APPCRASH);
    EXPECT_TRUE(report(0).signature.empty());
    EXPECT_EQ(report(0).debugger.custom, std::nullopt);
    EXPECT_FALSE(report(0).debugger.automatic);
  }
};

TEST_F(ReportModulesTest, OneThatTheRegistryDoesNotListIsPassedOver) {
  begin_again({.moduleBehaviours = {claiming(u"a.dll")}});
  add_module(main, text(u"a.dll"), 7);
  crash(main);
  EXPECT_EQ(outcomes(), Outcomes{ModuleOutcome::not_listed});
  EXPECT_EQ(report(0).modules[0].dll, ref(u"a.dll"));
  EXPECT_EQ(report(0).modules[0].context, Address{7});
  expect_default_event();
}

TEST_F(ReportModulesTest, ThoseThatDoNotClaimLetTheNextOneTry) {
  begin_with({{.dll = ref(u"a"), .loadable = false, .claims = ref(u"event")},
              {.dll = ref(u"b"), .event = fails, .claims = ref(u"event")},
              {.dll = ref(u"c"), .custom = ref(u"debugger"), .automatic = true}});
  crash(main);
  EXPECT_EQ(outcomes(), (Outcomes{ModuleOutcome::load_failed, ModuleOutcome::failed, ModuleOutcome::declined,
                                  ModuleOutcome::declined}));
  expect_default_event();
}

TEST_F(ReportModulesTest, TheFirstThatClaimsGivesEventSignatureAndDebugger) {
  ModuleBehaviour first = claiming(u"a", {signature(u"one"), signature(u"two")});
  first.custom = ref(u"debugger");
  first.automatic = true;
  ModuleBehaviour second = claiming(u"b");
  second.claims = ref(u"other event");
  begin_with({first, second});
  crash(main);
  EXPECT_EQ(outcomes(), (Outcomes{ModuleOutcome::claimed, ModuleOutcome::not_run, ModuleOutcome::not_run}));
  EXPECT_EQ(report(0).head.event, ref(u"event"));
  EXPECT_EQ(signatures(), (Pairs{{u"one", u"value"}, {u"two", u"value"}}));
  EXPECT_EQ(report(0).debugger.custom, ref(u"debugger"));
  EXPECT_TRUE(report(0).debugger.automatic);
}

TEST_F(ReportModulesTest, TenSignatureParametersAreAskedForAtMost) {
  ModuleBehaviour module = claiming(u"a", std::vector<ModuleSignature>(11, signature(u"n")));
  module.signatures[10].deed = fails;
  begin_with({module});
  crash(main);
  EXPECT_EQ(signatures().size(), 10U);
  module.count = 4;
  begin_with({module});
  crash(main);
  EXPECT_EQ(signatures().size(), 4U);
}

TEST_F(ReportModulesTest, AClaimWithoutSignatureIsAClaim) {
  begin_with({claiming(u"a")});
  crash(main);
  EXPECT_EQ(outcomes()[0], ModuleOutcome::claimed);
  EXPECT_EQ(report(0).head.event, ref(u"event"));
  EXPECT_TRUE(signatures().empty());
}

TEST_F(ReportModulesTest, AFailureAfterTheClaimRevertsEverythingAndEndsTheAsking) {
  ModuleBehaviour bad_signature = claiming(u"a", {signature(u"one"), signature(u"two", fails)});
  bad_signature.debugger = terminates;  // is not asked for any more
  ModuleBehaviour bad_debugger = claiming(u"a", {signature(u"one")});
  bad_debugger.debugger = fails;
  bad_debugger.custom = ref(u"debugger");
  for (const ModuleBehaviour& behaviour : {bad_signature, bad_debugger}) {
    begin_with({behaviour, claiming(u"b")});
    crash(main);
    EXPECT_EQ(outcomes(), (Outcomes{ModuleOutcome::failed, ModuleOutcome::not_run, ModuleOutcome::not_run}));
    expect_default_event();
  }
}

TEST_F(ReportModulesTest, AnyCallbackMayEndTheProcessAndNothingIsCollected) {
  ModuleBehaviour in_event{.dll = ref(u"a"), .event = terminates, .claims = ref(u"event")};
  ModuleBehaviour in_signature = claiming(u"a", {signature(u"one"), signature(u"two", terminates)});
  ModuleBehaviour in_debugger = claiming(u"a", {signature(u"one")});
  in_debugger.debugger = terminates;
  for (const ModuleBehaviour& behaviour : {in_event, in_signature, in_debugger}) {
    begin_with({behaviour}, {.existingFiles = {ref(u"c:\\f")}, .additionalDataRequested = true});
    const Made watcher = create();
    open(watcher.key, main_pid, PROCESS_QUERY_LIMITED_INFORMATION);
    add_file(main, text(u"c:\\f"), 2, 1);
    set_recovery(main);
    set_restart(main, text(u"again"));
    advance(restart_life_ms);
    EXPECT_EQ(crash(main), applied);
    EXPECT_EQ(state(main), ProcessState::Exited);
    EXPECT_EQ(exit_code(watcher.key, HandleValue{4}).out[0], crash_exit_code);
    EXPECT_EQ(reports(), 0U);
    EXPECT_EQ(world().calls().collector.existing_files().files().size(), 1U);
    EXPECT_EQ(process({MachineIndex{}, ObjectId{3}}), nullptr);
    crash(watcher.key);
    EXPECT_EQ(report(0).head.id, ReportId{1});
  }
}

TEST_F(ReportModulesTest, AModuleThatWasAskedBeforeOneThatEndsTheProcessLeavesNothing) {
  begin_with({{.dll = ref(u"a")}, {.dll = ref(u"b"), .event = terminates}});
  result(to<StopAnswering>(main));
  EXPECT_EQ(crash(main), applied);
  EXPECT_EQ(process(main), nullptr);
  EXPECT_EQ(advance(hung_after_ms + 1), applied);
  EXPECT_EQ(reports(), 0U);
}

TEST_F(ReportModulesTest, AHangAsksNone) {
  begin_with({{.dll = ref(u"a"), .event = terminates}, claiming(u"b")});
  hang(main);
  EXPECT_EQ(outcomes(), (Outcomes{ModuleOutcome::not_run, ModuleOutcome::not_run, ModuleOutcome::not_run}));
  EXPECT_EQ(report(0).head.event, AppHang);
}

TEST_F(ReportModulesTest, NamesAreMatchedInAnyCaseOfTheLettersAToZ) {
  begin_again({.helperModules = {ref(u"C:\\Helper.DLL"), ref(u"c:\\helper.dll"), ref(u"\u00C4")},
               .moduleBehaviours = {claiming(u"c:\\HELPER.dll")}});
  add_module(main, text(u"\u00E4"));
  add_module(main, text(u"c:\\hElPeR.dll"));
  crash(main);
  EXPECT_EQ(outcomes(), (Outcomes{ModuleOutcome::not_listed, ModuleOutcome::claimed}));
}

TEST_F(ReportModulesTest, OneDllIsAskedOnceForEachContext) {
  begin_again({.helperModules = {ref(u"a")}});
  for (const std::uint64_t context : {1U, 2U}) add_module(main, text(u"a"), context);
  crash(main);
  EXPECT_EQ(outcomes(), (Outcomes{ModuleOutcome::declined, ModuleOutcome::declined}));
}

}  // namespace
}  // namespace procreg::impl
