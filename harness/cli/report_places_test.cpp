#include "harness/cli/report_places.h"

#include <gtest/gtest.h>

namespace procreg::cli {
namespace {

TEST(ReportPlaces, OneRunHasTheFolderForItself) {
  ReportPlaces places{"out", false};
  EXPECT_EQ(places.place("a/x.json", "documented"), "out");
  EXPECT_EQ(places.all(), "out/ReportArchive");
}

TEST(ReportPlaces, SeveralRunsHaveEachTheirOwn) {
  ReportPlaces places{"out", true};
  EXPECT_EQ(places.place("a/x.json", "documented"), "out/x.documented");
  EXPECT_EQ(places.place("a/x.json", "windows11"), "out/x.windows11");
  EXPECT_EQ(places.place("y.json", "documented"), "out/y.documented");
  EXPECT_EQ(places.all(), "out");
}

TEST(ReportPlaces, FilesOfOneStemAreNumbered) {
  ReportPlaces places{"out", true};
  EXPECT_EQ(places.place("x-2.json", "documented"), "out/x-2.documented");
  EXPECT_EQ(places.place("a/x.json", "documented"), "out/x.documented");
  EXPECT_EQ(places.place("b/x.json", "documented"), "out/x-3.documented");
  EXPECT_EQ(places.place("c/x.json", "documented"), "out/x-4.documented");
  EXPECT_EQ(places.place("b/x.json", "windows11"), "out/x-3.windows11");
}

TEST(ReportPlaces, AProfileWithOtherOptionsIsAPlainWord) {
  ReportPlaces places{"out", true};
  EXPECT_EQ(places.place("x.json", "documented with block-overlap=a b/../c=d"),
            "out/x.documented-with-block-overlap=a-b----c=d");
}

TEST(ReportPlaces, ProfilesWhoseNamesComeOutAlikeAreNumbered) {
  ReportPlaces places{"out", true};
  const std::string begins = "documented with " + std::string(100, 'a');
  const std::string as_name = "out/x.documented-with-" + std::string(84, 'a');
  EXPECT_EQ(places.place("x.json", begins + "=b"), as_name);
  EXPECT_EQ(places.place("x.json", begins + "=c"), as_name + "-2");
  EXPECT_EQ(places.place("x.json", begins + "=d"), as_name + "-3");
  EXPECT_EQ(places.place("x.json", begins + "=c"), as_name + "-2");
  EXPECT_EQ(places.place("y.json", "a/b"), "out/y.a-b");
  EXPECT_EQ(places.place("y.json", "a-b-2"), "out/y.a-b-2");
  EXPECT_EQ(places.place("y.json", "a b"), "out/y.a-b-3");
}

TEST(ReportPlaces, LongNamesAreCutBetweenCharacters) {
  ReportPlaces places{"out", true};
  const std::string most(99, 'x');
  EXPECT_EQ(places.place(most + "\xC3\xA4.json", "p"), "out/" + most + ".p");
  EXPECT_EQ(places.place(most + "\xC3\xB6.json", "p"), "out/" + most + "-2.p");
}

}  // namespace
}  // namespace procreg::cli
