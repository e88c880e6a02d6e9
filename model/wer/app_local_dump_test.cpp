#include "model/scene_test.h"

namespace procreg::model {
namespace {

using enum Hresult;

constexpr ProcessKey second_process = process_key(2);

// Both processes belong to one package.
struct Packaged {
  Tables tables{};
  TextRef path{tables.text(u"Dumps")};
  TextRef other_path{tables.text(u"Other")};
  WorldSpec world{};

  Packaged() {
    const TextRef package = tables.text(u"app");
    world.processes[0].package = package;
    world.processes.push_back({.name = 2, .package = package});
  }
  TextIn text(std::u16string_view text) { return text_in(tables.text(text)); }
};

WerRegisterAppLocalDump registers(TextIn path, ProcessKey key = main_process) {
  return {.by = by(key), .localAppDataRelativePath = path};
}
WerUnregisterAppLocalDump unregisters(ProcessKey key = main_process) { return {.by = by(key)}; }

std::optional<TextRef> reported_path(const Scene& scene) {
  const auto& dump = scene.state().reports.back().app_local_dump;
  return dump.has_value() ? std::optional{dump->path} : std::nullopt;
}

TEST(AppLocalDumpCalls, AreDecidedByTheirClauses) {
  Packaged packaged;
  const auto row = [&](Clause clause, Before before, const Step& step, Result result,
                       const Profile& profile = documented_profile()) {
    return Row{clause, std::move(before), step, result, profile, packaged.world, packaged.tables};
  };
  const TextIn fits = packaged.text(std::u16string(63, u'a'));
  const TextIn long_path = packaged.text(std::u16string(64, u'a'));
  const TextIn path = text_in(packaged.path);
  const Profile documented = documented_profile();
  expect_rows({
      row("WER-ALD-01", nothing, registers(null_text), E_INVALIDARG),
      row("WER-ALD-02", nothing, registers(long_path), E_INVALIDARG),
      row("WER-ALD-02", nothing, registers(long_path), E_INVALIDARG, windows11_profile()),
      row("WER-ALL-47", nothing, registers(fits), S_OK, windows11_profile()),
      row("WER-ALL-47", recovering, registers(path), S_OK),
      row("WER-ALL-47", recovering, registers(path), WER_E_INVALID_STATE,
          documented.with(choice::app_local_dump_in_recovery, AppLocalDumpInRecovery::invalid_state)),
      row("WER-ALL-47", recovering, unregisters(), WER_E_INVALID_STATE,
          documented.with(choice::app_local_dump_in_recovery, AppLocalDumpInRecovery::invalid_state)),
      row("WER-ALL-47", crashed_with_calls, registers(path), WER_E_INVALID_STATE,
          documented.with(choice::calls_while_crashed, CallsWhileCrashed::invalid_state)),
      row("WER-ALD-01", crashed_with_calls, registers(null_text), E_INVALIDARG,
          documented.with(choice::calls_while_crashed, CallsWhileCrashed::invalid_state)),
      row("WER-ALL-47", crashed_with_calls, registers(null_text), WER_E_INVALID_STATE,
          documented.with(choice::calls_while_crashed, CallsWhileCrashed::invalid_state)
              .with(choice::argument_vs_state_order, ArgumentVsStateOrder::state_first)),
      row("WER-ALD-05", after({registers(path)}), registers(text_in(packaged.other_path)), S_OK),
      row("WER-ALD-06", after({registers(path)}), unregisters(), S_OK),
      row("WER-ALD-07", nothing, unregisters(), S_OK),
      row("WER-ALD-07", after({registers(path), unregisters()}), unregisters(), WER_E_NOT_FOUND,
          documented.with(choice::app_local_dump_unregister_none, AppLocalDumpUnregisterNone::not_found)),
  });
}

TEST(AnAppLocalDump, NeedsAPackageWithAFolderThatIsUsable) {
  Packaged packaged;
  WorldSpec unusable = packaged.world;
  unusable.processes[0].localFolderUsable = false;
  WorldSpec unpackaged;
  unpackaged.processes[0].localFolderUsable = true;
  for (const WorldSpec& world : {unusable, unpackaged}) {
    expect_rows({{"WER-ALD-03", nothing, registers(text_in(packaged.path)), WER_E_INVALID_STATE, documented_profile(),
                  world, packaged.tables}});
  }
}

TEST(AnAppLocalDump, IsReplacedAndListedAgainAsTheLast) {
  Packaged packaged;
  Scene scene{documented_profile(), packaged.world, packaged.tables};
  after({registers(text_in(packaged.path)), registers(text_in(packaged.path), second_process)})(scene);
  EXPECT_EQ(scene.machine().app_local_dumps, (AppLocalDumps{ObjectId{1}, ObjectId{2}}));
  scene.must(registers(text_in(packaged.other_path)));
  EXPECT_EQ(scene.main()->wer.app_local_dump, packaged.other_path);
  EXPECT_EQ(scene.machine().app_local_dumps, (AppLocalDumps{ObjectId{2}, ObjectId{1}}));
  scene.must(unregisters());
  EXPECT_FALSE(scene.main()->wer.app_local_dump.has_value());
  EXPECT_TRUE(scene.main()->wer.storage_exists);
  scene.must(ExitProcess{.by = by(second_process)});
  EXPECT_TRUE(scene.machine().app_local_dumps.empty());
}

TEST(AnAppLocalDump, IsStoredAsItIsGiven) {
  Packaged packaged;
  for (const std::u16string_view path : {u"", u"C:\\x", u"//x", u"..\\x"}) {
    const TextIn text = packaged.text(path);
    Scene scene{documented_profile(), packaged.world, packaged.tables};
    const Ruling& ruling = scene.perform(registers(text));
    EXPECT_TRUE(applied_by(ruling, "WER-ALD-04"));
    EXPECT_EQ(scene.main()->wer.app_local_dump, text.value);
  }
}

TEST(AnAppLocalDump, IsReportedWithThePrimaryDumpsKind) {
  Packaged packaged;
  packaged.world.additionalDataRequested = true;
  Scene scene{documented_profile(), packaged.world, packaged.tables};
  scene.must(registers(text_in(packaged.path)));
  scene.must(WerRegisterAdditionalProcess{.by = by(main_process), .processId = pid(1004)});
  EXPECT_TRUE(applied_by(scene.perform(Crash{.process = on(main_process)}), "WER-AP-31"));
  EXPECT_EQ(reported_path(scene), packaged.path);
  EXPECT_EQ(scene.state().reports[0].app_local_dump->kind, DumpKind::heap);
}

TEST(AnAppLocalDump, IsMadeForCrashesUnlessOnlyHangsCount) {
  Packaged packaged;
  for (const auto trigger : {AppLocalDumpTrigger::crash_and_hang, AppLocalDumpTrigger::hang_only}) {
    Scene scene{documented_profile().with(choice::app_local_dump_trigger, trigger), packaged.world, packaged.tables};
    after({registers(text_in(packaged.path)), registers(text_in(packaged.path), second_process)})(scene);
    scene.crashes();
    EXPECT_EQ(reported_path(scene).has_value(), trigger == AppLocalDumpTrigger::crash_and_hang);
    scene.hangs(second_process);
    scene.must(CloseHung{.process = on(second_process)});
    EXPECT_EQ(reported_path(scene), packaged.path);
  }
}

TEST(AnAppLocalDump, OfAnotherProcessOfThePackageCountsUnderPackage) {
  Packaged packaged;
  packaged.world.processes.push_back({.name = 3, .package = packaged.world.processes[0].package});
  for (const auto scope : {AppLocalDumpScope::calling_process, AppLocalDumpScope::package}) {
    Scene scene{documented_profile().with(choice::app_local_dump_scope, scope), packaged.world, packaged.tables};
    after({registers(text_in(packaged.other_path), second_process), registers(text_in(packaged.path), process_key(3)),
           registers(text_in(packaged.other_path), second_process)})(scene);
    scene.crashes();
    const bool package = scope == AppLocalDumpScope::package;
    EXPECT_EQ(reported_path(scene), package ? std::optional{packaged.other_path} : std::nullopt);
  }
}

TEST(AnAppLocalDump, OfItsOwnIsPreferredToThatOfThePackage) {
  Packaged packaged;
  Scene scene{documented_profile(), packaged.world, packaged.tables};
  after({registers(text_in(packaged.path)), registers(text_in(packaged.other_path), second_process)})(scene);
  scene.crashes();
  EXPECT_EQ(reported_path(scene), packaged.path);
}

TEST(AnAppLocalDump, OfAnotherPackageDoesNotCount) {
  Packaged packaged;
  packaged.world.processes[1].package = packaged.tables.text(u"other app");
  Scene scene{documented_profile(), packaged.world, packaged.tables};
  scene.must(registers(text_in(packaged.other_path), second_process));
  scene.crashes();
  EXPECT_EQ(reported_path(scene), std::nullopt);
}

}  // namespace
}  // namespace procreg::model
