#include <procreg/testing.h>

#include <gtest/gtest-spi.h>

namespace {

using procreg::testing::Report;
using procreg::testing::ReportHasDumpOf;
using procreg::testing::ReportHasFile;
using procreg::testing::ReportHasMetadata;
using procreg::testing::Returns;
using procreg::testing::utf8;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// What a matcher that fails tells.
template <class T, class Matcher>
std::string failure(const T& value, const Matcher& matcher) {
  const ::testing::Matcher<const T&> typed = ::testing::SafeMatcherCast<const T&>(matcher);
  ::testing::StringMatchResultListener why;
  if (typed.MatchAndExplain(value, &why)) return "it matches";
  std::ostringstream text;
  typed.DescribeTo(&text);
  return text.str() + " | " + ::testing::PrintToString(value) + " | " + why.str();
}

class World : public procreg::testing::WorldTest {
 protected:
  void report_of_all() {
    const PCWSTR existing[] = {u"C:\\app.log"};
    procreg_world_spec spec{};
    spec.existing_files = existing;
    spec.existing_file_count = 1;
    spec.additional_data_requested = 1;
    begin(spec);
    spawn("worker");
    ASSERT_THAT(WerRegisterAdditionalProcess(pid("worker"), 0), Returns(S_OK));
    ASSERT_THAT(WerRegisterFile(u"C:\\app.log", WerRegFileTypeOther, 0), Returns(S_OK));
    ASSERT_THAT(WerRegisterFile(u"C:\\none.log", WerRegFileTypeOther, 0), Returns(S_OK));
    ASSERT_THAT(WerRegisterCustomMetadata(u"build", u"7"), Returns(S_OK));
    ASSERT_THAT(WerRegisterAdditionalProcess(4000, 0), Returns(S_OK));
    crash("main");
  }
};

TEST_F(World, GivesEachTestAProcess) {
  EXPECT_EQ(pid("main"), 1000U);
  EXPECT_EQ(GetCurrentProcessId(), 1000U);
  EXPECT_EQ(reports(), 0U);
  EXPECT_FALSE(report());
}

TEST_F(World, SeesWhatAReportHas) {
  report_of_all();
  EXPECT_THAT(report(), AllOf(ReportHasDumpOf("main"), ReportHasDumpOf("worker"), Not(ReportHasDumpOf("nobody"))));
  EXPECT_THAT(report(), ReportHasDumpOf("worker", PROCREG_TRIAGE_DUMP));
  EXPECT_THAT(report(), ReportHasFile(u"C:\\app.log"));
  EXPECT_THAT(report(), ReportHasFile(u"C:\\none.log", PROCREG_FILE_MISSING));
  EXPECT_THAT(report(), ReportHasMetadata(u"build", u"7"));
}

TEST_F(World, TellsWhatAReportHasInstead) {
  report_of_all();
  EXPECT_EQ(failure(report(), ReportHasDumpOf("w2")),
            "has a dump of w2 | the report of a crash of main, with\n"
            "  dumps of main (heap), worker (triage)\n"
            "  files C:\\app.log (added), C:\\none.log (missing)\n"
            "  metadata build=7\n"
            "  not collected 4000 (missing) | ");
  EXPECT_THAT(failure(report(), ReportHasDumpOf("worker", PROCREG_HEAP_DUMP)),
              AllOf(HasSubstr("has a heap dump of worker"), HasSubstr("whose dump of worker is a triage dump")));
  EXPECT_THAT(failure(report(), ReportHasFile(u"C:\\none.log")),
              AllOf(HasSubstr("has the file C:\\none.log (added)"), HasSubstr("whose file is missing")));
  EXPECT_THAT(failure(report(), ReportHasMetadata(u"build", u"8")), HasSubstr("whose build is 7"));
}

TEST_F(World, TellsThatThereIsNoReport) {
  EXPECT_EQ(failure(report(), ReportHasDumpOf("main")), "has a dump of main | no report | ");
  EXPECT_EQ(failure(report(), ReportHasFile(u"C:\\a")), "has the file C:\\a (added) | no report | ");
}

TEST_F(World, NamesTheCodeThatWasReturned) {
  EXPECT_THAT(failure(WerUnregisterAdditionalProcess(4000), Returns(S_OK)), HasSubstr("is S_OK | "));
  EXPECT_THAT(failure(WerUnregisterAdditionalProcess(4000), Returns(S_OK)), HasSubstr("which is WER_E_NOT_FOUND"));
  unload_filter();
  GUID id{1, 2, 3, {}};
  const DWORD expected = ERROR_SUCCESS;
  EXPECT_THAT(failure(RegisterAppInstance(GetCurrentProcess(), &id, TRUE), Returns(expected)),
              HasSubstr("is ERROR_SUCCESS | "));
}

TEST_F(World, FailsATestInWhichSomethingCannotHappen) {
  EXPECT_NONFATAL_FAILURE(crash("nobody"), "Crash of nobody is not applicable");
  EXPECT_NONFATAL_FAILURE(fail_allocation("main", 0), "FailAllocation of main is unusable: a countdown begins at 1");
  EXPECT_NONFATAL_FAILURE(spawn("main"), "main cannot be created: the name main is taken");
}

TEST_F(World, GoesThroughAHangAndARestart) {
  advance(60001);
  ASSERT_THAT(RegisterApplicationRestart(u"app.exe -again", 0), Returns(S_OK));
  hang("main");
  EXPECT_EQ(report()->cause, PROCREG_CAUSE_HANG);
  let_close("main");
  EXPECT_EQ(state("main"), PROCREG_EXITED);
  EXPECT_EQ(utf8(report()->restarted_command_line), "app.exe -again");
  become("main.restarted1");
  EXPECT_EQ(GetCurrentProcessId(), report()->restarted_pid);
}

TEST(Utf8, KnowsAllPlanesAndHalves) {
  EXPECT_EQ(utf8(std::u16string_view{u"a\u00e9\u20ac\U0001F600"}), "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
  const char16_t half[] = {0xD800, 0};
  EXPECT_EQ(utf8(std::u16string_view{half}), "\xEF\xBF\xBD");
}

}  // namespace
