// Files, metadata and the app-local dump in reports (wer.md 5, WER-ALD-08 to WER-ALD-10).
#include <gtest/gtest.h>

#include <vector>

#include "impl/world_fixture.h"

namespace procreg::impl {
namespace {

using Statuses = std::vector<FileStatus>;
using enum FileStatus;

class ReportContentsTest : public testing::Test, public TestWorld {
 protected:
  TextRef ref(std::u16string_view name) { return tables().text(name); }
  WorldSpec requesting() { return {.additionalDataRequested = true, .userDocumentsRequested = true}; }
  Statuses statuses(std::size_t of = 0) {
    Statuses all;
    for (const ReportedFile& file : report(of).files) all.push_back(file.status);
    return all;
  }
  std::size_t files_left() { return world().calls().collector.existing_files().files().size(); }
};

TEST_F(ReportContentsTest, NothingIsAddedOrDeletedThatIsNotRequested) {
  for (const bool documents : {false, true}) {
    begin_again({.existingFiles = {ref(u"c:\\f")}, .userDocumentsRequested = documents});
    add_file(main, text(u"c:\\f"), 2, 1);
    add_file(main, text(u"c:\\missing"), 1, 1);
    crash(main);
    EXPECT_EQ(statuses(), (Statuses{not_requested, not_requested}));
    EXPECT_EQ(files_left(), 1U);
  }
}

TEST_F(ReportContentsTest, DocumentsOfTheUserWantARequestOfTheirOwn) {
  begin_again({.existingFiles = {ref(u"c:\\f"), ref(u"c:\\g")}, .additionalDataRequested = true});
  add_file(main, text(u"c:\\f"), 1, 1);
  add_file(main, text(u"c:\\g"), 2, 0);
  crash(main);
  EXPECT_EQ(statuses(), (Statuses{not_requested, added}));
  EXPECT_EQ(files_left(), 2U);
}

TEST_F(ReportContentsTest, FilesAreListedAsRegisteredAndMissingWhereTheyDoNotExist) {
  WorldSpec spec = requesting();
  spec.existingFiles = {ref(u"c:\\f"), ref(u"relative"), ref(u"")};
  begin_again(spec);
  add_file(main, text(u"C:\\F"), 1, 2);
  add_file(main, text(u"relative"));
  add_file(main, text(u""));
  add_file(main, text(u"c:\\other"));
  crash(main);
  EXPECT_EQ(statuses(), (Statuses{added, missing, missing, missing}));
  EXPECT_EQ(report(0).files[0].path, ref(u"C:\\F"));
  EXPECT_EQ(report(0).files[0].type, FileType{1});
  EXPECT_EQ(report(0).files[0].flags, 2U);
}

TEST_F(ReportContentsTest, WhatOneReportDeletesIsMissingInTheNext) {
  WorldSpec spec = requesting();
  spec.existingFiles = {ref(u"c:\\f")};
  begin_again(spec);
  const Made other = create();
  const Made third = create();
  add_file(other.key, text(u"C:\\f"));
  add_file(main, text(u"c:\\F"), 1, 3);
  add_file(third.key, text(u"c:\\f"), 2, 1);
  crash(other.key);
  EXPECT_EQ(files_left(), 1U);
  hang(main);
  EXPECT_EQ(files_left(), 0U);
  crash(third.key);
  EXPECT_EQ(statuses(0), Statuses{added});
  EXPECT_EQ(statuses(1), Statuses{added});
  EXPECT_EQ(statuses(2), Statuses{missing});
}

TEST_F(ReportContentsTest, RegistrationsStayAndTheReportStaysWhenTheyChange) {
  add_metadata(main, text(u"a"), text(u"1"));
  add_metadata(main, text(u"b"), text(u"2"));
  add_file(main, text(u"c:\\f"));
  set_flags(main, 0x4);
  crash(main);
  EXPECT_EQ(process(main)->block->metadata.size(), 2U);
  add_metadata(main, text(u"a"), text(u"3"));
  remove_metadata(main, text(u"b"));
  remove_file(main, text(u"c:\\f"));
  ASSERT_EQ(report(0).metadata.size(), 2U);
  EXPECT_EQ(report(0).metadata[0].key, ref(u"a"));
  EXPECT_EQ(report(0).metadata[0].value, ref(u"1"));
  EXPECT_EQ(report(0).metadata[1].key, ref(u"b"));
  EXPECT_EQ(report(0).files.size(), 1U);
}

// --- App-local dumps ---

class AppLocalDumpInReports : public ReportContentsTest {
 protected:
  CreateProcess in_package(std::u16string_view package) { return {.package = {ref(package)}}; }
  void begin_with(AppLocalDumpScope scope) {
    begin_again({}, documented_profile().with(choice::app_local_dump_scope, scope));
  }
  std::optional<TextRef> path(std::size_t of) {
    const auto& dump = report(of).app_local_dump;
    return dump ? std::optional{dump->path} : std::nullopt;
  }
};

TEST_F(AppLocalDumpInReports, HasTheKindOfThePrimaryDump) {
  for (const bool heap : {false, true}) {
    begin_again({.additionalDataRequested = heap});
    const Made app = create(main, in_package(u"p"));
    EXPECT_EQ(add_app_local_dump(app.key, text(u"..\\a")), Result{Hresult::S_OK});
    crash(app.key);
    EXPECT_EQ(path(0), ref(u"..\\a"));
    EXPECT_EQ(report(0).app_local_dump->kind, heap ? DumpKind::heap : DumpKind::mini);
  }
}

TEST_F(AppLocalDumpInReports, CountsForCrashesByChoice) {
  for (const auto trigger : {AppLocalDumpTrigger::crash_and_hang, AppLocalDumpTrigger::hang_only}) {
    begin_again({}, documented_profile().with(choice::app_local_dump_trigger, trigger));
    for (const bool hangs : {true, false}) {
      const Made app = create(main, in_package(u"p"));
      add_app_local_dump(app.key, text(u"a"));
      hangs ? hang(app.key) : crash(app.key);
    }
    EXPECT_EQ(path(0), ref(u"a"));
    EXPECT_EQ(path(1).has_value(), trigger == AppLocalDumpTrigger::crash_and_hang);
  }
}

TEST_F(AppLocalDumpInReports, OfAnotherProcessOfThePackageCountsByChoice) {
  for (const auto scope : {AppLocalDumpScope::calling_process, AppLocalDumpScope::package}) {
    begin_with(scope);
    const Made app = create(main, in_package(u"p"));
    const Made same = create(main, in_package(u"p"));
    const Made stranger = create(main, in_package(u"q"));
    add_app_local_dump(app.key, text(u"a"));
    for (const Made& failing : {same, stranger}) crash(failing.key);
    crash(main);
    EXPECT_EQ(path(0).has_value(), scope == AppLocalDumpScope::package);
    EXPECT_EQ(path(1), std::nullopt);
    EXPECT_EQ(path(2), std::nullopt);
  }
}

TEST_F(AppLocalDumpInReports, ItsOwnComesBeforeThoseOfOthersAndTheLastOfThoseBeforeTheRest) {
  begin_with(AppLocalDumpScope::package);
  std::vector<Made> apps;
  for (int i = 0; i < 5; ++i) apps.push_back(create(main, in_package(u"p")));
  add_app_local_dump(apps[0].key, text(u"0"));
  add_app_local_dump(apps[1].key, text(u"1"));
  add_app_local_dump(apps[2].key, text(u"2"));
  add_app_local_dump(apps[1].key, text(u"again"));
  crash(apps[0].key);
  EXPECT_EQ(path(0), ref(u"0"));
  crash(apps[3].key);
  EXPECT_EQ(path(1), ref(u"again"));
  exit(apps[1].key);
  hang(apps[4].key);
  EXPECT_EQ(path(2), ref(u"2"));
  remove_app_local_dump(apps[2].key);
  crash(apps[2].key);
  EXPECT_EQ(path(3), ref(u"0"));
}

TEST_F(AppLocalDumpInReports, ThoseOfAnotherMachineDoNotCount) {
  WorldSpec spec{.machines = {{.name = "a"}, {.name = "b"}},
                 .processes = {{.package = ref(u"p")}, {.machine = MachineIndex{1}, .package = ref(u"p")}}};
  begin_again(spec, documented_profile().with(choice::app_local_dump_scope, AppLocalDumpScope::package));
  add_app_local_dump({MachineIndex{1}, ObjectId{1}}, text(u"a"));
  crash(main);
  EXPECT_EQ(path(0), std::nullopt);
}

}  // namespace
}  // namespace procreg::impl
