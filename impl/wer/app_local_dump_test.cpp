// WerRegisterAppLocalDump and WerUnregisterAppLocalDump (wer.md 4.6).
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "impl/world_fixture.h"

namespace procreg::impl {
namespace {

constexpr Result ok{Hresult::S_OK};
constexpr Result bad_argument{Hresult::E_INVALIDARG};
constexpr Result bad_state{Hresult::WER_E_INVALID_STATE};
constexpr Result not_found{Hresult::WER_E_NOT_FOUND};

class AppLocalDumpTest : public testing::Test, public TestWorld {
 protected:
  // Object ids of those that have registered, in the order of their last registration.
  std::vector<std::uint64_t> registered() {
    std::vector<std::uint64_t> all;
    const AppLocalDumps& dumps = world().calls().app_local_dumps;
    for (const Process* p = dumps.first({}); p != nullptr; p = p->next_dumping)
      all.push_back(number(p->identity.key.object));
    EXPECT_EQ(all.size(), dumps.size({}));
    return all;
  }
  Made create_app() { return create(main, {.package = {default_user}}); }
  void into_recovery(ProcessKey process) {
    set_recovery(process);
    crash(process);
    close_crashed(process);
  }
};

TEST_F(AppLocalDumpTest, APathMayHave63Characters) {
  const Made app = create_app();
  EXPECT_EQ(add_app_local_dump(app.key, text(std::u16string(63, u'a'))), ok);
  EXPECT_EQ(add_app_local_dump(app.key, text(std::u16string(64, u'a'))), bad_argument);
  EXPECT_EQ(add_app_local_dump(app.key, {}), bad_argument);
  EXPECT_EQ(process(app.key)->block->app_local_dump, tables().text(std::u16string(63, u'a')));
  EXPECT_EQ(add_app_local_dump(app.key, text(u"")), ok);
  EXPECT_EQ(process(app.key)->block->app_local_dump, empty_text);
}

TEST_F(AppLocalDumpTest, ACallerThatCannotStoreDumpsIsRefused) {
  const Made unusable = create(main, {.package = {default_user}, .localFolderUsable = {false}});
  const Made unpackaged = create(main, {.localFolderUsable = {true}});
  for (const ProcessKey caller : {main, unusable.key, unpackaged.key}) {
    EXPECT_EQ(add_app_local_dump(caller, text(u"a")), bad_state);
    EXPECT_EQ(add_app_local_dump(caller, {}), bad_argument);
    EXPECT_EQ(process(caller)->block, nullptr);
  }
  begin_again({}, with(choice::argument_vs_state_order, ArgumentVsStateOrder::state_first));
  EXPECT_EQ(add_app_local_dump(main, {}), bad_state);
}

TEST_F(AppLocalDumpTest, UnregisteringNothingAnswersByChoiceAndMakesNoStorage) {
  for (const auto option : {AppLocalDumpUnregisterNone::success, AppLocalDumpUnregisterNone::not_found}) {
    begin_again({}, with(choice::app_local_dump_unregister_none, option));
    const Result none = option == AppLocalDumpUnregisterNone::success ? ok : not_found;
    const Made app = create_app();
    EXPECT_EQ(remove_app_local_dump(main), none);
    EXPECT_EQ(remove_app_local_dump(app.key), none);
    EXPECT_EQ(process(app.key)->block, nullptr);
    EXPECT_EQ(add_app_local_dump(app.key, text(u"a")), ok);
    EXPECT_EQ(remove_app_local_dump(app.key), ok);
    EXPECT_EQ(remove_app_local_dump(app.key), none);
    EXPECT_NE(process(app.key)->block, nullptr);
  }
}

TEST_F(AppLocalDumpTest, InRecoveryIsAChoice) {
  for (const auto option : {AppLocalDumpInRecovery::allowed, AppLocalDumpInRecovery::invalid_state}) {
    begin_again({}, with(choice::app_local_dump_in_recovery, option));
    const Made app = create_app();
    into_recovery(app.key);
    const Result expected = option == AppLocalDumpInRecovery::allowed ? ok : bad_state;
    EXPECT_EQ(add_app_local_dump(app.key, text(u"a")), expected);
    EXPECT_EQ(remove_app_local_dump(app.key), expected);
  }
}

TEST_F(AppLocalDumpTest, WhileCrashedIsAChoice) {
  for (const auto option : {CallsWhileCrashed::as_running, CallsWhileCrashed::invalid_state}) {
    begin_again({}, with(choice::calls_while_crashed, option));
    const Made app = create_app();
    set_flags(app.key, 0x4);
    crash(app.key);
    const Result expected = option == CallsWhileCrashed::as_running ? ok : bad_state;
    EXPECT_EQ(add_app_local_dump(app.key, text(u"a")), expected);
    EXPECT_EQ(remove_app_local_dump(app.key), expected);
  }
}

TEST_F(AppLocalDumpTest, NeedsNoHeap) {
  const Made app = create_app();
  result(to(app.key, SetHeapCapacity{.n = {0}}));
  result(to(app.key, FailAllocation{.n = Countdown{1}}));
  EXPECT_EQ(add_app_local_dump(app.key, text(u"a")), ok);
  EXPECT_EQ(process(app.key)->heap.countdowns().left(0), 1U);
}

TEST_F(AppLocalDumpTest, TheMachineKnowsWhoRegisteredLast) {
  std::vector<ProcessKey> apps;
  for (int i = 0; i < 3; ++i) apps.push_back(create_app().key);
  for (const ProcessKey app : apps) add_app_local_dump(app, text(u"a"));
  EXPECT_EQ(registered(), (std::vector<std::uint64_t>{2, 3, 4}));
  add_app_local_dump(apps[1], text(u"a"));
  add_app_local_dump(apps[1], text(u"b"));
  EXPECT_EQ(registered(), (std::vector<std::uint64_t>{2, 4, 3}));
  add_app_local_dump(apps[0], text(u"b"));
  EXPECT_EQ(registered(), (std::vector<std::uint64_t>{4, 3, 2}));
  remove_app_local_dump(apps[1]);
  EXPECT_EQ(registered(), (std::vector<std::uint64_t>{4, 2}));
  exit(apps[0]);
  EXPECT_EQ(registered(), std::vector<std::uint64_t>{4});
  add_app_local_dump(apps[1], text(u"b"));
  exit(apps[2]);
  EXPECT_EQ(registered(), std::vector<std::uint64_t>{3});
}

}  // namespace
}  // namespace procreg::impl
