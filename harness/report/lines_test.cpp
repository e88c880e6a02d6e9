#include "harness/report/lines.h"

#include <gtest/gtest.h>

namespace procreg::harness {
namespace {

TEST(Wrapped, BreaksBetweenWordsAndIndentsWhatFollows) {
  EXPECT_EQ(wrapped("one two three four", 4, 9), "one two\n    three\n    four");
}

TEST(Wrapped, FillsALineToItsLastColumn) { EXPECT_EQ(wrapped("one two three", 2, 7), "one two\n  three"); }

TEST(Wrapped, LeavesAWordThatIsTooLongWhole) { EXPECT_EQ(wrapped("a verylongword b", 1, 5), "a\n verylongword\n b"); }

TEST(Wrapped, LeavesNothingAsItIs) { EXPECT_EQ(wrapped("", 4, 9), ""); }

TEST(RowLayout, KeepsTheTextInAColumnOfItsOwn) {
  constexpr RowLayout row{.indent = 2, .label = 5, .width = 9};
  EXPECT_EQ(row("a", "one two three"), "  a    one two\n       three\n");
  EXPECT_EQ(row("", "one"), "       one\n");
  EXPECT_EQ((RowLayout{.label = 3, .width = 9})("label", "one"), "labelone\n");
}

TEST(Listed, SaysHowManyAreLeftOut) {
  const std::vector<std::string> items{"a", "b", "c"};
  EXPECT_EQ(listed(items, 3), "a b c");
  EXPECT_EQ(listed(items, 2), "a b and 1 more");
}

TEST(Counted, KnowsOneFromMany) {
  EXPECT_EQ(counted(1, "step"), "1 step");
  EXPECT_EQ(counted(0, "step"), "0 steps");
}

const Table table{{"name", "note"}, {{"a", "x"}, {"long", ""}}};

TEST(Tables, AlignColumnsWithoutSpacesAtTheEnd) { EXPECT_EQ(text(table), "a     x\nlong\n"); }

TEST(Tables, AreArraysOfObjectsInJson) {
  EXPECT_EQ(json_text(table), "[\n  {\"name\": \"a\", \"note\": \"x\"},\n  {\"name\": \"long\", \"note\": \"\"}\n]\n");
  EXPECT_EQ(json_text({{"name"}, {}}), "[]\n");
}

}  // namespace
}  // namespace procreg::harness
